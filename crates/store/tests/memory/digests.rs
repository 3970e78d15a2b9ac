//! A digest is each chat's once a day.

use std::collections::BTreeMap;

use crate::harness::{Memory, seller};

#[tokio::test]
async fn a_digest_is_claimed_once_for_each_chat_and_day() {
    let memory = Memory::start().await;
    let (store, other) = (&memory.store, memory.another().await);
    for (chat, day, expected) in [
        (1, "2026-11-24", true),
        (1, "2026-11-24", false),
        (2, "2026-11-24", true),
        (1, "2026-11-23", false),
        (1, "2026-11-25", true),
    ] {
        assert_eq!(other.claim_digest(&seller(), chat, day).await.unwrap(), expected, "{chat} {day}");
    }
    store.return_digest(&seller(), 1, "2026-11-24").await.unwrap();
    let told = |pairs: &[(i64, &str)]| pairs.iter().map(|(chat, day)| (*chat, (*day).to_owned())).collect();
    let expected: BTreeMap<i64, String> = told(&[(1, "2026-11-25"), (2, "2026-11-24")]);
    assert_eq!(store.digests(&seller()).await.unwrap(), expected);
    store.return_digest(&seller(), 1, "2026-11-25").await.unwrap();
    assert!(store.claim_digest(&seller(), 1, "2026-11-25").await.unwrap(), "it was not told");
}
