//! What is measured, one file each.

mod decide;
mod gateway;
mod memory;
mod outage;
mod pickup;
mod recovery;
mod sellers;
mod sheet;
mod thousand;
mod turn;

use std::time::Duration;

use anyhow::Context as _;
use clap::ValueEnum;
use futures::future::BoxFuture;

use crate::context::Context;
use crate::figures::Figure;

/// The longest a measure may take.
const AT_MOST: Duration = Duration::from_secs(900);

/// One of the measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Measure {
    /// The gateway under load, beside a bare handler.
    Gateway,
    /// From the enqueueing to a waiting worker's claim.
    Pickup,
    /// Deciding and checking over a large table, without any model.
    Decide,
    /// A large table read, and its copy shared.
    Sheet,
    /// A whole turn with a model that takes no time.
    Turn,
    /// A thousand turns at once in one worker.
    Thousand,
    /// Redis is away for half a minute while webhooks come.
    Outage,
    /// After the kill of a worker, until another has answered.
    Recovery,
    /// What messages and conversations take in Redis.
    Memory,
    /// What a message costs with few and many sellers.
    Sellers,
}

impl Measure {
    /// In the order in which they are taken.
    pub(crate) const ALL: [Self; 10] = [
        Self::Gateway,
        Self::Pickup,
        Self::Decide,
        Self::Sheet,
        Self::Turn,
        Self::Thousand,
        Self::Outage,
        Self::Recovery,
        Self::Memory,
        Self::Sellers,
    ];

    /// Its name on the command line and in the table.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Gateway => gateway::NAME,
            Self::Pickup => pickup::NAME,
            Self::Decide => decide::NAME,
            Self::Sheet => sheet::NAME,
            Self::Turn => turn::NAME,
            Self::Thousand => thousand::NAME,
            Self::Outage => outage::NAME,
            Self::Recovery => recovery::NAME,
            Self::Memory => memory::NAME,
            Self::Sellers => sellers::NAME,
        }
    }

    /// What it does, for who waits.
    pub(crate) fn about(self) -> &'static str {
        match self {
            Self::Gateway => "100, 500 and 1000 webhooks a second, gateway and bare handler in turn",
            Self::Pickup => "messages at 50 a second to a worker that waits",
            Self::Decide => "decisions and checks over a table of 5 000 products",
            Self::Sheet => "a table of 5 000 rows read from the sandbox's Google",
            Self::Turn => "whole turns at 50 a second, the model takes no time",
            Self::Thousand => "one worker, a thousand turns at once, two seconds each",
            Self::Outage => "200 webhooks a second while Redis is killed, and while it is frozen, for half a minute",
            Self::Recovery => "workers are killed with conversations in their hands",
            Self::Memory => "what lies in Redis",
            Self::Sellers => "one, a hundred and ten thousand sellers",
        }
    }

    /// Takes it.
    ///
    /// # Errors
    /// When a program does not come up, or what was sent is not answered.
    pub(crate) fn run(self, context: &Context) -> BoxFuture<'_, anyhow::Result<Vec<Figure>>> {
        let measuring: BoxFuture<'_, _> = match self {
            Self::Gateway => Box::pin(gateway::run(context)),
            Self::Pickup => Box::pin(pickup::run(context)),
            Self::Decide => Box::pin(decide::run(context)),
            Self::Sheet => Box::pin(sheet::run(context)),
            Self::Turn => Box::pin(turn::run(context)),
            Self::Thousand => Box::pin(thousand::run(context)),
            Self::Outage => Box::pin(outage::run(context)),
            Self::Recovery => Box::pin(recovery::run(context)),
            Self::Memory => Box::pin(memory::run(context)),
            Self::Sellers => Box::pin(sellers::run(context)),
        };
        Box::pin(async move {
            let measured = tokio::time::timeout(AT_MOST, measuring).await;
            measured.context("it took too long")?.with_context(|| format!("measuring {}", self.name()))
        })
    }
}
