//! The morning's digest: what stands in it, and that it is told once.

use std::time::Duration;

use domain::clock::Clock;
use it::{PATIENCE, Shop, ended};
use sandbox::telegram::{DEMO_CHAT_ID, Fault, Message, Order, Seen, Sound};

use super::harness::{STRANGER, at, brings_a_code, comes, settled, shop};

const ROUNDS: &str = "worker.rounds_every = \"20ms\"\n";

const MINUTE: Duration = Duration::from_secs(60);

/// All digests in a chat.
fn digests(seen: &Seen, chat: i64) -> Vec<Message> {
    let is_one = |message: &&Message| message.chat == chat && message.text.starts_with("Доброе утро!");
    seen.from_bot().filter(is_one).cloned().collect()
}

/// The digest in a chat, once there is one; how long answers took is left out, and so are no-break spaces.
async fn digest(shop: &Shop, chat: i64) -> Message {
    let telegram = &shop.system.sandbox.telegram;
    telegram.wait_for(|seen| !digests(seen, chat).is_empty(), PATIENCE).await.unwrap();
    let mut digest = digests(&telegram.seen(), chat).remove(0);
    let line = |line: &str| line.split(", обычно").next().unwrap().replace('\u{a0}', " ");
    digest.text = digest.text.lines().map(line).collect::<Vec<_>>().join("\n");
    digest
}

/// Somebody asks for a human, and time passes until the seller is reminded of it: whatever is due in a round was told by
/// then.
async fn a_round_passes(shop: &Shop, buyer: &str) {
    let record = shop.buyer(buyer).says("Позовите менеджера").await;
    assert_eq!(ended(&record), ("escalated", "wants_human"), "{buyer}");
    shop.system.clock.advance(15 * MINUTE);
    let reminded = format!("{buyer} ждёт ответа 15 минут");
    let is_told = |seen: &Seen| seen.from_bot().any(|message| message.text.contains(&reminded));
    shop.system.sandbox.telegram.wait_for(is_told, PATIENCE).await.unwrap();
}

/// The day on the shop's clock, as the digest writes it.
fn day(shop: &Shop) -> String {
    let zone = shop.system.settings.sellers[0].profile.time_zone.clone();
    let now = shop.system.clock.now().to_zoned_datetime(zone);
    format!("{:02}.{:02}", now.day(), now.month())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_morning_tells_of_the_day_before_once_with_two_workers_and_after_a_restart() {
    let mut shop = shop(2, ROUNDS).await;
    comes(&shop, STRANGER, "Ольга");
    comes(&shop, STRANGER + 1, "Пётр");
    at(&shop, "10:00");
    brings_a_code(&shop, STRANGER).await;
    let day = day(&shop);
    assert_eq!(ended(&shop.buyer("Анна").says("Красная сумка есть в наличии?").await), ("replied", ""));
    assert_eq!(ended(&shop.buyer("Сергей").says("Кошелёк коричневый ещё есть?").await), ("replied", ""));
    assert_eq!(ended(&shop.buyer("Сергей").says("Беру").await), ("escalated", "order"));
    let record = shop.buyer("Дмитрий").says("Верните деньги, она сломана!").await;
    assert_eq!(ended(&record), ("escalated", "complaint"));
    settled(&shop).await;

    shop.system.clock.advance(23 * 60 * MINUTE);
    let expected = format!(
        "Доброе утро! Лавка на Лесной, с {day}, 09:00:\nБот ответил сам: 2\nПозвал вас: 2\nЗаказы: 1 на сумму 1 490 ₽\n\
         Сэкономлено: 3 мин (по 90 с на ответ)\nЖдут ответа: 2"
    );
    for chat in [DEMO_CHAT_ID, STRANGER] {
        let told = digest(&shop, chat).await;
        assert_eq!((told.text.as_str(), told.sound), (expected.as_str(), Sound::Rang));
    }
    brings_a_code(&shop, STRANGER + 1).await;
    shop.system.restart().await.unwrap();
    a_round_passes(&shop, "Игорь").await;
    for (chat, times) in [(DEMO_CHAT_ID, 1), (STRANGER, 1), (STRANGER + 1, 0)] {
        assert_eq!(digests(&shop.system.sandbox.telegram.seen(), chat).len(), times, "{chat}");
    }
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_digest_that_may_have_been_told_is_not_repeated_and_one_that_was_not_is() {
    for fault in [Fault::Cut, Fault::RetryAfter { seconds: 1 }] {
        let shop = shop(1, ROUNDS).await;
        at(&shop, "10:00");
        shop.buyer("Анна").says("Красная сумка есть в наличии?").await;
        settled(&shop).await;
        shop.system.sandbox.telegram.order(Order::from(fault.clone()).on("sendMessage"));
        shop.system.clock.advance(23 * 60 * MINUTE);
        let told = digest(&shop, DEMO_CHAT_ID).await;
        assert!(told.text.contains("\nБот ответил сам: 1\n"), "{}", told.text);
        a_round_passes(&shop, "Игорь").await;
        assert_eq!(digests(&shop.system.sandbox.telegram.seen(), DEMO_CHAT_ID).len(), 1, "{fault:?}");
        shop.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_told_of_nothing_or_where_nobody_wants_it() {
    for (settings, asks) in [("", false), ("seller_defaults.digest.on = false\n", true)] {
        let shop = shop(1, &format!("{ROUNDS}{settings}")).await;
        at(&shop, "10:00");
        if asks {
            shop.buyer("Анна").says("Красная сумка есть в наличии?").await;
        }
        shop.system.clock.advance(23 * 60 * MINUTE);
        a_round_passes(&shop, "Игорь").await;
        assert_eq!(digests(&shop.system.sandbox.telegram.seen(), DEMO_CHAT_ID), [], "{settings}");
        shop.close().await;
    }
}
