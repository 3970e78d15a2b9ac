//! What the door stands on: the gates, the sellers behind it, the way into the queue.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use avito::webhook::Inbound;
use domain::clock::SharedClock;
use domain::ids::{SellerId, UserId};
use domain::message::Message;
use queue::Queue;
use settings::{SellerSettings, Settings};
use store::Store;
use tokio_util::task::TaskTracker;

use crate::GatewayError;
use crate::ending::Ending;
use crate::gates::Gates;
use crate::intake::Intake;
use crate::spool::{Replays, Spool};

/// Everything a request needs.
pub(crate) struct Gateway {
    /// The rules in force. Looking at them costs a message some nanoseconds.
    pub(crate) rules: ArcSwap<Rules>,
    pub(crate) intake: Intake,
    /// The messages being taken in.
    pub(crate) arrivals: TaskTracker,
    pub(crate) store: Store,
    pub(crate) clock: SharedClock,
    pub(crate) answer_within: Duration,
    pub(crate) redis_within: Duration,
}

impl Gateway {
    /// Opens the door, whether or not Redis is there. The [`Replays`] must run for anything to get to Redis.
    pub(crate) fn open(settings: &Settings, clock: SharedClock) -> Result<(Self, Replays), GatewayError> {
        let store = Store::lazy(&settings.redis, &settings.store);
        let queue = Queue::lazy(&settings.redis, &settings.queue);
        let (spool, replays) = Spool::open(settings, queue.clone())?;
        let redis_within = settings.gateway.redis_within;
        let gateway = Self {
            rules: ArcSwap::from_pointee(Rules::new(settings)),
            intake: Intake { queue, store: store.clone(), spool, redis_within },
            arrivals: TaskTracker::new(),
            store,
            clock,
            answer_within: settings.gateway.answer_within,
            redis_within,
        };
        Ok((gateway, replays))
    }

    /// Takes a message in, to the end, even if whoever delivered it hangs up meanwhile: marketplaces do, and
    /// axum drops the work of a request whose connection is gone.
    pub(crate) async fn take_in(self: &Arc<Self>, message: Message) -> Ending {
        let gateway = Arc::clone(self);
        let arrival = self.arrivals.spawn(async move { gateway.intake.accept(message).await });
        arrival.await.unwrap_or(Ending::Late)
    }
}

/// Who is let in, and for whom, as one reading of the settings says.
pub(crate) struct Rules {
    pub(crate) gates: Gates,
    pub(crate) sellers: Sellers,
}

impl Rules {
    pub(crate) fn new(settings: &Settings) -> Self {
        Self { gates: Gates::new(&settings.gateway, &settings.sellers), sellers: Sellers::new(&settings.sellers) }
    }
}

/// Which account is whose.
pub(crate) struct Sellers(HashMap<UserId, SellerId>);

impl Sellers {
    fn new(sellers: &[SellerSettings]) -> Self {
        Self(sellers.iter().map(|seller| (seller.profile.account, seller.profile.id.clone())).collect())
    }

    /// Whose message it is. `named` is the seller whose secret path it came by.
    ///
    /// The path and the account must agree: whoever knows one seller's path shall not speak to another's chats.
    pub(crate) fn owner(&self, inbound: &Inbound, named: Option<&SellerId>) -> Result<SellerId, Ending> {
        let owner = self.0.get(&inbound.account).ok_or(Ending::UnknownAccount(inbound.account))?;
        match named {
            Some(named) if named != owner => Err(Ending::ForeignAccount(inbound.account, named.clone())),
            _ => Ok(owner.clone()),
        }
    }
}
