//! How long a failed turn waits.

use std::time::Duration;

use queue::retry_delay;
use rand::SeedableRng;
use rand::rngs::SmallRng;

use crate::system::settings;

#[test]
fn the_range_doubles_with_each_failure_until_the_cap() {
    let mut chance = SmallRng::seed_from_u64(7);
    for (failed, ceiling_s) in [(0, 1), (1, 2), (2, 4), (5, 32), (6, 60), (31, 60), (u32::MAX, 60)] {
        let delays: Vec<_> = (0..500).map(|_| retry_delay(&settings(), failed, &mut chance)).collect();
        let ceiling = Duration::from_secs(ceiling_s);
        assert!(delays.iter().all(|delay| *delay <= ceiling), "after {failed}");
        assert!(delays.iter().any(|delay| *delay < ceiling / 10), "after {failed}: no short one");
        assert!(delays.iter().any(|delay| *delay > ceiling * 9 / 10), "after {failed}: no long one");
    }
}
