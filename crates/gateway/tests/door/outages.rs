//! Redis gone, Redis frozen, a body that never ends, the end of the process.

use std::time::{Duration, Instant};

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::house::{House, PATIENCE, REQUIRE};
use crate::post::question;

#[tokio::test]
async fn without_redis_nothing_is_accepted_and_all_is_well_when_it_is_back() {
    let mut house = House::open(REQUIRE).await;
    assert_eq!(house.get("/readyz").await, (200, "ready".to_owned()));

    house.redis.kill();
    for _ in 0..3 {
        assert_eq!(house.receives(&question()).await, 503);
        assert_eq!(house.receives(&question().with("author_id", json!(353200000))).await, 503);
    }
    assert_eq!(house.get("/readyz").await, (503, "redis".to_owned()));
    assert_eq!(house.get("/healthz").await, (200, "ok".to_owned()));
    // Who is not for the queue does not miss Redis.
    assert_eq!(house.receives(&question().unsigned()).await, 401);
    assert_eq!(house.receives(&question().with("author_id", json!(0))).await, 200);

    house.redis.restart();
    accepted_at_last(&house).await;
    house.only_message().await;
    assert_eq!(house.get("/readyz").await, (200, "ready".to_owned()));
}

#[tokio::test]
async fn a_frozen_redis_is_not_waited_for_and_what_it_did_late_is_done_once() {
    let house = House::open(REQUIRE).await;
    house.redis.pause();
    assert_eq!(house.receives(&question()).await, 503);
    assert_eq!(house.receives(&question()).await, 503);
    assert_eq!(house.get("/readyz").await, (503, "redis".to_owned()));

    house.redis.resume();
    accepted_at_last(&house).await;
    house.only_message().await;
}

/// As Avito would: the same again, until it is taken.
async fn accepted_at_last(house: &House) {
    let until = Instant::now() + Duration::from_secs(15);
    while house.receives(&question()).await != 200 {
        assert!(Instant::now() < until, "the gateway did not find Redis again");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_body_that_never_ends_is_answered_in_time() {
    let house = House::open(REQUIRE).await;
    let began = Instant::now();
    let mut stream = TcpStream::connect(&house.address).await.unwrap();
    let half = "POST /webhook/avito HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n{";
    stream.write_all(half.as_bytes()).await.unwrap();
    let mut answer = vec![0; 1024];
    let read = tokio::time::timeout(2 * PATIENCE, stream.read(&mut answer)).await.unwrap().unwrap();
    assert!(String::from_utf8_lossy(&answer[..read]).starts_with("HTTP/1.1 503"), "{:?}", &answer[..read]);
    assert!(began.elapsed() < PATIENCE, "{:?}", began.elapsed());
}

#[tokio::test]
async fn it_ends_when_asked_though_somebody_holds_a_connection() {
    let mut house = House::open(REQUIRE).await;
    assert_eq!(house.receives(&question()).await, 200);
    let mut stream = TcpStream::connect(&house.address).await.unwrap();
    stream.write_all(b"POST /webhook/avito HTTP/1.1\r\nhost:").await.unwrap();

    house.shutdown.trigger();
    tokio::time::timeout(Duration::from_secs(5), house.ended()).await.unwrap();
    assert!(TcpStream::connect(&house.address).await.is_err());
    house.only_message().await;
}
