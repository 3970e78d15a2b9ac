//! What is known of messages that were found elsewhere.

use domain::ids::MessageId;
use queue::Arrivals;
use sandbox::redis::RedisServer;
use settings::QueueSettings;

use crate::system::{System, conversation, settings};

#[tokio::test]
async fn what_arrived_is_remembered_and_what_did_not_is_not() {
    let system = System::start().await;
    let worker = system.worker().await;
    system.writes("a", "m1").await;
    system.queue.complete(&system.opens(&worker).await).await.unwrap();
    system.writes("a", "m3").await;
    system.writes("b", "m2").await;
    let ids: Vec<MessageId> = ["m1", "m2", "m3"].map(|id| id.parse().unwrap()).into();
    let ids: Vec<&MessageId> = ids.iter().collect();
    let arrivals = system.queue.arrivals(&conversation("a"), &ids).await.unwrap();
    assert_eq!(arrivals, Arrivals { seen: vec![true, false, true], complete_since_ms: 0 });
    let none = Arrivals { seen: vec![], complete_since_ms: 0 };
    assert_eq!(system.queue.arrivals(&conversation("a"), &[]).await.unwrap(), none);
    let nothing = Arrivals { seen: vec![false; 3], complete_since_ms: 0 };
    assert_eq!(system.queue.arrivals(&conversation("quiet"), &ids).await.unwrap(), nothing);
}

#[tokio::test]
async fn a_memory_that_is_full_says_from_when_on_it_is_complete() {
    let settings = QueueSettings { seen_max: 2, ..settings() };
    let system = System::start_with(settings, RedisServer::start()).await;
    for (id, complete_since_ms) in [("m1", 0), ("m2", 10), ("m3", 20)] {
        system.writes("a", id).await;
        let at_ms = id[1..].parse::<u32>().unwrap() * 10;
        system.redis::<()>(&["ZADD", "q:{s00}:seen:demo:a", &at_ms.to_string(), id]).await;
        let arrivals = system.queue.arrivals(&conversation("a"), &[]).await.unwrap();
        assert_eq!(arrivals.complete_since_ms, complete_since_ms, "{id}");
    }
}
