//! Cards as they look, and what they must never do.

use domain::attached::Attached;
use domain::conversation::Line;
use domain::escalation::{Buyer, Escalation, EscalationReason, Listing};
use domain::message::Side;

use super::{Showing, render};
use crate::text::length;

const REASONS: [EscalationReason; 19] = [
    EscalationReason::Complaint,
    EscalationReason::WantsHuman,
    EscalationReason::Order,
    EscalationReason::LowConfidence,
    EscalationReason::UnclearReference,
    EscalationReason::TooComplex,
    EscalationReason::StillUnclear,
    EscalationReason::NotInTable,
    EscalationReason::TableIncomplete,
    EscalationReason::NotText,
    EscalationReason::MissedCall,
    EscalationReason::TableUnreadable,
    EscalationReason::ModelDown,
    EscalationReason::ChecksRefused,
    EscalationReason::DeadLetter,
    EscalationReason::FollowUp,
    EscalationReason::MayBeAnswered,
    EscalationReason::AwaitsTap,
    EscalationReason::Paused,
];

fn escalation(reason: EscalationReason) -> Escalation {
    let line = |side, text: &str| Line { side, text: text.to_owned(), at_ms: 0 };
    Escalation {
        conversation: "demo:u2i-xNG6BsZqGy6XaZaW0oZvlQ".parse().unwrap(),
        reason,
        question: "Она сломана, верните деньги!".to_owned(),
        attached: Vec::new(),
        before: vec![
            line(Side::Buyer, "Красная сумка есть?"),
            line(Side::Account, "Да, красная сумка есть, 3 500 ₽."),
            line(Side::Buyer, "Беру"),
        ],
        buyer: Some(Buyer {
            name: "Анна".to_owned(),
            profile_url: Some("https://avito.ru/user/0a1b/profile?src=chat&id=1".to_owned()),
        }),
        listing: Some(Listing {
            title: "Сумка красная кожаная".to_owned(),
            price: Some("3\u{a0}500 ₽".to_owned()),
            url: Some("https://avito.ru/moskva/sumki/3363700001".to_owned()),
        }),
        draft: None,
        trouble: None,
    }
}

#[test]
fn each_reason_has_its_card() {
    for reason in REASONS {
        insta::assert_snapshot!(reason.name(), render(&escalation(reason), Showing::First));
    }
}

#[test]
fn a_draft_can_be_copied_and_a_second_showing_says_so() {
    let card = Escalation {
        draft: Some("Да, доставим за 500 ₽, 5–7 дней.".to_owned()),
        ..escalation(EscalationReason::LowConfidence)
    };
    insta::assert_snapshot!(render(&card, Showing::Again));
}

#[test]
fn what_went_wrong_is_told_to_whoever_looks_after_the_program() {
    let card = Escalation {
        trouble: Some("sending the reply to Avito: 500 <Internal Server Error>".to_owned()),
        ..escalation(EscalationReason::DeadLetter)
    };
    insta::assert_snapshot!(render(&card, Showing::First));
}

#[test]
fn what_is_not_known_is_not_made_up() {
    let card = Escalation {
        question: "  ".to_owned(),
        attached: Vec::new(),
        before: Vec::new(),
        buyer: None,
        listing: None,
        ..escalation(EscalationReason::NotText)
    };
    insta::assert_snapshot!(render(&card, Showing::First));
}

#[test]
fn foreign_text_stays_text_and_foreign_links_are_not_carried() {
    let mut card = escalation(EscalationReason::Complaint);
    card.conversation = "demo:u2i-\"><b>/../x?y#z".parse().unwrap();
    card.question = "<a href=\"https://evil.example\">жми</a> & </blockquote>".to_owned();
    card.before[0].text = "</i><script>".to_owned();
    card.buyer =
        Some(Buyer { name: "<b>Анна</b>".to_owned(), profile_url: Some("https://evil.example/".to_owned()) });
    card.listing =
        Some(Listing { title: "A & B".to_owned(), price: None, url: Some("https://notavito.ru/\"><b>".to_owned()) });
    card.draft = Some("</code>".to_owned());
    insta::assert_snapshot!(render(&card, Showing::First));
}

#[test]
fn what_has_no_words_is_linked_to_avito_or_named() {
    let photo = |url: &str| Attached::Photo { url: Some(url.to_owned()) };
    let voice = |url: Option<&str>| Attached::Voice { id: None, url: url.map(str::to_owned) };
    let place = |title: &str| Attached::Place { title: title.to_owned() };
    let linked = |url: &str, text: &str| format!("<a href=\"{url}\">{text}</a>");
    let (one, two) = ("https://img.avito.st/image/1280x960/1.jpg", "https://00.img.avito.st/2.jpg");
    for (things, expected) in [
        (vec![], None),
        (vec![photo(one)], Some(format!("📷 {}", linked(one, "фото")))),
        (vec![photo(one), photo(two)], Some(format!("📷 {} · 📷 {}", linked(one, "фото 1"), linked(two, "фото 2")))),
        (
            vec![voice(Some("https://voice.avito.ru/v.mp4?a=1&b=2")), voice(None)],
            Some("🎤 <a href=\"https://voice.avito.ru/v.mp4?a=1&amp;b=2\">голосовое</a> · 🎤 голосовое".to_owned()),
        ),
        (
            vec![Attached::Video, Attached::File, Attached::MissedCall, Attached::Other],
            Some("🎬 видео · 📎 файл · 📞 пропущенный звонок · 📦 вложение".to_owned()),
        ),
        (
            vec![place("Тверская, 1"), place(" "), place("<b>")],
            Some("📍 Тверская, 1 · 📍 точка на карте · 📍 &lt;b&gt;".to_owned()),
        ),
        (
            vec![
                photo("http://img.avito.st/1.jpg"),
                photo("https://avito.st.evil.example/1.jpg"),
                photo("https://notavito.st/1.jpg"),
                photo("javascript:alert(1)"),
            ],
            Some("📷 фото 1 · 📷 фото 2 · 📷 фото 3 · 📷 фото 4".to_owned()),
        ),
        (vec![Attached::File; 9], Some(format!("{} · ещё 3", ["📎 файл"; 6].join(" · ")))),
    ] {
        assert_eq!(super::attached(&things), expected.map(|told| format!("Прислал: {told}")), "{things:?}");
    }
}

#[test]
fn no_card_is_longer_than_telegram_takes() {
    for flood in ["я", "🙂", "<", "&\"", "a\n"] {
        let flood = flood.repeat(10_000);
        for reason in REASONS {
            let mut card = escalation(reason);
            card.question = flood.clone();
            card.before = vec![Line { side: Side::Account, text: flood.clone(), at_ms: 0 }; 9];
            card.buyer = Some(Buyer { name: flood.clone(), profile_url: None });
            card.listing = Some(Listing { title: flood.clone(), price: Some(flood.clone()), url: None });
            card.draft = Some(flood.clone());
            card.trouble = Some(flood.clone());
            card.attached = vec![Attached::Place { title: flood.clone() }; 10];
            let shown = shown(&render(&card, Showing::Again));
            assert!(length(&shown) < 4_096, "{} {}", reason.name(), length(&shown));
            assert!(shown.contains('…'));
        }
    }
}

/// What is read of the card: tags gone, escapes read.
fn shown(html: &str) -> String {
    let mut text = String::new();
    for part in html.split('<') {
        text.push_str(part.split_once('>').map_or(part, |(_, rest)| rest));
    }
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}
