//! Buttons in the hands of people: who may press them, until when, and what two people make of one card.

use std::time::Duration;

use domain::autonomy::Fate;
use domain::intent::Intent;
use it::phone::{counted, draft_on};
use it::{PATIENCE, Shop, ended};
use sandbox::telegram::{Chat, DEMO_CHAT_ID, Message};

use super::harness::{
    GROUP, STRANGER, brings_a_code, buttons, card, cards_in, comes, complained, data, heard, now, person, popped_up,
    presses, receipt, replies, said, settled, shop, shop_but, writes,
};

const QUESTION: &str = "Красная сумка есть в наличии?";

const DRAFTS: &str = "seller_defaults.mode = \"draft\"\n";

/// Анна asks; gives the card with the draft.
async fn drafted(shop: &Shop) -> Message {
    assert_eq!(ended(&shop.buyer("Анна").says(QUESTION).await), ("escalated", "awaits_tap"));
    card(shop)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_changed_and_goes_out_as_it_was_changed() {
    let shop = shop(1, DRAFTS).await;
    let first = drafted(&shop).await;
    assert_eq!(buttons(&first), ["Отправить черновик", "Изменить", "Не отправлять", "Взять чат", "Пауза 1 ч"]);
    presses(&shop, first.id, "Изменить").await;
    let prompt = receipt(&shop, "Напишите ответ покупателю. Черновик:");
    assert!(prompt.text.contains(&draft_on(&first)), "{}", prompt.text);
    replies(&shop, DEMO_CHAT_ID, prompt.id, "Есть, но последняя. Отложить?").await;
    assert_eq!(shop.buyer("Анна").heard(), ["Есть, но последняя. Отложить?"]);
    assert!(now(&shop, &first).text.contains("✅ Отправлено: Лев"), "{}", now(&shop, &first).text);
    counted(&shop, Intent::StockInquiry, &[(Fate::Edited, 1)]).await;
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_that_two_people_send_goes_out_once() {
    let shop = shop(1, DRAFTS).await;
    comes(&shop, STRANGER, "Ольга");
    brings_a_code(&shop, STRANGER).await;
    let his = drafted(&shop).await;
    let hers = cards_in(&shop, STRANGER).pop().unwrap();
    let telegram = &shop.system.sandbox.telegram;
    for card in [&his, &hers] {
        telegram.person_presses(card.id, &data(card, "Отправить черновик")).unwrap();
    }
    heard(&shop).await;
    settled(&shop).await;
    assert_eq!(shop.buyer("Анна").heard(), [draft_on(&his)]);
    assert_eq!(receipt(&shop, "Отправлено").text, "Отправлено покупателю.");
    let told = said(&shop, STRANGER).pop().unwrap();
    assert_eq!(told.text, "Не отправлено: покупателю уже ответили.");
    for card in [&his, &hers] {
        assert!(now(&shop, card).text.contains("✅ Отправлено: Лев"), "{}", now(&shop, card).text);
    }
    counted(&shop, Intent::StockInquiry, &[(Fate::Unchanged, 1)]).await;
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_is_too_old_says_so_and_does_nothing() {
    let shop = shop(1, "telegram.card_ttl = \"1s\"\n").await;
    let first = complained(&shop).await;
    let take = data(&first, "Взять чат");
    let id = take.split_once(':').unwrap().1.parse().unwrap();
    let forgotten = async {
        while shop.system.store.card_of(&id).await.unwrap().is_some() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(PATIENCE, forgotten).await.unwrap();
    let before = shop.buyer("Дмитрий").heard();
    for button in buttons(&first) {
        let told = presses(&shop, first.id, button).await;
        assert_eq!(told, "Карточка устарела: откройте чат на Авито.", "{button}");
    }
    replies(&shop, DEMO_CHAT_ID, first.id, "Вернём деньги.").await;
    let told = receipt(&shop, "Карточка устарела");
    assert_eq!(told.text, "Карточка устарела: ответьте в чате на Авито. Покупателю ничего не ушло.");
    assert_eq!(shop.buyer("Дмитрий").heard(), before);
    assert_eq!(now(&shop, &first).text, first.text);
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_sent_away_presses_and_replies_in_vain() {
    let shop = shop(1, "").await;
    let telegram = &shop.system.sandbox.telegram;
    telegram
        .open_chat(Chat { id: GROUP, title: Some("Склад".to_owned()), person: person(STRANGER, "Ольга") });
    brings_a_code(&shop, GROUP).await;
    let mine = complained(&shop).await;
    let theirs = cards_in(&shop, GROUP).pop().unwrap();
    shop.system.store.unbind_desk(shop.system.seller(), GROUP).await.unwrap();
    let before = (shop.buyer("Дмитрий").heard(), said(&shop, GROUP));
    for button in buttons(&theirs) {
        let press = telegram.person_presses(theirs.id, &data(&theirs, button)).unwrap();
        assert_eq!(popped_up(&shop, &press).await, "Нет доступа", "{button}");
    }
    for text in ["Вернём деньги.", "// видел его", "/mode авто"] {
        telegram.person_says(GROUP, text, Some(theirs.id)).unwrap();
    }
    heard(&shop).await;
    settled(&shop).await;
    assert_eq!((shop.buyer("Дмитрий").heard(), said(&shop, GROUP)), before);
    assert_eq!(now(&shop, &mine).text, mine.text);
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_choice_pressed_right_after_a_message_shows_all_the_same() {
    let shop = shop_but(1, "", &[("TELEGRAM__CHAT_GAP", "400ms")]).await;
    writes(&shop, DEMO_CHAT_ID, "/mode").await;
    let menu = said(&shop, DEMO_CHAT_ID).into_iter().find(|message| !buttons(message).is_empty()).unwrap();
    // The answer to it goes out right before.
    shop.system.sandbox.telegram.person_says(DEMO_CHAT_ID, "/help", None).unwrap();
    presses(&shop, menu.id, "Доставка").await;
    assert!(now(&shop, &menu).text.contains("Доставка: сейчас"), "{}", now(&shop, &menu).text);
    presses(&shop, menu.id, "черновик").await;
    assert!(now(&shop, &menu).text.starts_with("Доставка: черновик"), "{}", now(&shop, &menu).text);
    shop.close().await;
}
