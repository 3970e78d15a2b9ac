//! A thousand turns at once in one worker process, each two seconds at the model: how near to the ceiling of 500
//! turns a second it comes, and in how much memory.
//!
//! The messages wait in the queue before the worker starts; the gateway has no part in it. The model is asked once,
//! by the router; the templates word the replies, for the model here shares the machine with what is measured.
//!
//! In turns with a model that speaks HTTP/2, as hosted services do, where many calls share a connection; and with one
//! that speaks HTTP/1.1, as small servers do, where each call has one to itself. The gates are those of the first.

use std::time::Duration;

use anyhow::{Context as _, ensure};
use sandbox::model::Job;

use crate::context::Context;
use crate::figures::{Figure, Gate};
use crate::house::{House, enqueue_all, message};
use crate::process;
use crate::samples::Rounds;
use crate::shop::SellerNumber;

pub(crate) const NAME: &str = "thousand";

const PERMITS: usize = 1000;
const AT_THE_MODEL: Duration = Duration::from_secs(2);

/// How long all of it may take: many times what it should.
const PATIENCE: Duration = Duration::from_secs(300);

/// The router may take longer than the two seconds it is made to take.
const OPERATOR: &str = "answers.model_wording = false\nworker.permits = 1000\nllm.max_concurrent = 1000\nworker.route_within = \"20s\"\n\
    worker.word_until = \"25s\"\nworker.turn_budget = \"30s\"\nworker.burst_quiet = \"0ms\"\nworker.burst_max = \"0ms\"\n";

/// How the model is spoken to, and whether the gates hold there.
struct Way {
    name: &'static str,
    setting: &'static str,
    gated: bool,
    read: Readings,
}

/// What was read, round by round.
#[derive(Default)]
struct Readings {
    a_second: Rounds,
    peak_mb: Rounds,
    end_mb: Rounds,
    worker_ms: Rounds,
    redis_ms: Rounds,
    sandbox_ms: Rounds,
    commands: Rounds,
}

/// Measures it.
///
/// # Errors
/// When the worker does not come up, or a buyer is not answered.
pub(crate) async fn run(context: &Context) -> anyhow::Result<Vec<Figure>> {
    let way = |name, setting, gated| Way { name, setting, gated, read: Readings::default() };
    let mut ways =
        [way("HTTP/2", "llm.protocol = \"http2\"\n", true), way("HTTP/1.1", "llm.protocol = \"negotiated\"\n", false)];
    for round in 0..context.pick(3, 1) {
        for way in &mut ways {
            measure(context, way).await?;
            context.say(NAME, &format!("round {}, {}", round + 1, way.name));
        }
    }
    Ok(ways.iter().flat_map(Way::figures).collect())
}

/// One round.
async fn measure(context: &Context, way: &mut Way) -> anyhow::Result<()> {
    let house = House::open(1, &format!("{OPERATOR}{}", way.setting)).await?;
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
    let each_ms = |all: Duration| all.as_secs_f64() * 1000.0 / chats.len() as f64;
    let read = &mut way.read;
    read.a_second.add(a_second);
    read.peak_mb.add(memory.peak_mb);
    read.end_mb.add(memory.now_mb);
    read.worker_ms.add(each_ms(cpu));
    read.redis_ms.add(each_ms(after.cpu - before.cpu));
    read.sandbox_ms.add(each_ms(own_after - own_before));
    read.commands.add((after.commands - before.commands) as f64 / chats.len() as f64);
    Ok(())
}

impl Way {
    fn figures(&self) -> Vec<Figure> {
        let ceiling = PERMITS as f64 / AT_THE_MODEL.as_secs_f64();
        let read = &self.read;
        let figure =
            |what: &str, rounds: &Rounds, unit| Figure::median(NAME, format!("{}: {what}", self.name), rounds, unit);
        let gate = |figure: Figure, gate| if self.gated { figure.gate(gate) } else { figure };
        vec![
            figure(&format!("turns a second, of {ceiling} possible"), &read.a_second, "turns/s"),
            gate(figure("share of the possible", &read.a_second.times(100.0 / ceiling), "%"), Gate::AtLeast(99.0)),
            gate(figure("the worker's memory at the most", &read.peak_mb, "MB"), Gate::AtMost(64.0)),
            figure("the worker's memory at the end", &read.end_mb, "MB"),
            // Above 4 ms in all, two cores cannot make 500 turns in a second.
            figure("the worker's CPU for a turn", &read.worker_ms, "ms"),
            figure("Redis's CPU for a turn", &read.redis_ms, "ms"),
            figure("the sandbox's CPU for a turn", &read.sandbox_ms, "ms"),
            figure("Redis commands for a turn", &read.commands, ""),
        ]
    }
}
