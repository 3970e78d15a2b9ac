//! Reminders of cards that nobody answers, the second person, and the quiet of the night.

use std::time::Duration;

use domain::ids::ConversationId;
use it::{PATIENCE, Shop, ended};
use sandbox::telegram::{DEMO_CHAT_ID, Fault, Message, Order, Seen, Sound};

use super::harness::{STRANGER, at, brings_a_code, comes, presses, replies, said, settled, shop};

/// Somebody looks all the time, and Ольга is the second person.
const ROUNDS: &str = "worker.rounds_every = \"20ms\"\nseller_defaults.reminders.second = [700000001]\n";

const MINUTE: Duration = Duration::from_secs(60);

/// Somebody asks for a human; gives the card.
async fn asks_for_a_human(shop: &Shop, buyer: &str) -> Message {
    let record = shop.buyer(buyer).says("Позовите менеджера").await;
    assert_eq!(ended(&record), ("escalated", "wants_human"), "{buyer}");
    let is_card = |message: &Message| message.text.contains("Открыть чат на Авито") && message.text.contains(buyer);
    said(shop, DEMO_CHAT_ID).into_iter().rev().find(is_card).unwrap()
}

/// All reminders in a chat.
fn reminders(shop: &Shop, chat: i64) -> Vec<Message> {
    seen_reminders(&shop.system.sandbox.telegram.seen(), chat)
}

fn seen_reminders(seen: &Seen, chat: i64) -> Vec<Message> {
    let is_one = |message: &&Message| {
        message.chat == chat && message.text.contains("ждёт") && !message.text.contains("Открыть чат на Авито")
    };
    seen.from_bot().filter(is_one).cloned().collect()
}

fn texts(messages: &[Message]) -> Vec<&str> {
    messages.iter().map(|message| message.text.as_str()).collect()
}

/// The reminders in the seller's chat, once there are so many.
async fn reminded(shop: &Shop, count: usize) -> Vec<Message> {
    let enough = |seen: &Seen| seen_reminders(seen, DEMO_CHAT_ID).len() >= count;
    let waited = shop.system.sandbox.telegram.wait_for(enough, PATIENCE).await;
    let found = reminders(shop, DEMO_CHAT_ID);
    assert!(waited.is_ok(), "{:?}, not {count}", texts(&found));
    found
}

/// How many calls were noted for whoever waits in this buyer's chat; `None`: nobody waits there.
async fn calls(shop: &Shop, buyer: &str) -> Option<u32> {
    let ConversationId { seller, chat } = shop.system.conversation(&shop.buyer(buyer).chat).unwrap();
    let waiting = shop.system.store.waiting(&seller).await.unwrap();
    waiting.into_iter().find(|(waits_in, _)| *waits_in == chat).map(|(_, waiting)| waiting.calls)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_seller_is_reminded_twice_and_then_the_second_person_gets_the_card() {
    let shop = shop(1, ROUNDS).await;
    comes(&shop, STRANGER, "Ольга");
    at(&shop, "10:00");
    let card = asks_for_a_human(&shop, "Дмитрий").await;
    for (minutes, count, text) in [
        (15, 1, "Дмитрий ждёт ответа 15 минут: «Позовите менеджера»"),
        (30, 2, "Дмитрий ждёт ответа 45 минут: «Позовите менеджера»"),
    ] {
        shop.system.clock.advance(minutes * MINUTE);
        let newest = reminded(&shop, count).await.pop().unwrap();
        assert_eq!((newest.text.as_str(), newest.reply_to), (text, Some(card.id)));
        assert_eq!(newest.sound, Sound::Rang);
        assert_eq!(newest.buttons().map(|button| button.text.as_str()).collect::<Vec<_>>(), ["Ответить"]);
    }
    assert_eq!(said(&shop, STRANGER), []);

    shop.system.clock.advance(30 * MINUTE);
    let has_it = |seen: &Seen| seen.from_bot().any(|message| message.chat == STRANGER);
    shop.system.sandbox.telegram.wait_for(has_it, PATIENCE).await.unwrap();
    settled(&shop).await;
    let handed_on = said(&shop, STRANGER);
    assert_eq!(texts(&handed_on), [card.text.as_str()]);
    assert_eq!(handed_on[0].sound, Sound::Rang);

    // She can do what the seller can, and everybody sees that she did.
    presses(&shop, handed_on[0].id, "Взять чат").await;
    replies(&shop, STRANGER, handed_on[0].id, "Здравствуйте! Я здесь.").await;
    assert_eq!(shop.buyer("Дмитрий").heard().last().unwrap(), "Здравствуйте! Я здесь.");
    let of_the_seller = shop.system.sandbox.telegram.seen().message(card.id).cloned().unwrap();
    assert!(of_the_seller.text.contains("✅ Отправлено: Ольга"), "{}", of_the_seller.text);
    assert_eq!(reminders(&shop, DEMO_CHAT_ID).len(), 2);
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_reminded_of_what_was_answered() {
    let shop = shop(1, ROUNDS).await;
    at(&shop, "10:00");
    let card = asks_for_a_human(&shop, "Дмитрий").await;
    asks_for_a_human(&shop, "Анна").await;
    asks_for_a_human(&shop, "Игорь").await;
    replies(&shop, DEMO_CHAT_ID, card.id, "Слушаю вас.").await;
    shop.buyer("Анна").hears_from_the_seller("Я здесь").await;
    assert_eq!((calls(&shop, "Дмитрий").await, calls(&shop, "Анна").await), (None, None));
    // The longest wait comes first: once the last one is called for, the others would have been.
    shop.system.clock.advance(15 * MINUTE);
    let all = reminded(&shop, 1).await;
    assert_eq!(texts(&all), ["Игорь ждёт ответа 15 минут: «Позовите менеджера»"]);
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_took_the_chat_is_reminded_alone_and_a_pause_gives_time() {
    let shop = shop(1, ROUNDS).await;
    let colleague = STRANGER + 1;
    comes(&shop, colleague, "Пётр");
    brings_a_code(&shop, colleague).await;
    at(&shop, "10:00");
    let taken = asks_for_a_human(&shop, "Дмитрий").await;
    let paused = asks_for_a_human(&shop, "Анна").await;
    asks_for_a_human(&shop, "Игорь").await;
    presses(&shop, taken.id, "Взять чат").await;
    presses(&shop, paused.id, "Пауза 1 ч").await;
    settled(&shop).await;

    shop.system.clock.advance(15 * MINUTE);
    let all = reminded(&shop, 2).await;
    let taken = "Лев, вас ждёт Дмитрий, уже 15 минут: «Позовите менеджера»";
    let open = "Игорь ждёт ответа 15 минут: «Позовите менеджера»";
    assert_eq!(texts(&all), [taken, open]);
    assert_eq!(all.iter().map(|message| message.sound).collect::<Vec<_>>(), [Sound::Rang, Sound::Silent]);
    let colleagues = |seen: &Seen| !seen_reminders(seen, colleague).is_empty();
    shop.system.sandbox.telegram.wait_for(colleagues, PATIENCE).await.unwrap();
    assert_eq!(texts(&reminders(&shop, colleague)), [open]);

    shop.system.clock.advance(46 * MINUTE);
    let all = reminded(&shop, 5).await;
    assert!(texts(&all).contains(&"Лев, вас ждёт Анна, уже 1 ч 1 мин: «Позовите менеджера»"), "{:?}", texts(&all));
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_night_is_quiet_but_for_orders_where_they_may_ring() {
    for (night_orders, expected) in [(false, Sound::Silent), (true, Sound::Rang)] {
        let shop = shop(1, &format!("{ROUNDS}seller_defaults.night_orders = {night_orders}\n")).await;
        at(&shop, "22:00");
        let asked = asks_for_a_human(&shop, "Дмитрий").await;
        assert_eq!(asked.sound, Sound::Silent);
        shop.buyer("Сергей").says("Кошелёк коричневый ещё есть?").await;
        let record = shop.buyer("Сергей").says("Беру").await;
        assert_eq!(ended(&record), ("escalated", "order"));
        let order = said(&shop, DEMO_CHAT_ID).pop().unwrap();
        assert!(order.text.contains("Готов купить"), "{}", order.text);
        assert_eq!(order.sound, expected, "night_orders = {night_orders}");

        // Half past eight, then a quarter past nine: the wait of the night does not count.
        for (minutes, count) in [(630, 0), (44, 0), (1, 2)] {
            shop.system.clock.advance(minutes * MINUTE);
            shop.buyer("Юлия").says("Наушники есть в наличии?").await;
            let all = reminded(&shop, count).await;
            assert_eq!(all.len(), count, "{:?}", texts(&all));
        }
        let all = reminders(&shop, DEMO_CHAT_ID);
        assert_eq!(
            texts(&all),
            ["Дмитрий ждёт ответа 11 ч 15 мин: «Позовите менеджера»", "Сергей ждёт ответа 11 ч 15 мин: «Беру»"]
        );
        let morning = asks_for_a_human(&shop, "Анна").await;
        assert_eq!(morning.sound, Sound::Rang);
        shop.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_workers_one_reminds_and_after_a_restart_nobody_is_reminded_again() {
    let mut shop = shop(2, ROUNDS).await;
    at(&shop, "10:00");
    asks_for_a_human(&shop, "Дмитрий").await;
    shop.system.clock.advance(15 * MINUTE);
    reminded(&shop, 1).await;
    asks_for_a_human(&shop, "Анна").await;
    shop.system.restart().await.unwrap();
    shop.system.clock.advance(15 * MINUTE);
    let all = reminded(&shop, 2).await;
    assert_eq!(
        texts(&all),
        ["Дмитрий ждёт ответа 15 минут: «Позовите менеджера»", "Анна ждёт ответа 15 минут: «Позовите менеджера»"]
    );
    assert_eq!((calls(&shop, "Дмитрий").await, calls(&shop, "Анна").await), (Some(1), Some(1)));
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reminder_that_may_have_been_said_is_not_repeated_and_one_that_was_not_is() {
    for fault in [Fault::Cut, Fault::RetryAfter { seconds: 1 }] {
        let shop = shop(1, ROUNDS).await;
        at(&shop, "10:00");
        asks_for_a_human(&shop, "Дмитрий").await;
        let telegram = &shop.system.sandbox.telegram;
        telegram.order(Order::from(fault.clone()).on("sendMessage"));
        shop.system.clock.advance(15 * MINUTE);
        let all = reminded(&shop, 1).await;
        assert_eq!(texts(&all), ["Дмитрий ждёт ответа 15 минут: «Позовите менеджера»"], "{fault:?}");
        // The next one is the second.
        shop.system.clock.advance(30 * MINUTE);
        let all = reminded(&shop, 2).await;
        assert_eq!(all.last().unwrap().text, "Дмитрий ждёт ответа 45 минут: «Позовите менеджера»", "{fault:?}");
        assert_eq!(all.len(), 2, "{fault:?}");
        shop.close().await;
    }
}
