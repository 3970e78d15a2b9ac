//! One run: the plan happens to the house, everything heals, and what came of each message is told.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use tokio::task::block_in_place;

use crate::checker::Matter;
use crate::house::House;
use crate::plan::{Event, Plan};
use crate::report::{Outcome, Report};

/// How often the house is looked after.
const TICK: Duration = Duration::from_millis(10);

/// How long the seller waits before he looks again for a card that has not come.
const LATER: Duration = Duration::from_millis(500);

/// How often progress is told.
const TELL_EVERY: Duration = Duration::from_secs(5);

/// How long everything may take to come to its end once nothing is broken any more.
const DRAIN: Duration = Duration::from_secs(90);

/// Lets `plan` happen to `house`. Tells how it goes on standard error.
///
/// # Errors
/// When a program or the world itself fails in a way nobody ordered.
pub async fn run(plan: &Plan, house: &mut House) -> anyhow::Result<Outcome> {
    for number in 0..house.workers.len() {
        house.start_worker(number)?;
    }
    house.workers_are_up(house.workers.len()).await?;
    house.sandbox.avito.set_faults(plan.avito_faults());
    let mut day = Day::new(plan, house);
    day.happen().await?;
    day.heal()?;
    let healed = Instant::now();
    let mut report = day.report;
    let drained = settle(house).await?;
    report.drain_s = (healed.elapsed().as_secs_f64() * 10.0).round() / 10.0;
    let mut stuck = house.stuck().await?;
    if !drained && stuck.is_empty() {
        stuck.push("it did not come to rest".to_owned());
    }
    Ok(Outcome::of(plan, house, &report, stuck))
}

/// Tends the house until all is done, and the sweep has found what it was left.
async fn settle(house: &mut House) -> anyhow::Result<bool> {
    let deadline = Instant::now() + DRAIN;
    let mut drained = false;
    while Instant::now() < deadline {
        restart_ended_workers(house)?;
        drained = house.drained(Duration::from_secs(2)).await?;
        if drained && house.verdict().unswept == 0 {
            break;
        }
    }
    Ok(drained)
}

/// The plan while it happens.
struct Day<'a> {
    house: &'a mut House,
    started: Instant,
    /// What is to happen, by its time and a number that keeps the order.
    ahead: BTreeMap<(Duration, usize), Event>,
    /// What has to be undone, and when.
    amends: Vec<(Duration, Amends)>,
    gateway_is_down: bool,
    redis_is_down: bool,
    told: Duration,
    /// Until when events are put off.
    until: Duration,
    /// How many were so far.
    put_off: usize,
    report: Report,
}

/// How a blow is made good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Amends {
    Thaw(usize),
    StartRedis,
    StartGateway,
}

impl<'a> Day<'a> {
    fn new(plan: &Plan, house: &'a mut House) -> Self {
        let events = plan.events.iter().enumerate();
        Self {
            house,
            started: Instant::now(),
            ahead: events.map(|(number, (at, event))| ((*at, number), event.clone())).collect(),
            amends: Vec::new(),
            gateway_is_down: false,
            redis_is_down: false,
            told: Duration::ZERO,
            until: plan.scale.duration + DRAIN,
            put_off: 0,
            report: Report::default(),
        }
    }

    async fn happen(&mut self) -> anyhow::Result<()> {
        while !self.ahead.is_empty() {
            let now = self.started.elapsed();
            while let Some(next) = self.ahead.first_entry().filter(|next| next.key().0 <= now) {
                let event = next.remove();
                self.strike(event, now)?;
            }
            for amends in self.due(now) {
                self.make_good(amends)?;
            }
            self.tend(now)?;
            tokio::time::sleep(TICK).await;
        }
        Ok(())
    }

    fn strike(&mut self, event: Event, now: Duration) -> anyhow::Result<()> {
        match event {
            Event::Says(Matter::SameAgain, number) if !self.house.is_answered(number) => {}
            Event::Answers(number) => {
                if !self.house.answers(number)? {
                    self.try_later(event, now);
                }
            }
            Event::Notes(number) => {
                if !self.house.notes(number)? {
                    self.try_later(event, now);
                }
            }
            Event::Presses(number, press) => {
                if !self.house.presses(number, press)? {
                    self.try_later(event, now);
                }
            }
            Event::Says(matter, number) => drop(self.house.says(matter, number)?),
            Event::KillWorker(number) => {
                self.house.workers[number].kill();
                self.amends.retain(|(_, amends)| *amends != Amends::Thaw(number));
                self.report.worker_kills += 1;
            }
            Event::FreezeWorker(number, long) => {
                let worker = &mut self.house.workers[number];
                if worker.runs() && !worker.is_frozen() {
                    worker.freeze();
                    self.amends.push((now + long, Amends::Thaw(number)));
                    self.report.pauses += 1;
                }
            }
            Event::EndWorker(number) => {
                self.house.workers[number].end();
                self.report.worker_ends += 1;
            }
            Event::KillRedis(long) if !self.redis_is_down => {
                block_in_place(|| self.house.redis.kill());
                self.redis_is_down = true;
                self.amends.push((now + long, Amends::StartRedis));
                self.report.redis_kills += 1;
            }
            Event::KillGateway(long) if !self.gateway_is_down => {
                self.house.gateway.kill();
                self.gateway_is_down = true;
                self.amends.push((now + long, Amends::StartGateway));
                self.report.gateway_kills += 1;
            }
            Event::KillRedis(_) | Event::KillGateway(_) => {}
            Event::LoseAnAnswer => self.house.proxy.lose_an_answer(),
            Event::Telegram(fault) => {
                self.house.sandbox.telegram.order(sandbox::telegram::Order::from(fault).on("sendMessage"));
            }
        }
        Ok(())
    }

    /// What is not done yet for want of a card, or of a button on it, is tried again. Who never gets a card has nothing to
    /// do there; that the card is missing is told anyway.
    fn try_later(&mut self, event: Event, now: Duration) {
        if now < self.until {
            self.ahead.insert((now + LATER, usize::MAX - self.put_off), event);
            self.put_off += 1;
        }
    }

    fn due(&mut self, now: Duration) -> Vec<Amends> {
        self.amends.extract_if(.., |(at, _)| *at <= now).map(|(_, amends)| amends).collect()
    }

    fn make_good(&mut self, amends: Amends) -> anyhow::Result<()> {
        match amends {
            Amends::Thaw(number) => self.house.workers[number].thaw(),
            Amends::StartRedis => {
                block_in_place(|| self.house.redis.restart());
                self.redis_is_down = false;
            }
            Amends::StartGateway => {
                self.house.gateway.start()?;
                self.gateway_is_down = false;
            }
        }
        Ok(())
    }

    /// What an operator's machine does by itself: starts what has ended. And the marketplace delivers again.
    fn tend(&mut self, now: Duration) -> anyhow::Result<()> {
        restart_ended_workers(self.house)?;
        if !self.gateway_is_down && !self.house.gateway.runs() {
            self.house.gateway.start()?;
        }
        self.house.postman.round(&self.house.sandbox.avito)?;
        self.house.postman.looks_at_presses(&self.house.sandbox.telegram)?;
        if now >= self.told + TELL_EVERY {
            self.told = now;
            self.tell(now);
        }
        Ok(())
    }

    fn tell(&self, now: Duration) {
        let (asked, open) = (self.house.postman.asked().len(), self.house.postman.not_accepted());
        let sent = self.house.sandbox.avito.look(|world| world.sent().len());
        let Report { worker_kills, pauses, redis_kills, gateway_kills, .. } = self.report;
        eprintln!(
            "{:4} s: {asked} messages, {open} not accepted yet, {sent} replies; struck: workers {worker_kills} killed \
             and {pauses} frozen, Redis {redis_kills}, gateway {gateway_kills}",
            now.as_secs()
        );
    }

    fn heal(&mut self) -> anyhow::Result<()> {
        self.house.sandbox.avito.clear_faults();
        self.house.sandbox.telegram.clear_orders();
        for (_, amends) in std::mem::take(&mut self.amends) {
            self.make_good(amends)?;
        }
        self.tend(self.started.elapsed())
    }
}

fn restart_ended_workers(house: &mut House) -> anyhow::Result<()> {
    for worker in &mut house.workers {
        if !worker.runs() {
            worker.start()?;
        }
    }
    Ok(())
}
