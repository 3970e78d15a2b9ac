//! One seller's Messenger: how a call finds its address, its token and its deadline.
//!
//! Not here: the single calls, each in its own file. And no retry, save the one after a refused token, which
//! Avito has by then certainly not obeyed.

use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::ids::{ChatId, UserId};
use reqwest::{Client, Method};
use runtime::http::{HttpOptions, USER_AGENT};
use serde_json::Value;
use settings::model::{AvitoSettings, SellerSettings};
use url::Url;

use crate::error::AvitoError;
use crate::reply::{NoReply, Reply, exchange};
use crate::token::{Token, Tokens};

/// The Messenger API of one seller's account. Clones share the connections and the token.
#[derive(Clone)]
pub struct Messenger {
    http: Client,
    base_url: Url,
    pub(crate) account: UserId,
    tokens: Arc<Tokens>,
    pub(crate) send_timeout: Duration,
    call_timeout: Duration,
    pub(crate) max_text_chars: usize,
}

/// A call, ready to be made.
pub(crate) struct Call {
    /// Its name in errors and metrics.
    pub(crate) name: &'static str,
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) body: Option<Value>,
}

/// Why a call has no status to show.
pub(crate) enum Unanswered {
    /// There was no token to call with. Nothing was asked, or it was refused for its token.
    NoToken(AvitoError),
    /// The call itself failed.
    NoReply(NoReply),
}

/// The connections to Avito. Shared by all sellers: a client for each would cost a worker with a thousand of them
/// seconds at its start, and a hundred megabytes.
#[derive(Debug, Clone)]
pub struct Connections(Client);

impl Connections {
    /// None is made yet.
    pub fn new(avito: &AvitoSettings) -> Self {
        Self(runtime::http::client(HttpOptions {
            // Half of the shorter deadline: a connection that cannot be made is then noticed as such, and the
            // send is known not to have left.
            connect_timeout: avito.send_timeout.min(avito.call_timeout) / 2,
            timeout: avito.send_timeout.max(avito.call_timeout),
            user_agent: USER_AGENT,
        }))
    }
}

impl Messenger {
    /// The Messenger of `seller`, over connections of its own. Nothing is asked of Avito yet.
    pub fn new(avito: &AvitoSettings, seller: &SellerSettings) -> Self {
        Self::over(&Connections::new(avito), avito, seller)
    }

    /// The Messenger of `seller`, over connections that it shares.
    pub fn over(connections: &Connections, avito: &AvitoSettings, seller: &SellerSettings) -> Self {
        let http = connections.0.clone();
        let (id, secret) = (seller.avito.client_id.clone(), seller.avito.client_secret.clone());
        let tokens = Tokens::new(http.clone(), address(&avito.base_url, &["token"]), id, secret);
        Self {
            http,
            base_url: avito.base_url.clone(),
            account: seller.profile.account,
            tokens: Arc::new(tokens),
            send_timeout: avito.send_timeout,
            call_timeout: avito.call_timeout,
            max_text_chars: avito.max_text_chars,
        }
    }

    /// Make an ordinary call and read its answer.
    pub(crate) async fn ask(&self, call: Call) -> Result<Value, AvitoError> {
        self.ask_when(call).await.map(|(answer, _)| answer)
    }

    /// The same, and when it was answered by Avito's clock, in seconds since 1970.
    pub(crate) async fn ask_when(&self, call: Call) -> Result<(Value, Option<u64>), AvitoError> {
        match self.exchange(&call, Instant::now() + self.call_timeout).await {
            Ok(reply) => {
                let at_s = reply.at_s;
                Ok((reply.into_json(call.name)?, at_s))
            }
            Err(Unanswered::NoToken(error)) => Err(error),
            Err(Unanswered::NoReply(lost)) => Err(lost.into_error(call.name)),
        }
    }

    /// Make a call; where its token is refused, make it once more with a fresh one. All of it by `deadline`.
    pub(crate) async fn exchange(&self, call: &Call, deadline: Instant) -> Result<Reply, Unanswered> {
        let token = self.tokens.current(deadline).await.map_err(Unanswered::NoToken)?;
        let reply = self.once(call, &token, deadline).await?;
        if !reply.refuses_the_token() {
            return Ok(reply);
        }
        let fresh = self.tokens.instead_of(&token, deadline).await.map_err(Unanswered::NoToken)?;
        self.once(call, &fresh, deadline).await
    }

    async fn once(&self, call: &Call, token: &Token, deadline: Instant) -> Result<Reply, Unanswered> {
        let mut request = self.http.request(call.method.clone(), call.url.clone()).bearer_auth(token.expose());
        if let Some(body) = &call.body {
            request = request.json(body);
        }
        exchange(&self.http, call.name, request, deadline).await.map_err(Unanswered::NoReply)
    }

    /// The address of a path under the base, each part encoded by itself.
    pub(crate) fn address(&self, parts: &[&str]) -> Url {
        address(&self.base_url, parts)
    }

    /// The address of a chat, or of something under it, in one version of the API.
    pub(crate) fn chat_address(&self, version: &str, chat: &ChatId, under: &[&str]) -> Url {
        let account = self.account.to_string();
        let mut parts = vec!["messenger", version, "accounts", &account, "chats", chat.as_str()];
        parts.extend(under);
        self.address(&parts)
    }
}

fn address(base: &Url, parts: &[&str]) -> Url {
    let mut url = base.clone();
    // An address that cannot have a path is no http address, and settings let no other in.
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().extend(parts);
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chat_id_stays_one_part_of_the_path() {
        let cases = [
            (
                "https://api.avito.ru/",
                "u2i-xNG6~_BsZqGy6XaZaW0oZvlQ",
                "https://api.avito.ru/c/u2i-xNG6~_BsZqGy6XaZaW0oZvlQ/m/",
            ),
            ("https://api.avito.ru", "a/b?c#d%e", "https://api.avito.ru/c/a%2Fb%3Fc%23d%25e/m/"),
            ("http://127.0.0.1:1/avito/", "x", "http://127.0.0.1:1/avito/c/x/m/"),
        ];
        for (base, chat, expected) in cases {
            assert_eq!(address(&base.parse().unwrap(), &["c", chat, "m", ""]).as_str(), expected);
        }
    }
}
