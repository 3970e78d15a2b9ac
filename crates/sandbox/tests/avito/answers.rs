//! The token, the account, and every way to be refused.

use std::time::Duration;

use sandbox::avito::{AvitoConfig, Endpoint, ErrorShape, PAYWALL_TEXT, Paywall};
use sandbox::clock::SandboxClock;
use serde_json::{Value, json};

use crate::bench::{ACCOUNT, BAG, BELT, avito, config, start};
use crate::shape::check;

#[tokio::test]
async fn a_key_pair_is_worth_a_token_and_a_wrong_one_an_error() {
    let (_avito, api) = avito().await;
    let error = |code: u16| json!({"error": {"code": code, "message": "<text>"}});
    let field = |name: &str| json!({"error": {"code": 400, "message": "<text>", "fields": {name: "<text>"}}});
    let good = ("grant_type", "client_credentials");
    for (form, status, shape) in [
        (
            vec![good, ("client_id", "id"), ("client_secret", "secret")],
            200,
            json!({"access_token": "<text>", "expires_in": 86400, "token_type": "Bearer"}),
        ),
        (vec![good, ("client_id", "id"), ("client_secret", "wrong")], 401, error(401)),
        (vec![good, ("client_id", "id"), ("client_secret", "secret2")], 401, error(401)),
        (vec![good, ("client_id", "id")], 401, error(401)),
        (vec![("client_id", "id"), ("client_secret", "secret")], 400, field("grant_type")),
        (vec![("grant_type", "password")], 400, field("grant_type")),
    ] {
        let (got, answer) = api.token(&form).await;
        assert_eq!(got, status, "{form:?}: {answer}");
        check(&answer, &shape);
    }
}

#[tokio::test]
async fn a_token_is_good_for_its_time_and_no_longer() {
    let clock = SandboxClock::fixed(1_757_600_000);
    let (_avito, mut api) =
        start(AvitoConfig { clock: clock.clone(), token_ttl: Duration::from_secs(60), ..config() }).await;
    clock.advance(Duration::from_secs(59));
    assert_eq!(api.get("core/v1/accounts/self").await.0, 200);
    clock.advance(Duration::from_secs(1));
    let (status, answer) = api.get("core/v1/accounts/self").await;
    assert_eq!(status, 403);
    check(&answer, &json!({"error": {"code": 403, "message": "<text>"}}));
    api.refresh().await;
    assert_eq!(api.get("core/v1/accounts/self").await.0, 200);
}

#[tokio::test]
async fn the_account_tells_who_it_is() {
    let (_avito, api) = avito().await;
    let (status, answer) = api.get("core/v1/accounts/self").await;
    assert_eq!(status, 200);
    check(
        &answer,
        &json!({"id": ACCOUNT, "name": "Магазин", "email": "<text>", "phone": "<text>", "phones": ["<text>"], "profile_url": "<text>"}),
    );
}

/// Every refusal that needs no fault: method, path, body, token, status.
#[tokio::test]
async fn a_call_that_is_wrong_is_refused_in_the_documented_shape() {
    let (_avito, api) = avito().await;
    let bag = format!("messenger/v1/accounts/{ACCOUNT}/chats/{BAG}");
    let text = |text: &str| Some(json!({"message": {"text": text}, "type": "text"}));
    let chats = |query: &str| format!("messenger/v2/accounts/{ACCOUNT}/chats{query}");
    let history = |query: &str| format!("messenger/v3/accounts/{ACCOUNT}/chats/{BAG}/messages/{query}");
    let table: Vec<(&str, String, Option<Value>, &str, u16)> = vec![
        ("GET", chats(""), None, "", 401),
        ("GET", chats(""), None, "not a token", 403),
        ("GET", "messenger/v2/accounts/2/chats".into(), None, "good", 403),
        ("GET", "messenger/v2/accounts/7/chats".into(), None, "good", 403),
        ("POST", format!("{bag}/messages"), text(&"я".repeat(1001)), "good", 400),
        ("POST", format!("{bag}/messages"), text(""), "good", 400),
        ("POST", format!("{bag}/messages"), Some(json!({"message": {"text": "а"}, "type": "image"})), "good", 400),
        ("POST", format!("{bag}/messages"), Some(json!({"text": "а"})), "good", 400),
        ("POST", format!("messenger/v1/accounts/{ACCOUNT}/chats/u2i-none/messages"), text("а"), "good", 404),
        ("POST", format!("messenger/v1/accounts/{ACCOUNT}/chats/u2i-none/read"), None, "good", 404),
        ("POST", format!("{bag}/messages/{}", "0".repeat(32)), None, "good", 404),
        ("GET", chats("/u2i-none"), None, "good", 404),
        ("GET", format!("messenger/v3/accounts/{ACCOUNT}/chats/u2i-none/messages/"), None, "good", 404),
        ("GET", chats("?limit=0"), None, "good", 400),
        ("GET", chats("?limit=101"), None, "good", 400),
        ("GET", chats("?offset=1001"), None, "good", 400),
        ("GET", chats("?offset=-1"), None, "good", 400),
        ("GET", chats("?unread_only=maybe"), None, "good", 400),
        ("GET", chats("?item_ids=one"), None, "good", 400),
        ("GET", chats("?chat_types=x2x"), None, "good", 400),
        ("GET", history("?offset=1001"), None, "good", 400),
        ("POST", "messenger/v3/webhook".into(), Some(json!({"address": "http://x"})), "good", 400),
        ("POST", "messenger/v3/webhook".into(), Some(json!({"url": "not an address"})), "good", 400),
        ("GET", "messenger/v9/nothing".into(), None, "good", 404),
        ("GET", format!("{bag}/messages"), None, "good", 405),
    ];
    for (method, path, body, token, status) in table {
        let mut caller = api.clone();
        if token != "good" {
            caller.token = token.to_owned();
        }
        let (got, answer) = caller.call(method, &path, body).await.unwrap();
        assert_eq!(got, status, "{method} {path}: {answer}");
        assert_eq!(answer["error"]["code"], status, "{method} {path}: {answer}");
        assert!(answer["error"]["message"].is_string(), "{method} {path}: {answer}");
        assert_eq!(answer["error"]["fields"].is_object(), status == 400, "{method} {path}: {answer}");
    }
}

#[tokio::test]
async fn an_error_can_be_written_in_each_of_the_shapes_met() {
    let (avito, api) = avito().await;
    for (shape, expected) in [
        (ErrorShape::Nested, json!({"error": {"code": 404, "message": "<text>"}})),
        (ErrorShape::Flat, json!({"code": 404, "message": "<text>"})),
        (ErrorShape::MessageOnly, json!({"message": "<text>"})),
    ] {
        avito.set_error_shape(shape);
        check(&api.get("core/v1/nothing").await.1, &expected);
    }
}

#[tokio::test]
async fn without_the_subscription_reading_and_sending_are_refused_and_texts_hidden() {
    let (avito, api) = avito().await;
    avito.buyer_says(BAG, "Ещё в наличии?").unwrap();
    avito.set_paywall(ACCOUNT, Paywall::Unpaid).unwrap();
    let a = format!("messenger/v1/accounts/{ACCOUNT}/chats/{BAG}");

    for (status, answer) in
        [api.send(BAG, "Да").await, api.history(BAG).await, api.post(&format!("{a}/read"), None).await]
    {
        assert_eq!(status, 402);
        check(&answer, &json!({"error": {"code": 402, "message": PAYWALL_TEXT}}));
    }
    assert!(avito.sent().is_empty());

    let (status, chats) = api.get(&format!("messenger/v2/accounts/{ACCOUNT}/chats")).await;
    assert_eq!(status, 200);
    assert_eq!(chats["chats"][0]["last_message"]["content"], json!({"text": PAYWALL_TEXT}));
    let (status, chat) = api.get(&format!("messenger/v2/accounts/{ACCOUNT}/chats/{BAG}")).await;
    assert_eq!((status, &chat["last_message"]["content"]["text"]), (200, &json!(PAYWALL_TEXT)));
    assert_eq!(api.post("messenger/v1/subscriptions", None).await.0, 200);

    avito.set_paywall(ACCOUNT, Paywall::Paid).unwrap();
    assert_eq!(api.send(BAG, "Да").await.0, 200);
}

#[tokio::test]
async fn every_call_is_written_down_and_a_strange_one_stands_out() {
    let (avito, api) = avito().await;
    api.send(BELT, "Добрый день").await;
    api.get("messenger/v5/anything?x=1").await;
    let seen: Vec<_> = avito.calls().into_iter().map(|call| (call.endpoint, call.status)).collect();
    assert_eq!(seen, [(Endpoint::Token, Some(200)), (Endpoint::Send, Some(200)), (Endpoint::Unknown, Some(404))]);
    let strange = avito.unexpected_calls();
    assert_eq!(strange.len(), 1);
    assert_eq!(strange[0].path, "/messenger/v5/anything?x=1");
}
