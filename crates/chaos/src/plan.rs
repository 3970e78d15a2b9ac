//! What will happen in a run, and when: all of it drawn from the seed before anything starts, so that a seed that
//! found something finds it again. Only how the machine's own threads interleave differs from run to run.

use std::time::Duration;

use rand::rngs::StdRng;
use rand::{Rng, RngExt, SeedableRng};
use sandbox::avito::{Fault, Faults};
use sandbox::telegram;

use crate::checker::{Matter, SPOOLED_MS};

/// How much goes on.
#[derive(Debug, Clone, Copy)]
pub struct Scale {
    /// For how long buyers write and things break.
    pub duration: Duration,
    /// Chats that go on talking.
    pub chats: usize,
    /// Chats that ask the same again and again, and wait for the answer.
    pub waiting: usize,
    /// Messages a second, on the average.
    pub rate: f64,
    /// Workers.
    pub workers: usize,
}

/// A whole run.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What it was drawn from.
    pub seed: u64,
    /// How much goes on.
    pub scale: Scale,
    /// Everything that happens, in order.
    pub events: Vec<(Duration, Event)>,
    /// How many complaints there will be; each gets a chat of its own.
    pub complaints: usize,
    /// How many chats there will be that the seller takes and gives back.
    pub handed: usize,
    /// How many chats there will be in which the seller speaks up.
    pub interruptions: usize,
}

/// Something that happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The n-th of the buyers who want that writes. Who asks the same again waits for the last answer first.
    Says(Matter, usize),
    /// The seller answers the n-th complaint from Telegram, as soon as he has the card.
    Answers(usize),
    /// The seller notes something for his colleagues on the card of the n-th complaint, as soon as he has it.
    Notes(usize),
    /// The seller gives the n-th of the chats back that are handed to and fro, or takes it, as soon as the presses before
    /// this one are accepted: the how manieth it is there.
    Presses(usize, usize),
    /// SIGKILL to a worker; it is started again.
    KillWorker(usize),
    /// SIGSTOP to a worker, and SIGCONT after that long.
    FreezeWorker(usize, Duration),
    /// SIGTERM to a worker; it is started again.
    EndWorker(usize),
    /// SIGKILL to Redis, and a start on what it wrote after that long.
    KillRedis(Duration),
    /// SIGKILL to the gateway, and a start after that long.
    KillGateway(Duration),
    /// The next answer of Redis is lost on its way.
    LoseAnAnswer,
    /// Telegram's next call goes wrong.
    Telegram(telegram::Fault),
}

const COMPLAINTS: Duration = Duration::from_millis(4_000);

/// How long it is between two events of a kind, on the average.
const BETWEEN: [(Kind, Duration); 8] = [
    (Kind::Complaint, COMPLAINTS),
    (Kind::KillWorker, Duration::from_millis(2_000)),
    (Kind::FreezeWorker, Duration::from_millis(4_000)),
    (Kind::EndWorker, Duration::from_millis(12_000)),
    (Kind::KillRedis, Duration::from_millis(7_000)),
    (Kind::KillGateway, Duration::from_millis(9_000)),
    (Kind::LoseAnAnswer, Duration::from_millis(800)),
    (Kind::Telegram, Duration::from_millis(3_000)),
];

/// How long it is between the questions of a buyer who asks the same again.
const BETWEEN_THE_SAME: Duration = Duration::from_millis(1_500);

/// How long it is between two chats in which the seller speaks up.
const BETWEEN_INTERRUPTIONS: Duration = Duration::from_millis(4_000);

/// How long it is between two chats that the seller takes and gives back, and how often he presses in one.
const BETWEEN_HANDED: Duration = Duration::from_millis(5_000);
const PRESSES: usize = 3;

/// Messages a buyer writes in one go.
const BURSTS: [usize; 6] = [1, 1, 1, 2, 3, 4];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Complaint,
    KillWorker,
    FreezeWorker,
    EndWorker,
    KillRedis,
    KillGateway,
    LoseAnAnswer,
    Telegram,
}

impl Plan {
    /// The plan of this seed.
    pub fn draw(seed: u64, scale: Scale) -> Self {
        let mut events = Vec::new();
        draw_talk(&mut dice(seed, 0), &scale, &mut events);
        draw_waiting(&mut dice(seed, 100), &scale, &mut events);
        let interruptions = draw_interruptions(&mut dice(seed, 200), &scale, &mut events);
        let handed = draw_handed(&mut dice(seed, 300), &scale, &mut events);
        let mut complaints = 0;
        for (number, (kind, between)) in (1..).zip(BETWEEN) {
            let dice = &mut dice(seed, number);
            for at in moments(dice, between, scale.duration) {
                let event = match kind {
                    Kind::Complaint => {
                        complaints += 1;
                        // Twice, often before the first answer is out.
                        for latest_ms in [3_000, 5_000] {
                            events.push((at + up_to(dice, 500, latest_ms), Event::Answers(complaints - 1)));
                        }
                        Event::Says(Matter::Complaint, complaints - 1)
                    }
                    kind => strike(kind, dice, &scale),
                };
                events.push((at, event));
            }
        }
        draw_notes(&mut dice(seed, 400), &scale, complaints, &mut events);
        events.sort_by_key(|(at, _)| *at);
        Self { seed, scale, events, complaints, handed, interruptions }
    }

    /// How Avito misbehaves meanwhile, on which share of its occasions. Every delay is shorter than the time
    /// between the two looks that settle an unknown send.
    pub fn avito_faults(&self) -> Faults {
        use Fault::*;
        Faults::seeded(self.seed)
            .rate(ErrorBeforeAccepting { status: 500 }, 0.04)
            .rate(CutBeforeAccepting, 0.03)
            .rate(TooManyRequests { retry_after_s: Some(1) }, 0.02)
            .rate(ExpiredToken401, 0.01)
            .rate(ExpiredToken403, 0.01)
            .rate(SlowHistory { ms: 600 }, 0.05)
            .rate(ErrorAfterAccepting { status: 502 }, 0.04)
            .rate(CutAfterAccepting, 0.05)
            .rate(LateApplication { ms: 800 }, 0.03)
            .rate(SlowAnswer { ms: 1_300 }, 0.02)
            .rate(GarbledAnswer, 0.02)
            .rate(HistoryLag { ms: 900 }, 0.05)
            .rate(EarlyEcho, 0.10)
            .rate(NoEcho, 0.10)
            .rate(Duplicate, 0.10)
            .rate(Reorder, 0.05)
            .rate(DroppedDelivery, 0.03)
            .rate(DeliveryCut, 0.05)
            .rate(DeliveryStalled, 0.01)
            .rate(FieldsMissing { fields: Vec::new() }, 0.03)
            .rate(ChatFieldsMissing, 0.05)
    }
}

fn dice(seed: u64, of: u64) -> StdRng {
    // Each kind has its own, so that a change to one leaves the others as they were.
    StdRng::seed_from_u64(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(of))
}

fn draw_talk(dice: &mut StdRng, scale: &Scale, events: &mut Vec<(Duration, Event)>) {
    let mean_burst = BURSTS.iter().sum::<usize>() as f64 / BURSTS.len() as f64;
    let between = Duration::from_secs_f64(mean_burst / scale.rate);
    for mut at in moments(dice, between, scale.duration) {
        let chat = dice.random_range(0..scale.chats);
        for _ in 0..BURSTS[dice.random_range(0..BURSTS.len())] {
            events.push((at, Event::Says(Matter::Question, chat)));
            at += up_to(dice, 0, 400);
        }
    }
}

fn draw_waiting(dice: &mut StdRng, scale: &Scale, events: &mut Vec<(Duration, Event)>) {
    for chat in 0..scale.waiting {
        let asks = moments(dice, BETWEEN_THE_SAME, scale.duration);
        events.extend(asks.into_iter().map(|at| (at, Event::Says(Matter::SameAgain, chat))));
    }
}

/// The seller speaks up while the first question is being answered, or a little before or after. Returns in how many
/// chats.
fn draw_interruptions(dice: &mut StdRng, scale: &Scale, events: &mut Vec<(Duration, Event)>) -> usize {
    let begins = moments(dice, BETWEEN_INTERRUPTIONS, scale.duration);
    for (chat, at) in begins.iter().enumerate() {
        let seller = *at + up_to(dice, 0, 1_500);
        events.push((*at, Event::Says(Matter::Interrupted, chat)));
        events.push((seller, Event::Says(Matter::SellersWords, chat)));
        for latest_ms in [1_500, 6_000] {
            events.push((seller + up_to(dice, 0, latest_ms), Event::Says(Matter::Interrupted, chat)));
        }
    }
    begins.len()
}

/// A complaint, and then by turns: the seller gives the chat back or takes it, and the buyer asks. Most questions come when
/// it is plain whose the chat is. Returns in how many chats.
fn draw_handed(dice: &mut StdRng, scale: &Scale, events: &mut Vec<(Duration, Event)>) -> usize {
    let begins = moments(dice, BETWEEN_HANDED, scale.duration);
    for (chat, at) in begins.iter().enumerate() {
        events.push((*at, Event::Says(Matter::Handed, chat)));
        let mut at = *at + up_to(dice, 500, 3_000);
        for press in 0..PRESSES {
            events.push((at, Event::Presses(chat, press)));
            at += up_to(dice, 0, 2_500);
            events.push((at, Event::Says(Matter::Between, chat)));
            at += up_to(dice, SPOOLED_MS, SPOOLED_MS + 2_500);
        }
    }
    begins.len()
}

/// Notes on the cards of some complaints.
fn draw_notes(dice: &mut StdRng, scale: &Scale, complaints: usize, events: &mut Vec<(Duration, Event)>) {
    let moments = moments(dice, 2 * COMPLAINTS, scale.duration);
    events.extend((0..complaints).zip(moments).map(|(number, at)| (at, Event::Notes(number))));
}

fn strike(kind: Kind, dice: &mut StdRng, scale: &Scale) -> Event {
    use telegram::Fault::*;
    let worker = dice.random_range(0..scale.workers);
    match kind {
        Kind::KillWorker => Event::KillWorker(worker),
        Kind::FreezeWorker => Event::FreezeWorker(worker, up_to(dice, 500, 4_500)),
        Kind::EndWorker => Event::EndWorker(worker),
        Kind::KillRedis => Event::KillRedis(up_to(dice, 100, 1_000)),
        Kind::KillGateway => Event::KillGateway(up_to(dice, 0, 800)),
        Kind::LoseAnAnswer => Event::LoseAnAnswer,
        Kind::Complaint | Kind::Telegram => {
            let faults = [ServerError, BadGateway, RetryAfter { seconds: 1 }, Cut, HangUp, NotJson, Slow { ms: 1_300 }];
            Event::Telegram(faults[dice.random_range(0..faults.len())].clone())
        }
    }
}

/// Moments of a Poisson process.
fn moments(dice: &mut StdRng, between: Duration, until: Duration) -> Vec<Duration> {
    let mut moments = Vec::new();
    let mut at = Duration::ZERO;
    loop {
        at += between.mul_f64(-dice.random::<f64>().max(1e-9).ln());
        if at >= until {
            return moments;
        }
        moments.push(at);
    }
}

fn up_to(dice: &mut impl Rng, from_ms: u64, to_ms: u64) -> Duration {
    Duration::from_millis(dice.random_range(from_ms..=to_ms))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCALE: Scale = Scale { duration: Duration::from_secs(120), chats: 60, waiting: 10, rate: 8.0, workers: 3 };

    #[test]
    fn a_seed_has_one_plan_and_other_seeds_have_others() {
        assert_eq!(Plan::draw(1, SCALE).events, Plan::draw(1, SCALE).events);
        assert_ne!(Plan::draw(1, SCALE).events, Plan::draw(2, SCALE).events);
    }

    #[test]
    fn everything_happens_in_two_minutes_in_order_and_about_as_often_as_it_should() {
        for seed in 1..=5 {
            let plan = Plan::draw(seed, SCALE);
            assert!(plan.events.is_sorted_by_key(|(at, _)| *at));
            let count = |of: fn(&Event) -> bool| plan.events.iter().filter(|(_, event)| of(event)).count();
            let said = count(|event| matches!(event, Event::Says(Matter::Question, _)));
            assert!((700..1300).contains(&said), "{said}");
            assert_eq!(plan.complaints, count(|event| matches!(event, Event::Says(Matter::Complaint, _))));
            assert_eq!(2 * plan.complaints, count(|event| matches!(event, Event::Answers(_))));
            assert_eq!(plan.handed, count(|event| matches!(event, Event::Says(Matter::Handed, _))));
            assert_eq!(PRESSES * plan.handed, count(|event| matches!(event, Event::Presses(..))));
            assert_eq!(plan.interruptions, count(|event| matches!(event, Event::Says(Matter::SellersWords, _))));
            for (least, of) in [
                (500, (|event| matches!(event, Event::Says(Matter::SameAgain, _))) as fn(&Event) -> bool),
                (40, |event| matches!(event, Event::KillWorker(_))),
                (15, |event| matches!(event, Event::FreezeWorker(..))),
                (15, |event| matches!(event, Event::Says(Matter::SellersWords, _))),
                (10, |event| matches!(event, Event::Says(Matter::Handed, _))),
                (5, |event| matches!(event, Event::Notes(_))),
                (3, |event| matches!(event, Event::EndWorker(_))),
                (8, |event| matches!(event, Event::KillRedis(_))),
                (6, |event| matches!(event, Event::KillGateway(_))),
                (100, |event| matches!(event, Event::LoseAnAnswer)),
                (20, |event| matches!(event, Event::Telegram(_))),
            ] {
                assert!(count(of) >= least, "seed {seed}: {} of at least {least}", count(of));
            }
        }
    }
}
