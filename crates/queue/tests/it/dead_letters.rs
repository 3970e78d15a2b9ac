//! What the operator, and whoever tells a human, can do with dead letters.

use std::time::Duration;

use queue::{Attempt, BeginSend, DeadLetter, DeadLetterId, Dropped, Enqueued, Merge, Retried};
use sandbox::redis::RedisServer;
use settings::QueueSettings;

use crate::system::{System, ids, message, settings, token};

const NEED: Duration = Duration::from_secs(1);

/// A system that gives up at the first failure.
async fn impatient() -> System {
    impatient_with(settings()).await
}

async fn impatient_with(settings: QueueSettings) -> System {
    let settings = QueueSettings { max_attempts: 1, max_crashes: 1, ..settings };
    System::start_with(settings, RedisServer::start()).await
}

/// The messages of `chat` arrive, and their turn fails for good.
async fn fail(system: &System, chat: &str, messages: &[&str]) {
    for id in messages {
        assert_eq!(system.writes(chat, id).await, Enqueued::New);
    }
    let worker = system.worker().await;
    let claim = system.opens(&worker).await;
    system.queue.nack(&claim, Duration::ZERO, Attempt::Counted, "the model is down").await.unwrap();
}

/// The id of the message in each letter.
fn messages(letters: &[DeadLetter]) -> Vec<String> {
    letters.iter().map(|letter| letter.message().unwrap().id.to_string()).collect()
}

async fn letter_of(system: &System, message: &str) -> DeadLetterId {
    let letters = system.queue.dead_letters(100).await.unwrap();
    letters.iter().find(|letter| letter.message().unwrap().id.as_str() == message).expect("a dead letter").id
}

async fn retries(system: &System, message: &str) -> Retried {
    system.queue.retry_dead_letter(letter_of(system, message).await).await.unwrap()
}

#[tokio::test]
async fn a_letter_is_found_by_the_name_the_list_gives_it() {
    let system = impatient_with(QueueSettings { shards: 3, ..settings() }).await;
    for (chat, id) in [("a", "m1"), ("b", "m2"), ("c", "m3"), ("d", "m4")] {
        fail(&system, chat, &[id]).await;
    }
    let letters = system.queue.dead_letters(100).await.unwrap();
    assert!(letters.is_sorted_by_key(|letter| std::cmp::Reverse(letter.at_ms)), "newest first: {letters:?}");
    assert_eq!(system.queue.dead_letters(3).await.unwrap(), letters[..3]);
    let mut found = messages(&letters);
    found.sort();
    assert_eq!(found, ["m1", "m2", "m3", "m4"]);
    for letter in letters {
        let named: DeadLetterId = letter.id.to_string().parse().unwrap();
        assert_eq!(system.queue.dead_letter(named).await.unwrap(), Some(letter));
    }
    for unknown in ["0-99", "7-1"] {
        let unknown = unknown.parse().unwrap();
        assert_eq!(system.queue.dead_letter(unknown).await.unwrap(), None);
        assert_eq!(system.queue.retry_dead_letter(unknown).await.unwrap(), Retried::Gone);
        assert_eq!(system.queue.drop_dead_letter(unknown).await.unwrap(), Dropped::Gone);
    }
    assert_eq!(system.queue.dead_letters(0).await.unwrap(), []);
    system.is_done().await;
}

#[tokio::test]
async fn a_letter_that_is_put_back_is_answered_although_its_id_was_seen() {
    let system = impatient().await;
    fail(&system, "a", &["m1"]).await;
    let id = letter_of(&system, "m1").await;
    for _ in 0..2 {
        assert_eq!(system.queue.retry_dead_letter(id).await.unwrap(), Retried::Done, "also when told twice");
    }
    assert_eq!(system.queue.dead_letters(10).await.unwrap(), []);
    assert_eq!(system.queue.untold_dead_letters(10).await.unwrap(), [], "the operator is a human");
    assert_eq!(system.writes("a", "m1").await, Enqueued::Duplicate, "a late delivery is still known");
    let worker = system.worker().await;
    let claim = system.opens(&worker).await;
    assert_eq!((claim.messages.as_slice(), claim.attempts), ([message("a", "m1")].as_slice(), 0));
    system.queue.complete(&claim).await.unwrap();
    system.is_done().await;
}

#[tokio::test]
async fn letters_come_back_in_the_order_of_their_messages_whatever_the_order_of_the_retries() {
    let system = impatient().await;
    fail(&system, "a", &["m1", "m2", "m4"]).await;
    system.writes("a", "m5").await;
    for id in ["m4", "m1", "m2"] {
        assert_eq!(retries(&system, id).await, Retried::Done);
        system.is_sound().await;
    }
    assert_eq!(system.mailbox("a").await, ["m1", "m2", "m4", "m5"]);
    let worker = system.worker().await;
    system.queue.complete(&system.opens(&worker).await).await.unwrap();
    system.is_done().await;
}

#[tokio::test]
async fn a_letter_does_not_come_between_a_holder_and_the_messages_he_read() {
    let system = impatient().await;
    fail(&system, "a", &["m1"]).await;
    system.writes("a", "m2").await;
    let worker = system.worker().await;
    let mut claim = system.opens(&worker).await;
    system.writes("a", "m3").await;
    assert_eq!(retries(&system, "m1").await, Retried::Done);
    assert_eq!(system.mailbox("a").await, ["m2", "m1", "m3"]);
    let begun = system.queue.begin_send(&claim, "plan", 0, Merge::Allow, NEED).await.unwrap();
    assert_eq!(begun, BeginSend::Newer, "it is a reason to think again");
    system.queue.refresh(&mut claim).await.unwrap();
    assert_eq!(ids(&claim), ["m2", "m1", "m3"]);
    system.queue.complete(&claim).await.unwrap();
    system.is_done().await;
}

#[tokio::test]
async fn a_letter_does_not_come_between_a_plan_and_the_messages_it_answers() {
    let system = System::start_with(QueueSettings { max_attempts: 1, ..settings() }, RedisServer::start()).await;
    fail(&system, "a", &["m1"]).await;
    system.writes("a", "m2").await;
    let worker = system.worker().await;
    let claim = system.opens(&worker).await;
    let begun = system.queue.begin_send(&claim, "plan", 0, Merge::Never, NEED).await.unwrap();
    assert_eq!(begun, BeginSend::Go);
    system.dies(&worker).await;
    system.housekeep().await;
    assert_eq!(retries(&system, "m1").await, Retried::Done, "while nobody holds it");
    system.housekeep().await;
    let heir = system.worker().await;
    let claim = system.opens(&heir).await;
    assert_eq!((ids(&claim), claim.journal.is_some()), (vec!["m2"], true));
    system.queue.complete(&claim).await.unwrap();
    assert_eq!(ids(&system.opens(&heir).await), ["m1"]);
    system.is_sound().await;
}

#[tokio::test]
async fn a_full_mailbox_takes_no_letter_back() {
    let system = impatient_with(QueueSettings { mailbox_max: 1, ..settings() }).await;
    fail(&system, "a", &["m1"]).await;
    system.writes("a", "m2").await;
    assert_eq!(retries(&system, "m1").await, Retried::MailboxFull);
    assert_eq!(messages(&system.queue.dead_letters(10).await.unwrap()), ["m1"]);
    let worker = system.worker().await;
    system.queue.complete(&system.opens(&worker).await).await.unwrap();
    assert_eq!(retries(&system, "m1").await, Retried::Done);
    system.is_sound().await;
}

#[tokio::test]
async fn what_is_no_message_of_its_conversation_is_not_put_back() {
    let system = impatient().await;
    let of_another = serde_json::to_string(&message("b", "m1")).unwrap();
    system.redis::<()>(&["LPUSH", "q:{s00}:mb:demo:a", &of_another, "rubbish"]).await;
    system.redis::<()>(&["HSET", "q:{s00}:c:demo:a", "st", "Q"]).await;
    system.redis::<()>(&["LPUSH", "q:{s00}:ready", "demo:a"]).await;
    let worker = system.worker().await;
    system.queue.nack(&system.opens(&worker).await, NEED, Attempt::Counted, "why").await.unwrap();
    let letters = system.queue.dead_letters(10).await.unwrap();
    assert_eq!(letters.len(), 2);
    for letter in letters {
        let retried = system.queue.retry_dead_letter(letter.id).await.unwrap();
        assert!(matches!(retried, Retried::Unreadable { .. }), "{letter:?}: {retried:?}");
        assert_eq!(system.queue.drop_dead_letter(letter.id).await.unwrap(), Dropped::Done);
    }
    assert_eq!(system.queue.dead_letters(10).await.unwrap(), []);
    system.is_sound().await;
}

#[tokio::test]
async fn a_dropped_letter_is_gone_and_its_number_never_comes_back() {
    let system = impatient().await;
    fail(&system, "a", &["m1"]).await;
    let first = letter_of(&system, "m1").await;
    for _ in 0..2 {
        assert_eq!(system.queue.drop_dead_letter(first).await.unwrap(), Dropped::Done, "also when told twice");
    }
    assert_eq!(system.queue.retry_dead_letter(first).await.unwrap(), Retried::Gone);
    assert_eq!(system.queue.untold_dead_letters(10).await.unwrap(), []);
    fail(&system, "a", &["m2"]).await;
    assert!(letter_of(&system, "m2").await > first);
    system.is_done().await;
}

#[tokio::test]
async fn a_human_is_to_be_told_of_every_letter_however_it_came_to_be() {
    let system = impatient().await;
    fail(&system, "failed", &["m1", "m2"]).await;
    system.writes("poison", "m3").await;
    let victim = system.worker().await;
    system.opens(&victim).await;
    system.dies(&victim).await;
    assert_eq!(system.housekeep().await.poisoned, [token("poison")]);
    system.writes("unreadable", "m4").await;
    system.redis::<()>(&["LPUSH", "q:{s00}:mb:demo:unreadable", "rubbish"]).await;
    let worker = system.worker().await;
    system.queue.complete(&system.opens(&worker).await).await.unwrap();

    let untold = system.queue.untold_dead_letters(10).await.unwrap();
    let chats: Vec<_> = untold.iter().map(|letter| letter.conversation.as_str()).collect();
    assert_eq!(chats, ["demo:failed", "demo:failed", "demo:poison", "demo:unreadable"], "oldest first");
    assert!(untold.iter().all(|letter| !letter.told));
    assert_eq!(system.queue.untold_dead_letters(2).await.unwrap(), untold[..2]);
    assert_eq!(system.queue.depth().await.unwrap().untold, 4);
    for letter in &untold[..3] {
        system.queue.mark_told(letter.id).await.unwrap();
        system.queue.mark_told(letter.id).await.unwrap();
    }
    assert_eq!(system.queue.untold_dead_letters(10).await.unwrap(), untold[3..]);
    let told: Vec<bool> = system.queue.dead_letters(10).await.unwrap().iter().map(|letter| letter.told).collect();
    assert_eq!(told, [false, true, true, true]);
}

#[tokio::test]
async fn a_human_who_cannot_be_told_now_is_told_later_and_of_the_others_meanwhile() {
    let system = impatient().await;
    fail(&system, "a", &["m1", "m2"]).await;
    let (first, second) = (letter_of(&system, "m1").await, letter_of(&system, "m2").await);
    system.queue.tell_later(first, Duration::from_secs(3600)).await.unwrap();
    assert_eq!(messages(&system.queue.untold_dead_letters(10).await.unwrap()), ["m2"]);
    system.queue.tell_later(first, Duration::ZERO).await.unwrap();
    assert_eq!(messages(&system.queue.untold_dead_letters(10).await.unwrap()), ["m1", "m2"]);
    // Whoever was slow cannot make an old story new.
    system.queue.mark_told(second).await.unwrap();
    system.queue.tell_later(second, Duration::ZERO).await.unwrap();
    assert_eq!(messages(&system.queue.untold_dead_letters(10).await.unwrap()), ["m1"]);
}

#[tokio::test]
async fn a_letter_that_fails_again_is_a_new_one_and_a_human_is_told_again() {
    let system = impatient().await;
    fail(&system, "a", &["m1"]).await;
    let first = letter_of(&system, "m1").await;
    system.queue.mark_told(first).await.unwrap();
    assert_eq!(retries(&system, "m1").await, Retried::Done);
    let worker = system.worker().await;
    system.queue.nack(&system.opens(&worker).await, NEED, Attempt::Counted, "again").await.unwrap();
    let untold = system.queue.untold_dead_letters(10).await.unwrap();
    assert_eq!((untold.len(), untold[0].error.as_str()), (1, "again"));
    assert!(untold[0].id > first);
    system.is_done().await;
}
