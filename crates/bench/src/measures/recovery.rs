//! A worker is killed with conversations in its hands; how long until another has answered them.
//!
//! The turns are at the model when their worker dies, as most turns are at most times. A turn that dies in the
//! very middle of a send is another matter: it first waits `queue.settle`, on purpose.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use sandbox::avito::{Endpoint, World};
use sandbox::model::Job;

use crate::context::Context;
use crate::figures::{Figure, Gate};
use crate::house::{House, enqueue_all, message};
use crate::process::Program;
use crate::samples::Latencies;
use crate::shop::SellerNumber;

pub(crate) const NAME: &str = "recovery";

/// Systems that are killed side by side, to save time: they mostly wait for a lease to end.
const SIDE_BY_SIDE: u64 = 4;

/// Conversations in the hands of each worker that is killed.
const HELD: usize = 4;

/// How long the others may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// The model takes as long as it takes; no worker goes on without it.
const OPERATOR: &str = "worker.route_within = \"55s\"\nworker.word_until = \"58s\"\nworker.turn_budget = \"60s\"\n\
    worker.burst_quiet = \"0ms\"\nworker.burst_max = \"0ms\"\n";

/// Longer than any recovery: the turns of a worker that is to be killed stay at the model.
const FOR_EVER: Duration = Duration::from_secs(50);

/// Measures it.
///
/// # Errors
/// When a worker does not come up, or a buyer is not answered.
pub(crate) async fn run(context: &Context) -> anyhow::Result<Vec<Figure>> {
    let kills = context.pick(12, 1);
    let series = (0..context.pick(SIDE_BY_SIDE, 2)).map(|lane| kill_one_after_the_other(context, lane, kills));
    let mut latencies = Latencies::new();
    for recovered in futures::future::try_join_all(series).await? {
        latencies.merge(&recovered);
    }
    let killed = latencies.len() / HELD as u64;
    Ok(vec![
        Figure::once(
            NAME,
            format!("p50 of {} messages, {killed} kills", latencies.len()),
            latencies.ms(0.5) / 1000.0,
            "s",
        ),
        Figure::once(NAME, "p99", latencies.ms(0.99) / 1000.0, "s").gate(Gate::AtMost(5.5)),
        Figure::once(NAME, "longest", latencies.longest_ms() / 1000.0, "s"),
    ])
}

async fn kill_one_after_the_other(context: &Context, lane: u64, kills: usize) -> anyhow::Result<Latencies> {
    let house = House::open(1, OPERATOR).await?;
    let mut latencies = Latencies::new();
    let mut worker = start(context, &house).await?;
    for kill in 0..kills {
        // The kills fall into different parts of the second between two heartbeats.
        let phase = Duration::from_millis((lane * 250 + kill as u64 * 370) % 1000);
        let (recovered, next) = kill_and_wait(context, &house, worker, phase).await?;
        worker = next;
        context.say(
            NAME,
            &format!("kill {} of {kills}: answered after {:.2} s", kill + 1, recovered.longest_ms() / 1000.0),
        );
        latencies.merge(&recovered);
    }
    Ok(latencies)
}

/// One kill. Returns how long each of the victim's messages took, and the worker that answered them.
async fn kill_and_wait(
    context: &Context,
    house: &House,
    mut victim: Program,
    phase: Duration,
) -> anyhow::Result<(Latencies, Program)> {
    let (avito, model) = (&house.sandbox.avito, &house.sandbox.model);
    let (before, asked) = avito.look(|world| (world.sent().len(), chats_asked(world)));
    model.set_latency(Job::Routing, FOR_EVER);
    let chats = house.open_chats(HELD)?;
    let messages = chats.iter().map(|chat| message(SellerNumber(0), chat, "Красная сумка есть в наличии?"));
    enqueue_all(&house.queue().await?, messages.collect::<anyhow::Result<_>>()?).await?;
    // Each turn asks Avito about its chat while it asks the model.
    avito
        .wait_for(|world| chats_asked(world) >= asked + HELD, PATIENCE)
        .await
        .context("waiting for the turns to begin")?;

    let next = start(context, house).await?;
    tokio::time::sleep(phase).await;
    model.set_latency(Job::Routing, Duration::ZERO);
    let killed: Instant = victim.kill()?;
    let answered = before + HELD;
    avito.wait_for(|world| world.sent().len() >= answered, PATIENCE).await.context("waiting for the replies")?;
    let mut latencies = Latencies::new();
    avito.look(|world| {
        world.sent()[before..].iter().for_each(|sent| latencies.add(sent.at.saturating_duration_since(killed)));
    });
    Ok((latencies, next))
}

async fn start(context: &Context, house: &House) -> anyhow::Result<Program> {
    tokio::task::yield_now().await;
    tokio::task::block_in_place(|| house.worker(context))
}

fn chats_asked(world: &World) -> usize {
    world.calls().iter().filter(|call| call.endpoint == Endpoint::Chat).count()
}
