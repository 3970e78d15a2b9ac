//! Redis gone, Redis frozen, Redis forgetful, and what is on the disk meanwhile.

use std::fs;
use std::time::{Duration, Instant};

use domain::message::Message;
use queue::Memory;
use serde_json::json;

use crate::house::{Broken, House, REQUIRE};
use crate::post::{Post, question};

/// A whole number of webhooks from each of so many chats, each chat's one after the other.
const CHATS: usize = 8;
const EACH: usize = 60;
const PACE: Duration = Duration::from_millis(15);

fn said(chat: usize, number: usize) -> Post {
    question().with("chat_id", json!(format!("u2i-chat-{chat}"))).with("id", json!(format!("c{chat}-m{number}")))
}

/// Message `number` of the first chat.
fn message(number: usize) -> Post {
    said(0, number)
}

/// The ids that wait in the queue, each conversation's in one line.
async fn queued(house: &House) -> Vec<String> {
    lines(house.queued().await)
}

fn lines(conversations: Vec<Vec<Message>>) -> Vec<String> {
    let ids = |said: Vec<Message>| said.iter().map(|message| message.id.as_str()).collect::<Vec<_>>().join(" ");
    let mut lines: Vec<_> = conversations.into_iter().map(ids).collect();
    lines.sort();
    lines
}

/// The first chat's messages of these numbers, as they stand in [`queued`].
fn line(numbers: impl IntoIterator<Item = usize>) -> String {
    numbers.into_iter().map(|number| format!("c0-m{number}")).collect::<Vec<_>>().join(" ")
}

/// All chats talk while something is done to Redis; every webhook is accepted, in time.
async fn all_talk_while(house: &mut House, outage: impl AsyncFnOnce(&mut House)) {
    let talk = |chat| {
        let posts: Vec<_> = (0..EACH).map(|number| said(chat, number)).collect();
        let door = house.door.clone();
        async move {
            for post in posts {
                assert_eq!(door.receives(&post).await, 200);
                tokio::time::sleep(PACE).await;
            }
        }
    };
    let talking = futures::future::join_all((0..CHATS).map(talk));
    tokio::join!(talking, outage(house));
    house.has_queued((CHATS * EACH) as u64).await;
    house.is(200, "ready").await;
    let expected: Vec<_> = (0..CHATS)
        .map(|chat| (0..EACH).map(|number| format!("c{chat}-m{number}")).collect::<Vec<_>>().join(" "))
        .collect();
    assert_eq!(queued(house).await, expected);
    assert_eq!(house.spooled(), Vec::<std::path::PathBuf>::new());
}

#[tokio::test]
async fn while_redis_is_dead_every_webhook_is_accepted_and_after_it_all_are_queued_in_order() {
    let mut house = House::open(&format!("queue.max_batch = {EACH}\n{REQUIRE}")).await;
    all_talk_while(&mut house, async |house| {
        for _ in 0..2 {
            tokio::time::sleep(Duration::from_millis(250)).await;
            house.redis.kill();
            tokio::time::sleep(Duration::from_millis(250)).await;
            house.redis.restart();
        }
    })
    .await;
}

#[tokio::test]
async fn while_redis_is_frozen_every_webhook_is_accepted_and_after_it_all_are_queued_in_order() {
    let mut house = House::open(&format!("queue.max_batch = {EACH}\n{REQUIRE}")).await;
    all_talk_while(&mut house, async |house| {
        tokio::time::sleep(Duration::from_millis(200)).await;
        house.redis.pause();
        tokio::time::sleep(Duration::from_millis(1500)).await;
        house.redis.resume();
    })
    .await;
}

#[tokio::test]
async fn health_tells_how_messages_go_and_who_is_not_for_the_queue_does_not_miss_redis() {
    let mut house = House::open(REQUIRE).await;
    house.is(200, "ready").await;
    house.redis.kill();
    house.is(200, "spooling").await;
    assert_eq!(house.receives(&question()).await, 200);
    assert_eq!(house.receives(&question().with("author_id", json!(353200000)).with("id", json!("seller"))).await, 200);
    assert_eq!(house.get("/readyz").await, (200, "spooling".to_owned()));
    assert_eq!(house.get("/healthz").await, (200, "ok".to_owned()));
    assert_eq!(house.receives(&question().unsigned()).await, 401);
    assert_eq!(house.receives(&question().with("author_id", json!(0))).await, 200);
    assert_eq!(house.spooled().len(), 1);

    house.redis.restart();
    house.is(200, "ready").await;
    assert_eq!(queued(&house).await, ["da47387aa97e86b10fdd51394262a815 seller"]);
    let (_, metrics) = house.get("/metrics").await;
    for line in [
        "gateway_webhooks_total{ending=\"spooled\"}",
        "gateway_spooled_total",
        "gateway_spool_replayed_total{result=\"new\"}",
        "gateway_spool_fsync_seconds_bucket",
        "gateway_spool_bytes",
        "gateway_spooling",
    ] {
        assert!(metrics.contains(line), "{line} is not in\n{metrics}");
    }
}

#[tokio::test]
async fn a_gateway_that_crashes_and_comes_back_before_redis_loses_nothing() {
    let mut house = House::open(REQUIRE).await;
    assert_eq!(house.receives(&message(0)).await, 200);
    house.redis.kill();
    for number in 1..4 {
        assert_eq!(house.receives(&message(number)).await, 200);
    }
    let mut house = house.rebuilt(REQUIRE).await;
    assert_eq!(house.receives(&message(4)).await, 200);
    house.redis.restart();
    house.is(200, "ready").await;
    assert_eq!(house.receives(&message(5)).await, 200);
    assert_eq!(queued(&house).await, [line(0..6)]);
}

#[tokio::test]
async fn what_waits_from_before_goes_before_what_is_new() {
    let mut house = House::open(REQUIRE).await;
    house.redis.kill();
    for number in 0..150 {
        assert_eq!(house.receives(&message(number)).await, 200);
    }
    house.redis.restart();
    let config = format!("queue.max_batch = 200\n{REQUIRE}");
    let house = house.rebuilt(&config).await;
    assert_eq!(house.receives(&message(150)).await, 200);
    house.is(200, "ready").await;
    assert_eq!(queued(&house).await, [line(0..151)]);
}

#[tokio::test]
async fn a_redis_that_comes_back_empty_is_given_the_last_minute_again() {
    let mut house = House::open(REQUIRE).await;
    for number in 0..3 {
        assert_eq!(house.receives(&message(number)).await, 200);
    }
    house.redis.kill();
    for number in 3..5 {
        assert_eq!(house.receives(&message(number)).await, 200);
    }
    fs::remove_dir_all(house.redis.directory().join("appendonlydir")).unwrap();
    house.redis.restart();
    house.is(200, "ready").await;
    assert_eq!(queued(&house).await, [line(0..5)]);

    // Those from the disk were confirmed, too; and so were those given again.
    house.redis.kill();
    fs::remove_dir_all(house.redis.directory().join("appendonlydir")).unwrap();
    house.redis.restart();
    house.has_queued(5).await;
    assert_eq!(queued(&house).await, [line(0..5)]);
}

#[tokio::test]
async fn a_redis_that_came_back_empty_is_not_believed() {
    let mut house = House::open(REQUIRE).await;
    assert_eq!(house.receives(&message(0)).await, 200);
    house.redis.kill();
    fs::remove_dir_all(house.redis.directory().join("appendonlydir")).unwrap();
    house.redis.restart();
    house.is(200, "ready").await;
    let memories: Vec<Memory> = house.claims().await.iter().map(|claim| claim.memory).collect();
    assert_eq!(memories, [Memory::Doubtful]);
}

#[tokio::test]
async fn a_redis_that_only_restarted_is_given_nothing_again() {
    // More than a conversation remembers, so that the oldest would be taken for new ones.
    let mut house = House::open(&format!("queue.max_batch = 300\n{REQUIRE}")).await;
    for number in 0..250 {
        assert_eq!(house.receives(&message(number)).await, 200);
    }
    house.redis.restart();
    assert_eq!(house.receives(&message(250)).await, 200);
    house.has_queued(251).await;
    house.is(200, "ready").await;
    assert_eq!(queued(&house).await, [line(0..251)]);
}

#[tokio::test]
async fn a_full_disk_refuses_and_keeps_what_it_has() {
    let mut house = House::open(&format!("gateway.spool_max_bytes = 65536\n{REQUIRE}")).await;
    house.redis.kill();
    house.is(200, "spooling").await;
    let long = |number| message(number).saying(&"x".repeat(10_000));
    for (number, status) in [(0, 200), (1, 200), (2, 200), (3, 200), (4, 200), (5, 200), (6, 503), (7, 503)] {
        assert_eq!(house.receives(&long(number)).await, status, "{number}");
    }
    house.is(503, "spool").await;
    house.redis.restart();
    house.is(200, "ready").await;
    assert_eq!(house.receives(&message(6)).await, 200);
    assert_eq!(queued(&house).await, [line(0..7)]);
}

#[tokio::test]
async fn a_disk_that_fails_refuses_and_does_not_stand_between_us_and_redis() {
    let mut house = House::open(REQUIRE).await;
    fs::remove_dir_all(house.spool.path()).unwrap();
    assert_eq!(house.receives(&message(0)).await, 200);
    house.redis.kill();
    house.is(200, "spooling").await;
    assert_eq!(house.receives(&message(1)).await, 503);
    house.is(503, "spool").await;
    house.redis.restart();
    house.is(200, "ready").await;
    assert_eq!(house.receives(&message(2)).await, 200);
    assert_eq!(queued(&house).await, ["c0-m0 c0-m2"]);
}

#[tokio::test]
async fn a_full_mailbox_holds_up_its_own_conversation_only() {
    let mut house = House::open(&format!("[queue]\nmax_batch = 2\nmailbox_max = 2\n{REQUIRE}")).await;
    house.redis.kill();
    for post in [said(0, 0), said(0, 1), said(0, 2), said(1, 0), said(0, 3)] {
        assert_eq!(house.receives(&post).await, 200);
    }
    house.redis.restart();
    house.has_queued(3).await;
    assert_eq!(house.get("/readyz").await, (200, "spooling".to_owned()));
    assert_eq!(lines(house.answered().await), ["c0-m0 c0-m1", "c1-m0"]);
    house.is(200, "ready").await;
    assert_eq!(lines(house.answered().await), ["c0-m2 c0-m3"]);
    assert_eq!(house.receives(&said(0, 4)).await, 200);
    assert_eq!(queued(&house).await, ["c0-m4"]);
}

#[tokio::test]
async fn a_shard_that_is_away_holds_up_its_own_conversations_only() {
    let house = House::open(&format!("queue.shards = 2\n{REQUIRE}")).await;
    let chat = |chat: usize| format!("anna:u2i-chat-{chat}").parse().unwrap();
    let on_shard = |shard| (0..).find(|number| house.shard_of(&chat(*number)) == shard).unwrap();
    let (healthy, broken) = (on_shard(0), on_shard(1));
    house.breaks(&chat(broken), Broken::Yes);
    for post in [said(broken, 0), said(healthy, 0), said(broken, 1), said(healthy, 1)] {
        assert_eq!(house.receives(&post).await, 200);
    }
    assert_eq!(lines(house.queued().await), [format!("c{healthy}-m0 c{healthy}-m1")], "at once");
    assert_eq!(house.get("/readyz").await, (200, "spooling".to_owned()));
    house.breaks(&chat(broken), Broken::No);
    house.is(200, "ready").await;
    assert_eq!(lines(house.queued().await), [format!("c{broken}-m0 c{broken}-m1")]);
}

#[tokio::test]
async fn what_waits_from_a_time_with_more_shards_goes_where_it_belongs_now() {
    let mut house = House::open(&format!("queue.shards = 16\n{REQUIRE}")).await;
    house.redis.kill();
    for chat in 0..CHATS {
        assert_eq!(house.receives(&said(chat, 0)).await, 200);
    }
    house.redis.restart();
    let house = house.rebuilt(REQUIRE).await;
    house.is(200, "ready").await;
    let expected: Vec<_> = (0..CHATS).map(|chat| format!("c{chat}-m0")).collect();
    assert_eq!(queued(&house).await, expected);
}

#[tokio::test]
async fn a_spool_is_for_one_gateway() {
    let house = House::open(REQUIRE).await;
    let error = house.second().await.unwrap_err();
    let told = runtime::chain(&error);
    assert!(told.contains("another process uses the spool in"), "{told}");
    assert_eq!(house.receives(&question()).await, 200);
}

#[tokio::test]
async fn nobody_waits_for_a_frozen_redis_twice() {
    let house = House::open(REQUIRE).await;
    house.redis.pause();
    assert_eq!(house.receives(&message(0)).await, 200);
    let began = Instant::now();
    for number in 1..6 {
        assert_eq!(house.receives(&message(number)).await, 200);
    }
    assert!(began.elapsed() < Duration::from_millis(500), "{:?}", began.elapsed());
    house.redis.resume();
    house.is(200, "ready").await;
    assert_eq!(queued(&house).await, [line(0..6)]);
}
