//! What the operator and Docker ask.

use crate::house::{House, REQUIRE};
use crate::post::question;
use gateway::Road;

#[tokio::test]
async fn the_metrics_tell_how_webhooks_ended() {
    let house = House::open(REQUIRE).await;
    assert_eq!(house.receives(&question()).await, 200);
    assert_eq!(house.receives(&question().unsigned()).await, 401);

    let (status, metrics) = house.get("/metrics").await;
    assert_eq!(status, 200);
    for line in [
        "gateway_webhooks_total{ending=\"enqueued\"}",
        "gateway_webhooks_total{ending=\"not_signed\"}",
        "gateway_signatures_total{verdict=\"valid\"}",
        "gateway_webhook_seconds_bucket",
    ] {
        assert!(metrics.contains(line), "{line} is not in\n{metrics}");
    }
    assert!(!metrics.contains("наличии"), "a buyer's words are in the metrics");
}

#[tokio::test]
async fn the_door_stays_shut_in_front_of_a_redis_that_loses_messages() {
    let lossy = ["--appendonly", "no"];
    let error = House::refuses(&lossy, REQUIRE).await.expect("a refusal");
    let told = runtime::chain(&error);
    for part in ["appendonly yes", "appendfsync always", "redis.allow_unsafe"] {
        assert!(told.contains(part), "{part} is not in: {told}");
    }
    assert!(House::refuses(&["--maxmemory-policy", "allkeys-lru"], REQUIRE).await.is_some());
    assert!(House::refuses(&[], REQUIRE).await.is_none());
    let allowed = format!("redis.allow_unsafe = true\n{REQUIRE}");
    assert!(House::refuses(&lossy, &allowed).await.is_none());
}

#[tokio::test]
async fn a_health_check_finds_a_living_gateway_and_misses_a_dead_one() {
    let mut house = House::open(REQUIRE).await;
    gateway::probe(&house.door.address).await.unwrap();
    assert_eq!(gateway::ask(&gateway::local_url(&house.door.address)).await.unwrap(), Road::Redis);
    house.shutdown.trigger();
    house.ended().await;
    let missed = gateway::probe(&house.door.address).await.unwrap_err();
    assert!(missed.to_string().contains(&house.door.address), "{missed}");
}
