//! One turn of the past, thought about once more.

use std::time::Instant;

use agents::{Assistant, Routed, Turn};
use domain::catalog::CatalogSnapshot;
use domain::escalation::{EscalationReason, Listing};
use domain::ids::UserId;
use domain::message::{Content, Message, Side};
use domain::record::{DecisionRecord, Ending};
use domain::seller::SellerProfile;
use futures::future::BoxFuture;
use jiff::Timestamp;

use super::compare::{self, Replayed};

/// The shop in which it is thought about.
#[derive(Clone, Copy)]
pub(super) struct Shop<'a> {
    pub(super) seller: &'a SellerProfile,
    pub(super) table: &'a CatalogSnapshot,
}

/// Why a turn is not thought about again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum NotRun {
    /// Nothing was thought about then either.
    Silent,
    /// It was settled by something else than the buyer's words.
    NoWords,
    /// The model or the table was away: that is no turn to hold another one against.
    Outage,
    /// Its record keeps too little: it is an old one, or the turn failed before it was thought about.
    NoGrounds,
    /// A point on the map, which is an address, is not kept.
    OnTheMap,
}

impl NotRun {
    /// In words, for a number of turns.
    pub(super) const fn told(self) -> &'static str {
        match self {
            Self::Silent => "nothing was said",
            Self::NoWords => "it was not settled by words: a photo, a call, a failure",
            Self::Outage => "the model or the table was away",
            Self::NoGrounds => "the record keeps too little of the turn",
            Self::OnTheMap => "there was a point on the map, which is not kept",
        }
    }

    /// The name in JSON.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Silent => "silent",
            Self::NoWords => "no_words",
            Self::Outage => "outage",
            Self::NoGrounds => "no_grounds",
            Self::OnTheMap => "on_the_map",
        }
    }
}

/// Why the turn of `record` cannot be thought about again, if it cannot.
pub(super) fn why_not(record: &DecisionRecord) -> Option<NotRun> {
    use EscalationReason::{DeadLetter, MayBeAnswered, MissedCall, ModelDown, NotText, TableUnreadable};
    match record.ending {
        // Nobody thought about these: the seller acted, or nothing was to be said.
        Ending::Silent(_) | Ending::Answered => return Some(NotRun::Silent),
        Ending::Escalated(NotText | MissedCall | DeadLetter | MayBeAnswered)
        | Ending::RepliedAndEscalated(DeadLetter) => return Some(NotRun::NoWords),
        Ending::Escalated(ModelDown | TableUnreadable) => return Some(NotRun::Outage),
        _ => {}
    }
    match &record.trace.grounds {
        None => Some(NotRun::NoGrounds),
        Some(grounds) if grounds.on_the_map => Some(NotRun::OnTheMap),
        Some(_) => None,
    }
}

/// Thinks about the turn again, at the time it was, in `shop`.
///
/// # Errors
/// When the model does not answer, or the seller is gone: in words for the operator.
pub(super) fn run<'a>(
    assistant: &'a Assistant,
    shop: Option<Shop<'a>>,
    record: &'a DecisionRecord,
) -> BoxFuture<'a, Result<Replayed, String>> {
    Box::pin(think(assistant, shop, record))
}

async fn think(assistant: &Assistant, shop: Option<Shop<'_>>, record: &DecisionRecord) -> Result<Replayed, String> {
    let seller = &record.conversation.seller;
    let shop = shop.ok_or_else(|| format!("there is no seller \"{seller}\" any more"))?;
    let grounds = record.trace.grounds.clone().unwrap_or_default();
    let listing = grounds.listing.clone().map(|title| Listing { title, price: None, url: None });
    let message = record.messages.last().map(|id| Message {
        id: id.clone(),
        conversation: record.conversation.clone(),
        side: Side::Buyer,
        author: UserId(0),
        created_s: record.at_ms / 1000,
        received_ms: record.at_ms,
        item: grounds.item,
        content: Content::Text { text: record.question.clone() },
    });
    let turn = Turn {
        seller: shop.seller,
        conversation: &grounds.memory,
        messages: message.as_slice(),
        listing: listing.as_ref(),
        now: Timestamp::from_millisecond(record.at_ms).map_err(|error| error.to_string())?,
        started: Instant::now(),
    };
    let routed = assistant.route(&turn).await;
    if let Routed::Down(failure) = routed {
        return Err(failure.why);
    }
    let answer = assistant.answer(&turn, routed, Ok(shop.table)).await;
    Ok(compare::with(record, &answer, &shop.table.version))
}

#[cfg(test)]
mod tests {
    use domain::record::{Grounds, SilentReason, Trace};

    use super::*;

    #[test]
    fn what_words_did_not_settle_is_not_run_again() {
        let kept = |grounds: Grounds| Trace { grounds: Some(Box::new(grounds)), ..Trace::default() };
        let whole = kept(Grounds::default());
        let on_the_map = kept(Grounds { on_the_map: true, ..Grounds::default() });
        for (ending, trace, why) in [
            (Ending::Replied, whole.clone(), None),
            (Ending::Escalated(EscalationReason::Complaint), whole.clone(), None),
            (Ending::Replied, Trace::default(), Some(NotRun::NoGrounds)),
            (Ending::Replied, on_the_map, Some(NotRun::OnTheMap)),
            (Ending::Silent(SilentReason::SellerSpeaks), whole.clone(), Some(NotRun::Silent)),
            (Ending::Escalated(EscalationReason::NotText), whole.clone(), Some(NotRun::NoWords)),
            (Ending::Escalated(EscalationReason::ModelDown), whole, Some(NotRun::Outage)),
        ] {
            let record = DecisionRecord {
                turn: "t".into(),
                conversation: "demo:c".parse().unwrap(),
                messages: Vec::new(),
                question: String::new(),
                at_ms: 0,
                ending,
                said: Vec::new(),
                trace,
                total_ms: 0,
            };
            assert_eq!(why_not(&record), why, "{ending:?}");
        }
    }
}
