//! A worker dies at each point of a turn, once and twice in a row, and every message is answered once all the same.

use std::time::Duration;

use chaos::checker::Matter;
use sandbox::avito::{Fault, Order};
use tokio::task::JoinSet;

use crate::stage::Stage;

/// The points, by their names on the worker's command line.
const POINTS: [&str; 10] = [
    "after_fetch",
    "after_claim",
    "after_model",
    "before_begin_send",
    "after_begin_send",
    "after_send",
    "before_complete",
    "after_complete",
    "in_nack",
    "in_release",
];

/// A worker dies at each of `points`, one after the other; then a sound one comes. Before each death the buyer
/// writes, and once more at the end, unless a human has the chat by then.
async fn dies_at(stage: &mut Stage, chat: usize, matter: Matter, points: &[&str]) {
    for point in points {
        stage.sabotaged(0, &format!("crash-at={point}:1"));
        prepare(stage, chat, matter, point);
        let asked = stage.asked();
        stage.enters(0);
        stage.says(matter, chat);
        if *point == "in_release" {
            stage.the_model_is_asked(asked + 1).await;
            stage.house.workers[0].end();
        }
        stage.dies(0, point).await;
        stage.the_model_takes(Duration::ZERO);
    }
    stage.house.mend_worker(0);
    stage.enters(0);
    match matter {
        Matter::Question => stage.says(matter, chat),
        Matter::SameAgain => {
            stage.is_answered(chat).await;
            stage.says(matter, chat);
        }
        _ => {}
    }
    stage.ends_well(&format!("dead at {points:?}")).await;
    stage.house.workers[0].kill();
}

/// What brings a turn to that point.
fn prepare(stage: &mut Stage, chat: usize, matter: Matter, point: &str) {
    match point {
        "in_nack" => {
            let busy = Fault::TooManyRequests { retry_after_s: Some(0) };
            stage.house.sandbox.avito.order(Order::from(busy).in_chat(chaos::chat(matter, chat)));
        }
        // Longer than a worker that goes home waits.
        "in_release" => stage.the_model_takes(Duration::from_secs(2)),
        _ => {}
    }
}

/// Plays scenes side by side: most of each is waiting until a lease has run out.
async fn play(scenes: impl Iterator<Item = impl Future<Output = ()> + Send + 'static>) {
    let mut playing: JoinSet<()> = scenes.collect();
    while let Some(played) = playing.join_next().await {
        played.unwrap();
    }
}

/// Dead once, at each of `points`, each time in a chat of its own.
async fn once(matter: Matter, points: &'static [&'static str]) {
    let mut stage = Stage::set(points.len(), 1).await;
    for (chat, point) in points.iter().enumerate() {
        dies_at(&mut stage, chat, matter, &[point]).await;
    }
}

/// Dead twice: at the n-th point, and then at each of those from there on.
async fn twice(first: usize) {
    let mut stage = Stage::set(POINTS.len(), 1).await;
    for (chat, second) in POINTS.iter().enumerate().skip(first) {
        dies_at(&mut stage, chat, Matter::Question, &[POINTS[first], second]).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_dies_at_every_point() {
    play(POINTS.chunks(4).map(|points| once(Matter::Question, points))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_dies_at_every_point_of_a_turn_that_also_calls_a_human() {
    // A complaint needs no model, so nothing holds its turn while the worker goes home.
    let points = POINTS.strip_suffix(&["in_release"]).unwrap();
    play(points.chunks(3).map(|points| once(Matter::Complaint, points))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_dies_at_every_point_while_all_answers_read_the_same() {
    play(POINTS.chunks(4).map(|points| once(Matter::SameAgain, points))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_workers_die_over_the_same_message_at_every_pair_of_points() {
    play((0..POINTS.len()).map(twice)).await;
}

/// Between the parts of a long reply: where a worker dies the n-th time it passes.
const BETWEEN_PARTS: [&str; 6] =
    ["after_begin_send:1", "after_send:1", "before_begin_send:2", "after_begin_send:2", "after_send:2", "after_send:3"];

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_dies_between_the_parts_of_a_long_reply() {
    let mut stage = Stage::set_with(BETWEEN_PARTS.len(), 1, "avito.max_text_chars = 25\n").await;
    for (chat, point) in BETWEEN_PARTS.iter().enumerate() {
        stage.sabotaged(0, &format!("crash-at={point}"));
        stage.enters(0);
        stage.says(Matter::Question, chat);
        stage.dies(0, point).await;
        stage.house.mend_worker(0);
        stage.enters(0);
        assert!(stage.drains().await, "dead at {point}");
        let said = stage.said(Matter::Question, chat);
        assert!(said.len() >= 3, "{said:?}");
        assert_eq!(said.join(" "), stage.worded(), "dead at {point}");
        stage.house.workers[0].kill();
    }
}

/// A turn that carries the seller's answer from Telegram has three steps: the words, what his receipt says, and the card.
/// Where a worker dies, the n-th time it passes.
const OF_AN_ANSWER: [&str; 13] = [
    "after_fetch:1",
    "after_claim:1",
    "after_model:1",
    "before_begin_send:1",
    "after_begin_send:1",
    "after_send:1",
    "before_begin_send:2",
    "after_begin_send:2",
    "after_begin_send:3",
    "before_complete:1",
    "after_complete:1",
    "in_nack:1",
    "after_claim:2",
];

/// The same while the answer waits: it is looked at, put off, looked at again, and sent.
const WHILE_UNDONE: [&str; 4] = ["after_claim:1", "in_nack:1", "after_claim:2", "after_send:1"];

/// The seller answers a complaint twice, and the worker dies over the first of them.
async fn answers_from_the_desk(points: &'static [&'static str], undo: &'static str) {
    let mut stage = Stage::set_with(points.len(), 1, undo).await;
    for (chat, point) in points.iter().enumerate() {
        stage.enters(0);
        stage.says(Matter::Complaint, chat);
        assert!(stage.drains().await, "the complaint before {point}");
        stage.house.workers[0].kill();

        stage.sabotaged(0, &format!("crash-at={point}"));
        if *point == "in_nack:1" {
            let busy = Fault::TooManyRequests { retry_after_s: Some(0) };
            let chat = chaos::chat(Matter::Complaint, chat);
            stage.house.sandbox.avito.order(Order::from(busy).in_chat(chat));
        }
        stage.enters(0);
        stage.answers(chat);
        stage.answers(chat);
        stage.dies(0, point).await;
        stage.house.mend_worker(0);
        stage.enters(0);
        stage.ends_well(&format!("an answer from the desk, dead at {point}")).await;
        stage.house.workers[0].kill();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_dies_at_every_point_of_an_answer_from_the_desk() {
    let undo = "telegram.undo = \"0s\"\n";
    play(OF_AN_ANSWER.chunks(4).map(|points| answers_from_the_desk(points, undo))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_dies_while_an_answer_from_the_desk_can_still_be_undone() {
    let undo = "telegram.undo = \"700ms\"\n";
    play(WHILE_UNDONE.chunks(2).map(|points| answers_from_the_desk(points, undo))).await;
}

/// A turn that carries a press has one step: the card, changed.
const OF_A_PRESS: [&str; 6] = [
    "after_claim:1",
    "after_model:1",
    "before_begin_send:1",
    "after_begin_send:1",
    "before_complete:1",
    "after_complete:1",
];

/// The seller gives a chat back and takes it again, and the worker dies over the first press.
async fn is_handed_to_and_fro(points: &'static [&'static str]) {
    let mut stage = Stage::set(points.len(), 1).await;
    for (chat, point) in points.iter().enumerate() {
        stage.enters(0);
        stage.says(Matter::Handed, chat);
        assert!(stage.drains().await, "the complaint before {point}");
        stage.house.workers[0].kill();

        stage.sabotaged(0, &format!("crash-at={point}"));
        stage.enters(0);
        stage.presses(chat, 0);
        stage.dies(0, point).await;
        stage.house.mend_worker(0);
        stage.enters(0);
        assert!(stage.drains().await, "the press after {point}");
        stage.says(Matter::Between, chat);
        assert!(stage.drains().await, "the question after {point}");
        let heard = stage.said(Matter::Between, chat);
        assert_eq!(heard.len(), 2, "to wait, and the answer: {heard:?}, dead at {point}");
        stage.presses(chat, 1);
        assert!(stage.drains().await, "the second press after {point}");
        stage.says(Matter::Between, chat);
        stage.ends_well(&format!("a press, dead at {point}")).await;
        assert_eq!(stage.said(Matter::Between, chat), heard, "the chat is the seller's, dead at {point}");
        stage.house.workers[0].kill();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_dies_at_every_point_of_a_press() {
    play(OF_A_PRESS.chunks(2).map(is_handed_to_and_fro)).await;
}
