//! Greetings, thanks, and what the shop and FAQ tabs say. Nothing there: a human's, never invented.

use std::sync::LazyLock;

use domain::catalog::{CatalogSnapshot, FaqRow, Product, ShopFact};
use domain::conversation::Asked;
use domain::decision::{FactValue, Source, Verdict};
use domain::escalation::EscalationReason;
use domain::intent::Intent;

use super::{delivery, facts, pricing, stock};
use crate::finding::{Finding, Question};
use crate::matching::left_out::left_out;
use crate::matching::phrase::{Phrases, Token, tokens};
use crate::matching::words::{self, Word, is_derived, likeness};
use crate::matching::{self, Found, PlaceAsked, place_asked, talk};
use crate::numbers::fold::fold;
use crate::numbers::tables::rows;

/// An FAQ row must share this much with the question to answer it.
const ENOUGH: f64 = 0.6;
/// A row that shares this much goes before the shop's facts.
const SURELY: f64 = 0.85;
/// A row that shares this much is the question itself.
const WORD_FOR_WORD: f64 = 0.99;
/// Two FAQ rows nearer to each other than this are not told apart.
const MARGIN: f64 = 0.1;

/// Columns that tell what a thing is made of.
const MADE_OF: [&str; 4] = ["материал", "состав", "ткань", "material"];

pub(super) fn decide(question: &Question<'_>, catalog: &CatalogSnapshot) -> Finding {
    if let Some(answer) = answer_to_ours(question, catalog) {
        return answer;
    }
    let said = tokens(&fold(question.text));
    if said.is_empty() && question.text.contains(['👍', '🙏', '❤', '😊', '🤝', '👌', '🔥', '🫶']) {
        return Finding::decided(facts::decision(Intent::Other, Verdict::Thank));
    }
    if talk::says_only(&["thank", "greet"], &said) {
        let verdict = if talk::says("thank", &said) { Verdict::Thank } else { Verdict::Greet };
        return Finding::decided(facts::decision(Intent::Other, verdict));
    }
    let asked = heavy_words(question.text);
    let faq = best_faq(&asked, catalog);
    if let Some(answer) = faq.as_ref().filter(|best| best.score >= SURELY) {
        return answer.finding();
    }
    if let Some(answer) = shop_fact(&said, &asked, catalog) {
        return answer;
    }
    if let Some(answer) = attribute(&asked, question, catalog) {
        return answer;
    }
    match faq.filter(|best| best.score >= ENOUGH) {
        Some(answer) => answer.finding(),
        None => Finding::Unsure(EscalationReason::NotInTable),
    }
}

/// «Красную» and «В Омск» after we asked which one, or where to.
fn answer_to_ours(question: &Question<'_>, catalog: &CatalogSnapshot) -> Option<Finding> {
    match question.conversation.asked? {
        Asked::WhichProduct => {
            let found = matching::find(question, catalog);
            let about_price = question.conversation.last_intent == Some(Intent::PriceNegotiation);
            matches!(found, Found::One(_) | Found::Near(_)).then(|| {
                if about_price { pricing::decide(question, catalog) } else { stock::decide(question, catalog) }
            })
        }
        Asked::WhichCity => {
            let place = place_asked(question.text, &catalog.delivery);
            (place != PlaceAsked::Nowhere).then(|| delivery::decide(question, catalog))
        }
    }
}

/// A row of the shop tab, by what such rows are called and how buyers ask for them.
fn shop_fact(said: &[Token], asked: &[Word], catalog: &CatalogSnapshot) -> Option<Finding> {
    let topics: Vec<&Topic> = topics().iter().filter(|topic| topic.is_asked(said)).collect();
    let is_named = |fact: &&ShopFact| {
        let name = words::words(&fact.name.value);
        let told = name.iter().filter(|word| !word.is_light());
        told.clone().count() > 0
            && told.clone().all(|word| asked.iter().any(|other| likeness(&word.key, &other.key) >= 0.85))
    };
    let is_of_topic = |fact: &&ShopFact| topics.iter().any(|topic| topic.is_called(&tokens(&fold(&fact.name.value))));
    let mut found: Vec<&ShopFact> = catalog.shop.iter().filter(|fact| is_named(fact) || is_of_topic(fact)).collect();
    if found.is_empty() {
        return None;
    }
    let named: Vec<&ShopFact> = found.iter().copied().filter(|fact| is_named(fact)).collect();
    if named.len() == 1 && topics.len() <= 1 {
        found = named;
    }
    let [fact] = found.as_slice() else {
        // Two questions in one: half an answer would be none.
        return Some(Finding::Unsure(EscalationReason::TooComplex));
    };
    let mut decision = facts::decision(Intent::Other, Verdict::TellShopFact);
    decision.facts.push(facts::text("fact_name", &fact.name));
    decision.facts.push(facts::text("fact_value", &fact.value));
    Some(Finding::decided(decision))
}

/// A column of the product talked about: «какой материал?»
fn attribute(asked: &[Word], question: &Question<'_>, catalog: &CatalogSnapshot) -> Option<Finding> {
    let Found::One(product) = matching::find(question, catalog) else { return None };
    let made_of = fold(question.text).contains("из чего") || fold(question.text).contains("из какого");
    let mut told = product.attributes.iter().filter(|(header, cell)| {
        let mut header = words::words(header);
        if header.iter().any(|word| MADE_OF.contains(&word.text.as_str())) && made_of {
            return !cell.value.trim().is_empty();
        }
        header.retain(|word| !word.is_light());
        let is_asked = header.iter().any(|word| asked.iter().any(|other| likeness(&word.key, &other.key) >= 0.85));
        is_asked && !cell.value.trim().is_empty()
    });
    let (header, cell) = told.next().filter(|_| told.next().is_none())?;
    let mut decision = facts::about(Intent::Other, Verdict::TellShopFact, product, catalog);
    decision.facts.push(facts::fact("fact_name", FactValue::Text(header.clone()), Source::Cell(cell.at.clone())));
    decision.facts.push(facts::text("fact_value", cell));
    Some(talked_about(decision, product))
}

fn talked_about(decision: domain::decision::Decision, product: &Product) -> Finding {
    let remember = crate::finding::Remember { product: Some(product.sku.clone()), ..Default::default() };
    Finding::Decided(crate::finding::Decided { decision, remember })
}

/// The FAQ row nearest to the question.
struct BestFaq<'a> {
    /// `None`: a row that was left out.
    row: Option<&'a FaqRow>,
    score: f64,
}

impl BestFaq<'_> {
    fn finding(&self) -> Finding {
        let Some(row) = self.row else { return Finding::Unsure(EscalationReason::TableIncomplete) };
        let mut decision = facts::decision(Intent::Other, Verdict::TellFaq);
        decision.facts.push(facts::text("question", &row.question));
        decision.facts.push(facts::text("answer", &row.answer));
        Finding::decided(decision)
    }
}

/// Whether the table of questions has something on this, or something so near that nobody could tell the two apart.
pub(crate) fn is_answered(text: &str, catalog: &CatalogSnapshot) -> bool {
    let asked = heavy_words(text);
    catalog.faq.iter().any(|row| shared(&asked, &row.question.value) >= ENOUGH)
}

/// Whether one row asks just this, whatever the order and the forms of the words: then nobody need be sure of what the
/// buyer wants. One word is too little for that: «чек?» may be asked by who waits for his.
pub(crate) fn is_asked_word_for_word(text: &str, catalog: &CatalogSnapshot) -> bool {
    let asked = heavy_words(text);
    let best = best_faq(&asked, catalog).filter(|best| best.row.is_some() && best.score >= WORD_FOR_WORD);
    asked.len() > 1 && best.is_some()
}

/// Whether a row with this question would ever be found: something in it must say what it is about.
pub(crate) fn can_be_found(question: &str) -> bool {
    // «Ау?» is about nothing.
    heavy_words(question).iter().any(|word| word.text.chars().count() > 2)
}

fn heavy_words(text: &str) -> Vec<Word> {
    words::words(text).into_iter().filter(|word| !word.is_light()).collect()
}

fn best_faq<'a>(asked: &[Word], catalog: &'a CatalogSnapshot) -> Option<BestFaq<'a>> {
    let unread = left_out(catalog, catalog.faq.iter().map(|row| &row.question.at));
    let all = catalog.faq.iter().map(|row| (Some(row), row.question.value.as_str()));
    let mut scored: Vec<BestFaq<'_>> = all
        .chain(unread.into_iter().map(|question| (None, question)))
        .map(|(row, question)| BestFaq { row, score: shared(asked, question) })
        .collect();
    scored.sort_by(|a, b| b.score.total_cmp(&a.score));
    let second = scored.get(1).map_or(0.0, |second| second.score);
    scored.into_iter().next().filter(|best| best.score - second >= MARGIN)
}

/// How much of the buyer's question and of the row's question is one and the same.
fn shared(asked: &[Word], question: &str) -> f64 {
    let question = heavy_words(question);
    if asked.is_empty() || question.is_empty() {
        return 0.0;
    }
    let alike = |a: &Word, b: &Word| {
        likeness(&a.key, &b.key) >= 0.85
            || is_derived(&a.key, &b.key) && a.key.chars().count().min(b.key.chars().count()) >= 4
    };
    let part = |of: &[Word], within: &[Word]| {
        of.iter().filter(|a| within.iter().any(|b| alike(a, b))).count() as f64 / of.len() as f64
    };
    0.5 * part(&question, asked) + 0.5 * part(asked, &question)
}

/// What buyers ask a shop.
struct Topic {
    called: Phrases,
    asked: Phrases,
}

impl Topic {
    fn is_asked(&self, said: &[Token]) -> bool {
        self.asked.are_said_by(said)
    }

    fn is_called(&self, name: &[Token]) -> bool {
        self.called.are_said_by(name)
    }
}

fn topics() -> &'static [Topic] {
    static TOPICS: LazyLock<Vec<Topic>> = LazyLock::new(|| {
        rows(include_str!("../../data/topics.tsv"))
            .map(|[_, called, asked]| Topic { called: Phrases::parse(called), asked: Phrases::parse(asked) })
            .collect()
    });
    &TOPICS
}
