//! Cards and their buttons, replies, notes and undoing.

use std::time::Duration;

use it::{PATIENCE, Shop, ended};
use sandbox::avito::{Fault, Order};
use sandbox::telegram::DEMO_CHAT_ID;

use super::harness::{
    COMPLAINT, GROUP, STRANGER, brings_a_code, buttons, card, cards, comes, complained, heard, now, person, presses,
    receipt, replies, said, settled, shop, writes,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_card_has_buttons_and_a_second_message_grows_it() {
    let shop = shop(1, "").await;
    let first = complained(&shop).await;
    assert_eq!(buttons(&first), ["Ответить", "Взять чат", "Вернуть боту", "Пауза 1 ч"]);
    let record = shop.buyer("Дмитрий").says("Вы тут?").await;
    assert_eq!(ended(&record), ("silent", "handed_over"));
    let grown = card(&shop);
    assert_eq!(grown.id, first.id);
    assert!(grown.text.contains(COMPLAINT) && grown.text.contains("Вы тут?"), "{}", grown.text);
    assert_eq!(cards(&shop).len(), 1);
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_was_deleted_is_shown_anew_when_it_changes() {
    let shop = shop(1, "").await;
    let first = complained(&shop).await;
    shop.system.sandbox.telegram.person_deletes(first.id).unwrap();
    shop.buyer("Дмитрий").says("Вы тут?").await;
    let anew = card(&shop);
    assert_ne!(anew.id, first.id);
    assert!(anew.text.contains("Вы тут?"), "{}", anew.text);
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_to_the_card_goes_to_the_buyer_once() {
    let shop = shop(1, "").await;
    let first = complained(&shop).await;
    let dmitry = shop.buyer("Дмитрий");
    let before = dmitry.heard().len();
    replies(&shop, DEMO_CHAT_ID, first.id, "Вернём деньги сегодня.").await;
    assert_eq!(dmitry.heard()[before..], ["Вернём деньги сегодня."]);
    let answered = card(&shop);
    assert!(
        answered.text.contains("✅ Отправлено: Лев") && answered.text.contains("Вернём деньги"),
        "{}",
        answered.text
    );
    assert_eq!(buttons(&answered), ["Ответить", "Вернуть боту"]);
    let receipt = said(&shop, DEMO_CHAT_ID).into_iter().find(|message| message.text == "Отправлено покупателю.");
    assert!(receipt.is_some());

    // The chat is the seller's; what the buyer goes on to write makes a new card.
    let record = dmitry.says("Спасибо, а когда?").await;
    assert_eq!(ended(&record), ("silent", "seller_speaks"));
    let next = card(&shop);
    assert_ne!(next.id, first.id);
    assert!(next.text.contains("Покупатель пишет дальше") && next.text.contains("а когда?"), "{}", next.text);
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_answer_is_sent_in_parts() {
    let shop = shop(1, "avito.max_text_chars = 60\n").await;
    let first = complained(&shop).await;
    let dmitry = shop.buyer("Дмитрий");
    let before = dmitry.heard().len();
    let answer = "Мы посмотрели вашу сумку. Шов действительно разошёлся. Вернём деньги сегодня до вечера.";
    replies(&shop, DEMO_CHAT_ID, first.id, answer).await;
    assert!(dmitry.heard().len() > before + 1, "{:?}", dmitry.heard());
    assert_eq!(dmitry.heard()[before..].join(" "), answer);
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_reaches_the_colleagues_and_never_the_buyer() {
    let shop = shop(1, "").await;
    comes(&shop, STRANGER, "Ольга");
    brings_a_code(&shop, STRANGER).await;
    let first = complained(&shop).await;
    let dmitry = shop.buyer("Дмитрий");
    let before = dmitry.heard();
    replies(&shop, DEMO_CHAT_ID, first.id, "// это третий раз, не возвращаем").await;
    assert_eq!(dmitry.heard(), before);
    let noted = card(&shop);
    assert!(noted.text.contains("Лев: это третий раз"), "{}", noted.text);
    let told = said(&shop, STRANGER);
    assert!(told.iter().any(|message| message.text == "Заметка, Лев: это третий раз, не возвращаем"), "{told:?}");
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_answers_no_card_goes_nowhere_and_that_is_said_once() {
    let shop = shop(1, "").await;
    complained(&shop).await;
    let heard_before = shop.buyer("Дмитрий").heard();
    for text in ["Вернём деньги.", "Ау?"] {
        writes(&shop, DEMO_CHAT_ID, text).await;
    }
    settled(&shop).await;
    assert_eq!(shop.buyer("Дмитрий").heard(), heard_before);
    let hints = said(&shop, DEMO_CHAT_ID).into_iter().filter(|message| message.text.contains("никуда не ушло"));
    assert_eq!(hints.filter(|message| !message.text.contains("/help")).count(), 1);
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_buttons_do_what_they_say() {
    let shop = shop(1, "").await;
    let first = complained(&shop).await;
    let dmitry = shop.buyer("Дмитрий");
    for (button, pops_up, shows, then) in [
        ("Взять чат", "Чат у вас", "Чат у человека", ("silent", "seller_speaks")),
        ("Пауза 1 ч", "молчит в этом чате час", "молчит час", ("silent", "paused")),
        ("Вернуть боту", "снова отвечает", "Бот снова отвечает", ("replied", "")),
    ] {
        let answer = presses(&shop, card(&shop).id, button).await;
        assert!(answer.contains(pops_up), "{button}: {answer}");
        settled(&shop).await;
        let now = card(&shop);
        assert_eq!(now.id, first.id);
        assert!(now.text.contains(shows), "{button}: {}", now.text);
        let record = dmitry.says("Красная сумка есть в наличии?").await;
        assert_eq!(ended(&record), then, "{button}");
    }
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_button_to_answer_asks_for_a_reply_and_that_goes_to_the_buyer() {
    let shop = shop(1, "").await;
    let first = complained(&shop).await;
    presses(&shop, first.id, "Ответить").await;
    let prompt = said(&shop, DEMO_CHAT_ID).into_iter().find(|message| message.text.contains("Напишите ответ")).unwrap();
    replies(&shop, DEMO_CHAT_ID, prompt.id, "Позвоните нам, пожалуйста.").await;
    assert_eq!(shop.buyer("Дмитрий").heard().last().unwrap(), "Позвоните нам, пожалуйста.");
    shop.close().await;
}

/// The time in the shop stands still enough: a minute passes only when the test says so.
const UNDO: &str = "telegram.undo = \"60s\"\n";

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_can_be_undone_for_a_while() {
    let shop = shop(1, UNDO).await;
    let first = complained(&shop).await;
    let dmitry = shop.buyer("Дмитрий");
    let before = dmitry.heard();
    answers(&shop, first.id, "Вернём деньги сегодня.").await;
    let receipt = receipt(&shop, "Отправлю покупателю");
    assert_eq!(presses(&shop, receipt.id, "Отменить").await, "Отменяю…");
    settled(&shop).await;
    let told = now(&shop, &receipt);
    assert_eq!(told.text, "Отменено: покупатель ничего не получил.");
    assert_eq!(buttons(&told), Vec::<&str>::new());
    shop.system.clock.advance(Duration::from_secs(61));
    settled(&shop).await;
    assert_eq!(dmitry.heard(), before);

    answers(&shop, first.id, "Вернём деньги завтра.").await;
    shop.system.clock.advance(Duration::from_secs(61));
    settled(&shop).await;
    assert_eq!(dmitry.heard()[before.len()..], ["Вернём деньги завтра."]);
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_on_its_way_cannot_be_undone() {
    let shop = shop(1, UNDO).await;
    let first = complained(&shop).await;
    let (avito, dmitry) = (&shop.system.sandbox.avito, shop.buyer("Дмитрий"));
    let before = dmitry.heard().len();
    answers(&shop, first.id, "Вернём деньги сегодня.").await;
    let receipt = receipt(&shop, "Отправлю покупателю");
    avito.order(Order::from(Fault::SlowAnswer { ms: 450 }).in_chat(dmitry.chat.clone()));
    shop.system.clock.advance(Duration::from_secs(61));
    avito.wait_for(|world| world.sent().len() > before, PATIENCE).await.unwrap();
    presses(&shop, receipt.id, "Отменить").await;
    settled(&shop).await;
    assert_eq!(now(&shop, &receipt).text, "Поздно: ответ уже ушёл покупателю.");
    assert_eq!(dmitry.heard()[before..], ["Вернём деньги сегодня."]);
    shop.close().await;
}

/// The seller replies to a card; the answer waits.
async fn answers(shop: &Shop, card: i32, text: &str) {
    shop.system.sandbox.telegram.person_says(DEMO_CHAT_ID, text, Some(card)).unwrap();
    heard(shop).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_cannot_press_and_a_group_can() {
    let shop = shop(1, "").await;
    let title = Some("Склад".to_owned());
    let olga = person(STRANGER, "Ольга");
    shop.system.sandbox.telegram.open_chat(sandbox::telegram::Chat { id: GROUP, title, person: olga });
    brings_a_code(&shop, GROUP).await;
    let private = complained(&shop).await;
    let take =
        private.buttons().find(|button| button.text == "Взять чат").and_then(|button| button.data.clone()).unwrap();
    let telegram = &shop.system.sandbox.telegram;
    let press = telegram.other_presses(private.id, person(STRANGER + 7, "Чужой"), &take).unwrap();
    heard(&shop).await;
    let answered =
        |id: &str| telegram.seen().presses.iter().find(|press| press.id == id).and_then(|press| press.answered.clone());
    assert_eq!(answered(&press).as_deref(), Some("Нет доступа"));
    settled(&shop).await;
    assert!(!card(&shop).text.contains("Чат у человека"));

    let in_group = said(&shop, GROUP).into_iter().rev().find(|message| message.text.contains("Открыть чат")).unwrap();
    telegram.other_presses(in_group.id, person(STRANGER, "Ольга"), &take).unwrap();
    heard(&shop).await;
    settled(&shop).await;
    for chat in [DEMO_CHAT_ID, GROUP] {
        let shown = said(&shop, chat).into_iter().rev().find(|message| message.text.contains("Открыть чат")).unwrap();
        assert!(shown.text.contains("Чат у человека: Ольга"), "{}", shown.text);
    }
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_seller_who_writes_on_avito_closes_the_card() {
    let shop = shop(1, "").await;
    complained(&shop).await;
    shop.buyer("Дмитрий").hears_from_the_seller("Здравствуйте, сейчас решим.").await;
    settled(&shop).await;
    assert!(card(&shop).text.contains("Вы ответили сами"), "{}", card(&shop).text);
    assert_eq!(ended(&shop.buyer("Дмитрий").says("Жду").await), ("silent", "seller_speaks"));
    assert_eq!(cards(&shop).len(), 1);
    shop.close().await;
}
