//! A fake's [`Server`] on a thread of its own, so that it can be killed like a process and come back on its port.
//!
//! Not here: what any of the services answer. The pieces they share stand below: [`orders`] for faults asked for
//! in advance, [`watched`] for a record a test can wait on, [`half`] for answers that end too early.

pub(crate) mod control;
pub(crate) mod half;
pub(crate) mod orders;
pub(crate) mod watched;

use std::io;
use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use axum::Router;
use tokio::sync::oneshot;

use crate::server::Server;

/// A fake being served. Dropped, it is killed.
#[derive(Debug)]
pub(crate) struct Service {
    address: SocketAddr,
    base_url: String,
    router: Router,
    running: Mutex<Option<Running>>,
}

/// The thread that serves. Its runtime is its own: ending it cuts every open connection at once.
#[derive(Debug)]
struct Running {
    kill: oneshot::Sender<()>,
    thread: JoinHandle<()>,
}

impl Service {
    /// Serves `router` on `listen`; port 0 takes a free one.
    ///
    /// # Errors
    /// The port is taken, or no thread can be had.
    pub(crate) async fn start(listen: SocketAddr, router: Router) -> io::Result<Self> {
        let (running, (address, base_url)) = run(listen, router.clone()).await?;
        Ok(Self { address, base_url, router, running: Mutex::new(Some(running)) })
    }

    /// `http://127.0.0.1:41234/`, with the slash that every client's `base_url` setting wants.
    pub(crate) fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Ends as a killed process does: open connections are cut, new ones refused. Twice is once.
    ///
    /// Not to be called by a handler of this server: it waits for the thread they run on.
    pub(crate) fn down(&self) {
        let running = held(&self.running).take();
        if let Some(Running { kill, thread }) = running {
            // A thread that has ended by itself needs no telling.
            let _ended = kill.send(());
            if thread.join().is_err() {
                tracing::error!(sandbox.address = %self.address, "a fake ended in a panic");
            }
        }
    }

    /// Comes back on the same port with everything it knew. Twice is once.
    ///
    /// # Errors
    /// Somebody took the port meanwhile.
    pub(crate) async fn up(&self) -> io::Result<()> {
        if held(&self.running).is_none() {
            let (running, _same) = run(self.address, self.router.clone()).await?;
            *held(&self.running) = Some(running);
        }
        Ok(())
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.down();
    }
}

/// Serves on a thread of its own until killed; says where.
async fn run(listen: SocketAddr, router: Router) -> io::Result<(Running, (SocketAddr, String))> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (kill, killed) = oneshot::channel();
    let (tell, told) = oneshot::channel();
    let thread = std::thread::Builder::new().name("sandbox".to_owned()).spawn(move || {
        runtime.block_on(async move {
            let server = Server::start(listen, router).await;
            // Whoever started us may be gone already; then `killed` ends at once.
            let _gone = tell.send(server.as_ref().map(|server| (server.address(), server.base_url())).map_err(copy));
            if server.is_ok() {
                let _killed = killed.await;
            }
        });
        // Not dropped: that would wait for a key being generated.
        runtime.shutdown_background();
    })?;
    let place = told.await.map_err(io::Error::other)??;
    Ok((Running { kill, thread }, place))
}

fn copy(error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), error.to_string())
}

/// The lock's content, also after a panic elsewhere: a test that failed should not fail the others by this.
pub(crate) fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}
