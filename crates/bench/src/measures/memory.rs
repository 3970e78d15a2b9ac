//! What messages and conversations take in Redis, as the difference of what it says to use.

use std::time::Duration;

use anyhow::Context as _;

use crate::context::Context;
use crate::figures::Figure;
use crate::house::{House, enqueue_all, message};
use crate::redis_view::RedisView;
use crate::shop::SellerNumber;

pub(crate) const NAME: &str = "memory";

/// Further messages in each mailbox.
const FURTHER: usize = 9;

const PATIENCE: Duration = Duration::from_secs(300);

/// What a buyer writes, at its usual length.
const TEXT: &str = "Здравствуйте! Красная сумка ещё есть в наличии?";

/// Measures it.
///
/// # Errors
/// When Redis does not answer, or the worker does not come up.
pub(crate) async fn run(context: &Context) -> anyhow::Result<Vec<Figure>> {
    let mut figures = waiting(context).await?;
    figures.extend(idle(context).await?);
    Ok(figures)
}

/// Conversations with one message each, then with ten.
async fn waiting(context: &Context) -> anyhow::Result<Vec<Figure>> {
    let house = House::open(1, "").await?;
    let (queue, mut redis) = (house.queue().await?, house.view().await?);
    let conversations = context.pick(5000, 500);
    let one_each = || (0..conversations).map(|chat| message(SellerNumber(0), &format!("u2i-{chat:022}"), TEXT));
    enqueue_all(&queue, vec![message(SellerNumber(0), "u2i-the-first", TEXT)?]).await?;

    let empty = redis.used_memory().await?;
    enqueue_all(&queue, one_each().collect::<anyhow::Result<_>>()?).await?;
    let with_one = redis.used_memory().await?;
    for _ in 0..FURTHER {
        enqueue_all(&queue, one_each().collect::<anyhow::Result<_>>()?).await?;
    }
    let with_all = redis.used_memory().await?;

    let bytes = one_each().next().context("there is one")??;
    let envelope = serde_json::to_string(&bytes)?.len();
    let each = |bytes: f64, of: usize| bytes / of as f64;
    Ok(vec![
        Figure::once(NAME, "the message itself, as JSON", envelope as f64, "bytes"),
        Figure::once(NAME, "a conversation with one message waiting", each(with_one - empty, conversations), "bytes"),
        Figure::once(
            NAME,
            "each further message waiting in it",
            each(with_all - with_one, conversations * FURTHER),
            "bytes",
        ),
    ])
}

/// Conversations that were answered, by a real worker.
async fn idle(context: &Context) -> anyhow::Result<Vec<Figure>> {
    let house = House::open(1, "worker.burst_quiet = \"0ms\"\nworker.burst_max = \"0ms\"\n").await?;
    let _worker = house.worker(context)?;
    let mut redis = house.view().await?;
    answer(&house, 50).await?;
    let before = settled(&mut redis).await?;
    let conversations = context.pick(1500, 200);
    answer(&house, conversations).await?;
    let after = settled(&mut redis).await?;
    redis.delete("records:*").await?;
    let without_records = redis.used_memory().await?;

    let all = (conversations + 50) as f64;
    let record = (after - without_records) / all;
    let each = (after - before) / conversations as f64 - record;
    Ok(vec![
        Figure::once(NAME, "an idle conversation, one question answered", each, "bytes"),
        Figure::once(NAME, "the decision record of a turn", record, "bytes"),
    ])
}

async fn answer(house: &House, conversations: usize) -> anyhow::Result<()> {
    let avito = &house.sandbox.avito;
    let answered = avito.look(|world| world.sent().len()) + conversations;
    let chats = house.open_chats(conversations)?;
    let messages = chats.iter().map(|chat| message(SellerNumber(0), chat, TEXT)).collect::<anyhow::Result<_>>()?;
    let queue = house.queue().await?;
    enqueue_all(&queue, messages).await?;
    avito.wait_for(|world| world.sent().len() >= answered, PATIENCE).await.context("waiting for the replies")?;
    while !queue.depth().await?.is_idle() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}

/// Without what goes by itself within a minute.
async fn settled(redis: &mut RedisView) -> anyhow::Result<f64> {
    redis.delete("q:*:receipt:*").await?;
    redis.used_memory().await
}
