//! Every other call, on good days and on bad ones.

use avito::{AvitoError, Page, Which};
use axum::Router;
use axum::routing::post;
use domain::clock::{Clock, SystemClock};
use domain::escalation::{Buyer, Listing};
use domain::message::Side;
use sandbox::avito::{Content, Endpoint, ErrorShape, Fault, MessagesShape, Order, Paywall, Scope};
use sandbox::server::Server;

use crate::shop::{ACCOUNT, CHAT, Shop, TOO_SLOW_MS, chat};

type Expected = fn(&AvitoError) -> bool;

#[tokio::test]
async fn the_history_is_read_in_both_shapes() {
    for shape in [MessagesShape::Bare, MessagesShape::Wrapped] {
        let shop = Shop::open_with(shape).await;
        assert_eq!(shop.messenger.history(&chat(), 20).await, Ok(Vec::new()), "{shape:?}");

        shop.avito.buyer_says(CHAT, "Есть красная?").unwrap();
        shop.avito.buyer_says(CHAT, Content::Voice).unwrap();
        shop.avito.buyer_says(CHAT, Content::System { text: "Оцените продавца".to_owned() }).unwrap();
        shop.messenger.send(&chat(), "Да, есть.").await;
        shop.avito.seller_types(CHAT, "И чёрная тоже").unwrap();

        let history = shop.messenger.history(&chat(), 20).await.unwrap();
        let seen: Vec<_> = history.iter().map(|said| (said.side, said.text.as_deref())).collect();
        let expected = [
            (Side::Account, Some("И чёрная тоже")),
            (Side::Account, Some("Да, есть.")),
            (Side::Buyer, None),
            (Side::Buyer, Some("Есть красная?")),
        ];
        assert_eq!(seen, expected, "{shape:?}");
        assert_eq!(shop.messenger.history(&chat(), 1).await.unwrap(), history[..1], "{shape:?}");
    }
}

#[tokio::test]
async fn a_history_that_cannot_be_read_is_an_error_and_never_an_empty_one() {
    let unavailable = |error: &AvitoError| matches!(error, AvitoError::Unavailable { .. });
    let on_history = |fault| Order::from(fault).on(Scope::Only(Endpoint::Messages));
    let cases: [(Order, Expected); 6] = [
        (Fault::SlowHistory { ms: TOO_SLOW_MS }.into(), unavailable),
        (on_history(Fault::ErrorBeforeAccepting { status: 500 }), unavailable),
        (on_history(Fault::CutBeforeAccepting), unavailable),
        (on_history(Fault::Paywall), |error| matches!(error, AvitoError::Paywall { .. })),
        (
            on_history(Fault::TooManyRequests { retry_after_s: Some(2) }),
            |error| matches!(error, AvitoError::RateLimited { after, .. } if after.as_secs() == 2),
        ),
        (on_history(Fault::ExpiredToken403).times(2), |error| matches!(error, AvitoError::Unauthorized { .. })),
    ];
    for (order, expected) in cases {
        let shop = Shop::open().await;
        shop.avito.order(order.clone());
        let error = shop.messenger.history(&chat(), 20).await.unwrap_err();
        assert!(expected(&error), "{order:?}: {error}");
    }
}

#[tokio::test]
async fn a_chat_tells_who_asks_and_about_what() {
    let shop = Shop::open().await;
    let info = shop.messenger.chat(&chat()).await.unwrap();
    let Some(Buyer { name, profile_url: Some(profile) }) = info.buyer else { panic!("{info:?}") };
    assert_eq!(name, "Анна");
    assert!(profile.starts_with("https://"), "{profile}");
    let Some(Listing { title, price: Some(price), url: Some(url) }) = info.listing else { panic!("no listing") };
    assert_eq!((title.as_str(), price.as_str()), ("Сумка красная кожаная", "3\u{a0}500 ₽"));
    assert!(url.starts_with("https://"), "{url}");

    shop.avito.order(Fault::ChatFieldsMissing);
    assert_eq!(shop.messenger.chat(&chat()).await, Ok(avito::ChatInfoFromAvito::default()));
}

#[tokio::test]
async fn unread_chats_are_those_with_something_unread() {
    let shop = Shop::open().await;
    let id = shop.avito.buyer_says(CHAT, "Есть красная?").unwrap();
    let unread = shop.messenger.chats(Which::Unread, Page::FIRST).await.unwrap();
    assert_eq!(unread.len(), 1);
    assert_eq!(unread[0].chat, chat());
    let last = unread[0].last.clone().unwrap();
    assert_eq!((last.id.as_str(), last.side, last.text.as_deref()), (id.as_str(), Side::Buyer, Some("Есть красная?")));

    shop.messenger.mark_read(&chat()).await.unwrap();
    assert_eq!(shop.messenger.chats(Which::Unread, Page::FIRST).await, Ok(Vec::new()));
    assert!(shop.messenger.chats(Which::All, Page::FIRST).await.unwrap().len() > 1);
    assert_eq!(shop.messenger.chats(Which::All, Page { limit: 1, offset: 1 }).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_page_that_avito_does_not_serve_is_not_asked_for() {
    let shop = Shop::open().await;
    for page in [Page { limit: 0, offset: 0 }, Page { limit: 101, offset: 0 }, Page { limit: 1, offset: 1001 }] {
        let refused = shop.messenger.chats(Which::All, page).await;
        assert!(matches!(refused, Err(AvitoError::OutOfRange { .. })), "{page:?}");
    }
    assert_eq!(shop.avito.calls(), []);
}

#[tokio::test]
async fn without_the_subscription_chats_are_free_and_withhold_their_texts() {
    let shop = Shop::open().await;
    shop.avito.buyer_says(CHAT, "Есть красная?").unwrap();
    shop.avito.set_paywall(ACCOUNT, Paywall::Unpaid).unwrap();

    assert_eq!(shop.messenger.history(&chat(), 5).await, Err(AvitoError::Paywall { call: "history" }));
    let unread = shop.messenger.chats(Which::Unread, Page::FIRST).await.unwrap();
    assert_eq!(unread[0].last.as_ref().map(|last| last.text.clone()), Some(None));
    assert!(shop.messenger.chat(&chat()).await.unwrap().buyer.is_some());
}

#[tokio::test]
async fn a_webhook_is_registered_listed_and_removed() {
    let shop = Shop::open().await;
    let door =
        Server::start(([127, 0, 0, 1], 0).into(), Router::new().route("/door", post(|| async {}))).await.unwrap();
    let address = format!("{}door", door.base_url());

    assert_eq!(shop.messenger.subscriptions().await, Ok(Vec::new()));
    shop.messenger.subscribe(&address).await.unwrap();
    let listed = shop.messenger.subscriptions().await.unwrap();
    assert_eq!((listed[0].url.as_str(), listed[0].version.as_deref()), (address.as_str(), Some("3")));
    shop.messenger.unsubscribe(&address).await.unwrap();
    assert_eq!(shop.messenger.subscriptions().await, Ok(Vec::new()));

    let refused = shop.messenger.subscribe(&format!("{}elsewhere", door.base_url())).await;
    assert!(matches!(refused, Err(AvitoError::Rejected { status: 400, .. })), "{refused:?}");
}

#[tokio::test]
async fn the_key_pair_tells_its_account() {
    let shop = Shop::open().await;
    let account = shop.messenger.self_account().await.unwrap();
    assert_eq!((account.id.0, account.name.as_str()), (ACCOUNT, "Лавка на Лесной"));
    // The sandbox's server dates its answers by this machine's clock.
    let now_s = SystemClock.now().as_second();
    assert!(account.told_at_s.is_some_and(|told| now_s.abs_diff(told as i64) < 60), "{account:?}");
}

#[tokio::test]
async fn a_refusal_is_quoted_whatever_its_shape() {
    for shape in [ErrorShape::Nested, ErrorShape::Flat, ErrorShape::MessageOnly] {
        let shop = Shop::open().await;
        shop.avito.set_error_shape(shape);
        let refused = shop.messenger.chat(&"u2i-nowhere".parse().unwrap()).await;
        let Err(AvitoError::Rejected { call: "chat", status: 404, why }) = refused else { panic!("{refused:?}") };
        assert!(why.starts_with("chat not found"), "{shape:?}: {why}");
    }
}

#[tokio::test]
async fn a_voice_message_can_be_heard_somewhere() {
    let shop = Shop::open().await;
    let said = shop.avito.buyer_says(CHAT, Content::Voice).unwrap();
    let ids = [format!("voice-{said}"), "voice-of-nobody".to_owned()];
    let urls = shop.messenger.voices(&ids).await.unwrap();
    assert_eq!(urls.keys().collect::<Vec<_>>(), [&ids[0]]);
    assert!(urls[&ids[0]].starts_with("https://voice.avito.ru/"), "{urls:?}");
    assert_eq!(shop.messenger.voices(&[]).await.unwrap().len(), 0);
}
