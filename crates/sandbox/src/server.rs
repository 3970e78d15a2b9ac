//! One fake's HTTP server: bound before `start` returns, gone when dropped, and able to hang up on a caller.
//!
//! Knows nothing of what is served. A handler that wants the connection cut takes the [`Wire`] from axum's
//! `ConnectInfo` and calls [`Wire::cut`]: whatever it answers then never leaves.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use axum::Router;
use axum::extract::connect_info::Connected;
use axum::serve::IncomingStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

/// A running server. Dropping it closes the port; requests under way are still answered.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    serving: JoinSet<()>,
}

impl Server {
    /// Binds `listen` (port 0: any free one) and serves `router`, with a [`Wire`] as connect info.
    ///
    /// # Errors
    /// The port is taken or not ours to take.
    pub async fn start(listen: SocketAddr, router: Router) -> io::Result<Self> {
        let listener = TcpListener::bind(listen).await?;
        let address = listener.local_addr()?;
        let (stop, stopped) = oneshot::channel::<()>();
        let service = router.into_make_service_with_connect_info::<Wire>();
        let mut serving = JoinSet::new();
        serving.spawn(async move {
            // Both ends of the channel mean the same: the server was dropped.
            let until = async move { drop(stopped.await) };
            if let Err(error) = axum::serve(Lines(listener), service).with_graceful_shutdown(until).await {
                tracing::error!(%address, %error, "a fake stopped serving");
            }
        });
        Ok(Self { address, stop: Some(stop), serving })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// `http://127.0.0.1:4711/`, with the slash at the end.
    pub fn base_url(&self) -> String {
        let host =
            if self.address.ip().is_unspecified() { "127.0.0.1".to_owned() } else { self.address.ip().to_string() };
        format!("http://{host}:{}/", self.address.port())
    }

    /// Serves until the process is asked to end; for a binary that does nothing else.
    pub async fn serve_forever(mut self) {
        while let Some(ended) = self.serving.join_next().await {
            if let Err(error) = ended {
                tracing::error!(%error, "a fake ended in a panic");
            }
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // Nobody listening means that serving has already ended.
            let _ended = stop.send(());
        }
    }
}

/// The handler's end of one connection.
#[derive(Debug, Clone, Default)]
pub struct Wire {
    cut: Arc<AtomicBool>,
}

impl Wire {
    /// Hangs up instead of answering: the caller sees the connection close without a byte of response.
    pub fn cut(&self) {
        self.cut.store(true, Ordering::SeqCst);
    }
}

impl Connected<IncomingStream<'_, Lines>> for Wire {
    fn connect_info(stream: IncomingStream<'_, Lines>) -> Self {
        stream.io().wire.clone()
    }
}

/// A listener whose connections can be cut.
struct Lines(TcpListener);

impl axum::serve::Listener for Lines {
    type Io = Line;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Line, SocketAddr) {
        let (stream, peer) = axum::serve::Listener::accept(&mut self.0).await;
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "answers may wait for the caller's acknowledgement");
        }
        (Line { stream, wire: Wire::default() }, peer)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

struct Line {
    stream: TcpStream,
    wire: Wire,
}

impl Line {
    fn whole(&self) -> io::Result<()> {
        let cut = self.wire.cut.load(Ordering::SeqCst);
        if cut { Err(io::Error::new(io::ErrorKind::ConnectionReset, "cut by order")) } else { Ok(()) }
    }
}

impl AsyncRead for Line {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Line {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        if let Err(error) = self.whole() {
            return Poll::Ready(Err(error));
        }
        Pin::new(&mut self.get_mut().stream).poll_write(cx, buf)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}
