//! When a human is called, with what words, and when nobody is.

use domain::escalation::EscalationReason as Why;
use domain::message::Content;
use domain::record::SilentReason;

use crate::shop::{Ended, NIGHT, Shop, ended, said};

#[tokio::test]
async fn what_is_not_for_us_goes_to_a_human_at_once() {
    let shop = Shop::open().await;
    for (words, why, asked) in [
        ("Она сломана, верните деньги!", Why::Complaint, false),
        ("Позовите человека", Why::WantsHuman, false),
        ("Можно поговорить с человеком?", Why::WantsHuman, false),
        ("А что насчёт того, о чём мы говорили?", Why::UnclearReference, true),
        ("Вы выиграли приз, абракадабра форте", Why::LowConfidence, true),
    ] {
        let before = shop.model.seen().total();
        let answer = shop.buyer().says(words).await;
        assert_eq!(ended(&answer), Ended::Escalated(why), "{words}: {}", said(&answer));
        assert!(said(&answer).contains("продавц"), "{}", said(&answer));
        assert_eq!(shop.model.seen().total() > before, asked, "{words}: was the model asked?");
    }
}

#[tokio::test]
async fn what_has_no_words_is_a_humans_or_nobodys() {
    let shop = Shop::open().await;
    for (content, how) in [
        (Content::Image { url: None }, Ended::Escalated(Why::NotText)),
        (Content::Call { missed: true }, Ended::Escalated(Why::MissedCall)),
        (Content::Location { title: "Омск".into() }, Ended::Escalated(Why::NotText)),
        (Content::Call { missed: false }, Ended::Silent(SilentReason::NothingAsked)),
        (Content::Deleted, Ended::Silent(SilentReason::Deleted)),
    ] {
        assert_eq!(ended(&shop.buyer().sends(std::slice::from_ref(&content)).await), how, "{content:?}");
    }
    assert_eq!(shop.model.seen().total(), 0);
}

#[tokio::test]
async fn who_takes_it_is_told_what_and_gets_the_seller() {
    let shop = Shop::open().await;
    let mut buyer = shop.buyer().at(NIGHT);
    buyer.says("Отправите во Владивосток?").await;
    let answer = buyer.says("Отлично, беру").await;
    assert_eq!(ended(&answer), Ended::Escalated(Why::Order), "{}", said(&answer));
    for part in ["Сумка красная", "3 500 ₽", "сегодня с 9:00"] {
        assert!(said(&answer).contains(part), "«{part}» is not in «{}»", said(&answer));
    }
}

#[tokio::test]
async fn who_takes_what_is_not_there_is_told_so() {
    let shop = Shop::open().await;
    let mut buyer = shop.buyer();
    buyer.says("Синяя сумка есть?").await;
    let answer = buyer.says("Беру синюю сумку").await;
    assert_eq!(ended(&answer), Ended::Replied, "{}", said(&answer));
    assert!(said(&answer).contains("нет"), "{}", said(&answer));
}

#[tokio::test]
async fn at_night_the_buyer_is_told_when_somebody_answers() {
    let shop = Shop::open().await;
    let answer = shop.buyer().at(NIGHT).says("Позовите человека").await;
    assert!(said(&answer).contains("сегодня с 9:00"), "{}", said(&answer));
    let answer = shop.buyer().says("Позовите человека").await;
    assert!(!said(&answer).contains("9:00"), "{}", said(&answer));
}

#[tokio::test]
async fn a_question_is_asked_once_and_then_a_human_asks() {
    let shop = Shop::open().await;
    let mut buyer = shop.buyer();
    assert_eq!(ended(&buyer.says("Сколько стоит доставка?").await), Ended::Replied);
    assert_eq!(ended(&buyer.says("Сколько стоит доставка?").await), Ended::Escalated(Why::StillUnclear));
}
