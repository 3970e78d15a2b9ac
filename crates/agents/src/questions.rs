//! One or two plain questions, each answered by its specialist, and the buyer who takes it.
//!
//! Here it is settled which specialists speak and whether what they say is an answer. What they say is theirs.

use domain::catalog::CatalogSnapshot;
use domain::conversation::Asked;
use domain::decision::Verdict;
use domain::escalation::EscalationReason;
use domain::intent::Intent;

use crate::finding::{Decided, Finding, Question};
use crate::outcome::Stop;
use crate::specialists;

/// What is answered.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Answers {
    /// The decisions, at least one, in the order in which they are said.
    pub(crate) decided: Vec<Decided>,
    /// Who is called once they are said.
    pub(crate) then: Option<EscalationReason>,
}

/// Answers the turn's questions from the table.
pub(crate) fn answer(question: &Question<'_>, table: &CatalogSnapshot) -> Result<Answers, Stop> {
    let routing = question.routing;
    if routing.flags.ready_to_buy && !asks_something(question) {
        return take(question, table);
    }
    let mut decided = vec![ask(routing.intent, question, table)?];
    if let Some(second) = routing.second_intent {
        match ask(second, question, table) {
            // Two questions may come to one answer: «пришлёте почтой, сколько стоит?» asks for the city once.
            Ok(answer) if decided.iter().any(|known| is_same(known, &answer)) => {}
            Ok(answer) => decided.push(answer),
            // Models like to see an «other» in every «здравствуйте» and «подскажите».
            Err(_) if second == Intent::Other => {}
            Err(stop) => return Err(stop),
        }
    }
    if decided.len() > 1 {
        drop_courtesies(&mut decided);
    }
    if routing.flags.ready_to_buy && decided.iter().all(|answer| answer.decision.verdict == Verdict::TellPrice) {
        return take(question, table);
    }
    let is_deal = decided.iter().any(|answer| answer.decision.verdict == Verdict::AcceptOffer);
    let goes_on = decided.iter().any(|answer| leaves_nothing_to_order(answer.decision.verdict));
    let takes_it = is_deal || (routing.flags.ready_to_buy && !goes_on);
    Ok(Answers { decided, then: takes_it.then_some(EscalationReason::Order) })
}

/// One question to its specialist. An unclear answer to our own question is a human's.
fn ask(intent: Intent, question: &Question<'_>, table: &CatalogSnapshot) -> Result<Decided, Stop> {
    let specialist = specialists::for_intent(intent).ok_or(EscalationReason::Complaint)?;
    match specialist(question, table) {
        Finding::Unsure(reason) => Err(reason.into()),
        Finding::Decided(answer) if asks_again(question, answer.decision.verdict) => {
            Err(EscalationReason::StillUnclear.into())
        }
        Finding::Decided(answer) => Ok(answer),
    }
}

/// The buyer takes it. The product is confirmed where it is clear and there; then a human makes the order.
fn take(question: &Question<'_>, table: &CatalogSnapshot) -> Result<Answers, Stop> {
    let Ok(found) = ask(Intent::StockInquiry, question, table) else { return Err(Stop::Order(Vec::new())) };
    match found.decision.verdict {
        Verdict::InStock => {
            let named = |name: &str| found.decision.fact(name).cloned();
            Err(Stop::Order(["title", "price"].into_iter().filter_map(named).collect()))
        }
        // It is not there, or it is not clear which: that has to be said before anybody makes an order of it.
        Verdict::OutOfStock | Verdict::AskWhichProduct => Ok(Answers { decided: vec![found], then: None }),
        _ => Err(Stop::Order(Vec::new())),
    }
}

/// Whether a buyer who takes it also asks or offers something: «беру за 3000», «беру, если доставите в Омск».
fn asks_something(question: &Question<'_>) -> bool {
    let routing = question.routing;
    let asks = |intent| routing.intent == intent || routing.second_intent == Some(intent);
    let offers = routing.entities.desired_price.is_some() && asks(Intent::PriceNegotiation);
    offers || (asks(Intent::DeliveryQuestion) && routing.entities.location.is_some())
}

fn asks_again(question: &Question<'_>, verdict: Verdict) -> bool {
    let asked = match verdict {
        Verdict::AskWhichProduct => Asked::WhichProduct,
        Verdict::AskWhichCity => Asked::WhichCity,
        _ => return false,
    };
    question.conversation.asked == Some(asked)
}

fn is_same(one: &Decided, other: &Decided) -> bool {
    one.decision.verdict == other.decision.verdict && one.decision.facts == other.decision.facts
}

/// Haggling goes on, or what the buyer would take is not there, not clear, or not sent to where he is: «отлично, он
/// оформит заказ» would be no answer to that.
const fn leaves_nothing_to_order(verdict: Verdict) -> bool {
    matches!(
        verdict,
        Verdict::CounterOffer
            | Verdict::RefuseOffer
            | Verdict::OutOfStock
            | Verdict::NotSold
            | Verdict::DoesNotDeliver
            | Verdict::AskWhichProduct
    )
}

/// «Здравствуйте! Чем могу помочь?» does not go before an answer.
fn drop_courtesies(decided: &mut Vec<Decided>) {
    let is_courtesy = |answer: &Decided| matches!(answer.decision.verdict, Verdict::Greet | Verdict::Thank);
    if !decided.iter().all(is_courtesy) {
        decided.retain(|answer| !is_courtesy(answer));
    }
}

#[cfg(test)]
mod tests {
    use domain::intent::{Flags, Routing};

    use super::*;
    use crate::specialists::sample::{Scene, catalog};

    #[test]
    fn only_what_is_there_and_may_be_sent_is_an_order() {
        for (text, intent, second, then) in [
            ("за 3500 беру красную сумку", Intent::PriceNegotiation, None, Some(EscalationReason::Order)),
            (
                "красная сумка есть? в Москву отправите? беру",
                Intent::StockInquiry,
                Some(Intent::DeliveryQuestion),
                Some(EscalationReason::Order),
            ),
            ("синяя сумка есть? в Москву отправите? беру", Intent::StockInquiry, Some(Intent::DeliveryQuestion), None),
            (
                "красная сумка есть? в Норильск отправите? беру",
                Intent::StockInquiry,
                Some(Intent::DeliveryQuestion),
                None,
            ),
            ("за 1000 беру красную сумку", Intent::PriceNegotiation, None, None),
        ] {
            let answers = Scene::default().question(intent, text, |question| {
                let flags = Flags { ready_to_buy: true, ..Flags::default() };
                let entities = domain::intent::Entities {
                    location: second.map(|_| "Москва".to_owned()),
                    desired_price: Some(domain::money::Money::roubles(1000)),
                    ..Default::default()
                };
                let routing = Routing { flags, entities, second_intent: second, ..question.routing.clone() };
                answer(&Question { routing: &routing, ..*question }, &catalog())
            });
            assert_eq!(answers.map(|answers| answers.then), Ok(then), "{text}");
        }
    }
}
