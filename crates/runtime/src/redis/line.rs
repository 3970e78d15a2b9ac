//! One connection to one server, shared by everybody, made anew when it breaks or the server is no master any more.
//!
//! Not here: which server a key belongs to (`link`, `cluster`).

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use domain::redis::Host;
use futures::FutureExt;
use futures::future::{BoxFuture, Shared};
use redis::aio::MultiplexedConnection;
use redis::{ErrorKind, PushInfo, PushKind, RedisError, RedisResult, Value};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::call::{Fault, Sent};
use super::dial::Manner;
use super::places::Places;

/// How often a server that does not take a connection is dialled again on behalf of one command, and how long to
/// pause before the first of these; each further one pauses twice as long. More would outlast the patience of
/// whoever waits for the command; they try again as a whole.
const RETRIES: u32 = 2;
const PAUSE: Duration = Duration::from_millis(100);

/// How often a connection broke, or was left, counted over all of them.
pub(super) type Losses = Arc<watch::Sender<u64>>;

/// A connection that mends itself. Clones are the same one.
#[derive(Debug, Clone)]
pub(super) struct Line(Arc<Inner>);

struct Inner {
    /// Not a cluster: a line leads to one server.
    places: Places,
    manner: Manner,
    losses: Losses,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Counts the connections.
    number: u64,
    /// The newest one, or what will become it. Whoever needs it waits for the same one.
    dialled: Option<Dialled>,
    /// Dials and doubts under way. They go on when their first asker has lost patience.
    work: JoinSet<()>,
    /// Whether somebody is looking for another master.
    doubts: bool,
}

type Dialled = Shared<BoxFuture<'static, RedisResult<Open>>>;

/// An open connection, and to whom.
#[derive(Clone)]
struct Open {
    host: Arc<Host>,
    connection: MultiplexedConnection,
}

impl Line {
    pub(super) fn new(places: Places, manner: Manner, losses: Losses) -> Self {
        Self(Arc::new(Inner { places, manner, losses, state: Mutex::default() }))
    }

    /// Connects, if it is not connected.
    pub(super) async fn open(&self) -> RedisResult<()> {
        let (number, dialled) = self.0.dialled();
        dialled.await.map(drop).inspect_err(|_| self.0.give_up(number))
    }

    /// Sends it, and once more when the connection turns out to be no good.
    pub(super) async fn send(&self, what: &Sent) -> RedisResult<Value> {
        match self.send_once(what).await {
            Err(Unsent { error, again: true }) => self.send_once(what).await.map_err(|unsent| {
                tracing::debug!(first = %error, "a command to Redis failed twice");
                unsent.error
            }),
            answer => answer.map_err(|unsent| unsent.error),
        }
    }

    async fn send_once(&self, what: &Sent) -> Result<Value, Unsent> {
        let (number, dialled) = self.0.dialled();
        let mut open = match dialled.await {
            Ok(open) => open,
            Err(error) => {
                self.0.give_up(number);
                return Err(Unsent { error, again: false });
            }
        };
        let error = match what.over(&mut open.connection).await {
            Ok(answer) => return Ok(answer),
            Err(error) => error,
        };
        let again = match Fault::of(&error) {
            Fault::Broken | Fault::NoMaster => {
                self.0.lose(number);
                true
            }
            // A late answer is not waited for again: the caller's time is up.
            Fault::Doubtful => {
                self.0.doubt(number, &open.host);
                false
            }
            Fault::Command | Fault::Moved(_) => false,
        };
        Err(Unsent { error, again })
    }
}

struct Unsent {
    error: RedisError,
    again: bool,
}

impl Inner {
    /// The connection of the moment and its number; a new one where there is none.
    fn dialled(self: &Arc<Self>) -> (u64, Dialled) {
        let mut state = self.state();
        if let Some(dialled) = &state.dialled {
            return (state.number, dialled.clone());
        }
        state.number += 1;
        let dialled = dial(Arc::downgrade(self), state.number).boxed().shared();
        state.dialled = Some(dialled.clone());
        state.spawn(dialled.clone().map(drop));
        (state.number, dialled)
    }

    /// Nothing came of connection `number`.
    fn give_up(&self, number: u64) {
        self.forget(number);
    }

    /// Connection `number` is no good any more.
    fn lose(&self, number: u64) {
        if self.forget(number).is_some() {
            self.losses.send_modify(|times| *times += 1);
        }
    }

    /// Takes connection `number` out, if it is still the one of the moment.
    fn forget(&self, number: u64) -> Option<Dialled> {
        let mut state = self.state();
        if state.number == number { state.dialled.take() } else { None }
    }

    /// Connection `number` may lead to a server that is no master any more: frozen, or cut off from the others. The
    /// sentinels are asked; where there are none, there is no other server.
    fn doubt(self: &Arc<Self>, number: u64, host: &Arc<Host>) {
        let mut state = self.state();
        let Places::Watched(sentinels) = &self.places else { return };
        if state.doubts || state.number != number {
            return;
        }
        state.doubts = true;
        let (inner, sentinels) = (Arc::downgrade(self), sentinels.clone());
        let (manner, host) = (self.manner.clone(), Arc::clone(host));
        state.spawn(async move {
            let master = sentinels.find(&manner).await;
            let Some(inner) = inner.upgrade() else { return };
            inner.state().doubts = false;
            if master.is_ok_and(|master| master != *host) {
                inner.lose(number);
            }
        });
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn spawn(&mut self, work: impl Future<Output = ()> + Send + 'static) {
        // Those that have ended, so that the set does not grow.
        while self.work.try_join_next().is_some() {}
        self.work.spawn(work);
    }
}

/// Finds the server and connects to it, patiently. Does not keep the line alive: nobody may want it any more.
async fn dial(inner: Weak<Inner>, number: u64) -> RedisResult<Open> {
    let mut pause = PAUSE;
    let mut retries = RETRIES;
    loop {
        let (places, manner) = match inner.upgrade() {
            Some(inner) => (inner.places.clone(), inner.manner.clone()),
            None => return Err((ErrorKind::Client, "nobody wants this connection any more").into()),
        };
        let error = match dial_once(&inner, number, &places, &manner).await {
            Ok(open) => return Ok(open),
            Err(error) => error,
        };
        // A server that says nothing has cost the time of several that refuse.
        let hopeless = matches!(error.kind(), ErrorKind::AuthenticationFailed | ErrorKind::InvalidClientConfig);
        if retries == 0 || hopeless || error.is_timeout() {
            return Err(error);
        }
        retries -= 1;
        tokio::time::sleep(pause).await;
        pause *= 2;
    }
}

async fn dial_once(inner: &Weak<Inner>, number: u64, places: &Places, manner: &Manner) -> RedisResult<Open> {
    let host = places.find(0, manner).await?;
    let inner = inner.clone();
    let config = manner.config(manner.response_timeout).set_push_sender(move |push: PushInfo| {
        if push.kind == PushKind::Disconnection
            && let Some(inner) = inner.upgrade()
        {
            inner.lose(number);
        }
        Ok::<_, std::convert::Infallible>(())
    });
    let connection = manner.dial(&host, &config).await?;
    Ok(Open { host: Arc::new(host), connection })
}

impl std::fmt::Debug for Inner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Line").field("places", &self.places).finish_non_exhaustive()
    }
}
