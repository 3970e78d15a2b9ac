//! How many turns may run at once: as many as the settings say, but not from the first moment.
//!
//! A worker that comes up to a full queue would begin all its turns in the same moment. They would stay together from
//! then on: all at the model, then all at Redis and all at Avito, while in between everybody waits for the model and
//! nobody works.

use std::time::{Duration, Instant};

use runtime::shutdown::Shutdown;
use settings::Settings;

use crate::room::Room;

/// So many turns may run from the start: few enough not to matter, and more than most workers have permits.
const AT_FIRST: usize = 64;

/// Over how long the other permits are given out: about as long as a model thinks.
const OVER: Duration = Duration::from_secs(2);

const STEP: Duration = Duration::from_millis(10);

/// How many permits there are when a worker comes up. Each shard's fetcher holds one while it waits.
pub(crate) fn at_first(settings: &Settings) -> usize {
    AT_FIRST.max(2 * usize::from(settings.queue.shards)).min(settings.worker.permits)
}

/// Gives out the other permits, evenly.
pub(crate) async fn give_out_the_rest(room: &Room, shutdown: &Shutdown) {
    let rest = room.settings.worker.permits - at_first(&room.settings);
    let (began, mut given) = (Instant::now(), 0);
    while given < rest && !shutdown.is_requested() {
        tokio::time::sleep(STEP).await;
        let share = began.elapsed().as_secs_f64() / OVER.as_secs_f64();
        let due = rest.min((rest as f64 * share) as usize);
        room.permits.add_permits(due - given);
        given = due;
    }
}
