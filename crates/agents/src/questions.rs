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
    let haggles = decided.iter().any(|answer| is_haggling(answer.decision.verdict));
    let takes_it = is_deal || (routing.flags.ready_to_buy && !haggles);
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

const fn is_haggling(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::CounterOffer | Verdict::RefuseOffer)
}

/// «Здравствуйте! Чем могу помочь?» does not go before an answer.
fn drop_courtesies(decided: &mut Vec<Decided>) {
    let is_courtesy = |answer: &Decided| matches!(answer.decision.verdict, Verdict::Greet | Verdict::Thank);
    if !decided.iter().all(is_courtesy) {
        decided.retain(|answer| !is_courtesy(answer));
    }
}
