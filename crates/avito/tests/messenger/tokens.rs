//! How often a token is asked for.

use std::time::Duration;

use futures::future::join_all;
use sandbox::avito::{AvitoConfig, Endpoint, Fault};

use crate::shop::{Shop, chat, messenger};

#[tokio::test]
async fn a_token_serves_many_calls_and_is_fetched_once_for_all_that_wait() {
    let shop = Shop::open().await;
    let chat = chat();
    let round = || join_all((0..20).map(|_| shop.messenger.history(&chat, 5)));

    assert!(round().await.iter().all(Result::is_ok));
    assert_eq!(shop.calls(Endpoint::Token), 1);

    // The first call's 403 makes the token worthless for the nineteen others as well.
    shop.avito.order(Fault::ExpiredToken403);
    assert!(round().await.iter().all(Result::is_ok));
    assert_eq!(shop.calls(Endpoint::Token), 2);
}

#[tokio::test]
async fn a_token_that_has_run_out_is_replaced_before_it_is_used() {
    let shop = Shop::open_at(AvitoConfig { token_ttl: Duration::ZERO, ..AvitoConfig::demo() }).await;
    // Every token is born expired, so each call finds the held one over and fetches, then is refused once.
    for before in [0, 2] {
        assert_eq!(shop.calls(Endpoint::Token), before);
        assert!(shop.messenger.history(&chat(), 5).await.is_err());
    }
}

#[tokio::test]
async fn clones_share_the_token_and_others_do_not() {
    let shop = Shop::open().await;
    for messenger in [shop.messenger.clone(), shop.messenger.clone()] {
        messenger.history(&chat(), 5).await.unwrap();
    }
    assert_eq!(shop.calls(Endpoint::Token), 1);
    messenger(shop.avito.base_url(), "demo-client-secret").history(&chat(), 5).await.unwrap();
    assert_eq!(shop.calls(Endpoint::Token), 2);
}
