//! The metrics of this process, in the text form Prometheus reads.
//!
//! Not here: the metrics themselves. Each room counts with the `metrics` macros under its own names; a
//! histogram of seconds ends in `_seconds`.

use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

use crate::shutdown::Shutdown;

/// From one millisecond (a Redis command) to a minute (a drained shutdown), densest around the two seconds
/// a buyer's answer may take, with the turn's own marks (1.0, 1.6, 1.8) among them.
const SECONDS: [f64; 18] =
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 1.0, 1.3, 1.6, 1.8, 2.0, 5.0, 15.0, 60.0];

/// For every other histogram: sizes and counts by powers of ten and halves between.
const COUNTS: [f64; 13] =
    [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 500.0, 1_000.0, 5_000.0, 10_000.0, 50_000.0, 100_000.0];

/// How often samples are folded into their buckets; between two rounds they only use memory.
const UPKEEP: Duration = Duration::from_secs(5);

/// Where this process's metrics can be read.
#[derive(Clone)]
pub struct MetricsHandle(PrometheusHandle);

impl MetricsHandle {
    /// All metrics as they stand, in the Prometheus text format.
    pub fn render(&self) -> String {
        self.0.render()
    }

    /// Fold samples into their buckets until the end is asked for. The caller runs this beside its work.
    pub async fn upkeep(&self, shutdown: Shutdown) {
        let mut round = tokio::time::interval(UPKEEP);
        loop {
            tokio::select! {
                _ = round.tick() => self.0.run_upkeep(),
                () = shutdown.requested() => return,
            }
        }
    }
}

/// Start to count. The first call in a process decides, every further one gets the same handle: the gateway
/// and the worker may run in one process, as they do in the demo, and then share one set of metrics.
pub fn install() -> MetricsHandle {
    static HANDLE: OnceLock<MetricsHandle> = OnceLock::new();
    // Two first calls at the same time would both install, and the loser's handle would stay empty.
    static FIRST: Mutex<()> = Mutex::new(());
    let _one_at_a_time = FIRST.lock().unwrap_or_else(PoisonError::into_inner);

    HANDLE
        .get_or_init(|| {
            let recorder = PrometheusBuilder::new()
                .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)
                .and_then(|builder| builder.set_buckets(&COUNTS))
                .expect("the buckets are not empty")
                .build_recorder();
            let handle = MetricsHandle(recorder.handle());
            if metrics::set_global_recorder(recorder).is_err() {
                tracing::warn!("somebody else already counts in this process: our metrics will stay empty");
            }
            handle
        })
        .clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_counted_anywhere_is_rendered_by_every_handle() {
        let first = install();
        metrics::counter!("runtime_test_total", "kind" => "a").increment(2);
        metrics::histogram!("runtime_test_seconds").record(1.7);
        metrics::histogram!("runtime_test_bytes").record(30.0);

        let rendered = install().render();
        for line in [
            "runtime_test_total{kind=\"a\"} 2",
            "runtime_test_seconds_bucket{le=\"1.6\"} 0",
            "runtime_test_seconds_bucket{le=\"1.8\"} 1",
            "runtime_test_bytes_bucket{le=\"50\"} 1",
        ] {
            assert!(rendered.contains(line), "{line} is not in\n{rendered}");
        }
        assert_eq!(rendered, first.render());
    }

    #[tokio::test]
    async fn the_upkeep_ends_with_the_process() {
        let shutdown = Shutdown::new();
        let handle = install();
        tokio::join!(handle.upkeep(shutdown.clone()), async { shutdown.trigger() });
    }
}
