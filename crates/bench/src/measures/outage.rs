//! Redis away for half a minute while buyers go on writing: every webhook is to be accepted in time, and every
//! buyer answered afterwards.
//!
//! The webhooks come at their own pace from the driver, the chats they belong to are the sandbox's, so that the
//! worker's replies arrive somewhere. Redis is killed in one round and frozen in the other: a dead one refuses, a
//! frozen one is silent, and the gateway has to find out by itself.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};

use crate::context::Context;
use crate::figures::{Figure, Gate};
use crate::house::House;
use crate::open_loop::{Outcome, drive};
use crate::process::Program;
use crate::webhook::{CHATS, Path, chat, requests};

pub(crate) const NAME: &str = "outage";

/// Webhooks a second.
const PER_SECOND: u32 = 200;

/// For how long they come before Redis goes, and after it is back.
const AROUND: Duration = Duration::from_secs(10);

/// What Avito waits for an answer, in milliseconds.
const AVITO_WAITS_MS: f64 = 2000.0;

/// How long the answering may take once Redis is back: a backlog of 6,000 messages in 1,000 chats.
const PATIENCE: Duration = Duration::from_secs(240);

/// Between two looks at the queue.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// After so many looks at an idle queue it is at rest …
const STILL: usize = 20;

/// … and after so many it is told how far it is.
const TELL: usize = 50;

/// Measures it.
///
/// # Errors
/// When a program does not come up, or the queue does not come to rest.
pub(crate) async fn run(context: &Context) -> anyhow::Result<Vec<Figure>> {
    let mut figures = Vec::new();
    for how in [Gone::Killed, Gone::Frozen] {
        figures.extend(round(context, how).await.with_context(|| format!("with Redis {}", how.name()))?);
    }
    Ok(figures)
}

/// In which way Redis is away.
#[derive(Debug, Clone, Copy)]
enum Gone {
    Killed,
    Frozen,
}

impl Gone {
    fn name(self) -> &'static str {
        match self {
            Self::Killed => "killed",
            Self::Frozen => "frozen",
        }
    }
}

async fn round(context: &Context, how: Gone) -> anyhow::Result<Vec<Figure>> {
    let (around, away) = context.pick((AROUND, Duration::from_secs(30)), (AROUND / 5, Duration::from_secs(5)));
    let count = PER_SECOND as usize * (2 * around + away).as_secs() as usize;
    let mut house = House::open(1, "").await?;
    let (_gateway, at) = house.gateway(context)?;
    let mut worker = house.worker(context)?;
    house.subscribe(at).await?;
    let series = format!("{:016x}", rand::random::<u64>());
    for number in 0..CHATS.min(count) {
        house.open_chat(number, Some(chat(&series, number)))?;
    }
    let requests = requests(&series, at, Path::Secret, 1, count);

    let began = Instant::now();
    let driver = tokio::task::spawn_blocking(move || drive(at, PER_SECOND, &requests));
    tokio::time::sleep(around).await;
    context.say(NAME, &format!("Redis is {} for {} s", how.name(), away.as_secs()));
    let back = be_away(&mut house, how, away).await;
    let outcome = driver.await.context("the driver panicked")?;
    context.say(NAME, &format!("{count} webhooks, {} not accepted; waiting for the replies", outcome.failed));

    come_to_rest(context, &house, &mut worker).await?;
    let due = |number: usize| began + Duration::from_secs(1) * u32::try_from(number).unwrap_or(u32::MAX) / PER_SECOND;
    let last: HashMap<String, Instant> = (0..count).map(|number| (chat(&series, number), due(number))).collect();
    figures(&house, how, &outcome, &last, back).await
}

/// Takes Redis away for so long. Returns when it was back.
async fn be_away(house: &mut House, how: Gone, away: Duration) -> Instant {
    match how {
        Gone::Killed => tokio::task::block_in_place(|| house.redis.kill()),
        Gone::Frozen => house.redis.pause(),
    }
    tokio::time::sleep(away).await;
    match how {
        Gone::Killed => tokio::task::block_in_place(|| house.redis.restart()),
        Gone::Frozen => house.redis.resume(),
    }
    Instant::now()
}

/// Waits until nothing is left to do, and tells how far it is. A worker whose lease ran out while Redis was away
/// has ended, and is started again, as `restart: unless-stopped` does.
async fn come_to_rest(context: &Context, house: &House, worker: &mut Program) -> anyhow::Result<()> {
    let queue = house.queue().await?;
    let deadline = Instant::now() + PATIENCE;
    let mut looks_idle = 0;
    // The spool may still be on its way when the queue is empty for a moment.
    for look in 1.. {
        if !worker.runs()? {
            *worker = tokio::task::block_in_place(|| house.worker(context))?;
        }
        let depth = queue.depth().await?;
        looks_idle = if depth.is_idle() { looks_idle + 1 } else { 0 };
        if looks_idle == STILL {
            break;
        }
        ensure!(Instant::now() < deadline, "the queue did not come to rest: {depth:?}");
        if look % TELL == 0 {
            let (replies, waiting) = (house.sandbox.avito.look(|world| world.sent().len()), depth.ready);
            let (delayed, running) = (depth.delayed, depth.processing);
            context.say(NAME, &format!("{replies} replies; {waiting} wait, {running} run, {delayed} are put off"));
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
    Ok(())
}

/// What came of it. A chat's last message waits behind all its others, so a reply after it answers them all.
async fn figures(
    house: &House,
    how: Gone,
    outcome: &Outcome,
    last: &HashMap<String, Instant>,
    back: Instant,
) -> anyhow::Result<Vec<Figure>> {
    let mut replied: HashMap<String, Instant> = HashMap::new();
    for sent in house.sandbox.avito.sent() {
        replied.insert(sent.chat, sent.at);
    }
    let silent = last.iter().filter(|(chat, asked)| replied.get(*chat).is_none_or(|said| said < *asked)).count();
    let letters = house.queue().await?.dead_letters(1).await?.len();
    let caught_up = replied.values().max().map_or(f64::NAN, |said| said.saturating_duration_since(back).as_secs_f64());
    let figure = |what: &str, value, unit| Figure::once(NAME, format!("Redis {}: {what}", how.name()), value, unit);
    Ok(vec![
        figure("answers other than 2xx", outcome.failed as f64, "").gate(Gate::AtMost(0.0)),
        figure("p99", outcome.latencies.ms(0.99), "ms"),
        figure("longest", outcome.latencies.longest_ms(), "ms").gate(Gate::AtMost(AVITO_WAITS_MS)),
        figure("buyers without an answer", silent as f64, "").gate(Gate::AtMost(0.0)),
        figure("dead letters", letters as f64, "").gate(Gate::AtMost(0.0)),
        figure("from its return to the last reply", caught_up, "s"),
    ])
}
