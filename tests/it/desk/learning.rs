//! What the seller answered himself goes into his table by one tap, once, and the next buyer is answered from there.

use std::time::Duration;

use it::{PATIENCE, Shop, ended};
use sandbox::google::{Call, DEMO_SHEET_ID, Fault, Order, Quota, SERVICE_ACCOUNT_EMAIL, Sharing};
use sandbox::telegram::{DEMO_CHAT_ID, Message};

use super::harness::{STRANGER, brings_a_code, comes, heard, person, presses, replies, said, settled, shop, writes};

const QUESTION: &str = "Можно стирать в машинке?";
const ANSWER: &str = "Нет, только вручную и без отжима";

/// A shop in which nobody waits long for what was tapped.
async fn learns(workers: usize) -> Shop {
    shop(workers, "learning.look_every = \"20ms\"\nlearning.retry_after = \"1s\"\n").await
}

/// Анна asks what the table does not know; gives the card.
async fn asked(shop: &Shop, question: &str) -> Message {
    let record = shop.buyer("Анна").says(question).await;
    assert_eq!(ended(&record), ("escalated", "low_confidence"));
    newest(shop, DEMO_CHAT_ID, "Открыть чат на Авито").unwrap()
}

/// The newest message of the bot's in a chat that has this in it.
fn newest(shop: &Shop, chat: i64, part: &str) -> Option<Message> {
    said(shop, chat).into_iter().rev().find(|message| message.text.contains(part))
}

/// The offer in the demo seller's chat, as it reads by now.
fn offer(shop: &Shop) -> Option<Message> {
    newest(shop, DEMO_CHAT_ID, "❓")
}

/// Анна asks, the seller replies to the card; gives the offer.
async fn offered(shop: &Shop) -> Message {
    let card = asked(shop, QUESTION).await;
    replies(shop, DEMO_CHAT_ID, card.id, ANSWER).await;
    offer(shop).unwrap_or_else(|| panic!("no offer: {:#?}", said(shop, DEMO_CHAT_ID)))
}

/// Waits until the offer says this.
async fn offer_says(shop: &Shop, part: &str) -> Message {
    let telegram = &shop.system.sandbox.telegram;
    let says = |seen: &sandbox::telegram::Seen| seen.from_bot().any(|message| message.text.contains(part));
    telegram.wait_for(says, PATIENCE).await.unwrap_or_else(|_| panic!("{:#?}", offer(shop)));
    newest(shop, DEMO_CHAT_ID, part).unwrap()
}

/// The rows of the FAQ tab that have the question.
fn rows(shop: &Shop) -> Vec<String> {
    let cell = |at: String| shop.system.sandbox.google.cell("FAQ", &at).unwrap();
    let rows = (1..40).filter(|row| cell(format!("A{row}")) == QUESTION);
    rows.map(|row| cell(format!("B{row}"))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_from_telegram_is_saved_by_one_tap_and_the_next_buyer_hears_it() {
    let shop = learns(2).await;
    let offer = offered(&shop).await;
    assert_eq!(shop.buyer("Анна").heard().last().unwrap(), ANSWER);
    for part in ["Сохранить ответ в таблицу?", QUESTION, ANSWER] {
        assert!(offer.text.contains(part), "{}", offer.text);
    }
    assert_eq!(presses(&shop, offer.id, "Сохранить").await, "Сохраняю…");
    let saved = offer_says(&shop, "✅ В таблице, FAQ!A7: Лев.").await;
    assert_eq!((saved.id, saved.buttons().count()), (offer.id, 0));
    assert_eq!(rows(&shop), [ANSWER]);

    let viktor = shop.buyer("Виктор");
    let record = viktor.says(format!("Добрый день! {QUESTION}")).await;
    assert_eq!(ended(&record), ("replied", ""));
    assert!(viktor.heard().last().unwrap().contains(ANSWER), "{:?}", viktor.heard());
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_on_avito_is_offered_too_once_it_is_one() {
    let shop = learns(1).await;
    asked(&shop, QUESTION).await;
    let anna = shop.buyer("Анна");
    anna.hears_from_the_seller("Здравствуйте!").await;
    settled(&shop).await;
    assert_eq!(offer(&shop).map(|offer| offer.text), None);
    anna.hears_from_the_seller(ANSWER).await;
    settled(&shop).await;
    presses(&shop, offer(&shop).unwrap().id, "Сохранить").await;
    offer_says(&shop, "✅ В таблице").await;
    assert_eq!(rows(&shop), [ANSWER]);
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_tap_at_once_and_twice_add_one_row() {
    let shop = learns(2).await;
    comes(&shop, STRANGER, "Ольга");
    brings_a_code(&shop, STRANGER).await;
    let offer = offered(&shop).await;
    let hers = newest(&shop, STRANGER, "❓").unwrap();
    let telegram = &shop.system.sandbox.telegram;
    let save = offer.buttons().next().unwrap().data.clone().unwrap();
    for message in [offer.id, hers.id, offer.id, hers.id] {
        telegram.person_presses(message, &save).unwrap();
    }
    heard(&shop).await;
    offer_says(&shop, "✅ В таблице").await;
    assert_eq!(presses(&shop, hers.id, "Сохранить").await, "Уже в таблице.");
    assert_eq!(rows(&shop), [ANSWER]);
    assert_eq!(shop.system.sandbox.google.seen().appends, 1);
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_whose_fate_nobody_knows_is_looked_for_before_it_is_written_again() {
    let shop = learns(2).await;
    let offer = offered(&shop).await;
    let google = &shop.system.sandbox.google;
    // The row is written and nobody is told; then Google lets the table be read once more, and not a second time.
    google.order(Order::from(Fault::Cut).on("append"));
    let seen = google.seen();
    google.set_quota(Quota::per_minute((seen.reads + seen.sheets + 1) as usize));
    presses(&shop, offer.id, "Сохранить").await;
    let refused = |call: &Call| call.call == "read" && call.status == 429;
    google.wait_for(|seen| seen.calls.iter().any(refused), PATIENCE).await.unwrap();
    assert_eq!(newest(&shop, DEMO_CHAT_ID, "✅ В таблице").map(|message| message.text), None);
    google.set_quota(Quota::per_minute(600));
    let saved = tokio::time::timeout(PATIENCE, async {
        loop {
            shop.system.clock.advance(Duration::from_secs(2));
            if newest(&shop, DEMO_CHAT_ID, "✅ В таблице").is_some() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    saved.await.unwrap();
    assert_eq!(rows(&shop), [ANSWER]);
    assert_eq!(google.seen().appends, 1);
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tap_that_outlived_its_worker_is_done_by_the_next() {
    let shop = learns(1).await;
    let offer = offered(&shop).await;
    // As a worker leaves it that dies when it has noted the tap.
    let card = offer.buttons().next().unwrap().data.clone().unwrap().split_once(':').unwrap().1.parse().unwrap();
    let by = domain::desk::Person { id: DEMO_CHAT_ID, name: "Лев".to_owned() };
    let wanted =
        domain::lesson::LessonState::Wanted { by, since_ms: domain::clock::Clock::now_ms(&*shop.system.clock) };
    shop.system.store.decide_on_lesson(&card, &wanted).await.unwrap();
    assert_eq!(rows(&shop), Vec::<String>::new());
    assert_eq!(presses(&shop, offer.id, "Сохранить").await, "Сохраняю…");
    offer_says(&shop, "✅ В таблице").await;
    assert_eq!(rows(&shop), [ANSWER]);
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_may_only_be_read_is_told_and_a_second_tap_saves() {
    let shop = learns(1).await;
    let google = &shop.system.sandbox.google;
    google.let_edit(DEMO_SHEET_ID, Sharing::With(Vec::new())).unwrap();
    let offer = offered(&shop).await;
    presses(&shop, offer.id, "Сохранить").await;
    let refused = offer_says(&shop, "❌ Не сохранено").await;
    assert!(refused.text.contains(SERVICE_ACCOUNT_EMAIL) && refused.text.contains("«Редактор»"), "{}", refused.text);
    assert!(refused.text.contains(ANSWER), "{}", refused.text);
    assert_eq!(rows(&shop), Vec::<String>::new());

    google.let_edit(DEMO_SHEET_ID, Sharing::With(vec![SERVICE_ACCOUNT_EMAIL.to_owned()])).unwrap();
    presses(&shop, refused.id, "Сохранить").await;
    offer_says(&shop, "✅ В таблице").await;
    assert_eq!(rows(&shop), [ANSWER]);
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn not_wanted_is_not_asked_again_and_a_stranger_cannot_decide() {
    let shop = learns(1).await;
    let offer = offered(&shop).await;
    let telegram = &shop.system.sandbox.telegram;
    let save = offer.buttons().next().unwrap().data.clone().unwrap();
    let press = telegram.other_presses(offer.id, person(STRANGER, "Чужой"), &save).unwrap();
    heard(&shop).await;
    let seen = telegram.seen();
    assert_eq!(seen.presses.iter().find(|known| known.id == press).unwrap().answered.as_deref(), Some("Нет доступа"));

    assert_eq!(presses(&shop, offer.id, "Не надо").await, "Не сохраняем.");
    offer_says(&shop, "Не сохраняем: Лев.").await;
    let card = newest(&shop, DEMO_CHAT_ID, "Открыть чат на Авито").unwrap();
    replies(&shop, DEMO_CHAT_ID, card.id, "Гарантия полгода").await;
    assert_eq!(said(&shop, DEMO_CHAT_ID).iter().filter(|message| message.text.contains("❓")).count(), 1);
    assert_eq!(rows(&shop), Vec::<String>::new());
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_for_one_buyer_is_not_offered() {
    let shop = learns(1).await;
    let complaint = shop.buyer("Дмитрий").says("Верните деньги, она сломана!").await;
    assert_eq!(ended(&complaint), ("escalated", "complaint"));
    let card = newest(&shop, DEMO_CHAT_ID, "Открыть чат на Авито").unwrap();
    replies(&shop, DEMO_CHAT_ID, card.id, "Оформите возврат на Авито").await;
    let card = asked(&shop, QUESTION).await;
    for answer in ["Да, 300 рублей сверху", "Сейчас уточню", "Звоните 8 912 345-67-89"]
    {
        replies(&shop, DEMO_CHAT_ID, card.id, answer).await;
        assert_eq!(shop.buyer("Анна").heard().last().unwrap(), answer);
    }
    assert_eq!(offer(&shop).map(|offer| offer.text), None);
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_was_undone_or_refused_teaches_nothing() {
    let shop = shop(1, "telegram.undo = \"60s\"\n").await;
    let card = asked(&shop, QUESTION).await;
    shop.system.sandbox.telegram.person_says(DEMO_CHAT_ID, ANSWER, Some(card.id)).unwrap();
    heard(&shop).await;
    let receipt = newest(&shop, DEMO_CHAT_ID, "Отправлю покупателю").unwrap();
    presses(&shop, receipt.id, "Отменить").await;
    settled(&shop).await;
    assert_eq!(offer(&shop).map(|offer| offer.text), None);

    shop.system.sandbox.avito.order(sandbox::avito::Fault::Paywall);
    shop.system.sandbox.telegram.person_says(DEMO_CHAT_ID, ANSWER, Some(card.id)).unwrap();
    heard(&shop).await;
    shop.system.clock.advance(Duration::from_secs(61));
    settled(&shop).await;
    assert!(newest(&shop, DEMO_CHAT_ID, "Не отправлено").is_some(), "{:#?}", said(&shop, DEMO_CHAT_ID));
    assert_eq!(offer(&shop).map(|offer| offer.text), None);
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offer_that_is_too_old_says_so() {
    let shop = shop(1, "telegram.card_ttl = \"1s\"\n").await;
    let offer = offered(&shop).await;
    tokio::time::timeout(PATIENCE, async {
        let card = offer.buttons().next().unwrap().data.clone().unwrap().split_once(':').unwrap().1.parse().unwrap();
        while shop.system.store.lesson(&card).await.unwrap().is_some() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
    .await
    .unwrap();
    assert!(presses(&shop, offer.id, "Сохранить").await.contains("устарело"));
    writes(&shop, DEMO_CHAT_ID, "/help").await;
    assert_eq!(rows(&shop), Vec::<String>::new());
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_humans_answered_is_kept_masked_for_training() {
    let shop = learns(1).await;
    let card = asked(&shop, QUESTION).await;
    replies(&shop, DEMO_CHAT_ID, card.id, "Нет, звоните 8 912 000-00-00").await;
    let complaint = shop.buyer("Дмитрий").says("Верните деньги, она сломана!").await;
    shop.buyer("Дмитрий").hears_from_the_seller("Вернём, оформите возврат").await;
    settled(&shop).await;
    let kept = shop.system.store.human_answers(shop.system.seller(), 0, 0).await.unwrap();
    let told: Vec<_> = kept
        .iter()
        .map(|kept| (kept.reason.name(), kept.question.as_str(), kept.answer.as_str(), kept.source.name()))
        .collect();
    assert_eq!(
        told,
        [
            ("low_confidence", QUESTION, "Нет, звоните [телефон]", "telegram"),
            ("complaint", "Верните деньги, она сломана!", "Вернём, оформите возврат", "avito"),
        ]
    );
    assert_eq!(kept[1].turn, complaint.turn);
    assert_eq!(kept[0].intents, [domain::intent::Intent::Other]);
    shop.close().await;
}
