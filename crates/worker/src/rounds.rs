//! The small periodic duties: overdue retries, dead workers, and the pulse that says we live.

use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;
use queue::Pulse;

use crate::room::Room;

/// How often overdue tokens are put back and expired workers are walked.
const TEND_EVERY: Duration = Duration::from_millis(250);

/// How often the queue is measured.
const MEASURE_EVERY: Duration = Duration::from_secs(5);

/// How often the runtime shows that it still ticks; the heartbeat stops when this stops for two seconds.
const TICK_EVERY: Duration = Duration::from_millis(200);

/// Puts overdue retries back to work and takes over what dead workers held, in each shard by itself. Any worker does
/// this for all. Runs until it is dropped.
pub(crate) async fn tend_the_queue(room: &Arc<Room>) {
    let shards = (0..room.settings.queue.shards).map(|shard| tend(room, shard));
    tokio::join!(join_all(shards), measure(room));
}

async fn tend(room: &Room, shard: u16) {
    let mut failing = false;
    loop {
        match room.queue.housekeep_shard(shard).await {
            Ok(_) => failing = false,
            // Once: the next rounds will say the same.
            Err(_) if failing => {}
            Err(error) => {
                failing = true;
                let error = runtime::chain(&error);
                tracing::warn!(error, queue.shard = shard, "cannot tend the queue; it is tried again and again");
            }
        }
        tokio::time::sleep(TEND_EVERY).await;
    }
}

/// Keeps the gauges of the queue up to date.
async fn measure(room: &Room) {
    loop {
        // That Redis is away is told by everybody else.
        room.queue.depth().await.ok();
        tokio::time::sleep(MEASURE_EVERY).await;
    }
}

/// Touches the pulse as long as the runtime ticks. Runs until it is dropped: a draining worker still lives.
pub(crate) async fn beat(pulse: &Pulse) {
    loop {
        pulse.touch();
        tokio::time::sleep(TICK_EVERY).await;
    }
}
