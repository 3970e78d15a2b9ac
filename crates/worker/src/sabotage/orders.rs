//! The orders of the command line, and their execution. Global, because the points of a turn are everywhere and
//! the sound worker must not carry anything for it.

use std::process::{Command, abort, id};
use std::str::FromStr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use queue::{Queue, Token, WorkerId};

use super::{Part, Point};

static ORDERS: OnceLock<Vec<Order>> = OnceLock::new();

/// One order of `--sabotage`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Order {
    /// `crash-at=after_claim:1`: die there, the n-th time.
    CrashAt(Point, u32),
    /// `stop-at=after_begin_send:1`: stop as by SIGSTOP there, the n-th time; whoever wants goes on with SIGCONT.
    StopAt(Point, u32),
    /// `without=fencing`.
    Without(Part),
}

/// From now on the orders hold.
pub(crate) fn obey(orders: Vec<Order>) {
    tracing::error!(?orders, "this worker is broken on purpose: it must never see a real buyer");
    ORDERS.set(orders).expect("a process is sabotaged once");
}

/// Dies or stops here, if that was ordered for this passing.
pub(crate) fn point(point: Point) {
    static PASSED: [AtomicU32; POINTS.len()] = [const { AtomicU32::new(0) }; POINTS.len()];
    let Some(number) = POINTS.iter().position(|(_, known)| *known == point) else { return };
    let times = PASSED[number].fetch_add(1, Ordering::SeqCst) + 1;
    for order in orders() {
        match order {
            Order::CrashAt(at, n) if (*at, *n) == (point, times) => abort(),
            Order::StopAt(at, n) if (*at, *n) == (point, times) => stop(),
            _ => {}
        }
    }
}

/// Whether `part` was taken out.
pub(crate) fn without(part: Part) -> bool {
    orders().contains(&Order::Without(part))
}

/// From now on the token is in nobody's list while its turn runs, as after a plain BRPOP.
pub(crate) async fn let_go(queue: &Queue, worker: &WorkerId, token: &Token) {
    queue.let_go(worker, token).await.expect("nothing else is broken where the list is");
}

fn orders() -> &'static [Order] {
    ORDERS.get().map_or(&[], Vec::as_slice)
}

/// The whole process stands still inside of `status` until somebody lets it run on.
fn stop() {
    let stopped = Command::new("kill").args(["-STOP", &id().to_string()]).status();
    assert!(stopped.is_ok_and(|status| status.success()), "kill -STOP did not reach ourselves");
}

const POINTS: [(&str, Point); 10] = [
    ("after_fetch", Point::AfterFetch),
    ("after_claim", Point::AfterClaim),
    ("after_model", Point::AfterModel),
    ("before_begin_send", Point::BeforeBeginSend),
    ("after_begin_send", Point::AfterBeginSend),
    ("after_send", Point::AfterSend),
    ("before_complete", Point::BeforeComplete),
    ("after_complete", Point::AfterComplete),
    ("in_nack", Point::InNack),
    ("in_release", Point::InRelease),
];

const PARTS: [(&str, Part); 4] = [
    ("reconciliation", Part::Reconciliation),
    ("processing-list", Part::ProcessingList),
    ("fencing", Part::Fencing),
    ("leaving", Part::Leaving),
];

impl FromStr for Order {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (what, rest) = text.split_once('=').ok_or("write crash-at=…, stop-at=… or without=…")?;
        match what {
            "crash-at" => passing(rest).map(|(point, n)| Self::CrashAt(point, n)),
            "stop-at" => passing(rest).map(|(point, n)| Self::StopAt(point, n)),
            "without" => named(&PARTS, rest).map(Self::Without),
            _ => Err(format!("{what} is no sabotage: crash-at, stop-at, without")),
        }
    }
}

fn passing(text: &str) -> Result<(Point, u32), String> {
    let (name, n) = text.split_once(':').unwrap_or((text, "1"));
    let n = n.parse().map_err(|_| format!("{n} is no number of a passing"))?;
    Ok((named(&POINTS, name)?, n))
}

fn named<T: Copy>(all: &[(&str, T)], name: &str) -> Result<T, String> {
    let known = || all.iter().map(|(known, _)| *known).collect::<Vec<_>>().join(", ");
    let found = all.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
    found.ok_or_else(|| format!("{name} is not one of {}", known()))
}
