//! A whole turn with a model that takes no time: from the moment a buyer's words leave Avito to the moment Avito
//! has our reply. What is left is what we add to any model.
//!
//! The gateway, the worker and Redis are processes. The sandbox's Avito, model and table run in this one, and
//! their time counts as ours: two answers of the model, and Avito's about a chat nobody has asked for yet.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use sandbox::avito::Avito;

use crate::context::Context;
use crate::figures::{Figure, Gate};
use crate::house::House;
use crate::samples::Latencies;

pub(crate) const NAME: &str = "turn";

const PER_SECOND: u32 = 50;

/// Turns that go before the measuring: connections, the table.
const WARM_UP: usize = 100;

/// How long the last reply may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// No wait for a buyer who types in pieces: it is not overhead but kindness, and has its own setting.
const OPERATOR: &str = "worker.burst_quiet = \"0ms\"\nworker.burst_max = \"0ms\"\n";

/// What the buyers ask; each is answered from the table.
const QUESTIONS: [&str; 3] =
    ["Красная сумка есть в наличии?", "Сколько стоит красная сумка?", "Доставите красную сумку в Новосибирск?"];

/// Measures it.
///
/// # Errors
/// When a program does not come up, or a buyer is not answered.
pub(crate) async fn run(context: &Context) -> anyhow::Result<Vec<Figure>> {
    let house = House::open(1, OPERATOR).await?;
    let (gateway, at) = house.gateway(context)?;
    let worker = house.worker(context)?;
    house.subscribe(at).await?;
    let avito = &house.sandbox.avito;
    let chats = house.open_chats(WARM_UP + PER_SECOND as usize * context.pick(60, 5))?;

    let (warm_up, measured) = chats.split_at(WARM_UP);
    speak_and_wait(avito, warm_up).await?;
    let before = (gateway.cpu()?, worker.cpu()?);
    let spoken = speak_and_wait(avito, measured).await?;
    let cpu_ms = |used: Duration| used.as_secs_f64() * 1000.0 / measured.len() as f64;

    let mut latencies = Latencies::new();
    for sent in avito.sent() {
        if let Some(spoken) = spoken.get(&sent.chat) {
            latencies.add(sent.at.saturating_duration_since(*spoken));
        }
    }
    ensure!(latencies.len() == measured.len() as u64, "{} replies to {} buyers", latencies.len(), measured.len());
    let cards = house.sandbox.telegram.seen().from_bot().count();
    ensure!(cards == 0, "{cards} questions were handed to a human: the sandbox's model was not understood");
    let of = |what: &str| format!("{PER_SECOND}/s: {what}");
    Ok(vec![
        Figure::once(NAME, of(&format!("p50 of {} turns", latencies.len())), latencies.ms(0.5), "ms")
            .gate(Gate::AtMost(6.0)),
        Figure::once(NAME, of("p99"), latencies.ms(0.99), "ms").gate(Gate::AtMost(40.0)),
        Figure::once(NAME, of("longest"), latencies.longest_ms(), "ms"),
        Figure::once(NAME, of("the worker's CPU for a turn"), cpu_ms(worker.cpu()? - before.1), "ms"),
        // Our reply comes back as an echo: two webhooks a turn.
        Figure::once(NAME, of("the gateway's CPU for a turn"), cpu_ms(gateway.cpu()? - before.0), "ms"),
    ])
}

/// In each chat the buyer asks something, one after the other at the pace; returns when all were answered, with
/// the time each was meant to ask at.
async fn speak_and_wait(avito: &Avito, chats: &[String]) -> anyhow::Result<HashMap<String, Instant>> {
    let answered = avito.look(|world| world.sent().len()) + chats.len();
    let spoken = tokio::task::block_in_place(|| speak(avito, chats))?;
    avito.wait_for(|world| world.sent().len() >= answered, PATIENCE).await.context("waiting for the replies")?;
    Ok(spoken)
}

fn speak(avito: &Avito, chats: &[String]) -> anyhow::Result<HashMap<String, Instant>> {
    let began = Instant::now();
    let mut spoken = HashMap::new();
    for (number, chat) in chats.iter().enumerate() {
        let due = began + Duration::from_secs(1) * u32::try_from(number)? / PER_SECOND;
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
        avito.buyer_says(chat, QUESTIONS[number % QUESTIONS.len()])?;
        spoken.insert(chat.clone(), due);
    }
    Ok(spoken)
}
