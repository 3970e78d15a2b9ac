//! What the sandbox sends as webhooks, read by us.

use std::time::Duration;

use avito::signature::{Signature, Verifier};
use avito::webhook::{Event, parse};
use domain::message::{Content as Said, Side};
use sandbox::avito::{Avito, AvitoConfig, Content, Delivery, Fault, Signature as Signed};

use crate::shop::CHAT;

/// What a reading is to be.
type Expected<T> = fn(&T) -> bool;

const SOON: Duration = Duration::from_secs(10);

/// What goes out for `content` under `fault`. Nobody has registered, and what was to be sent is kept all the same.
async fn delivered(avito: &Avito, fault: Option<Fault>, content: Content) -> Delivery {
    if let Some(fault) = fault {
        avito.order(fault);
    }
    let id = avito.buyer_says(CHAT, content).unwrap();
    avito.wait_for(|world| world.deliveries().iter().any(|sent| sent.message == id), SOON).await.unwrap();
    avito.deliveries().into_iter().find(|sent| sent.message == id).unwrap()
}

#[tokio::test]
async fn every_kind_of_message_is_read() {
    let avito = Avito::start(AvitoConfig::demo()).await.unwrap();
    let text = || "Есть?".to_owned();
    let cases: Vec<(Content, Expected<Said>)> = vec![
        (Content::Text { text: text() }, |said| matches!(said, Said::Text { text } if text == "Есть?")),
        (Content::Image, |said| matches!(said, Said::Image { url: Some(url) } if url.contains("1280x960"))),
        (Content::Voice, |said| matches!(said, Said::Voice { voice_id: Some(_) })),
        (Content::missed_call(), |said| *said == Said::Call { missed: true }),
        (Content::Call { status: "accepted".to_owned() }, |said| *said == Said::Call { missed: false }),
        (Content::Location { title: text() }, |said| matches!(said, Said::Location { title } if title == "Есть?")),
        (
            Content::Link { text: text(), url: "https://a.b/".to_owned() },
            |said| matches!(said, Said::Link { text, url } if text == "Есть?" && url == "https://a.b/"),
        ),
        (Content::Item { title: text() }, |said| matches!(said, Said::Item { title } if title == "Есть?")),
        (Content::Deleted, |said| *said == Said::Deleted),
        (Content::AppCall, |said| *said == Said::Call { missed: true }),
        (Content::File, |said| *said == Said::File),
        (Content::Video, |said| *said == Said::Video),
        (
            Content::Other { name: "hologram".to_owned() },
            |said| matches!(said, Said::Unknown { kind } if kind == "hologram"),
        ),
    ];
    for (content, expected) in cases {
        let delivery = delivered(&avito, None, content.clone()).await;
        let Ok(Event::Message(inbound)) = parse(delivery.body.as_bytes()) else { panic!("{}", delivery.body) };
        assert!(expected(&inbound.content), "{content:?} was read as {:?}", inbound.content);
        assert_eq!((inbound.id.as_str(), inbound.chat.as_str()), (delivery.message.as_str(), CHAT));
        assert_eq!((inbound.account.0, inbound.author.0), (353_200_000, 121_180_001));
        assert_eq!(inbound.side(), Side::Buyer);
        assert_eq!(inbound.item.map(|item| item.0), Some(3_363_700_001));
        assert!(inbound.created_s > 1_700_000_000);
    }
}

#[tokio::test]
async fn every_odd_webhook_is_read_as_what_it_is() {
    let avito = Avito::start(AvitoConfig::demo()).await.unwrap();
    let missing =
        |fields: &[&str]| Fault::FieldsMissing { fields: fields.iter().map(|&field| field.to_owned()).collect() };
    let cases: [(Fault, Expected<Event>); 6] = [
        (Fault::PaywallText, |event| *event == Event::Paywall),
        (Fault::UnknownPayloadType, |event| matches!(event, Event::Unknown { .. })),
        (
            Fault::UnknownMessageType,
            |event| matches!(event, Event::Message(said) if matches!(said.content, Said::Unknown { .. })),
        ),
        (missing(&[]), |event| matches!(event, Event::Message(said) if said.side() == Side::Buyer)),
        (
            missing(&["type"]),
            |event| matches!(event, Event::Message(said) if matches!(said.content, Said::Text { .. })),
        ),
        (missing(&["chat_id"]), |event| matches!(event, Event::Unknown { .. })),
    ];
    for (fault, expected) in cases {
        let delivery = delivered(&avito, Some(fault.clone()), "Есть?".into()).await;
        let event = parse(delivery.body.as_bytes()).unwrap();
        assert!(expected(&event), "{fault:?}: {event:?}");
    }
    let note = delivered(&avito, None, Content::System { text: "Оцените".to_owned() }).await;
    assert_eq!(parse(note.body.as_bytes()).unwrap(), Event::SystemNote);
}

#[tokio::test]
async fn a_signature_of_the_sandbox_is_valid_under_its_key_alone() {
    let config = AvitoConfig { signature: Some(Signed::with_secret("key")), ..AvitoConfig::demo() };
    let avito = Avito::start(config).await.unwrap();
    // Only what really goes out is signed, so somebody has to take it.
    let door = sandbox::server::Server::start(
        ([127, 0, 0, 1], 0).into(),
        axum::Router::new().route("/door", axum::routing::post(|| async {})),
    )
    .await
    .unwrap();
    avito.subscribe(353_200_000, &format!("{}door", door.base_url())).await.unwrap();

    let delivery = delivered(&avito, None, "Есть?".into()).await;
    let header = delivery.signature.as_deref();
    let body = delivery.body.as_bytes();
    assert_eq!(Verifier::new(&"key".into()).check(body, header), Signature::Valid);
    assert_eq!(Verifier::new(&"another".into()).check(body, header), Signature::Wrong);
}
