//! `salesphere queue status`: everything an operator wants to know, and a verdict he can rely on.

use sandbox::redis::RedisServer;
use serde_json::Value;

use crate::desk::Desk;

/// From when on something is late: not in these tests, where messages are a year old.
const NEVER_LATE: &str = "--late-after 4000000000";

#[tokio::test(flavor = "multi_thread")]
async fn all_is_quiet_when_a_worker_lives_and_nobody_waits() {
    let desk = Desk::open().await;
    let worker = desk.worker();
    let printed = desk.types("queue status");
    printed.says(0, &["no buyer waits", worker.id.as_str(), "renewed", "append-only log kept, fsync always"]);
    assert_eq!(printed.out.lines().last(), Some("verdict: all quiet"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_is_counted_by_shard_worker_and_seller() {
    let desk = Desk::open_with(&[("SALESPHERE__QUEUE__SHARDS", "1")], RedisServer::start()).await;
    let worker = desk.worker();
    desk.writes("held", "m1", "Есть?").await;
    desk.writes("held", "m2", "Ау").await;
    let claim = desk.opens(&worker).await;
    desk.writes("ready", "m3", "Сколько?").await;
    let printed = desk.types(&format!("queue status {NEVER_LATE}"));
    printed.says(0, &["demo:held (2 messages for", "verdict: all quiet"]).never_says(&["Есть", "Сколько"]);
    assert_eq!(printed.line("0 ")[..6], ["0", "1", "1", "0", "-", "3"]);
    assert_eq!(printed.line("demo ")[..3], ["demo", "2", "3"]);

    let json = desk.types(&format!("queue status --json {NEVER_LATE}"));
    let report: Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(report["quiet"], true, "{report:#}");
    assert_eq!(report["total"]["messages"], 3);
    assert_eq!(report["total"]["epoch"], claim.epoch);
    assert_eq!(report["workers"][0]["holds"][0]["conversation"], "demo:held");
    assert_eq!(report["redis"]["fsync"], "always");
    assert!(report["redis"]["memory_bytes"].as_u64().is_some_and(|bytes| bytes > 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn each_thing_that_is_wrong_is_told_with_what_to_do() {
    let desk = Desk::open().await;
    desk.writes("a", "m1", "Есть?").await;
    desk.types("queue status").says(1, &["verdict: no worker runs", "1 message waiting", "docker-compose up"]);

    let worker = desk.worker();
    desk.types("queue status").says(1, &["verdict: a message has waited for", "start another"]);

    desk.fails(&worker, "the model is down").await;
    desk.types("queue status").says(1, &["verdict: 1 dead letter; the sellers were not told of 1 yet", "dead list"]);

    desk.writes_to("nobody", "b", "m2", "Ау").await;
    desk.fails(&worker, "no such seller").await;
    let printed = desk.types("queue status");
    printed.says(1, &["wrong: 1 dead letter of sellers that are not in the settings (\"nobody\")", "hint: "]);
    printed.says(1, &["verdict: 2 things are wrong, first of all 1 dead letter of sellers"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_loses_messages_or_runs_full_is_no_quiet_one() {
    let lossy = RedisServer::start_with(&["--appendfsync", "everysec", "--maxmemory", "2mb"]);
    let desk = Desk::open_with(&[("SALESPHERE__REDIS__MEMORY_ALARM_PERCENT", "1")], lossy).await;
    let _worker = desk.worker();
    desk.types("queue status").says(
        1,
        &[
            "put `appendfsync always` into redis.conf",
            "the memory of Redis is",
            "the alarm is at 1 %",
            "fsync everysec",
        ],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_queue_is_told_of() {
    let desk = Desk::open().await;
    let worker = desk.worker();
    desk.writes("a", "m1", "Есть?").await;
    let claim = desk.opens(&worker).await;
    // A token that a hand in Redis took away: nobody would ever run this conversation again.
    desk.by_hand(&format!("DEL q:{{s00}}:proc:{}", worker.id));
    desk.types(&format!("queue status {NEVER_LATE}")).says(1, &["the queue is damaged", claim.token.as_str()]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_is_away_is_the_verdict_also_for_machines() {
    let mut desk = Desk::open().await;
    desk.server.kill();
    let printed = desk.types("queue status");
    printed.says(1, &["verdict: Redis does not answer", "redis.url", &desk.server.url(), "SALESPHERE__REDIS__URL"]);
    let json = desk.types("queue status --json");
    let report: Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!((json.code, &report["quiet"], &report["redis"]), (Some(1), &Value::Bool(false), &Value::Null));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_gateway_is_asked_where_the_operator_says_it_is() {
    let desk = Desk::open().await;
    let _worker = desk.worker();
    desk.types("queue status").says(0, &["gateway  unknown: none answers at http://127.0.0.1:", "--gateway <url>"]);
    desk.types("queue status --gateway http://127.0.0.1:1").says(1, &["no gateway answers at http://127.0.0.1:1"]);
    let gateway = desk.gateway().await;
    desk.types(&format!("queue status --gateway {}", gateway.url)).says(0, &["messages go straight to Redis"]);
}
