//! The small periodic duties: overdue retries, dead workers, and the pulse that says we live.

use std::sync::Arc;
use std::time::Duration;

use queue::Pulse;

use crate::room::Room;

/// How often overdue tokens are put back and expired workers are walked.
const TEND_EVERY: Duration = Duration::from_millis(250);

/// How often the runtime shows that it still ticks; the heartbeat stops when this stops for two seconds.
const TICK_EVERY: Duration = Duration::from_millis(200);

/// Puts overdue retries back to work and takes over what dead workers held. Any worker does this for all.
/// Runs until it is dropped.
pub(crate) async fn tend_the_queue(room: &Arc<Room>) {
    loop {
        if let Err(error) = room.queue.housekeep().await {
            tracing::warn!(error = %runtime::chain(&error), "cannot tend the queue; trying again");
        }
        tokio::time::sleep(TEND_EVERY).await;
    }
}

/// Touches the pulse as long as the runtime ticks. Runs until it is dropped: a draining worker still lives.
pub(crate) async fn beat(pulse: &Pulse) {
    loop {
        pulse.touch();
        tokio::time::sleep(TICK_EVERY).await;
    }
}
