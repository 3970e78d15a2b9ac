//! The stranger's tools: a raw HTTP client with a token, and an address that receives webhooks.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, Once};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use sandbox::avito::{Account, Avito, AvitoConfig, Buyer, ChatPreset, Delivery, Listing, Signature};
use sandbox::server::Server;
use serde_json::{Value, json};
use tokio::sync::mpsc;

/// The account of every test.
pub(crate) const ACCOUNT: u64 = 353_200_000;
/// A chat about a listing; the tilde must survive being encoded in a path.
pub(crate) const BAG: &str = "u2i-xNG6BsZqGy6XaZaW0oZ~_Q";
/// Another one.
pub(crate) const BELT: &str = "u2i-aaaaaaaaaaaaaaaaaaaaaa";
/// One about nothing.
pub(crate) const NO_LISTING: &str = "u2u-bbbbbbbbbbbbbbbbbbbbbb";
/// The key that deliveries are signed with.
pub(crate) const SECRET: &str = "webhook-secret";
/// Longer than anything here takes; a test that waits this long has failed.
pub(crate) const SOON: Duration = Duration::from_secs(10);

/// An account with three chats, signing its deliveries.
pub(crate) fn config() -> AvitoConfig {
    let chat = |id: &str, buyer: u64, name: &str, listing: Option<(u64, &str, u64)>| ChatPreset {
        id: Some(id.into()),
        account: None,
        buyer: Buyer { id: buyer, name: name.into() },
        listing: listing.map(|(id, title, price)| Listing { id, title: title.into(), price }),
    };
    AvitoConfig {
        accounts: vec![
            Account {
                client_id: "id".into(),
                client_secret: "secret".into(),
                user_id: ACCOUNT,
                name: "Магазин".into(),
            },
            Account {
                client_id: "id2".into(), client_secret: "secret2".into(), user_id: 2, name: "Другой".into()
            },
        ],
        chats: vec![
            chat(BAG, 237_130_000, "Виктор", Some((3_364_550_000, "Сумка", 3873))),
            chat(BELT, 237_130_001, "Ольга", Some((3_364_550_001, "Ремень", 990))),
            chat(NO_LISTING, 237_130_002, "Глеб", None),
        ],
        signature: Some(Signature::with_secret(SECRET)),
        ..AvitoConfig::default()
    }
}

/// A started fake, and a caller with a token.
pub(crate) async fn avito() -> (Avito, Api) {
    start(config()).await
}

/// The same with another configuration.
pub(crate) async fn start(config: AvitoConfig) -> (Avito, Api) {
    let avito = Avito::start(config).await.unwrap();
    let mut api = Api { client: client(), base: avito.base_url().to_owned(), token: String::new() };
    api.refresh().await;
    (avito, api)
}

/// A caller of the API.
#[derive(Clone)]
pub(crate) struct Api {
    client: reqwest::Client,
    base: String,
    pub(crate) token: String,
}

impl Api {
    /// Gets a new token.
    pub(crate) async fn refresh(&mut self) {
        let form = [("grant_type", "client_credentials"), ("client_id", "id"), ("client_secret", "secret")];
        let (status, answer) = self.token(&form).await;
        assert_eq!(status, 200, "{answer}");
        self.token = answer["access_token"].as_str().unwrap().to_owned();
    }

    /// `POST /token`.
    pub(crate) async fn token(&self, form: &[(&str, &str)]) -> (u16, Value) {
        let answer = self.client.post(format!("{}token", self.base)).form(form).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    /// `GET`, with status and JSON; a body that is none is a string.
    pub(crate) async fn get(&self, path: &str) -> (u16, Value) {
        self.call("GET", path, None).await.unwrap()
    }

    /// `POST`, with or without a body.
    pub(crate) async fn post(&self, path: &str, body: impl Into<Option<Value>>) -> (u16, Value) {
        self.call("POST", path, body.into()).await.unwrap()
    }

    /// `POST …/messages`.
    pub(crate) async fn send(&self, chat: &str, text: &str) -> (u16, Value) {
        self.try_send(chat, text).await.unwrap()
    }

    /// The same; an error is a connection that broke.
    pub(crate) async fn try_send(&self, chat: &str, text: &str) -> reqwest::Result<(u16, Value)> {
        let path = format!("messenger/v1/accounts/{ACCOUNT}/chats/{chat}/messages");
        self.call("POST", &path, Some(json!({"message": {"text": text}, "type": "text"}))).await
    }

    /// `GET …/messages/`.
    pub(crate) async fn history(&self, chat: &str) -> (u16, Value) {
        self.get(&format!("messenger/v3/accounts/{ACCOUNT}/chats/{chat}/messages/")).await
    }

    pub(crate) async fn call(&self, method: &str, path: &str, body: Option<Value>) -> reqwest::Result<(u16, Value)> {
        let answer = self.response(method, path, body).await?;
        let status = answer.status().as_u16();
        let text = answer.text().await?;
        Ok((status, serde_json::from_str(&text).unwrap_or(Value::String(text))))
    }

    pub(crate) async fn response(
        &self,
        method: &str,
        path: &str,
        body: Option<Value>,
    ) -> reqwest::Result<reqwest::Response> {
        let method = method.parse().unwrap();
        let mut request = self.client.request(method, format!("{}{path}", self.base)).bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.json(&body);
        }
        request.timeout(SOON).send().await
    }
}

fn client() -> reqwest::Client {
    static TLS: Once = Once::new();
    TLS.call_once(|| drop(rustls::crypto::ring::default_provider().install_default()));
    #[expect(clippy::disallowed_methods, reason = "a stranger brings its own client")]
    reqwest::Client::builder().no_proxy().retry(reqwest::retry::never()).build().unwrap()
}

/// One webhook as it arrived.
#[derive(Debug, Clone)]
pub(crate) struct Arrived {
    pub(crate) body: String,
    pub(crate) headers: HeaderMap,
}

impl Arrived {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// The message's words.
    pub(crate) fn text(&self) -> String {
        self.json()["payload"]["value"]["content"]["text"].as_str().unwrap_or_default().to_owned()
    }
}

/// What a receiver answers next.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Next {
    Status(u16),
    Never,
}

/// An address that receives webhooks.
pub(crate) struct Receiver {
    pub(crate) url: String,
    arrived: mpsc::UnboundedReceiver<Arrived>,
    next: Arc<Mutex<VecDeque<Next>>>,
    _server: Server,
}

impl Receiver {
    pub(crate) async fn start() -> Self {
        let (tell, arrived) = mpsc::unbounded_channel();
        let next = Arc::new(Mutex::new(VecDeque::new()));
        let router = Router::new().fallback(receive).with_state((tell, Arc::clone(&next)));
        let server = Server::start(([127, 0, 0, 1], 0).into(), router).await.unwrap();
        Self { url: format!("{}hook", server.base_url()), arrived, next, _server: server }
    }

    /// A receiver that the account's webhooks already go to.
    pub(crate) async fn of(avito: &Avito) -> Self {
        let mut receiver = Self::start().await;
        avito.subscribe(ACCOUNT, &receiver.url).await.unwrap();
        assert_eq!(receiver.next().await.body, "{}", "the probe");
        receiver
    }

    pub(crate) fn answers(&self, next: Next) {
        self.next.lock().unwrap().push_back(next);
    }

    /// The next webhook.
    pub(crate) async fn next(&mut self) -> Arrived {
        tokio::time::timeout(SOON, self.arrived.recv()).await.expect("a webhook in time").unwrap()
    }

    /// What has arrived and was not looked at.
    pub(crate) fn rest(&mut self) -> Vec<Arrived> {
        std::iter::from_fn(|| self.arrived.try_recv().ok()).collect()
    }
}

type Shared = (mpsc::UnboundedSender<Arrived>, Arc<Mutex<VecDeque<Next>>>);

async fn receive(State((tell, next)): State<Shared>, headers: HeaderMap, body: String) -> StatusCode {
    let next = next.lock().unwrap().pop_front().unwrap_or(Next::Status(200));
    drop(tell.send(Arrived { body, headers }));
    match next {
        Next::Status(status) => StatusCode::from_u16(status).unwrap(),
        Next::Never => std::future::pending().await,
    }
}

/// Waits until `count` deliveries have ended, probes included.
pub(crate) async fn deliveries(avito: &Avito, count: usize) -> Vec<Delivery> {
    avito.wait_for(|world| world.deliveries().len() >= count, SOON).await.unwrap();
    avito.deliveries()
}
