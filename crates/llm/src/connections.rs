//! As many connections to an endpoint as its calls need, and a place on one of them for each call.
//!
//! Over HTTP/2 a client keeps one connection, on which a service answers no more than some hundred calls at a time and
//! lets the rest wait unseen. So there are several clients, each for so many calls as a connection bears. Over HTTP/1.1,
//! where each call has a connection to itself, that makes no difference.

use std::sync::{Mutex, PoisonError};

use async_openai::Client;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::endpoint::Address;

/// The connections, and who may use them.
pub(crate) struct Connections {
    clients: Vec<Client<Address>>,
    places: Semaphore,
    /// For each place that nobody has, the client it belongs to.
    free: Mutex<Vec<usize>>,
}

impl Connections {
    /// For `calls` at once, at most `on_each` of them on one connection.
    pub(crate) fn new(calls: usize, on_each: usize, connect: impl Fn() -> Client<Address>) -> Self {
        let (calls, on_each) = (calls.max(1), on_each.max(1));
        Self {
            clients: (0..calls.div_ceil(on_each)).map(|_| connect()).collect(),
            places: Semaphore::new(calls),
            // The first are taken first: few calls share few connections.
            free: Mutex::new((0..calls).rev().map(|place| place / on_each).collect()),
        }
    }

    /// A place for one call, as soon as there is one.
    pub(crate) async fn place(&self) -> Place<'_> {
        let permit = self.places.acquire().await.expect("the semaphore is never closed");
        let client = self.free().pop().expect("as many places as permits");
        Place { connections: self, client, _permit: permit }
    }

    fn free(&self) -> std::sync::MutexGuard<'_, Vec<usize>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place for one call. It is free again when this is dropped.
pub(crate) struct Place<'a> {
    connections: &'a Connections,
    client: usize,
    /// Given back after the place itself: fields are dropped after [`Drop::drop`].
    _permit: SemaphorePermit<'a>,
}

impl Place<'_> {
    /// Who makes the call.
    pub(crate) fn client(&self) -> &Client<Address> {
        &self.connections.clients[self.client]
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.connections.free().push(self.client);
    }
}
