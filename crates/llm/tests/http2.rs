//! Many calls over few connections, and a connection that dies unseen.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures::future::join_all;
use llm::{ChatModel, ChatRequest, Endpoint, LlmProtocol, LlmSettings, ModelSettings, OpenAiModel, Schema, SchemaMode};
use sandbox::model::{Job, Model, ModelConfig};
use serde_json::json;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Stands between the client and the model, counts the connections, and can let those there are fall silent.
struct Relay {
    address: SocketAddr,
    connections: Arc<AtomicUsize>,
    silence: watch::Sender<()>,
    /// Ended with the relay.
    _carrying: JoinSet<()>,
}

impl Relay {
    async fn start(model: &Model) -> Self {
        let to = model.base_url().split('/').nth(2).expect("an address with a host").to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let connections = Arc::new(AtomicUsize::new(0));
        let (silence, _) = watch::channel(());
        let mut carrying = JoinSet::new();
        carrying.spawn(accept(listener, to, Arc::clone(&connections), silence.clone()));
        Self { address, connections, silence, _carrying: carrying }
    }

    fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    fn model(&self, max_concurrent: usize, calls_per_connection: usize) -> OpenAiModel {
        let role = ModelSettings {
            model: "sandbox-rules".into(),
            max_tokens: 300,
            temperature: 0.0,
            logprobs: true,
            schema: SchemaMode::Strict,
        };
        let settings = LlmSettings {
            base_url: format!("http://{}/v1/", self.address).parse().expect("an address"),
            api_key: None,
            router: role.clone(),
            router_bias: Default::default(),
            seconding: Default::default(),
            wording: role.clone(),
            max_concurrent,
            protocol: LlmProtocol::Http2,
            calls_per_connection,
        };
        Endpoint::new(&settings).expect("there is no key to refuse").model(&role)
    }
}

async fn accept(listener: TcpListener, to: String, count: Arc<AtomicUsize>, silence: watch::Sender<()>) {
    let mut lines = JoinSet::new();
    while let Ok((near, _)) = listener.accept().await {
        count.fetch_add(1, Ordering::SeqCst);
        lines.spawn(carry(near, to.clone(), silence.subscribe()));
    }
}

/// Carries bytes both ways, until it shall carry no more: then both ends stay open, and hear nothing.
async fn carry(mut near: TcpStream, to: String, mut silenced: watch::Receiver<()>) {
    let mut far = TcpStream::connect(to).await.expect("the model listens");
    tokio::select! {
        _ = copy_bidirectional(&mut near, &mut far) => {}
        _ = silenced.changed() => std::future::pending().await,
    }
}

fn question(within: Duration) -> ChatRequest {
    let schema = json!({
        "type": "object",
        "properties": {
            "intent": { "type": "string", "enum": ["stock_inquiry", "other"] },
            "confidence": { "type": "number" },
        },
        "required": ["intent", "confidence"],
        "additionalProperties": false,
    });
    ChatRequest {
        system: "Classify.".into(),
        user: "<history>\n</history>\n<listing></listing>\n<buyer>Сумка есть?</buyer>".into(),
        schema: Schema { name: "routing", schema },
        within,
    }
}

const PLENTY: Duration = Duration::from_secs(20);

#[tokio::test]
async fn there_are_as_many_connections_as_the_calls_need() {
    let sandbox = Model::start(ModelConfig::default()).await.unwrap();
    sandbox.set_latency(Job::Routing, Duration::from_millis(300));
    let relay = Relay::start(&sandbox).await;
    let model = relay.model(5, 2);
    for _ in 0..2 {
        let answers = join_all((0..5).map(|_| model.chat(question(PLENTY)))).await;
        assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    }
    assert_eq!(relay.connections(), 3, "two calls on each");
}

#[tokio::test]
async fn one_connection_bears_several_calls_at_a_time() {
    let sandbox = Model::start(ModelConfig::default()).await.unwrap();
    let relay = Relay::start(&sandbox).await;
    let model = relay.model(8, 100);
    let answers = join_all((0..8).map(|_| model.chat(question(PLENTY)))).await;
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    assert_eq!(relay.connections(), 1);
}

#[tokio::test]
async fn a_connection_that_died_unseen_is_replaced() {
    let sandbox = Model::start(ModelConfig::default()).await.unwrap();
    let relay = Relay::start(&sandbox).await;
    let model = relay.model(8, 100);
    model.chat(question(PLENTY)).await.unwrap();

    relay.silence.send_replace(());
    let error = model.chat(question(Duration::from_millis(200))).await.unwrap_err();
    assert_eq!(error.name(), "late", "the dead one is still believed in");
    let again = async { while model.chat(question(Duration::from_millis(500))).await.is_err() {} };
    tokio::time::timeout(PLENTY, again).await.expect("a new connection is made");
    assert_eq!(relay.connections(), 2);
}
