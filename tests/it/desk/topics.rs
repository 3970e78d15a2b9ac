//! A group with topics works like any other; what is answered in a topic stays in it.

use it::Shop;
use sandbox::telegram::{Chat, Message};

use super::harness::{
    GROUP, STRANGER, cards_in, comes, complained, heard, person, presses, replies, said, settled, shop,
};

/// A group of the shop's people with one topic, in which somebody has brought the code.
async fn with_a_topic(shop: &Shop) -> i32 {
    let telegram = &shop.system.sandbox.telegram;
    telegram
        .open_chat(Chat { id: GROUP, title: Some("Склад".to_owned()), person: person(STRANGER, "Ольга") });
    let topic = telegram.open_topic(GROUP, "Возвраты").unwrap();
    let ttl = std::time::Duration::from_secs(60);
    let code = shop.system.store.new_desk_code(shop.system.seller(), ttl).await.unwrap();
    says_in(shop, topic, &format!("/start {code}"), None).await;
    topic
}

/// Ольга writes in a topic, and the bot has understood.
async fn says_in(shop: &Shop, topic: i32, text: &str, reply_to: Option<i32>) {
    shop.system.sandbox.telegram.person_says_in(GROUP, topic, text, reply_to).unwrap();
    heard(shop).await;
    settled(shop).await;
}

/// The bot's newest message in the group.
fn newest(shop: &Shop) -> Message {
    said(shop, GROUP).pop().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_stands_in_the_group_and_what_is_said_in_a_topic_is_answered_there() {
    let shop = shop(1, "").await;
    let topic = with_a_topic(&shop).await;
    assert!(newest(&shop).text.starts_with("Готово"), "{}", newest(&shop).text);
    assert_eq!(newest(&shop).topic, Some(topic));
    says_in(&shop, topic, "/help", None).await;
    assert_eq!(newest(&shop).topic, Some(topic));

    complained(&shop).await;
    let card = cards_in(&shop, GROUP).pop().unwrap();
    assert_eq!(card.topic, None);
    let before = shop.buyer("Дмитрий").heard().len();
    says_in(&shop, topic, "Кто возьмёт?", None).await;
    assert_eq!(shop.buyer("Дмитрий").heard().len(), before, "people talk there, and Telegram says what they answer");

    replies(&shop, GROUP, card.id, "Вернём деньги сегодня.").await;
    assert_eq!(shop.buyer("Дмитрий").heard()[before..], ["Вернём деньги сегодня."]);
    assert_eq!((newest(&shop).text.as_str(), newest(&shop).topic), ("Отправлено покупателю.", None));
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_buttons_of_a_group_with_topics_work() {
    let shop = shop(1, "").await;
    comes(&shop, STRANGER, "Ольга");
    with_a_topic(&shop).await;
    complained(&shop).await;
    let card = cards_in(&shop, GROUP).pop().unwrap();
    presses(&shop, card.id, "Ответить").await;
    let prompt = newest(&shop);
    assert!(prompt.text.contains("Напишите ответ") && prompt.topic.is_none(), "{prompt:#?}");
    replies(&shop, GROUP, prompt.id, "Позвоните нам.").await;
    assert_eq!(shop.buyer("Дмитрий").heard().last().unwrap(), "Позвоните нам.");
    shop.close().await;
}
