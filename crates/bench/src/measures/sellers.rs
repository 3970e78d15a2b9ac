//! What a message costs with one seller, a hundred, and ten thousand: it should be the same.
//!
//! In the queue: enqueue, take, claim, complete, one message after the other. In the gateway: webhooks to the
//! secret paths of all sellers in turn. And what a worker needs to come up for all of them.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use queue::{Fetcher, Heartbeat, Pulse, Queue, WorkerId};

use crate::context::Context;
use crate::figures::Figure;
use crate::house::{House, message};
use crate::open_loop::drive;
use crate::samples::Latencies;
use crate::shop::SellerNumber;
use crate::webhook::{Path, requests};

pub(crate) const NAME: &str = "sellers";

/// Requests a second to the gateway.
const PER_SECOND: u32 = 200;

/// Measures it.
///
/// # Errors
/// When a program does not come up, or Redis does not answer.
pub(crate) async fn run(context: &Context) -> anyhow::Result<Vec<Figure>> {
    let mut figures = Vec::new();
    for sellers in context.pick(&[1, 100, 10_000][..], &[1, 1000]) {
        context.say(NAME, &format!("{sellers} sellers"));
        let house = House::open(*sellers, "").await?;
        let of = |what: &str| format!("{sellers} sellers: {what}");
        let figure = |(what, value, unit): (&str, f64, &'static str)| Figure::once(NAME, of(what), value, unit);
        figures.extend(in_the_queue(context, &house, *sellers).await?.map(figure));
        figures.extend(in_the_gateway(context, &house, *sellers)?.map(figure));
        figures.extend(in_the_worker(context, &house)?.map(figure));
    }
    Ok(figures)
}

type Read = (&'static str, f64, &'static str);

async fn in_the_queue(context: &Context, house: &House, sellers: usize) -> anyhow::Result<[Read; 4]> {
    let (settings, queue, mut redis) = (&house.shop.settings, house.queue().await?, house.view().await?);
    let (worker, pulse) = (WorkerId::random(), Pulse::new());
    let on_lost = Box::new(|| eprintln!("bench: the lease was lost"));
    let heartbeat = tokio::task::block_in_place(|| {
        Heartbeat::start(&settings.redis, &settings.queue, worker.clone(), pulse.clone(), on_lost)
    })?;
    let mut fetcher = Fetcher::new(&settings.redis, &settings.queue, worker.clone(), 0);
    let count = context.pick(10_000, 500);
    let mut latencies = Latencies::new();
    once_around(&queue, &mut fetcher, &worker, SellerNumber(0), "u2i-warm-up").await?;

    let before = redis.done().await?;
    for number in 0..count {
        pulse.touch();
        let seller = SellerNumber(number % sellers);
        latencies.add(once_around(&queue, &mut fetcher, &worker, seller, &format!("u2i-{number:022}")).await?);
    }
    let after = redis.done().await?;
    tokio::task::block_in_place(|| heartbeat.stop());
    let each = |all: f64| all / count as f64;
    Ok([
        ("enqueue, take, claim, complete: p50", latencies.ms(0.5), "ms"),
        ("enqueue, take, claim, complete: p99", latencies.ms(0.99), "ms"),
        ("Redis commands, inside of scripts too", each((after.commands - before.commands) as f64), ""),
        ("Redis's CPU", each((after.cpu - before.cpu).as_secs_f64() * 1e6), "µs"),
    ])
}

async fn once_around(
    queue: &Queue,
    fetcher: &mut Fetcher,
    worker: &WorkerId,
    seller: SellerNumber,
    chat: &str,
) -> anyhow::Result<Duration> {
    let message = message(seller, chat, "Красная сумка есть в наличии?")?;
    let began = Instant::now();
    queue.enqueue(&message).await?;
    let token = fetcher.next().await?.context("the message made no token")?;
    let claim = queue.claim(worker, &token).await?.context("the token had no message")?;
    queue.complete(&claim).await?;
    Ok(began.elapsed())
}

fn in_the_gateway(context: &Context, house: &House, sellers: usize) -> anyhow::Result<[Read; 4]> {
    let began = Instant::now();
    let (gateway, at) = house.gateway(context)?;
    let up_after = began.elapsed();
    let count = PER_SECOND as usize * context.pick(10, 2);
    let load = |count: usize| {
        let requests = requests(&format!("{:016x}", rand::random::<u64>()), at, Path::Secret, sellers, count);
        tokio::task::block_in_place(|| drive(at, PER_SECOND, &requests))
    };
    load(100);
    let before = gateway.cpu()?;
    let outcome = load(count);
    let cpu = gateway.cpu()? - before;
    anyhow::ensure!(outcome.failed == 0, "{} webhooks were not accepted", outcome.failed);
    Ok([
        ("gateway, 200/s: p99", outcome.latencies.ms(0.99), "ms"),
        ("gateway, 200/s: CPU for 1000 requests", cpu.as_secs_f64() * 1000.0 / count as f64, "s"),
        ("gateway: up after", up_after.as_secs_f64(), "s"),
        ("gateway: memory", gateway.memory()?.now_mb, "MB"),
    ])
}

fn in_the_worker(context: &Context, house: &House) -> anyhow::Result<[Read; 2]> {
    let began = Instant::now();
    let worker = house.worker(context)?;
    Ok([
        ("worker: up after", began.elapsed().as_secs_f64(), "s"),
        ("worker: memory when it is up", worker.memory()?.now_mb, "MB"),
    ])
}
