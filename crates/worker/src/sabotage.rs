//! The worker broken on purpose, for the tests that show what a protection is good for: it dies or freezes at a
//! point of a turn, or goes without a protection. Without the feature `sabotage` nothing of this is compiled.

#[cfg(all(feature = "sabotage", not(debug_assertions)))]
compile_error!("the feature `sabotage` breaks the worker on purpose: it is for tests, and no release may have it");

/// The moments of a turn after which the world may go on without us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Point {
    /// The token is in our list, and nobody has claimed the conversation.
    AfterFetch,
    /// The conversation is ours.
    AfterClaim,
    /// It is decided what to say.
    AfterModel,
    /// It is about to be written down.
    BeforeBeginSend,
    /// It is written down, and nothing is on the wire.
    AfterBeginSend,
    /// It is in the chat, and nobody noted it.
    AfterSend,
    /// All is done and remembered.
    BeforeComplete,
    /// All is acknowledged.
    AfterComplete,
    /// The turn failed, and the queue does not know.
    InNack,
    /// The worker goes home with its hands full.
    InRelease,
}

/// What can be taken out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// An unknown send is looked up in the chat's history.
    Reconciliation,
    /// What a worker holds stands in a list, where others find it.
    ProcessingList,
    /// An old claim, or a lease that has run out, stops a turn.
    Fencing,
    /// A worker whose lease was lost ends at once.
    Leaving,
}

#[cfg(not(feature = "sabotage"))]
mod nothing {
    use queue::{Queue, Token, WorkerId};

    /// Nothing happens here.
    pub(crate) const fn point(_: super::Point) {}

    /// Everything is in its place.
    pub(crate) const fn without(_: super::Part) -> bool {
        false
    }

    /// The list keeps what it holds.
    pub(crate) async fn let_go(_: &Queue, _: &WorkerId, _: &Token) {}
}

#[cfg(feature = "sabotage")]
mod orders;

#[cfg(not(feature = "sabotage"))]
pub(crate) use nothing::{let_go, point, without};
#[cfg(feature = "sabotage")]
pub(crate) use orders::{Order, let_go, obey, point, without};
