//! Without a protection the checker finds what is lost or said twice; with it, in the same scene, nothing. So the
//! checker can see, and each protection is there for something.

use std::time::Duration;

use chaos::checker::{Matter, Verdict};
use sandbox::avito::{Fault, Order};

use crate::stage::{PATIENCE, Stage};

/// Long enough for something to happen while the model thinks.
const THINKS: Duration = Duration::from_secs(1);

/// A worker with an order to break itself, or a sound one.
fn cast(stage: &mut Stage, worker: usize, sabotage: &str) {
    match sabotage {
        "" => stage.house.mend_worker(worker),
        orders => stage.sabotaged(worker, orders),
    }
}

/// Three buyers write, and the answer to each send is cut after it was accepted. No echo betrays it.
async fn sends_are_cut(sabotage: &str) -> Verdict {
    let mut stage = Stage::set(3, 1).await;
    for fault in [Fault::CutAfterAccepting, Fault::NoEcho] {
        stage.house.sandbox.avito.order(Order::from(fault).times(3));
    }
    cast(&mut stage, 0, sabotage);
    stage.enters(0);
    (0..3).for_each(|chat| stage.says(Matter::Question, chat));
    stage.verdict().await.0
}

#[tokio::test(flavor = "multi_thread")]
async fn without_reconciliation_replies_are_said_twice() {
    assert_eq!(sends_are_cut("without=reconciliation").await.duplicate.len(), 3);
    assert_eq!(sends_are_cut("").await, Verdict::default());
}

/// A worker is killed while the model thinks; another comes.
async fn killed_in_a_turn(sabotage: &str) -> (Verdict, Vec<String>) {
    let mut stage = Stage::set(3, 1).await;
    stage.the_model_takes(THINKS);
    cast(&mut stage, 0, sabotage);
    stage.enters(0);
    (0..3).for_each(|chat| stage.says(Matter::Question, chat));
    stage.the_model_is_asked(3).await;
    stage.house.workers[0].kill();
    stage.enters(0);
    stage.verdict().await
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_processing_list_messages_are_lost() {
    let (verdict, stuck) = killed_in_a_turn("without=processing-list").await;
    assert_eq!(verdict.lost.len(), 3);
    assert!(!stuck.is_empty(), "the queue's own books show it, too");
    assert_eq!(killed_in_a_turn("").await, (Verdict::default(), Vec::new()));
}

/// What shows that a worker that was thought dead has come to its end.
enum End {
    /// It says something in the chat.
    Says,
    /// It finds another in its place.
    GivesWay,
    /// The process ends.
    Leaves,
}

/// A worker is frozen while the model thinks, for longer than its lease; another one answers; the first thaws.
async fn frozen_in_a_turn(sabotage: &str, end: End) -> Verdict {
    let mut stage = Stage::set(1, 2).await;
    stage.the_model_takes(THINKS);
    cast(&mut stage, 0, sabotage);
    stage.enters(0);
    stage.says(Matter::Question, 0);
    stage.the_model_is_asked(1).await;
    stage.house.workers[0].freeze();
    another_answers_and_the_first_thaws(stage, end).await
}

/// A worker freezes between the journal and the send, for longer than its lease; another one answers; the first
/// thaws and has only to send. That its process would also end soon is kept out of it.
async fn frozen_before_the_send(sabotage: &str, end: End) -> Verdict {
    let mut stage = Stage::set(1, 2).await;
    stage.sabotaged(0, &format!("stop-at=after_begin_send:1,without=leaving{sabotage}"));
    stage.enters(0);
    stage.says(Matter::Question, 0);
    stage.house.workers[0].stands_still(PATIENCE).await.unwrap();
    another_answers_and_the_first_thaws(stage, end).await
}

async fn another_answers_and_the_first_thaws(mut stage: Stage, end: End) -> Verdict {
    stage.enters(1);
    assert_eq!(stage.verdict().await, (Verdict::default(), Vec::new()), "the other one answers");
    let said = stage.house.sandbox.avito.sent().len();
    stage.house.workers[0].thaw();
    match end {
        End::Says => stage.house.sandbox.avito.wait_for(|world| world.sent().len() > said, PATIENCE).await.unwrap(),
        End::GivesWay => stage.reads_in_the_log(0, "another worker has this conversation now").await,
        End::Leaves => assert_eq!(stage.house.workers[0].wait(PATIENCE).await.unwrap().code(), Some(3)),
    }
    stage.verdict().await.0
}

#[tokio::test(flavor = "multi_thread")]
async fn without_fencing_a_worker_that_was_thought_dead_answers_again() {
    assert_eq!(frozen_in_a_turn("without=fencing,without=leaving", End::Says).await.duplicate.len(), 1);
    assert_eq!(frozen_in_a_turn("without=leaving", End::GivesWay).await, Verdict::default());
    assert_eq!(frozen_in_a_turn("", End::Leaves).await, Verdict::default());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lease_that_ran_out_stops_even_a_send_that_is_already_in_the_journal() {
    assert_eq!(frozen_before_the_send(",without=fencing", End::Says).await.duplicate.len(), 1);
    assert_eq!(frozen_before_the_send("", End::GivesWay).await, Verdict::default());
}
