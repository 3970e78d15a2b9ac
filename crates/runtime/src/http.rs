//! The HTTP client that all our calls to the outside go through.
//!
//! Not here: retries. A request leaves at most once, because only the caller knows whether sending it again
//! could say something twice. Not here either: the two libraries that bring their own client (Google Sheets
//! over hyper, Telegram over reqwest 0.12), which live in their rooms.

use std::time::Duration;

use reqwest::redirect;

/// How one outside service is called.
#[derive(Debug, Clone, Copy)]
pub struct HttpOptions {
    /// How long connecting may take, TLS included.
    pub connect_timeout: Duration,
    /// How long one call may take in all, from connecting to the last byte of the answer.
    pub timeout: Duration,
    /// The `User-Agent`; see [`USER_AGENT`].
    pub user_agent: &'static str,
}

/// How we introduce ourselves unless a service wants otherwise.
pub const USER_AGENT: &str = "salesphere";

/// Shorter than the idle time-outs of the usual front servers (60 s and up), so that we are the side that
/// closes: a connection closed by the other side in the moment of a send is a send of unknown outcome.
const POOL_IDLE: Duration = Duration::from_secs(30);

/// An HTTP/2 connection that answers nothing for so long is asked for a sign of life …
const SIGN_OF_LIFE_AFTER: Duration = Duration::from_secs(5);

/// … and given up without one. All calls share it: on one that died unseen each would run into its deadline.
const SIGN_OF_LIFE_WITHIN: Duration = Duration::from_secs(3);

/// A client without retries, redirects and proxies.
///
/// A redirect would send a body and a key to an address nobody configured. Proxies are not taken from the
/// environment, because only the settings read it. Where the machine has no CA certificates the client still
/// works for plain `http`, and a warning says what to install.
pub fn client(options: HttpOptions) -> reqwest::Client {
    built(|| builder(options))
}

/// The same, speaking HTTP/2 from the first byte, also over plain `http`.
pub fn http2_client(options: HttpOptions) -> reqwest::Client {
    built(|| builder(options).http2_prior_knowledge())
}

fn built(builder: impl Fn() -> reqwest::ClientBuilder) -> reqwest::Client {
    crate::tls();
    builder().build().unwrap_or_else(|error| {
        tracing::warn!(
            error = &error as &dyn std::error::Error,
            "no CA certificates on this machine, https calls will fail: install the package ca-certificates"
        );
        builder().tls_certs_only([]).build().expect("no certificate is left to load, and the TLS provider is installed")
    })
}

#[expect(clippy::disallowed_methods, reason = "this is the one place that builds clients")]
fn builder(options: HttpOptions) -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .user_agent(options.user_agent)
        .connect_timeout(options.connect_timeout)
        .timeout(options.timeout)
        .pool_idle_timeout(POOL_IDLE)
        .http2_keep_alive_interval(SIGN_OF_LIFE_AFTER)
        .http2_keep_alive_timeout(SIGN_OF_LIFE_WITHIN)
        .http2_keep_alive_while_idle(true)
        .tcp_nodelay(true)
        .redirect(redirect::Policy::none())
        .retry(reqwest::retry::never())
        .no_proxy()
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    fn options(timeout: Duration) -> HttpOptions {
        HttpOptions { connect_timeout: timeout, timeout, user_agent: USER_AGENT }
    }

    /// One connection after the other: read a request's head, answer it with `answer`, close.
    async fn serve(listener: &TcpListener, answer: &str, requests: &Cell<usize>) {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut head = [0; 1024];
            assert!(stream.read(&mut head).await.unwrap() > 0);
            requests.set(requests.get() + 1);
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    }

    async fn listen() -> (TcpListener, String) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        (listener, url)
    }

    #[tokio::test]
    async fn an_error_a_redirect_and_a_cut_connection_are_each_asked_for_once() {
        for answer in [
            "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n",
            "",
        ] {
            let (listener, url) = listen().await;
            let requests = Cell::new(0);
            let request = client(options(Duration::from_secs(5))).post(url).body("hello");
            let sent = tokio::select! {
                sent = request.send() => sent,
                () = serve(&listener, answer, &requests) => unreachable!("it serves for ever"),
            };
            match sent {
                Ok(response) => assert!(answer.contains(response.status().as_str()), "{answer}"),
                Err(error) => assert!(answer.is_empty(), "{answer}: {error}"),
            }
            assert_eq!(requests.get(), 1, "{answer}");
        }
    }

    #[tokio::test]
    async fn a_server_that_says_nothing_is_given_up() {
        // The system accepts the connection; nobody reads it.
        let (_listener, url) = listen().await;
        let error = client(options(Duration::from_millis(50))).get(url).send().await.unwrap_err();
        assert!(error.is_timeout(), "{error}");
    }
}
