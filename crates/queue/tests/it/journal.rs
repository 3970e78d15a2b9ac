//! What was begun is known to whoever comes after.

use std::time::Duration;

use queue::{BeginSend, Claim, Journal, Merge, StepState, WorkerId};

use crate::system::{System, ids};

const NEED: Duration = Duration::from_secs(3);

/// The holder dies, and another takes the conversation over.
async fn crash(system: &System, dead: &WorkerId) -> (WorkerId, Claim) {
    system.dies(dead).await;
    system.housekeep().await;
    // A conversation that was in the middle of a send waits to settle, for no time here.
    system.housekeep().await;
    let heir = system.worker().await;
    let claim = system.opens(&heir).await;
    (heir, claim)
}

async fn begin(system: &System, claim: &Claim, plan: &str, step: u32) {
    let begun = system.queue.begin_send(claim, plan, step, Merge::Never, NEED).await.unwrap();
    assert_eq!(begun, BeginSend::Go);
}

fn stands(claim: &Claim) -> Option<(&str, u32, StepState, usize)> {
    claim.journal.as_ref().map(|Journal { plan, step, state, messages, .. }| (plan.as_str(), *step, *state, *messages))
}

#[tokio::test]
async fn an_heir_finds_the_plan_the_step_and_whether_it_was_begun() {
    let system = System::start().await;
    let worker = system.worker().await;
    system.writes("a", "m1").await;

    let claim = system.opens(&worker).await;
    assert_eq!(stands(&claim), None);
    begin(&system, &claim, "card, text", 0).await;
    let (worker, claim) = crash(&system, &worker).await;
    assert_eq!(stands(&claim), Some(("card, text", 0, StepState::Begun, 1)));

    system.queue.record_step(&claim, 0).await.unwrap();
    let (worker, claim) = crash(&system, &worker).await;
    assert_eq!(stands(&claim), Some(("card, text", 1, StepState::Pending, 1)));

    begin(&system, &claim, "card, text", 1).await;
    // Noted late, or twice: the step that is under way now is another.
    system.queue.record_step(&claim, 0).await.unwrap();
    system.queue.release(&claim).await.unwrap();
    let claim = system.opens(&worker).await;
    assert_eq!(stands(&claim), Some(("card, text", 1, StepState::Begun, 1)));

    system.queue.complete(&claim).await.unwrap();
    system.is_done().await;
}

#[tokio::test]
async fn an_heir_answers_what_the_plan_answers_and_leaves_the_rest() {
    let system = System::start().await;
    let worker = system.worker().await;
    for id in ["m1", "m2"] {
        system.writes("a", id).await;
    }
    let claim = system.opens(&worker).await;
    begin(&system, &claim, "text", 0).await;
    system.writes("a", "m3").await;

    let (heir, claim) = crash(&system, &worker).await;
    assert_eq!(ids(&claim), ["m1", "m2"]);
    assert_eq!(claim.journal.as_ref().unwrap().messages, 2);
    system.queue.complete(&claim).await.unwrap();

    let claim = system.opens(&heir).await;
    assert_eq!((ids(&claim), stands(&claim)), (vec!["m3"], None));
    system.queue.complete(&claim).await.unwrap();
    system.is_done().await;
}

#[tokio::test]
async fn a_step_that_was_surely_not_done_is_taken_back() {
    let system = System::start().await;
    let worker = system.worker().await;
    system.writes("a", "m1").await;

    // Nothing of the plan can be in the chat: the next turn decides anew.
    let claim = system.opens(&worker).await;
    begin(&system, &claim, "text", 0).await;
    system.queue.take_back(&claim, 0).await.unwrap();
    let (worker, claim) = crash(&system, &worker).await;
    assert_eq!(stands(&claim), None);

    // A part of it is: the rest of the plan stays.
    begin(&system, &claim, "one, two", 0).await;
    system.queue.record_step(&claim, 0).await.unwrap();
    begin(&system, &claim, "one, two", 1).await;
    system.queue.take_back(&claim, 1).await.unwrap();
    system.queue.release(&claim).await.unwrap();
    let claim = system.opens(&worker).await;
    assert_eq!(stands(&claim), Some(("one, two", 1, StepState::Pending, 1)));
    system.is_sound().await;
}

#[tokio::test]
async fn a_text_that_may_be_in_the_chat_is_kept_word_for_word_and_stays_in_doubt() {
    let system = System::start().await;
    let worker = system.worker().await;
    system.writes("a", "m1").await;
    begin(&system, &system.opens(&worker).await, "text", 0).await;
    system.redis::<u32>(&["HSET", "q:{s00}:c:demo:a", "out_at", "1"]).await;

    // The heir sends it again, and this time it is refused: of the first time nobody knows more than before.
    let (worker, claim) = crash(&system, &worker).await;
    begin(&system, &claim, "text", 0).await;
    system.queue.take_back(&claim, 0).await.unwrap();
    system.queue.release(&claim).await.unwrap();

    let claim = system.opens(&worker).await;
    assert_eq!(stands(&claim), Some(("text", 0, StepState::Begun, 1)));
    begin(&system, &claim, "text", 0).await;
    let claim = system.queue.claim(&worker, &claim.token).await.unwrap().unwrap();
    assert_eq!(claim.journal.as_ref().unwrap().begun_at_ms, 1);

    // Another text is another matter.
    begin(&system, &claim, "another text", 0).await;
    let claim = system.queue.claim(&worker, &claim.token).await.unwrap().unwrap();
    assert!(claim.journal.unwrap().begun_at_ms > 1);
}

#[tokio::test]
async fn a_send_longer_than_the_lease_is_not_begun() {
    let system = System::start().await;
    let worker = system.worker().await;
    system.writes("a", "m1").await;
    let claim = system.opens(&worker).await;
    for (lease_ms, expected) in
        [(2_900, BeginSend::LeaseTooShort), (-1, BeginSend::LeaseTooShort), (60_000, BeginSend::Go)]
    {
        system.lease(&worker, lease_ms).await;
        let begun = system.queue.begin_send(&claim, "text", 0, Merge::Never, NEED).await.unwrap();
        assert_eq!(begun, expected, "{lease_ms}");
    }
    system.is_sound().await;
}

#[tokio::test]
async fn an_unknown_send_settles_before_anybody_asks_the_chat() {
    let mut settings = crate::system::settings();
    settings.settle = Duration::from_secs(3600);
    let system = System::start_with(settings, sandbox::redis::RedisServer::start()).await;
    let worker = system.worker().await;
    system.writes("a", "m1").await;
    begin(&system, &system.opens(&worker).await, "text", 0).await;
    system.dies(&worker).await;
    let done = system.housekeep().await;
    assert_eq!((done.settling, done.reaped), (1, 0));
    assert_eq!(system.housekeep().await.promoted, 0, "not yet");
    assert_eq!(system.queue.depth().await.unwrap().delayed, 1);
    system.is_sound().await;
}
