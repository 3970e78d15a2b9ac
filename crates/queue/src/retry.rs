//! How long a failed turn waits.

use std::time::Duration;

use rand::{Rng, RngExt};
use settings::QueueSettings;

/// The delay before the next attempt after `failed` ones before this: anything up to the base, doubled for
/// each, and never more than the cap. The whole range and not its upper half, so that conversations that
/// failed together do not come back together.
pub fn retry_delay(settings: &QueueSettings, failed: u32, chance: &mut impl Rng) -> Duration {
    let doubled = settings.retry_base.saturating_mul(2_u32.saturating_pow(failed));
    chance.random_range(Duration::ZERO..=doubled.min(settings.retry_cap))
}
