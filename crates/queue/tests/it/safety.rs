//! A Redis that would lose messages is not started on.

use queue::{Queue, QueueError, RedisFinding};
use sandbox::redis::RedisServer;
use settings::UnsafeRedis;

use crate::system::{System, settings};

#[tokio::test]
async fn a_redis_that_loses_messages_is_refused_with_the_lines_that_are_missing() {
    let cases: [(&[&str], &[&str]); 5] = [
        (&[], &[]),
        (&["--appendfsync", "everysec"], &[]),
        (&["--appendonly", "no"], &["appendonly yes", "appendfsync always"]),
        (&["--maxmemory-policy", "allkeys-lru"], &["maxmemory-policy noeviction"]),
        (&["--appendonly", "no", "--maxmemory-policy", "volatile-lru"], &["appendonly yes", "noeviction"]),
    ];
    for (options, missing) in cases {
        let system = System::start_with(settings(), RedisServer::start_with(options)).await;
        let demanded = system.queue.demand_safe_redis(UnsafeRedis::Refuse).await;
        if missing.is_empty() {
            assert!(demanded.is_ok(), "{options:?}: {demanded:?}");
            continue;
        }
        let error = demanded.unwrap_err();
        assert!(matches!(error, QueueError::UnsafeRedis { .. }), "{options:?}: {error:?}");
        for part in missing.iter().chain(&["redis.allow_unsafe"]) {
            assert!(error.to_string().contains(part), "{part} is not in: {error}");
        }
        system.queue.demand_safe_redis(UnsafeRedis::Allow).await.unwrap();
    }
}

#[tokio::test]
async fn a_redis_tells_of_its_version_its_settings_and_its_memory() {
    let system =
        System::start_with(settings(), RedisServer::start_with(&["--appendfsync", "everysec", "--maxmemory", "100mb"]))
            .await;
    let check = system.queue.check_redis().await.unwrap();
    assert_eq!(check.findings, [RedisFinding::LogLater { fsync: "everysec".to_owned() }]);
    assert!(check.version.starts_with(|c: char| c.is_ascii_digit()), "{}", check.version);
    assert_eq!(check.memory.limit, 100 * 1024 * 1024);
    assert!((500_000..50_000_000).contains(&check.memory.used), "{:?}", check.memory);
    system.redis::<()>(&["CONFIG", "SET", "maxmemory", "0"]).await;
    let check = system.queue.check_redis().await.unwrap();
    assert!(check.findings.contains(&RedisFinding::NoMemoryLimit));
    assert!(check.memory.limit > 100 * 1024 * 1024, "the machine's");
}

#[tokio::test]
async fn a_redis_whose_settings_are_somebody_elses_is_judged_by_its_report() {
    let system = System::start().await;
    system.redis::<()>(&["ACL", "SETUSER", "guest", "on", ">word", "~*", "&*", "+@all", "-config"]).await;
    let url = format!("redis://guest:word@127.0.0.1:{}/0", system.server.port());
    let redis = settings::RedisSettings { url: url.parse().unwrap(), ..system.redis.clone() };
    let queue = Queue::connect(&redis, &system.settings).await.unwrap();
    assert_eq!(queue.check_redis().await.unwrap().findings, [RedisFinding::NoMemoryLimit]);
    queue.demand_safe_redis(UnsafeRedis::Refuse).await.unwrap();
}
