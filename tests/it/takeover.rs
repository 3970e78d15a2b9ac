//! The seller speaks, and we are silent: from his first word on, however late in a turn it comes, until the quiet time
//! is over. Our own words that come back are not his.

use std::time::Duration;

use it::{PATIENCE, Shop, ended};
use sandbox::avito::{Call, Endpoint, Fault, World};
use sandbox::model::Job;

const QUESTION: &str = "Красная сумка есть в наличии?";

const ANOTHER: &str = "А доставка в Казань сколько стоит?";

#[tokio::test(flavor = "multi_thread")]
async fn a_seller_who_writes_while_the_model_thinks_is_not_spoken_over() {
    let shop = Shop::open_with("").await;
    let (avito, model) = (&shop.system.sandbox.avito, &shop.system.sandbox.model);
    let anna = shop.buyer("Анна");
    model.set_latency(Job::Routing, Duration::from_millis(900));
    let question = avito.buyer_says(&anna.chat, QUESTION).unwrap();
    model.wait_for(|seen| seen.routing == 1, PATIENCE).await.unwrap();
    let words = avito.seller_types(&anna.chat, "Здравствуйте, это Пётр. Да, есть.").unwrap();
    for message in [question, words] {
        let record = shop.system.record_of(&message, PATIENCE).await.unwrap();
        assert_eq!(ended(&record), ("silent", "seller_speaks"));
    }
    assert_eq!(anna.heard(), Vec::<String>::new());
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seller_who_writes_while_a_reply_has_to_wait_is_not_spoken_over() {
    let shop = Shop::open_with("").await;
    let (avito, anna) = (&shop.system.sandbox.avito, shop.buyer("Анна"));
    // Long enough for the seller's webhook to come.
    avito.order(Fault::TooManyRequests { retry_after_s: Some(3) });
    let question = avito.buyer_says(&anna.chat, QUESTION).unwrap();
    let refused = |call: &Call| call.endpoint == Endpoint::Send && call.status == Some(429);
    avito.wait_for(|world: &World| world.calls().iter().any(refused), PATIENCE).await.unwrap();
    avito.seller_types(&anna.chat, "Здравствуйте, это Пётр").unwrap();
    let record = shop.system.record_of(&question, PATIENCE).await.unwrap();
    assert_eq!(ended(&record), ("silent", "seller_speaks"));
    assert_eq!(anna.heard(), Vec::<String>::new());
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_is_ours_again_after_the_quiet_time() {
    let shop = Shop::open_with("seller_defaults.quiet_after_seller = \"2h\"\n").await;
    let anna = shop.buyer("Анна");
    anna.hears_from_the_seller("Здравствуйте, это Пётр").await;
    for (hours, expected) in [(1, ("silent", "seller_speaks")), (2, ("replied", ""))] {
        shop.system.clock.advance(Duration::from_secs(hours * 3600));
        assert_eq!(ended(&anna.says(QUESTION).await), expected, "{hours} hours later");
    }
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn our_own_words_are_known_whenever_they_come_back() {
    let shop = Shop::open_with("").await;
    let (avito, anna) = (&shop.system.sandbox.avito, shop.buyer("Анна"));
    avito.order(Fault::NoEcho);
    anna.says(QUESTION).await;
    let before = avito.look(|world| world.deliveries().len());
    avito.redeliver(&avito.sent()[0].id).unwrap();
    avito.wait_for(|world| world.deliveries().len() > before, PATIENCE).await.unwrap();
    assert_eq!(ended(&anna.says(ANOTHER).await), ("replied", ""));
    shop.close().await;
}
