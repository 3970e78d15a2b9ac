//! What is told of a run: the line of numbers, and what is behind them.

use sandbox::avito::Fault;
use serde::Serialize;

use crate::checker::{Matter, Verdict};
use crate::house::House;
use crate::plan::Plan;

/// The last line of a run.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Report {
    /// What it was drawn from.
    pub seed: u64,
    /// For how long buyers wrote and things broke, in seconds.
    pub duration: u64,
    /// What buyers wrote, and the seller.
    pub messages: usize,
    /// What they heard.
    pub replies: usize,
    /// Complaints among the messages.
    pub complaints: usize,
    /// Presses on «Взять чат» and «Вернуть боту».
    pub presses: usize,
    /// Notes for colleagues.
    pub notes: usize,
    /// Workers killed by SIGKILL.
    pub worker_kills: u64,
    /// Workers frozen by SIGSTOP for a while.
    pub pauses: u64,
    /// Workers sent home by SIGTERM.
    pub worker_ends: u64,
    /// Redis killed by SIGKILL.
    pub redis_kills: u64,
    /// The gateway killed by SIGKILL.
    pub gateway_kills: u64,
    /// Answers of Redis that got lost.
    pub answers_lost: u64,
    /// How long it took until nothing was left to do, in seconds.
    pub drain_s: f64,
    /// Messages whose webhook never came, left to the sweep.
    pub left_to_the_sweep: usize,
    /// Chats in which the seller spoke up.
    pub interruptions: usize,
    /// Answered although the seller had spoken before.
    pub over_the_seller: usize,
    /// Sends whose answer left open whether they were accepted.
    pub unknown_sends: usize,
    /// Accepted, or left to the sweep, and nothing came of it.
    pub lost: usize,
    /// Answered more than once, or said without being asked.
    pub duplicate: usize,
    /// Answered before a message accepted earlier.
    pub out_of_order: usize,
    /// What would never end.
    pub stuck: usize,
}

/// A report, and what is behind its numbers.
#[derive(Debug)]
pub struct Outcome {
    /// The last line.
    pub report: Report,
    /// What is wrong with which message.
    pub verdict: Verdict,
    /// What would never end.
    pub stuck: Vec<String>,
}

impl Outcome {
    /// What is to be told of a run that is over; `report` has what the run itself counted.
    pub(crate) fn of(plan: &Plan, house: &House, report: &Report, stuck: Vec<String>) -> Self {
        let verdict = house.verdict();
        let asked = |of: &[Matter]| house.postman.asked().iter().filter(|asked| of.contains(&asked.matter)).count();
        let report = Report {
            seed: plan.seed,
            duration: plan.scale.duration.as_secs(),
            messages: house.postman.asked().len(),
            replies: house.sandbox.avito.look(|world| world.sent().len()),
            complaints: plan.complaints,
            presses: asked(&[Matter::Takes, Matter::Returns]),
            notes: asked(&[Matter::Note]),
            interruptions: plan.interruptions,
            answers_lost: house.proxy.lost(),
            unknown_sends: unknown_sends(house),
            left_to_the_sweep: house.postman.given_up(),
            over_the_seller: verdict.over_the_seller.len(),
            lost: verdict.lost.len(),
            duplicate: verdict.duplicate.len(),
            out_of_order: verdict.out_of_order.len(),
            stuck: stuck.len(),
            ..report.clone()
        };
        Self { report, verdict, stuck }
    }

    /// Whether every message had its one effect, in order, and nothing is left over.
    pub fn is_sound(&self) -> bool {
        self.verdict.is_sound() && self.stuck.is_empty()
    }
}

/// Sends that were answered with a 5xx, late, unreadably or not at all.
fn unknown_sends(house: &House) -> usize {
    let slow = |ms: u64| ms > 1_000;
    house.sandbox.avito.look(|world| {
        let leaves_open = |fault: &Fault| match fault {
            Fault::ErrorBeforeAccepting { .. }
            | Fault::CutBeforeAccepting
            | Fault::ErrorAfterAccepting { .. }
            | Fault::CutAfterAccepting
            | Fault::LateApplication { .. }
            | Fault::GarbledAnswer => true,
            Fault::SlowAnswer { ms } => slow(*ms),
            _ => false,
        };
        world.played().iter().filter(|played| leaves_open(&played.fault)).count()
    })
}
