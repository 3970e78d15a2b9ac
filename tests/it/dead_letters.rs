//! What cannot be answered ends with a human who knows of it, and with an operator who can try again.

use std::time::Duration;

use domain::message::{Content, Message, Side};
use it::phone::{Phone, hears};
use it::{PATIENCE, Shop, ended};
use queue::{DeadLetter, Retried};
use sandbox::telegram::DEMO_CHAT_ID;

const QUESTION: &str = "Красная сумка есть в наличии?";

/// The first failure is the last.
const IMPATIENT: &str = "queue.max_attempts = 1\nqueue.retry_base = \"20ms\"\ntelegram.retry_after = \"100ms\"\ntelegram.timeout = \"500ms\"\n";

/// The only dead letter, once the seller was told of it.
async fn told(shop: &Shop) -> DeadLetter {
    let look = async {
        loop {
            let letters = shop.system.queue.dead_letters(10).await.unwrap();
            if let [letter] = letters.as_slice()
                && letter.told
            {
                return letter.clone();
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(PATIENCE, look).await.expect("a dead letter that the seller was told of")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_seller_is_told_and_the_operator_puts_it_back() {
    let shop = Shop::open_with(IMPATIENT).await;
    let avito = &shop.system.sandbox.avito;
    let buyer = shop.buyer("Анна");
    avito.down();
    let record = buyer.says(QUESTION).await;
    assert_eq!(ended(&record), ("escalated", "dead_letter"));
    let letter = told(&shop).await;
    let cards = shop.cards();
    let [card] = cards.as_slice() else { panic!("{cards:#?}") };
    for part in [QUESTION, "не смог ответить", "Ошибка", "sending the reply to Avito"] {
        assert!(card.contains(part), "{part} is not on the card: {card}");
    }

    avito.up().await.unwrap();
    assert_eq!(shop.system.queue.retry_dead_letter(letter.id).await.unwrap(), Retried::Done);
    avito.wait_for(|world| !world.sent().is_empty(), PATIENCE).await.unwrap();
    shop.system.drained(PATIENCE).await.unwrap();
    assert_eq!(buyer.heard().len(), 1);
    assert_eq!(shop.cards().len(), 1, "no second card");
    shop.close_without_following_messages().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn its_card_has_the_buttons_and_the_seller_answers_from_there() {
    let shop = Shop::open_with(&format!("telegram.undo = \"0s\"\n{IMPATIENT}")).await;
    let (avito, phone, anna) = (&shop.system.sandbox.avito, Phone(&shop), shop.buyer("Анна"));
    avito.down();
    anna.says(QUESTION).await;
    let letter = told(&shop).await;
    avito.up().await.unwrap();
    let card = phone.shows("не смог ответить").await;
    phone.presses(card.id, "Взять чат").await;
    phone.shows("Чат у человека").await;
    assert_eq!(ended(&anna.says("Вы тут?").await), ("silent", "seller_speaks"));
    let grown = phone.shows("Вы тут?").await;
    assert_eq!(grown.id, card.id, "one card for the chat");

    shop.system.sandbox.telegram.person_says(DEMO_CHAT_ID, "Да, есть, 3500.", Some(card.id)).unwrap();
    assert_eq!(hears(&anna, 1).await, ["Да, есть, 3500."]);
    phone.shows("✅ Отправлено").await;
    shop.system.queue.drop_dead_letter(letter.id).await.unwrap();
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_of_the_sellers_that_becomes_one_is_told_where_he_wrote_it() {
    let shop = Shop::open_with(&format!("telegram.undo = \"0s\"\n{IMPATIENT}")).await;
    let phone = Phone(&shop);
    shop.buyer("Дмитрий").says("Верните деньги, она сломана!").await;
    let card = phone.shows("Жалоба").await;
    shop.system.sandbox.avito.down();
    shop.system.sandbox.telegram.person_says(DEMO_CHAT_ID, "Вернём сегодня.", Some(card.id)).unwrap();
    let letter = told(&shop).await;
    let about = phone.shows("Магазин: Вернём сегодня.").await;
    assert!(about.buttons().any(|button| button.text == "Ответить"), "{about:#?}");
    phone.shows("Не удалось отправить").await;
    shop.system.sandbox.avito.up().await.unwrap();
    shop.system.queue.drop_dead_letter(letter.id).await.unwrap();
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_seller_is_told_of_it_when_telegram_is_back() {
    use sandbox::telegram::Fault::{Cut, RetryAfter, ServerError};
    for fault in [ServerError, RetryAfter { seconds: 1 }, Cut] {
        let shop = Shop::open_with(IMPATIENT).await;
        shop.system.sandbox.telegram.order(sandbox::telegram::Order::from(fault.clone()).on("sendMessage"));
        shop.system.sandbox.avito.down();
        shop.buyer("Анна").says(QUESTION).await;
        let letter = told(&shop).await;
        assert!(!shop.cards().is_empty(), "{fault:?}");
        shop.system.queue.drop_dead_letter(letter.id).await.unwrap();
        shop.close_without_following_messages().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_of_nobody_we_know_holds_up_no_other() {
    let shop = Shop::open_with(IMPATIENT).await;
    let stranger = Message {
        id: "m1".parse().unwrap(),
        conversation: "nobody:u2i-somewhere".parse().unwrap(),
        side: Side::Buyer,
        author: domain::ids::UserId(7),
        created_s: 1,
        received_ms: 1,
        item: None,
        content: Content::Text { text: "Ау".to_owned() },
    };
    shop.system.queue.enqueue(&stranger).await.unwrap();
    shop.system.drained(PATIENCE).await.unwrap();
    let [foreign] = shop.system.queue.dead_letters(10).await.unwrap().try_into().unwrap();
    shop.system.sandbox.avito.down();
    let record = shop.buyer("Анна").says(QUESTION).await;
    assert_eq!(ended(&record), ("escalated", "dead_letter"));
    assert_eq!(shop.cards().len(), 1);
    assert!(!shop.system.queue.dead_letter(foreign.id).await.unwrap().unwrap().told);
    for letter in shop.system.queue.dead_letters(10).await.unwrap() {
        shop.system.queue.drop_dead_letter(letter.id).await.unwrap();
    }
    shop.close_without_following_messages().await;
}
