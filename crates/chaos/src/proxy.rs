//! A door in front of Redis that loses answers: the command has run, and whoever sent it never hears of it.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// How much of an answer is passed on at once.
const PIECE: usize = 64 * 1024;

/// A running proxy. Dropping it cuts everything.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    orders: Arc<Orders>,
    _serving: JoinSet<()>,
}

#[derive(Debug, Default)]
struct Orders {
    /// Answers still to be lost.
    ordered: AtomicU64,
    /// Answers lost.
    lost: AtomicU64,
}

impl Proxy {
    /// Passes on to a port of this machine, which need not be open all the time.
    ///
    /// # Errors
    /// When there is no port to be had.
    pub async fn start(to_port: u16) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let orders = Arc::new(Orders::default());
        let mut serving = JoinSet::new();
        serving.spawn(serve(listener, SocketAddr::from((Ipv4Addr::LOCALHOST, to_port)), Arc::clone(&orders)));
        Ok(Self { address, orders, _serving: serving })
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// The next answer, whosever it is, gets lost, and the connection with it.
    pub fn lose_an_answer(&self) {
        self.orders.ordered.fetch_add(1, Ordering::Relaxed);
    }

    /// How many answers got lost.
    pub fn lost(&self) -> u64 {
        self.orders.lost.load(Ordering::Relaxed)
    }
}

async fn serve(listener: TcpListener, to: SocketAddr, orders: Arc<Orders>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                if let Ok((client, _)) = accepted {
                    let orders = Arc::clone(&orders);
                    connections.spawn(async move { drop(pass_on(client, to, &orders).await) });
                }
            }
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
        }
    }
}

/// Until either side hangs up. A server that is not there hangs up at once.
async fn pass_on(mut client: TcpStream, to: SocketAddr, orders: &Orders) -> io::Result<()> {
    let mut server = TcpStream::connect(to).await?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let (mut from_client, mut to_client) = client.split();
    let (mut from_server, mut to_server) = server.split();
    let answers = async {
        let mut piece = vec![0; PIECE];
        loop {
            let length = from_server.read(&mut piece).await?;
            if length == 0 || orders.is_to_be_lost() {
                return io::Result::Ok(());
            }
            to_client.write_all(&piece[..length]).await?;
        }
    };
    tokio::select! {
        asked = copy(&mut from_client, &mut to_server) => asked.map(|_| ()),
        answered = answers => answered,
    }
}

impl Orders {
    fn is_to_be_lost(&self) -> bool {
        let taken = self.ordered.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        if taken.is_ok() {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
        taken.is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_answer_is_passed_on_unless_it_is_to_be_lost() {
        let echo = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let proxy = Proxy::start(echo.local_addr().unwrap().port()).await.unwrap();
        let mut heard = Vec::new();
        for lose in [false, true] {
            if lose {
                proxy.lose_an_answer();
            }
            let mut client = TcpStream::connect((Ipv4Addr::LOCALHOST, proxy.port())).await.unwrap();
            client.write_all(b"ping").await.unwrap();
            let (mut server, _) = echo.accept().await.unwrap();
            let mut command = [0; 4];
            server.read_exact(&mut command).await.unwrap();
            assert_eq!(&command, b"ping", "the command arrives in any case");
            server.write_all(b"pong").await.unwrap();
            drop(server);
            let mut answer = String::new();
            client.read_to_string(&mut answer).await.unwrap();
            heard.push(answer);
        }
        assert_eq!((heard, proxy.lost()), (vec!["pong".to_owned(), String::new()], 1));
    }
}
