//! The model is late, down or talks nonsense; the table cannot be read.

use std::time::Duration;

use agents::Budget;
use domain::escalation::EscalationReason as Why;
use domain::intent::{ConfidenceSource, Seconding};
use domain::record::WordingSource;
use sandbox::model::{Fault, Job, Order};

use crate::shop::{Ended, PLENTY, Shop, ended, said, verdicts};

#[tokio::test]
async fn a_late_wording_gives_way_to_the_template() {
    let budget = Budget { route_within: PLENTY, word_until: Duration::from_secs(2), turn_budget: PLENTY };
    let shop = Shop::with(budget).await;
    shop.model.set_latency(Job::Wording, PLENTY);
    let answer = shop.buyer().says("Красная сумка есть?").await;
    assert_eq!(ended(&answer), Ended::Replied);
    assert_eq!(answer.trace.wording, Some(WordingSource::Template));
    assert!(said(&answer).contains("Сумка красная"), "{}", said(&answer));
    assert!(!answer.trace.notes.is_empty(), "the record tells why");
}

#[tokio::test]
async fn a_wording_that_fails_or_is_empty_gives_way_to_the_template() {
    let shop = Shop::open().await;
    for fault in [Fault::ServerError, Fault::BrokenJson, Fault::WrongSchema, Fault::Cut] {
        shop.model.order(Order::from(fault.clone()).on("wording").times(2));
        let answer = shop.buyer().says("Доставите в Новосибирск?").await;
        assert_eq!(answer.trace.wording, Some(WordingSource::Template), "{fault:?}");
        assert!(said(&answer).contains("500 ₽"), "{}", said(&answer));
        shop.model.clear_orders();
    }
}

#[tokio::test]
async fn a_refused_wording_is_asked_for_once_more_with_the_reasons() {
    let shop = Shop::open().await;
    shop.model.order(Order::from(Fault::WrongSchema).on("wording"));
    let answer = shop.buyer().says("Доставите в Новосибирск?").await;
    assert_eq!(answer.trace.wording, Some(WordingSource::Model));
    assert_eq!(answer.trace.refusals.len(), 1, "{:?}", answer.trace.refusals);
    let seen = shop.model.seen();
    assert_eq!(seen.wording, 2);
    assert!(seen.calls.back().is_some_and(|call| call.user.contains("<refused>\nshape: ")), "{seen:?}");
}

#[tokio::test]
async fn without_the_model_plain_questions_are_answered_and_the_rest_is_a_humans() {
    let shop = Shop::open().await;
    shop.model.down();
    for (words, verdict, part) in [
        ("Красная сумка есть?", "in_stock", "Сумка красная"),
        ("Доставите в Новосибирск?", "delivers", "500"),
        ("Сколько стоит красная сумка?", "tell_price", "3 500"),
        ("красную сумку за 1000 отдадите?", "counter_offer", "3 300"),
        ("Добрый день!", "greet", "Здравствуйте"),
    ] {
        let answer = shop.buyer().says(words).await;
        assert_eq!((ended(&answer), verdicts(&answer).as_str()), (Ended::Replied, verdict), "{words}");
        assert!(said(&answer).replace('\u{a0}', " ").contains(part), "{words}: {}", said(&answer));
        assert_eq!(answer.trace.notes.len(), 1, "the wording was not tried: {:?}", answer.trace.notes);
    }
    for (words, why) in [
        ("Верните деньги", Why::Complaint),
        ("Красная сумка не промокнет под дождём?", Why::ModelDown),
        ("Отлично, беру", Why::ModelDown),
        ("Велосипед есть?", Why::ModelDown),
    ] {
        assert_eq!(ended(&shop.buyer().says(words).await), Ended::Escalated(why), "{words}");
    }
}

#[tokio::test]
async fn while_the_model_is_down_a_second_opinion_stands_in_only_where_it_is_sure_enough() {
    // No plain rule understands all of it, and the second opinion holds it for a question of stock.
    const ASKED: &str = "мужики, красная сумка ещё осталась или сцапали?";
    let trust = |stand_in| Seconding { stand_in, ..Seconding::default() };
    let down = Ended::Escalated(Why::ModelDown);
    for (stand_in, words, how) in [
        (None, ASKED, down),
        (Some(0.999_999), ASKED, Ended::Escalated(Why::ModelDown)),
        (Some(0.6), ASKED, Ended::Replied),
        (Some(0.6), "Верните деньги, сумка порвалась", Ended::Escalated(Why::Complaint)),
        (Some(0.6), "ремешок через неделю оторвался, и молния", Ended::Escalated(Why::ModelDown)),
        (Some(0.6), "Велосипед, ковёр и три лампы в Уфу, почём всё", Ended::Escalated(Why::ModelDown)),
    ] {
        let shop = Shop::open().await.seconded(trust(stand_in));
        shop.model.down();
        let answer = shop.buyer().says(words).await;
        assert_eq!(ended(&answer), how, "{stand_in:?}: {words}");
        if how == Ended::Replied {
            let routing = answer.trace.routing.as_ref().unwrap();
            assert_eq!((verdicts(&answer).as_str(), routing.confidence_from), ("in_stock", ConfidenceSource::Opinion));
        }
    }
}

#[tokio::test]
async fn a_second_opinion_spares_the_model_only_what_it_is_sure_enough_of() {
    const ASKED: &str = "мужики, красная сумка ещё осталась или сцапали?";
    for (unasked, from) in [(None, ConfidenceSource::Logprobs), (Some(0.6), ConfidenceSource::Opinion)] {
        let shop = Shop::open().await.seconded(Seconding { unasked, ..Seconding::default() });
        let answer = shop.buyer().says(ASKED).await;
        assert_eq!(ended(&answer), Ended::Replied);
        assert_eq!(answer.trace.routing.as_ref().unwrap().confidence_from, from, "{unasked:?}");
    }
}

#[tokio::test]
async fn a_router_that_talks_nonsense_is_no_router() {
    let shop = Shop::open().await;
    for fault in [Fault::BrokenJson, Fault::Empty, Fault::WrongSchema, Fault::ServerError] {
        for (words, how) in [
            ("Красная сумка есть?", Ended::Replied),
            ("Красная сумка не промокнет под дождём?", Ended::Escalated(Why::ModelDown)),
        ] {
            shop.model.order(Order::from(fault.clone()).on("routing"));
            let answer = shop.buyer().says(words).await;
            assert_eq!(ended(&answer), how, "{fault:?}: {words}");
            shop.model.clear_orders();
        }
    }
}

#[tokio::test]
async fn without_the_table_nothing_is_guessed() {
    let mut shop = Shop::open().await;
    shop.lose_the_table();
    let answer = shop.buyer().says("Красная сумка есть?").await;
    assert_eq!(ended(&answer), Ended::Escalated(Why::TableUnreadable));
    assert!(answer.trace.notes.iter().any(|note| note.contains("Google is down")), "{:?}", answer.trace.notes);
}
