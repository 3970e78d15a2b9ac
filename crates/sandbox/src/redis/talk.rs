//! A word with a server, past every client: enough of the protocol to set servers up and to ask how they are.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Longer than any of these questions takes; a frozen server answers none.
const ANSWER_WITHIN: Duration = Duration::from_secs(1);

/// Between two looks at what is not so yet.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// Says `words` to the server on `port`. The texts and numbers of its answer, in their order.
pub(super) fn say(port: u16, words: &str) -> io::Result<Vec<String>> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let mut stream = TcpStream::connect_timeout(&address, ANSWER_WITHIN)?;
    stream.set_read_timeout(Some(ANSWER_WITHIN))?;
    stream.write_all(format!("{words}\r\n").as_bytes())?;
    let mut answer = Vec::new();
    read(&mut BufReader::new(stream), &mut answer)?;
    Ok(answer)
}

/// Says what must succeed.
///
/// # Panics
/// When it does not.
pub(super) fn order(port: u16, words: &str) -> Vec<String> {
    say(port, words).unwrap_or_else(|error| panic!("redis on port {port} refuses \"{words}\": {error}"))
}

/// Waits until it is so.
///
/// # Panics
/// When it is not after `patience`.
pub(super) fn wait_until(what: &str, patience: Duration, mut is_so: impl FnMut() -> bool) {
    let deadline = Instant::now() + patience;
    while !is_so() {
        assert!(Instant::now() < deadline, "waited in vain until {what}");
        sleep(LOOK_AGAIN);
    }
}

fn read(stream: &mut impl BufRead, answer: &mut Vec<String>) -> io::Result<()> {
    let mut line = String::new();
    stream.read_line(&mut line)?;
    let line = line.trim_end();
    let (kind, rest) = line.split_at_checked(1).ok_or(io::ErrorKind::UnexpectedEof)?;
    let length = || rest.parse::<i64>().map_err(io::Error::other);
    match kind {
        "-" => return Err(io::Error::other(rest)),
        "$" => {
            let Ok(length) = usize::try_from(length()?) else { return Ok(()) };
            let mut text = vec![0; length + 2];
            stream.read_exact(&mut text)?;
            answer.push(String::from_utf8_lossy(&text[..length]).into_owned());
        }
        "*" => {
            for _ in 0..length()?.max(0) {
                read(stream, answer)?;
            }
        }
        _ => answer.push(rest.to_owned()),
    }
    Ok(())
}
