//! The list of chats and one chat, in shape and in order.

use std::time::Duration;

use sandbox::avito::{AvitoConfig, Fault};
use sandbox::clock::SandboxClock;
use serde_json::{Value, json};

use crate::bench::{ACCOUNT, BAG, BELT, NO_LISTING, avito, config, start};
use crate::shape::check;

#[tokio::test]
async fn a_chat_tells_the_buyer_the_listing_and_the_last_message() {
    let clock = SandboxClock::fixed(1_693_483_353);
    let (avito, api) = start(AvitoConfig { clock: clock.clone(), ..config() }).await;
    clock.advance(Duration::from_secs(8100));
    avito.seller_types(BAG, "Добрый день").unwrap();

    let (status, chat) = api.get(&format!("messenger/v2/accounts/{ACCOUNT}/chats/{BAG}")).await;
    assert_eq!(status, 200);
    check(
        &chat,
        &json!({
            "id": BAG,
            "created": 1_693_483_353,
            "updated": 1_693_491_453,
            "context": {"type": "item", "value": {
                "id": 3_364_550_000_u64,
                "title": "Сумка",
                "user_id": ACCOUNT,
                "status_id": 4,
                "price_string": "3\u{a0}873 ₽",
                "url": "<text>",
                "images": {"main": {"140x105": "<text>"}, "count": 1},
                "location": {"title": "<text>", "lat": 55.755_814, "lon": 37.617_635},
            }},
            "users": [
                {"id": 237_130_000, "name": "Виктор", "public_user_profile": {
                    "user_id": 237_130_000,
                    "item_id": 3_364_550_000_u64,
                    "avatar": {"default": "<text>", "images": {"128x128": "<text>"}},
                    "url": "<text>",
                }},
                {"id": ACCOUNT, "name": "Магазин"},
            ],
            "last_message": {
                "id": "<hex32>",
                "author_id": ACCOUNT,
                "created": 1_693_491_453,
                "content": {"text": "Добрый день"},
                "type": "text",
                "direction": "out",
            },
        }),
    );
    let profile = chat["users"][0]["public_user_profile"]["url"].as_str().unwrap();
    let page = profile.strip_prefix("https://avito.ru/user/").and_then(|rest| rest.strip_suffix("/profile")).unwrap();
    assert!(page.len() == 32 && page.chars().all(|c| c.is_ascii_hexdigit()), "{profile}");
}

#[tokio::test]
async fn a_chat_about_nothing_has_no_context_and_a_silent_one_no_message() {
    let (_avito, api) = avito().await;
    let (_, chat) = api.get(&format!("messenger/v2/accounts/{ACCOUNT}/chats/{NO_LISTING}")).await;
    assert_eq!((chat.get("context"), chat.get("last_message")), (None, None));
    assert_eq!(chat["users"][0]["name"], "Глеб");
}

#[tokio::test]
async fn the_list_is_cut_and_sieved_as_the_query_says() {
    let (avito, api) = avito().await;
    avito.buyer_says(BAG, "первое").unwrap();
    avito.buyer_says(BELT, "второе").unwrap();
    api.post(&format!("messenger/v1/accounts/{ACCOUNT}/chats/{BAG}/read"), None).await;
    for (query, chats) in [
        ("", vec![BELT, BAG]),
        ("?chat_types=u2i,u2u", vec![BELT, BAG, NO_LISTING]),
        ("?chat_types=u2i&chat_types=u2u", vec![BELT, BAG, NO_LISTING]),
        ("?chat_types=u2u", vec![NO_LISTING]),
        ("?unread_only=true", vec![BELT]),
        ("?unread_only=false", vec![BELT, BAG]),
        ("?item_ids=3364550000", vec![BAG]),
        ("?item_ids=3364550000,3364550001", vec![BELT, BAG]),
        ("?item_ids=1", vec![]),
        ("?limit=1", vec![BELT]),
        ("?limit=1&offset=1", vec![BAG]),
        ("?offset=1000", vec![]),
    ] {
        let (status, answer) = api.get(&format!("messenger/v2/accounts/{ACCOUNT}/chats{query}")).await;
        assert_eq!(status, 200, "{query}: {answer}");
        let ids: Vec<&Value> = answer["chats"].as_array().unwrap().iter().map(|chat| &chat["id"]).collect();
        assert_eq!(ids, chats, "{query}");
    }
}

#[tokio::test]
async fn a_chat_may_come_without_names_and_context() {
    let (avito, api) = avito().await;
    avito.order(Fault::ChatFieldsMissing);
    let path = format!("messenger/v2/accounts/{ACCOUNT}/chats/{BAG}");
    check(&api.get(&path).await.1, &json!({"id": BAG, "users": [{"id": ACCOUNT}]}));
    assert_eq!(api.get(&path).await.1["users"][0]["name"], "Виктор");
}
