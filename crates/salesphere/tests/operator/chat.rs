//! `salesphere chat release`: a chat that a human took is the bot's again.

use crate::desk::Desk;

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_that_the_seller_took_is_given_back() {
    let desk = Desk::open().await;
    desk.seller_has("u2i-a").await;
    desk.seller_has("u2i-b").await;
    let told = "the seller wrote in this chat and has it since 2025-11-24 16:00:00 UTC; from now on the bot answers";
    desk.types("chat release demo u2i-a").says(0, &["demo:u2i-a", told]).never_says(&["hint"]);
    assert_eq!((desk.is_taken("u2i-a").await, desk.is_taken("u2i-b").await), (false, true));
    desk.types("chat release demo u2i-a").says(0, &["no human has this chat"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_left_unanswered_there_is_named() {
    let desk = Desk::open().await;
    let worker = desk.worker();
    desk.writes("u2i-a", "m1", "Есть?").await;
    desk.fails(&worker, "the model is down").await;
    desk.seller_has("u2i-a").await;
    desk.types("chat release demo u2i-a").says(0, &["hint: 1 dead letter of this chat", "salesphere dead retry 0-1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_is_none_is_refused_with_those_there_are() {
    let desk = Desk::open().await;
    desk.types("chat release nobody u2i-a").says(1, &["there is no seller \"nobody\"", "hint: the sellers are: demo"]);
    desk.types("chat release Demo! u2i-a").says(2, &["is not a seller name", "a-z, 0-9"]);
    desk.types("chat release --help").says(0, &["Examples:", "salesphere chat release demo u2i-"]);
}
