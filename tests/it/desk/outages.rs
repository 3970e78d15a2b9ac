//! Bad days at the desk: Telegram, Avito or Redis are away or refuse, and what people wrote and pressed is done once all
//! the same.

use std::time::Duration;

use domain::autonomy::Fate;
use domain::intent::Intent;
use it::phone::counted;
use it::{PATIENCE, ended};
use sandbox::avito::{Fault, Order, World};
use sandbox::telegram::{self, DEMO_CHAT_ID, Seen};

use super::harness::{
    buttons, card, cards, cards_in, complained, complained_by, data, heard, now, popped_up, presses, receipt, replies,
    settled, shop, shop_but,
};

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_while_telegram_is_away_for_five_minutes() {
    let shop = shop(1, "").await;
    let first = complained(&shop).await;
    let (avito, telegram) = (&shop.system.sandbox.avito, &shop.system.sandbox.telegram);
    telegram.down();
    // Telegram keeps what is written to it meanwhile.
    telegram.person_says(DEMO_CHAT_ID, "Вернём деньги сегодня.", Some(first.id)).unwrap();
    let names = ["Мария", "Игорь"];
    let mut asked = Vec::new();
    for name in names {
        let chat = shop.buyer(name).chat;
        asked.push(avito.buyer_says(&chat, "Позовите человека, пожалуйста").unwrap());
        let is_told = |world: &World| world.sent().iter().any(|sent| sent.chat == chat);
        avito.wait_for(is_told, PATIENCE).await.unwrap();
    }
    for _ in 0..5 {
        shop.system.clock.advance(Duration::from_secs(60));
        let record = shop.buyer("Анна").says("Красная сумка есть в наличии?").await;
        assert_eq!(ended(&record), ("replied", ""), "who needs no human does not wait");
    }
    assert_eq!(cards(&shop).len(), 1);

    telegram.up().await.unwrap();
    for message in &asked {
        let record = shop.system.record_of(message, PATIENCE).await.unwrap();
        assert_eq!(ended(&record), ("escalated", "wants_human"));
    }
    heard(&shop).await;
    settled(&shop).await;
    for name in names {
        assert_eq!(shop.buyer(name).heard().len(), 1, "{name} was asked to wait, once");
        let about: Vec<_> = cards(&shop).into_iter().filter(|card| card.text.contains(name)).collect();
        assert_eq!(about.len(), 1, "{name}: {about:#?}");
        assert!(!about[0].text.contains("(повторно)"), "{}", about[0].text);
    }
    let told = shop.buyer("Дмитрий").heard();
    assert_eq!(told.iter().filter(|text| *text == "Вернём деньги сегодня.").count(), 1, "{told:?}");
    assert!(now(&shop, &first).text.contains("✅ Отправлено"), "{}", now(&shop, &first).text);
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_pressed_and_written_while_redis_is_away_is_done_once_it_is_back() {
    let mut shop = shop_but(1, "", &[("QUEUE__LEASE", "6s")]).await;
    let (taken, answered) = (complained_by(&shop, "Мария").await, complained(&shop).await);
    let polls = shop.system.sandbox.telegram.seen().count("getUpdates");
    shop.system.redis.kill();
    let telegram = &shop.system.sandbox.telegram;
    let press = telegram.person_presses(taken.id, &data(&taken, "Взять чат")).unwrap();
    telegram.person_says(DEMO_CHAT_ID, "Вернём деньги сегодня.", Some(answered.id)).unwrap();
    telegram.wait_for(|seen: &Seen| seen.count("getUpdates") > polls, PATIENCE).await.unwrap();
    shop.system.redis.restart();

    assert_eq!(popped_up(&shop, &press).await, "Чат у вас, бот молчит.");
    heard(&shop).await;
    settled(&shop).await;
    assert!(now(&shop, &taken).text.contains("Чат у человека: Лев"), "{}", now(&shop, &taken).text);
    let told = shop.buyer("Дмитрий").heard();
    assert_eq!(told.iter().filter(|text| *text == "Вернём деньги сегодня.").count(), 1, "{told:?}");
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_whose_fate_is_unknown_does_not_reach_the_buyer_twice() {
    let shop = shop(1, "").await;
    for (buyer, fault) in [
        ("Дмитрий", Fault::CutAfterAccepting),
        ("Мария", Fault::ErrorAfterAccepting { status: 502 }),
        ("Игорь", Fault::GarbledAnswer),
        ("Ольга", Fault::CutBeforeAccepting),
        ("Сергей", Fault::ErrorBeforeAccepting { status: 500 }),
        ("Юлия", Fault::LateApplication { ms: 50 }),
        ("Елена", Fault::SlowAnswer { ms: 700 }),
    ] {
        let card = complained_by(&shop, buyer).await;
        let before = shop.buyer(buyer).heard().len();
        shop.system.sandbox.avito.order(Order::from(fault.clone()).in_chat(shop.buyer(buyer).chat));
        replies(&shop, DEMO_CHAT_ID, card.id, "Вернём деньги сегодня.").await;
        assert_eq!(shop.buyer(buyer).heard()[before..], ["Вернём деньги сегодня."], "{fault:?}");
        assert!(shop.system.sandbox.avito.open_orders().is_empty(), "{fault:?} never played");
        assert!(now(&shop, &card).text.contains("✅ Отправлено"), "{fault:?}");
    }
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_avito_refuses_is_told_with_the_reason() {
    let shop = shop(1, "").await;
    let first = complained(&shop).await;
    let dmitry = shop.buyer("Дмитрий");
    let before = dmitry.heard();
    shop.system.sandbox.avito.order(Order::from(Fault::Paywall).in_chat(dmitry.chat.clone()));
    replies(&shop, DEMO_CHAT_ID, first.id, "Вернём деньги сегодня.").await;
    assert_eq!(dmitry.heard(), before);
    let told = receipt(&shop, "Не отправлено");
    assert_eq!(told.text, "Не отправлено: на Авито не оплачен доступ к сообщениям. Ответьте в чате на Авито.");
    let failed = card(&shop);
    assert_eq!(failed.id, first.id);
    for part in ["❌ Не отправлено: Лев", "не оплачен доступ", "Вернём деньги сегодня."]
    {
        assert!(failed.text.contains(part), "no {part}: {}", failed.text);
    }
    assert_eq!(buttons(&failed), ["Ответить", "Вернуть боту"]);

    // He pays, and answers once more.
    replies(&shop, DEMO_CHAT_ID, first.id, "Вернём деньги завтра.").await;
    assert_eq!(dmitry.heard()[before.len()..], ["Вернём деньги завтра."]);
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_that_avito_refuses_was_not_sent_and_tells_nothing_of_how_good_it_is() {
    let shop = shop(1, "seller_defaults.mode = \"draft\"\n").await;
    let anna = shop.buyer("Анна");
    assert_eq!(ended(&anna.says("Красная сумка есть в наличии?").await), ("escalated", "awaits_tap"));
    shop.system.sandbox.avito.order(Order::from(Fault::Paywall).in_chat(anna.chat.clone()));
    presses(&shop, card(&shop).id, "Отправить черновик").await;
    settled(&shop).await;
    assert_eq!(anna.heard(), Vec::<String>::new());
    counted(&shop, Intent::StockInquiry, &[]).await;
    let memory = shop.system.store.conversation(&shop.system.conversation(&anna.chat).unwrap()).await.unwrap();
    assert_eq!(memory.lines.len(), 1, "the buyer heard nothing: {:?}", memory.lines);

    // What he writes on Avito instead is held against it.
    anna.hears_from_the_seller("Да, есть").await;
    counted(&shop, Intent::StockInquiry, &[(Fate::Same, 1)]).await;
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tap_that_comes_after_the_seller_has_answered_on_avito_sends_nothing_and_says_why() {
    let shop = shop(1, "seller_defaults.mode = \"draft\"\n").await;
    let (avito, telegram) = (&shop.system.sandbox.avito, &shop.system.sandbox.telegram);
    let anna = shop.buyer("Анна");
    anna.says("Красная сумка есть в наличии?").await;
    let draft = card(&shop);
    // The card cannot be changed for a second: its buttons are there still.
    telegram.order(telegram::Order::from(telegram::Fault::RetryAfter { seconds: 1 }).on("editMessageText"));
    avito.seller_types(&anna.chat, "Да, в наличии").unwrap();
    let refused = |seen: &Seen| {
        seen.calls.iter().any(|call| call.method.eq_ignore_ascii_case("editMessageText") && call.status == 429)
    };
    telegram.wait_for(refused, PATIENCE).await.unwrap();
    presses(&shop, draft.id, "Отправить черновик").await;
    settled(&shop).await;
    assert_eq!(anna.heard(), Vec::<String>::new());
    assert_eq!(receipt(&shop, "Не отправлено").text, "Не отправлено: вы уже ответили на Авито.");
    let withdrawn = now(&shop, &draft);
    assert!(withdrawn.text.contains("Вы ответили сами"), "{}", withdrawn.text);
    assert_eq!(buttons(&withdrawn), ["Ответить", "Вернуть боту"]);
    counted(&shop, Intent::StockInquiry, &[(Fate::Same, 1)]).await;
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_nobody_could_change_still_says_why_its_draft_is_not_sent() {
    let shop = shop(1, "seller_defaults.mode = \"draft\"\n").await;
    let anna = shop.buyer("Анна");
    anna.says("Красная сумка есть в наличии?").await;
    let draft = card(&shop);
    let telegram = &shop.system.sandbox.telegram;
    telegram.order(telegram::Order::from(telegram::Fault::Blocked).on("editMessageText"));
    anna.hears_from_the_seller("Да, в наличии").await;
    settled(&shop).await;
    assert_eq!(presses(&shop, draft.id, "Отправить черновик").await, "Не отправлено: вы уже ответили на Авито.");
    settled(&shop).await;
    assert_eq!(anna.heard(), Vec::<String>::new());
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_two_workers_everything_pressed_and_written_is_done_once() {
    let shop = shop(2, "").await;
    let names = ["Дмитрий", "Мария", "Игорь", "Юлия"];
    let telegram = &shop.system.sandbox.telegram;
    let mut cards = Vec::new();
    for name in names {
        cards.push(complained_by(&shop, name).await);
    }
    let mut pressed = Vec::new();
    for (name, card) in names.iter().zip(&cards) {
        pressed.push(telegram.person_presses(card.id, &data(card, "Взять чат")).unwrap());
        telegram.person_says(DEMO_CHAT_ID, &format!("// {name}: третий раз"), Some(card.id)).unwrap();
        telegram.person_says(DEMO_CHAT_ID, &format!("Вернём деньги, {name}."), Some(card.id)).unwrap();
    }
    heard(&shop).await;
    settled(&shop).await;
    assert_eq!(telegram.seen().count("answerCallbackQuery"), pressed.len());
    for (name, card) in names.iter().zip(&cards) {
        let told = shop.buyer(name).heard();
        let answer = format!("Вернём деньги, {name}.");
        assert_eq!(told.iter().filter(|text| **text == answer).count(), 1, "{told:?}");
        let card = now(&shop, card).text;
        assert_eq!(card.matches("третий раз").count(), 1, "{card}");
        assert!(card.contains("✅ Отправлено: Лев"), "{card}");
    }
    assert_eq!(cards_in(&shop, DEMO_CHAT_ID).len(), names.len());
    let records = shop.system.store.records(shop.system.seller(), 200).await.unwrap();
    let mut done: Vec<_> = records.iter().flat_map(|record| &record.messages).collect();
    done.retain(|id| id.as_str().starts_with("tg-"));
    let all = done.len();
    done.sort();
    done.dedup();
    assert_eq!((all, done.len()), (3 * names.len(), 3 * names.len()), "each once");
    shop.close().await;
}
