//! A thousand turns at once in one worker process, each two seconds at the model: how near to the ceiling of 500
//! turns a second it comes, and in how much memory.
//!
//! The messages wait in the queue before the worker starts; the gateway has no part in it. The model is asked once,
//! by the router; the templates word the replies, for the model here shares the machine with what is measured.

use std::time::Duration;

use anyhow::{Context as _, ensure};
use sandbox::model::Job;

use crate::context::Context;
use crate::figures::{Figure, Gate};
use crate::house::{House, enqueue_all, message};
use crate::process;
use crate::shop::SellerNumber;

pub(crate) const NAME: &str = "thousand";

const PERMITS: usize = 1000;
const AT_THE_MODEL: Duration = Duration::from_secs(2);

/// How long all of it may take: many times what it should.
const PATIENCE: Duration = Duration::from_secs(300);

/// The router may take longer than the two seconds it is made to take.
const OPERATOR: &str = "answers.model_wording = false\nworker.permits = 1000\nllm.max_concurrent = 1000\nworker.route_within = \"20s\"\n\
    worker.word_until = \"25s\"\nworker.turn_budget = \"30s\"\nworker.burst_quiet = \"0ms\"\nworker.burst_max = \"0ms\"\n";

/// Measures it.
///
/// # Errors
/// When the worker does not come up, or a buyer is not answered.
pub(crate) async fn run(context: &Context) -> anyhow::Result<Vec<Figure>> {
    let house = House::open(1, OPERATOR).await?;
    let chats = house.open_chats(PERMITS * context.pick(10, 4))?;
    let messages = chats.iter().map(|chat| message(SellerNumber(0), chat, "Красная сумка есть в наличии?"));
    enqueue_all(&house.queue().await?, messages.collect::<anyhow::Result<_>>()?).await?;
    house.sandbox.model.set_latency(Job::Routing, AT_THE_MODEL);

    let mut redis = house.view().await?;
    let (before, own_before) = (redis.done().await?, process::own_cpu()?);
    let worker = house.worker(context)?;
    let avito = &house.sandbox.avito;
    avito.wait_for(|world| world.sent().len() >= chats.len(), PATIENCE).await.context("waiting for the replies")?;
    let (memory, cpu) = (worker.memory()?, worker.cpu()?);
    let (after, own_after) = (redis.done().await?, process::own_cpu()?);

    let mut replied: Vec<_> = avito.sent().into_iter().map(|sent| sent.at).collect();
    replied.sort();
    ensure!(replied.len() == chats.len(), "{} replies to {} buyers", replied.len(), chats.len());
    // From the end of the first thousand to the start of the last: in between the worker was full all the time.
    let (first, last) = (PERMITS - 1, replied.len() - PERMITS);
    let a_second = (last - first) as f64 / (replied[last] - replied[first]).as_secs_f64();
    let each = |all: f64| all / chats.len() as f64;
    let ceiling = PERMITS as f64 / AT_THE_MODEL.as_secs_f64();
    Ok(vec![
        Figure::once(NAME, format!("turns a second, of {ceiling} possible"), a_second, "turns/s"),
        Figure::once(NAME, "share of the possible", 100.0 * a_second / ceiling, "%").gate(Gate::AtLeast(99.0)),
        Figure::once(NAME, "the worker's memory at the most", memory.peak_mb, "MB").gate(Gate::AtMost(64.0)),
        Figure::once(NAME, "the worker's memory at the end", memory.now_mb, "MB"),
        // Above 4 ms in all, two cores cannot make 500 turns in a second.
        Figure::once(NAME, "the worker's CPU for a turn", each(cpu.as_secs_f64() * 1000.0), "ms"),
        Figure::once(NAME, "Redis's CPU for a turn", each((after.cpu - before.cpu).as_secs_f64() * 1000.0), "ms"),
        Figure::once(NAME, "the sandbox's CPU for a turn", each((own_after - own_before).as_secs_f64() * 1000.0), "ms"),
        Figure::once(NAME, "Redis commands for a turn", each((after.commands - before.commands) as f64), ""),
    ])
}
