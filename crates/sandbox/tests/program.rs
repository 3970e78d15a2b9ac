//! The program `sandbox`, started as a container would start it.

use std::collections::VecDeque;
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use sandbox::server::Server;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::mpsc;

/// Longer than anything here takes; a test that waits this long has failed.
const SOON: Duration = Duration::from_secs(20);

#[tokio::test]
async fn it_registers_with_a_gateway_that_comes_up_later_and_ends_on_a_signal() {
    let (gateway, mut bodies) = gateway(&[503, 404, 200]).await;
    let url = format!("{}webhook/avito/token", gateway.base_url());
    let mut program = sandbox(&["serve", "--webhook", &url, "--signature-secret", "demo"]);
    let avito = address(&mut program, "avito").await;

    for _probe in 0..3 {
        assert_eq!(next(&mut bodies).await, "{}");
    }
    let pinged = sandbox(&["ping", &avito]).wait_with_output().await.unwrap();
    assert!(pinged.status.success(), "{pinged:?}");

    let pid = program.id().unwrap().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().await.unwrap().success());
    let ended = tokio::time::timeout(SOON, program.wait()).await.expect("an end in time").unwrap();
    assert!(ended.success(), "{ended}");
}

/// What it is given, and what it says.
#[tokio::test]
async fn what_it_cannot_do_it_says() {
    for (arguments, said) in [
        (vec!["ping", "http://127.0.0.1:9/"], "no sandbox at http://127.0.0.1:9/"),
        (vec!["serve", "--accounts", "/no/such/file"], "cannot read /no/such/file"),
        (vec!["serve", "--webhook", "http://a/", "--webhook", "http://b/"], "2 webhooks for 1 accounts"),
        (vec!["serve", "--log", "loud=very"], "--log loud=very"),
    ] {
        let ended = tokio::time::timeout(SOON, sandbox(&arguments).wait_with_output()).await.unwrap().unwrap();
        let text = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert!(!ended.status.success() && text.contains(said), "{arguments:?}: {text}");
    }
}

/// The program on free ports.
fn sandbox(arguments: &[&str]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sandbox"));
    command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    if arguments.first() == Some(&"serve") {
        command
            .args(["--avito", "--google", "--telegram", "--model"].into_iter().flat_map(|name| [name, "127.0.0.1:0"]));
    }
    command.spawn().expect("the program was built for this test")
}

/// The address that the program prints for a fake.
async fn address(program: &mut Child, fake: &str) -> String {
    let stdout = program.stdout.take().expect("it is piped");
    let mut lines = BufReader::new(stdout).lines();
    let found = async {
        while let Ok(Some(line)) = lines.next_line().await {
            if let Some(address) = line.strip_prefix(fake) {
                return address.trim().to_owned();
            }
        }
        let mut said = String::new();
        let stderr = program.stderr.as_mut().expect("it is piped");
        drop(stderr.read_to_string(&mut said).await);
        panic!("no address of {fake}: {said}");
    };
    tokio::time::timeout(SOON, found).await.expect("an address in time")
}

/// A gateway that answers its first calls as told, then 200; and the bodies it got.
async fn gateway(first: &[u16]) -> (Server, mpsc::UnboundedReceiver<String>) {
    let (tell, bodies) = mpsc::unbounded_channel();
    let answers: VecDeque<u16> = first.iter().copied().collect();
    let router = Router::new().fallback(receive).with_state((tell, Arc::new(Mutex::new(answers))));
    (Server::start(([127, 0, 0, 1], 0).into(), router).await.expect("a free port"), bodies)
}

type Shared = (mpsc::UnboundedSender<String>, Arc<Mutex<VecDeque<u16>>>);

async fn receive(State((tell, answers)): State<Shared>, body: String) -> StatusCode {
    let answer = answers.lock().expect("nobody panics holding it").pop_front().unwrap_or(200);
    drop(tell.send(body));
    StatusCode::from_u16(answer).expect("the test names statuses")
}

async fn next(bodies: &mut mpsc::UnboundedReceiver<String>) -> String {
    tokio::time::timeout(SOON, bodies.recv()).await.expect("a call in time").expect("the gateway stands")
}
