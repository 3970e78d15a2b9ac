//! `salesphere dead`: what nobody could answer is seen, put back, or thrown away, each on purpose.

use crate::desk::{Desk, Living};

/// Three letters: a turn of two messages, and one of a seller whom nobody knows.
async fn night() -> (Desk, Living) {
    let desk = Desk::open().await;
    let worker = desk.worker();
    desk.writes("u2i-a", "m1", "Есть красная?").await;
    desk.writes("u2i-a", "m2", "Позвоните +7 916 123-45-67 \u{1b}[2J").await;
    desk.fails(&worker, "the model is down").await;
    desk.writes_to("nobody", "u2i-b", "m3", "Ау").await;
    desk.fails(&worker, "no such seller").await;
    (desk, worker)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_has_a_line_for_each_failed_turn_and_no_buyers_words() {
    let (desk, _worker) = night().await;
    let printed = desk.types("dead list");
    printed.never_says(&["красная", "916", "Ау"]);
    printed.says(0, &["hint: `salesphere dead show 0-3`", "dead retry", "dead drop", "known are: demo"]);
    let line = printed.line("0-1..2");
    assert_eq!(line[3..], ["demo", "u2i-a", "2", "nobody yet", "the model is down"], "{line:?}");
    let line = printed.line("0-3");
    assert_eq!(line[3..], ["nobody", "u2i-b", "1", "nobody: no such seller", "no such seller"], "{line:?}");

    desk.queue.mark_told("0-1".parse().unwrap()).await.unwrap();
    desk.types("queue dead list --newest 2").says(0, &["and 1 older: --newest 3"]);
    assert_eq!(desk.types("dead list").line("0-1 ")[6], "the seller");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_buyers_words_are_shown_masked_unless_asked_for_as_they_are() {
    let (desk, _worker) = night().await;
    let masked = desk.types("dead show 0-2");
    masked.says(0, &["chat      u2i-a", "why       the model is down", "answers   the bot", "Позвоните [телефон]"]);
    masked.says(0, &["arrived   2025-11-24 16:00:00 UTC", "told      nobody yet"]).never_says(&["916", "\u{1b}"]);
    desk.types("dead show 0-2 --text").says(0, &["Позвоните +7 916 123-45-67 \\u{1b}[2J"]).never_says(&["\u{1b}"]);
    desk.types("dead show 0-3").says(0, &["nobody answers for \"nobody\": add config/sellers/nobody.toml"]);
    desk.types("dead show 0-9").says(1, &["there is no dead letter 0-9", "hint: it was put back or dropped before"]);
    desk.types("dead show nine").says(2, &["\"nine\" is not the id of a dead letter"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_that_nobody_can_read_is_shown_and_stays_until_it_is_dropped() {
    let desk = Desk::open().await;
    let worker = desk.worker();
    desk.writes("u2i-a", "m1", "Есть?").await;
    desk.by_hand("LPUSH q:{s00}:mb:demo:u2i-a rubbish");
    desk.fails(&worker, "the model is down").await;
    let listed = desk.types("dead list");
    let id = if listed.out.contains("0-1..2") { "0-2" } else { "0-1" };
    desk.types(&format!("dead show {id}")).says(0, &["cannot be read", "7 bytes, which --text shows"]);
    desk.types(&format!("dead show {id} --text")).says(0, &["text      rubbish"]);
    desk.types(&format!("dead retry {id}"))
        .says(1, &["it holds no message that could be answered", "0 messages put back, 1 not"]);
    desk.types(&format!("dead drop --yes {id}")).says(0, &["1 dead letter dropped"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_is_put_back_once_and_only_where_somebody_answers() {
    let (desk, _worker) = night().await;
    desk.types("dead retry 0-1..2").says(0, &["0-1: back in demo:u2i-a; it is answered next", "2 messages put back"]);
    assert_eq!(desk.dead_and_ready().await, (1, 1));
    desk.types("dead retry 0-1 0-3").says(
        1,
        &[
            "0-1: there is no dead letter 0-1",
            "0-3: there is no seller \"nobody\", so it would come back at once",
            "hint: add config/sellers/nobody.toml",
            "0 messages put back, 2 not",
        ],
    );
    assert_eq!(desk.dead_and_ready().await, (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_that_a_human_has_is_taken_back_only_when_asked() {
    let (desk, _worker) = night().await;
    desk.seller_has("u2i-a").await;
    desk.types("dead show 0-1").says(0, &["answers   the seller wrote in this chat", "--take-back"]);
    let told = "but the seller wrote in this chat and has it since 2025-11-24 16:00:00 UTC: it will end in silence";
    desk.types("dead retry 0-1").says(0, &[told, "hint: `salesphere chat release demo u2i-a`", "--take-back"]);
    assert!(desk.is_taken("u2i-a").await);
    desk.types("dead retry 0-2 --take-back").says(0, &["taken back, it is answered next"]);
    assert!(!desk.is_taken("u2i-a").await);
    assert_eq!(desk.dead_and_ready().await, (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn all_of_them_are_put_back_and_what_cannot_be_is_named() {
    let (desk, _worker) = night().await;
    desk.types("dead retry --all").says(1, &["2 messages put back, 1 not", "no seller \"nobody\""]);
    desk.types("dead list").says(0, &["0-3"]).never_says(&["0-1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_dropped_unless_somebody_says_so() {
    let (desk, _worker) = night().await;
    let asked = "3 dead letters would be thrown away, and nobody is here to be asked";
    desk.types("dead drop --all").says(1, &[asked, "hint: say --yes"]);
    desk.types("dead drop").says(2, &["required"]);
    desk.types("dead drop --all 0-1 --yes").says(2, &["cannot be used with"]);
    assert_eq!(desk.dead_and_ready().await, (3, 0));
    desk.types("dead drop --yes 0-1..2").says(0, &["2 dead letters dropped"]);
    desk.types("dead drop --yes 0-9").says(1, &["there is no dead letter 0-9", "0 dead letters dropped, 1 not"]);
    desk.types("dead drop --yes --all").says(0, &["1 dead letter dropped"]);
    desk.types("dead drop --yes --all").says(0, &["no dead letters"]);
    desk.types("dead list").says(0, &["no dead letters: every message was answered"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_is_away_is_named_with_where_it_should_be() {
    let mut desk = Desk::open().await;
    desk.server.kill();
    let url = desk.server.url();
    for line in ["dead list", "dead show 0-1", "dead retry --all", "dead drop --all --yes", "chat release demo u2i-a"] {
        desk.types(line)
            .says(1, &["salesphere: could not", "hint: see that Redis runs", &url, "SALESPHERE__REDIS__URL"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_command_explains_itself_with_examples() {
    let desk = Desk::open().await;
    for command in
        ["queue status", "dead list", "dead show", "dead retry", "dead drop", "chat release", "queue dead drop"]
    {
        let help = desk.types(&format!("{command} --help"));
        help.says(0, &["Examples:", "salesphere "]);
    }
}
