//! Requests at their own pace, whether or not the earlier ones were answered.
//!
//! Each request has the time it is meant for, and its latency runs from there: a server that stalls makes all
//! that was meant for the stall late, as it would real callers (no coordinated omission). Threads take the
//! requests in turn; blocking ones, because a thread wakes on time to 0.1 ms and an async timer only to 1 ms.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::samples::Latencies;
use crate::wire::Wire;

/// How many requests may be under way. At 1,000 a second a stall of 100 ms is ridden out without one being late
/// for want of a thread.
const THREADS: usize = 100;

/// How the requests ended.
pub(crate) struct Outcome {
    /// From when each was meant to go out, to its answer.
    pub(crate) latencies: Latencies,
    /// How late each went out: what of the latencies is the driver's own.
    pub(crate) late: Latencies,
    /// Answers other than 2xx, and none at all.
    pub(crate) failed: u64,
}

/// Sends the requests, so many a second, and waits for the answers.
pub(crate) fn drive(address: SocketAddr, per_second: u32, requests: &[Vec<u8>]) -> Outcome {
    let turn = AtomicUsize::new(0);
    let began = Instant::now() + Duration::from_millis(20);
    let due = |number: usize| began + Duration::from_secs(1) * u32::try_from(number).unwrap_or(u32::MAX) / per_second;
    let work = || {
        let mut wire = Wire::new(address);
        let mut outcome = Outcome::none();
        loop {
            let number = turn.fetch_add(1, Ordering::Relaxed);
            let Some(request) = requests.get(number) else { return outcome };
            let due = due(number);
            thread::sleep(due.saturating_duration_since(Instant::now()));
            outcome.late.add(due.elapsed());
            let answered = wire.exchange(request);
            outcome.latencies.add(due.elapsed());
            outcome.failed += u64::from(!matches!(answered, Ok(200..=299)));
        }
    };
    thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(work)).collect();
        let mut all = Outcome::none();
        for thread in threads {
            all.add(&thread.join().expect("the driver does not panic"));
        }
        all
    })
}

impl Outcome {
    fn none() -> Self {
        Self { latencies: Latencies::new(), late: Latencies::new(), failed: 0 }
    }

    fn add(&mut self, other: &Self) {
        self.latencies.merge(&other.latencies);
        self.late.merge(&other.late);
        self.failed += other.failed;
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn what_was_meant_for_a_stall_is_late_by_it() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            for (number, stream) in listener.incoming().enumerate() {
                let mut stream = stream.unwrap();
                thread::sleep(Duration::from_millis(if number == 0 { 300 } else { 0 }));
                thread::spawn(move || {
                    let mut part = [0; 1024];
                    while stream.read(&mut part).is_ok_and(|count| count > 0) {
                        stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").unwrap();
                    }
                });
            }
        });
        let request = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n".to_vec();
        let outcome = drive(address, 100, &vec![request; 40]);
        assert_eq!((outcome.latencies.len(), outcome.failed), (40, 0));
        // The first stalls for 300 ms; 29 more were meant for that time, and the last of them waited least.
        assert!(outcome.latencies.ms(0.5) > 50.0, "{}", outcome.latencies.ms(0.5));
    }
}
