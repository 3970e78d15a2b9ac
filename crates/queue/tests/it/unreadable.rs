//! What is no message goes out of the way, whole, and holds nobody up.

use std::time::Duration;

use queue::{BeginSend, Merge, Token};

use crate::system::{System, ids, message};

/// Puts something else into a mailbox, past the queue.
async fn slips_in(system: &System, chat: &str, envelope: &str) {
    system.redis::<()>(&["LPUSH", &format!("q:{{s00}}:mb:demo:{chat}"), envelope]).await;
}

#[tokio::test]
async fn an_envelope_that_is_no_message_becomes_a_dead_letter_and_the_others_are_answered() {
    let system = System::start().await;
    let worker = system.worker().await;
    system.writes("a", "m1").await;
    slips_in(&system, "a", "{\"id\":").await;
    system.writes("a", "m2").await;
    slips_in(&system, "a", "\"кавычки\" \\ \u{1} {}").await;
    let claim = system.opens(&worker).await;
    assert_eq!(ids(&claim), ["m1", "m2"]);
    let letters = system.queue.dead_letters(10).await.unwrap();
    let raw: Vec<_> = letters.iter().map(|letter| letter.envelope.as_str()).collect();
    assert_eq!(raw, ["\"кавычки\" \\ \u{1} {}", "{\"id\":"]);
    assert!(letters[0].error.starts_with("not a message: "), "{}", letters[0].error);
    system.queue.complete(&claim).await.unwrap();
    system.is_sound().await;
    assert!(system.queue.depth().await.unwrap().is_idle());
}

#[tokio::test]
async fn bytes_that_are_no_text_are_kept_as_far_as_they_can_be_shown() {
    let system = System::start().await;
    let worker = system.worker().await;
    system.writes("a", "m1").await;
    let mut push = redis::cmd("LPUSH");
    push.arg("q:{s00}:mb:demo:a").arg(b"half a \xd0".as_slice());
    let client = redis::Client::open(system.server.url()).unwrap();
    push.exec_async(&mut client.get_multiplexed_async_connection().await.unwrap()).await.unwrap();
    assert_eq!(ids(&system.opens(&worker).await), ["m1"]);
    assert_eq!(system.queue.dead_letters(1).await.unwrap()[0].envelope, "half a \u{fffd}");
    system.is_sound().await;
}

#[tokio::test]
async fn a_mailbox_of_nothing_but_rubbish_is_emptied() {
    let system = System::start().await;
    let worker = system.worker().await;
    system.writes("a", "m1").await;
    slips_in(&system, "a", "x").await;
    slips_in(&system, "a", "x").await;
    system.redis::<()>(&["RPOP", "q:{s00}:mb:demo:a"]).await;
    let token = system.take(&worker).await.unwrap();
    assert!(system.queue.claim(&worker, &token).await.unwrap().is_none());
    assert_eq!(system.queue.dead_letters(10).await.unwrap().len(), 2);
    system.is_sound().await;
    assert!(system.queue.depth().await.unwrap().is_idle());
}

#[tokio::test]
async fn rubbish_that_arrives_during_a_turn_is_set_aside_by_the_refresh() {
    let system = System::start().await;
    let worker = system.worker().await;
    system.writes("a", "m1").await;
    let mut claim = system.opens(&worker).await;
    slips_in(&system, "a", "x").await;
    let need = Duration::from_secs(1);
    assert_eq!(system.queue.begin_send(&claim, "p", 0, Merge::Allow, need).await.unwrap(), BeginSend::Newer);
    system.queue.refresh(&mut claim).await.unwrap();
    assert_eq!(ids(&claim), ["m1"]);
    assert_eq!(system.queue.begin_send(&claim, "p", 0, Merge::Allow, need).await.unwrap(), BeginSend::Go);
    slips_in(&system, "a", "y").await;
    system.queue.refresh(&mut claim).await.unwrap();
    let heir = system.queue.claim(&worker, &claim.token).await.unwrap().unwrap();
    assert_eq!(heir.journal.map(|journal| journal.messages), Some(1), "the plan is not touched by it");
    system.is_sound().await;
}

#[tokio::test]
async fn a_plan_answers_one_message_fewer_when_one_of_its_own_cannot_be_read_any_more() {
    // A new version took over from an old one that could read more.
    let system = System::start().await;
    let worker = system.worker().await;
    for id in ["m1", "m2", "m3"] {
        system.writes("a", id).await;
    }
    let mut claim = system.opens(&worker).await;
    system.queue.begin_send(&claim, "p", 0, Merge::Never, Duration::from_secs(1)).await.unwrap();
    system.writes("a", "m4").await;
    system.redis::<()>(&["LSET", "q:{s00}:mb:demo:a", "-2", "old"]).await;
    for _heir in 0..2 {
        claim = system.queue.claim(&worker, &claim.token).await.unwrap().unwrap();
        assert_eq!((ids(&claim), claim.journal.as_ref().unwrap().messages), (vec!["m1", "m3"], 2));
    }
    system.queue.complete(&claim).await.unwrap();
    assert_eq!(system.mailbox("a").await, ["m4"]);
    system.is_sound().await;
}

#[tokio::test]
async fn a_plan_all_of_whose_messages_cannot_be_read_any_more_is_no_plan() {
    let system = System::start().await;
    let worker = system.worker().await;
    system.writes("a", "m1").await;
    let claim = system.opens(&worker).await;
    system.queue.begin_send(&claim, "p", 0, Merge::Never, Duration::from_secs(1)).await.unwrap();
    system.writes("a", "m2").await;
    system.redis::<()>(&["LSET", "q:{s00}:mb:demo:a", "-1", "old"]).await;
    let claim = system.queue.claim(&worker, &claim.token).await.unwrap().unwrap();
    assert_eq!((ids(&claim), claim.journal.as_ref()), (vec!["m2"], None));
    system.is_sound().await;
}

#[tokio::test]
async fn a_token_that_names_no_conversation_is_cleared_away_with_its_messages() {
    let system = System::start().await;
    let worker = system.worker().await;
    let envelope = serde_json::to_string(&message("a", "m1")).unwrap();
    for (key, value) in [("mb:UPPER", envelope.as_str()), ("ready", "UPPER")] {
        system.redis::<()>(&["LPUSH", &format!("q:{{s00}}:{key}"), value]).await;
    }
    system.redis::<()>(&["HSET", "q:{s00}:c:UPPER", "st", "Q"]).await;
    let mut fetcher = queue::Fetcher::new(&system.redis, &system.settings, worker.clone(), 0);
    let token: Token = fetcher.next().await.unwrap().unwrap();
    assert!(system.queue.claim(&worker, &token).await.unwrap().is_none());
    let letters = system.queue.dead_letters(10).await.unwrap();
    assert_eq!((letters[0].conversation.as_str(), letters[0].envelope.as_str()), ("UPPER", envelope.as_str()));
    system.is_sound().await;
    assert!(system.queue.depth().await.unwrap().is_idle());
}
