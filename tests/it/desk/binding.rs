//! Who is heard at the desk.

use std::time::Duration;

use sandbox::telegram::{Chat, DEMO_CHAT_ID};

use super::harness::{GROUP, STRANGER, brings_a_code, comes, heard, person, said, shop, writes};

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_hears_nothing_whatever_he_says() {
    let shop = shop(1, "").await;
    comes(&shop, STRANGER, "Чужой");
    for text in
        ["Привет", "/start", "/start 0123456789abcdef0123456789abcdef", "/start code; DROP", "/help", "/mode auto"]
    {
        writes(&shop, STRANGER, text).await;
    }
    assert_eq!(said(&shop, STRANGER), []);
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_binds_one_chat_once() {
    let shop = shop(1, "").await;
    let (one, other) = (STRANGER, STRANGER + 1);
    comes(&shop, one, "Ольга");
    comes(&shop, other, "Пётр");
    let code = shop.system.store.new_desk_code(shop.system.seller(), Duration::from_secs(60)).await.unwrap();
    writes(&shop, one, &format!("/start {code}")).await;
    writes(&shop, other, &format!("/start {code}")).await;
    let greeting = said(&shop, one);
    assert_eq!(greeting.len(), 1);
    assert!(greeting[0].text.contains("Лавка на Лесной") && greeting[0].text.contains("/help"), "{}", greeting[0].text);
    assert_eq!(said(&shop, other), []);

    let people = shop.system.store.desk_people(shop.system.seller()).await.unwrap();
    assert_eq!(people.keys().copied().collect::<Vec<_>>(), [one]);
    assert_eq!(people[&one].by, "Ольга");
    writes(&shop, one, "/help").await;
    assert!(said(&shop, one)[1].text.contains("заметка для коллег"));
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_is_bound_too_and_a_command_for_another_bot_is_none() {
    let shop = shop(1, "").await;
    let title = Some("Склад".to_owned());
    shop.system.sandbox.telegram.open_chat(Chat { id: GROUP, title, person: person(STRANGER, "Ольга") });
    brings_a_code(&shop, GROUP).await;
    assert_eq!(said(&shop, GROUP).len(), 1);
    writes(&shop, GROUP, "/help@another_bot").await;
    assert_eq!(said(&shop, GROUP).len(), 1);
    writes(&shop, GROUP, "/help@salesphere_sandbox_bot").await;
    assert_eq!(said(&shop, GROUP).len(), 2);
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_workers_one_listens_and_nothing_is_answered_twice() {
    let shop = shop(2, "").await;
    for _ in 0..5 {
        heard(&shop).await;
    }
    assert_eq!(said(&shop, DEMO_CHAT_ID).len(), 5);
    let telegram = shop.system.sandbox.telegram.seen();
    let refused =
        telegram.calls.iter().filter(|call| call.method.eq_ignore_ascii_case("getUpdates") && call.status == 409);
    assert_eq!(refused.count(), 0);
    assert!(telegram.commands.iter().any(|(name, _)| name == "help"), "{:?}", telegram.commands);
    shop.close().await;
}
