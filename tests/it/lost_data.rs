//! Redis comes back with older data than it had confirmed. What was answered after that moment is not answered again:
//! the chat is asked, and a human.

use std::fs;
use std::path::Path;
use std::time::Duration;

use it::{PATIENCE, Shop, ended};
use sandbox::avito::Fault;
use sandbox::model::Job;

const QUESTION: &str = "Красная сумка есть в наличии?";

/// In a system that ends with its lease somebody would start it anew; nobody does so here. And a turn has the time that
/// the model takes, in which the log is copied.
const PATIENT: &str = "\
queue.lease = \"60s\"
worker.route_within = \"10s\"
worker.word_until = \"11s\"
worker.turn_budget = \"12s\"
";

/// Whether the answer's own webhook comes. If so, the gateway gives it to Redis again: it may be the seller's words.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Echo {
    Comes,
    Never,
}

/// A buyer asks, and Redis falls back to the moment before the answer, which was given all the same.
async fn redis_forgets_an_answer(operator: &str, echo: Echo) -> Shop {
    let mut shop = Shop::open_with(&format!("{PATIENT}{operator}")).await;
    let (avito, model) = (&shop.system.sandbox.avito, &shop.system.sandbox.model);
    let chat = shop.buyer("Анна").chat;
    if echo == Echo::Never {
        avito.order(Fault::NoEcho);
    }
    model.set_latency(Job::Routing, Duration::from_secs(3));
    let question = avito.buyer_says(&chat, QUESTION).unwrap();
    model.wait_for(|seen| seen.routing == 1, PATIENCE).await.unwrap();
    let log = shop.system.redis.directory().join("appendonlydir");
    let copy = shop.system.redis.directory().join("copy");
    copy_files(&log, &copy);
    let record = shop.system.record_of(&question, PATIENCE).await.unwrap();
    assert_eq!(ended(&record), ("replied", ""));
    shop.system.drained(PATIENCE).await.unwrap();

    shop.system.redis.kill();
    fs::remove_dir_all(&log).unwrap();
    fs::rename(&copy, &log).unwrap();
    shop.system.redis.restart();
    shop.system.record_of(&question, PATIENCE).await.unwrap();
    shop.system.drained(PATIENCE).await.unwrap();
    shop
}

fn copy_files(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for file in fs::read_dir(from).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), to.join(file.file_name())).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_redis_forgot_is_not_said_again_and_a_human_looks() {
    for echo in [Echo::Never, Echo::Comes] {
        let shop = redis_forgets_an_answer("", echo).await;
        assert_eq!(shop.buyer("Анна").heard().len(), 1);
        assert_eq!(shop.cards().len(), 1);
        assert!(shop.cards()[0].contains("загляните в чат"), "{}", shop.cards()[0]);
        let record = shop.buyer("Анна").says("А доставка в Казань сколько стоит?").await;
        assert_eq!(ended(&record).0, "silent");
        // Others need not wait for a human.
        let record = shop.buyer("Виктор").says(QUESTION).await;
        assert_eq!(ended(&record), ("replied", ""));
        shop.close_without_following_messages().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_look_into_the_chat_it_would_be_said_again() {
    let shop = redis_forgets_an_answer("queue.doubt_for = \"0s\"\n", Echo::Never).await;
    assert_eq!(shop.buyer("Анна").heard().len(), 2);
    shop.close_without_following_messages().await;
}
