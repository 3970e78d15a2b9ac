//! Waiting for something to happen in the world, and telling what happened when it did not.

use std::fmt::Write as _;
use std::time::Duration;

use super::state::State;
use super::world::World;

/// What was waited for did not happen.
#[derive(Debug, thiserror::Error)]
#[error("waited {} ms in vain; the sandbox saw:\n{seen}", waited.as_millis())]
pub struct WaitedInVain {
    /// For how long.
    pub waited: Duration,
    /// The last calls, deliveries and messages.
    pub seen: String,
}

pub(super) async fn wait_for(
    state: &State,
    wanted: impl Fn(&World) -> bool,
    timeout: Duration,
) -> Result<(), WaitedInVain> {
    let found = state.world.until(timeout, |world| wanted(world).then_some(())).await;
    found.ok_or_else(|| WaitedInVain { waited: timeout, seen: state.look(summary) })
}

/// The last of each kind: enough to see in a failed test where it went wrong.
fn summary(world: &World) -> String {
    const LAST: usize = 12;
    let mut text = String::new();
    let calls = world.calls().iter().rev().take(LAST).rev();
    for call in calls {
        let status = call.status.map_or("cut".to_owned(), |status| status.to_string());
        let _infallible = writeln!(text, "  call {} ms: {} {} -> {status}", call.at_ms, call.method, call.path);
    }
    let deliveries = world.deliveries().iter().rev().take(LAST).rev();
    for delivery in deliveries {
        let (at, what, outcome) = (delivery.at_ms, &delivery.message, &delivery.outcome);
        let _infallible = writeln!(text, "  webhook {at} ms: {what} in {} -> {outcome:?}", delivery.chat);
    }
    let sent = world.sent().iter().rev().take(LAST).rev();
    for sent in sent {
        let _infallible = writeln!(text, "  sent {} ms: {} in {}", sent.at_ms, sent.text, sent.chat);
    }
    text
}
