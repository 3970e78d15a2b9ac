//! Deliveries that end badly: written to the socket by hand, because an HTTP client would never do this.

use std::io;
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

/// When the sender hangs up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    /// The whole request is sent, and the answer not waited for.
    AtOnce,
    /// Half of the body is sent, then nothing until patience ends.
    HalfWay,
}

/// Posts `body` to an `http://` address and hangs up.
pub(super) async fn post(
    url: &str,
    signature: Option<&(String, String)>,
    body: &str,
    manner: Manner,
    patience: Duration,
) -> io::Result<()> {
    let invalid = |why: &str| io::Error::new(io::ErrorKind::InvalidInput, format!("{url}: {why}"));
    let url_parts = reqwest::Url::parse(url).map_err(|error| invalid(&error.to_string()))?;
    let host = url_parts.host_str().ok_or_else(|| invalid("no host"))?;
    let port = url_parts.port_or_known_default().ok_or_else(|| invalid("no port"))?;
    let signature = signature.map(|(name, value)| format!("{name}: {value}\r\n")).unwrap_or_default();
    let head = format!(
        "POST {} HTTP/1.1\r\nhost: {host}:{port}\r\ncontent-type: application/json\r\n{signature}content-length: {}\r\n\r\n",
        url_parts.path(),
        body.len(),
    );
    let mut stream = tokio::time::timeout(patience, TcpStream::connect((host, port))).await??;
    stream.write_all(head.as_bytes()).await?;
    match manner {
        Manner::AtOnce => stream.write_all(body.as_bytes()).await?,
        Manner::HalfWay => {
            stream.write_all(&body.as_bytes()[..body.len() / 2]).await?;
            stream.flush().await?;
            tokio::time::sleep(patience).await;
        }
    }
    stream.shutdown().await
}
