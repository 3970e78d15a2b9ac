//! Several webhooks, one after the other: duplicates, echoes, bursts, floods.

use domain::message::{Message, Side};
use serde_json::json;

use crate::house::{House, REQUIRE};
use crate::post::{Post, question};

fn from_the_account() -> Post {
    question().with("author_id", json!(353200000)).saying("Да, есть")
}

#[tokio::test]
async fn what_comes_twice_is_queued_once() {
    let house = House::open(REQUIRE).await;
    assert_eq!(house.receives(&question()).await, 200);
    assert_eq!(house.receives(&question().changed(|envelope| envelope["id"] = json!("another"))).await, 200);
    house.only_message().await;
}

#[tokio::test]
async fn a_burst_waits_as_one_conversation_in_the_order_it_came() {
    let house = House::open(REQUIRE).await;
    for (id, text) in [("m1", "Здравствуйте"), ("m2", "Сумка есть?"), ("m3", "Красная")] {
        assert_eq!(house.receives(&question().with("id", json!(id)).saying(text)).await, 200);
    }
    assert_eq!(house.receives(&question().with("id", json!("m4")).with("chat_id", json!("u2i-another"))).await, 200);

    let mut conversations = house.queued().await;
    conversations.sort_by_key(Vec::len);
    let texts: Vec<Vec<_>> = conversations.iter().map(|said| said.iter().filter_map(Message::text).collect()).collect();
    assert_eq!(texts, [vec!["Ещё в наличии?"], vec!["Здравствуйте", "Сумка есть?", "Красная"]]);
}

#[tokio::test]
async fn an_echo_of_what_we_sent_is_dropped() {
    let house = House::open(REQUIRE).await;
    let conversation = "anna:u2i-xNG6BsZqGy6XaZaW0oZvlQ".parse().unwrap();
    house.store.record_sent(&conversation, &"da47387aa97e86b10fdd51394262a815".parse().unwrap()).await.unwrap();
    assert_eq!(house.receives(&from_the_account()).await, 200);
    assert_eq!(house.queued().await, Vec::<Vec<Message>>::new());
}

#[tokio::test]
async fn what_the_seller_types_and_an_echo_that_is_early_go_to_the_worker() {
    let house = House::open(REQUIRE).await;
    assert_eq!(house.receives(&from_the_account()).await, 200);
    assert_eq!(house.only_message().await.side, Side::Account);
}

#[tokio::test]
async fn a_flood_is_told_to_come_later_and_other_chats_are_not() {
    let house = House::open(&format!("[queue]\nmax_batch = 2\nmailbox_max = 2\n{REQUIRE}")).await;
    let said = |id: &str| question().with("id", json!(id));
    for (id, status) in [("m1", 200), ("m2", 200), ("m3", 503), ("m2", 200)] {
        assert_eq!(house.receives(&said(id)).await, status, "{id}");
    }
    assert_eq!(house.receives(&said("m5").with("chat_id", json!("u2i-another"))).await, 200);
    assert_eq!(house.queued().await.concat().len(), 3);
}
