//! A reply longer than one message may be goes out in parts, each once, whatever becomes of a send; and no part comes
//! after the seller has spoken.

use it::{PATIENCE, Shop, ended};
use sandbox::avito::{Call, Endpoint, Fault, Order, World};

/// A message may hold 30 characters; two looks at the history are close together.
const SHORT: &str = "avito.max_text_chars = 30\nqueue.settle = \"200ms\"\nqueue.retry_base = \"20ms\"\n";

const QUESTION: &str = "Красная сумка есть в наличии?";

/// What the model worded last.
fn worded(shop: &Shop) -> String {
    let calls = shop.system.sandbox.model.seen().calls;
    let answer = calls.iter().rev().find_map(|call| call.answer.clone()).unwrap();
    serde_json::from_str::<serde_json::Value>(&answer).unwrap()["text"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_reply_comes_whole_in_short_messages() {
    let shop = Shop::open_with(SHORT).await;
    let record = shop.buyer("Анна").says(QUESTION).await;
    assert_eq!(ended(&record), ("replied", ""));
    let heard = shop.buyer("Анна").heard();
    assert!(heard.len() > 1 && heard.iter().all(|part| part.chars().count() <= 30), "{heard:?}");
    assert_eq!(heard.join(" "), worded(&shop));
    assert_eq!(record.said, heard);
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_part_comes_once_whatever_becomes_of_the_send_of_the_second() {
    for fault in [
        Fault::ErrorBeforeAccepting { status: 500 },
        Fault::ErrorAfterAccepting { status: 502 },
        Fault::CutAfterAccepting,
        Fault::GarbledAnswer,
        Fault::TooManyRequests { retry_after_s: Some(0) },
        Fault::LateApplication { ms: 50 },
    ] {
        let shop = Shop::open_with(SHORT).await;
        shop.system.sandbox.avito.order(Order::from(fault.clone()).after(1));
        shop.buyer("Анна").says(QUESTION).await;
        assert_eq!(shop.buyer("Анна").heard().join(" "), worded(&shop), "{fault:?}");
        assert!(shop.system.sandbox.avito.open_orders().is_empty(), "{fault:?} never played");
        shop.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_that_is_refused_for_good_goes_to_a_human_with_those_after_it() {
    let shop = Shop::open_with(SHORT).await;
    shop.system.sandbox.avito.order(Order::from(Fault::ErrorBeforeAccepting { status: 400 }).after(1));
    let record = shop.buyer("Анна").says(QUESTION).await;
    assert_eq!(ended(&record), ("replied and escalated", "dead_letter"));
    let (heard, worded) = (shop.buyer("Анна").heard(), worded(&shop));
    assert_eq!(heard.len(), 1);
    let unsaid = worded.strip_prefix(&heard[0]).unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
    let card = shop.cards()[0].split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(card.contains(&unsaid), "{card} without {unsaid}");
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_part_comes_after_the_seller_has_spoken() {
    let shop = Shop::open_with(SHORT).await;
    let (avito, anna) = (&shop.system.sandbox.avito, shop.buyer("Анна"));
    // The second part has to wait, long enough for the seller's webhook to come.
    avito.order(Order::from(Fault::TooManyRequests { retry_after_s: Some(3) }).after(1));
    let question = avito.buyer_says(&anna.chat, QUESTION).unwrap();
    let refused = |call: &Call| call.endpoint == Endpoint::Send && call.status == Some(429);
    avito.wait_for(|world: &World| world.calls().iter().any(refused), PATIENCE).await.unwrap();
    avito.seller_types(&anna.chat, "Здравствуйте, это Пётр").unwrap();
    let record = shop.system.record_of(&question, PATIENCE).await.unwrap();
    assert_eq!(record.said, anna.heard());
    assert_eq!(anna.heard().len(), 1);
    shop.close().await;
}
