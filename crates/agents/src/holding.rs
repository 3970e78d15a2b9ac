//! What a buyer is told when a human is called: that somebody comes and, outside working hours, when.
//!
//! Something is always said: a template that the checks refuse gives way to a plain line of ours.

use domain::decision::{Fact, FactValue, Source};
use domain::record::Refusal;
use domain::seller::SellerProfile;
use jiff::civil::{Date, Weekday};
use jiff::{Timestamp, ToSpan};

use crate::checks::{self, CheckContext, HandingOver, ReplyText};
use crate::replies::{Holding, Replies};
use crate::turn::Turn;

/// A holding line, and what was refused on the way to it.
pub(crate) struct HoldingLine {
    pub(crate) text: ReplyText,
    pub(crate) refusals: Vec<Refusal>,
}

/// What is said when nothing else may be.
const PLAIN: &str = "Передаю ваш вопрос продавцу, он ответит вам здесь.";

/// The holding line for `matter`. `goods` are the facts of an order that may be named in it.
pub(crate) fn line(
    replies: &Replies,
    turn: &Turn<'_>,
    matter: Matter,
    goods: &[Fact],
    max_text_chars: usize,
) -> HoldingLine {
    let written = write(replies, turn, matter, goods);
    let reviewed = written.map(|draft| {
        let context = CheckContext {
            floors: &[],
            licensed: &draft.facts,
            buyer_text: "",
            max_text_chars,
            handing_over: HandingOver::Yes,
        };
        checks::review(&draft.text, &[], &context)
    });
    match reviewed {
        Ok(Ok(text)) => HoldingLine { text, refusals: Vec::new() },
        Ok(Err(refusals)) => HoldingLine { text: plain(), refusals },
        Err(error) => {
            let refusal = Refusal { check: "template".into(), why: error.to_string(), text: String::new() };
            HoldingLine { text: plain(), refusals: vec![refusal] }
        }
    }
}

/// A holding line before the checks, with the facts it may name.
pub(crate) struct HoldingDraft {
    pub(crate) text: String,
    pub(crate) facts: Vec<Fact>,
}

/// Writes a holding line: to be said alone, or after an answer that makes an order.
pub(crate) fn write(
    replies: &Replies,
    turn: &Turn<'_>,
    matter: Matter,
    goods: &[Fact],
) -> Result<HoldingDraft, minijinja::Error> {
    let kind = match (matter, turn.seller.is_open(turn.now)) {
        (Matter::Question, true) => Holding::Now,
        (Matter::Question, false) => Holding::Later,
        (Matter::Order, true) => Holding::OrderNow,
        (Matter::Order, false) => Holding::OrderLater,
    };
    let facts: Vec<Fact> = goods.iter().cloned().chain(when(turn.seller, turn.now)).collect();
    Ok(HoldingDraft { text: replies.holding(kind, &facts, turn.pick())?, facts })
}

fn plain() -> ReplyText {
    let context = CheckContext {
        floors: &[],
        licensed: &[],
        buyer_text: "",
        max_text_chars: PLAIN.len(),
        handing_over: HandingOver::Yes,
    };
    checks::review(PLAIN, &[], &context).expect("the line and the context are constants, and a test reviews them")
}

/// What a human is called for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Matter {
    /// Something we cannot answer.
    Question,
    /// The buyer buys.
    Order,
}

/// The fact `when`: when somebody answers again, as one says it. None while somebody is there, and in a shop
/// that never opens.
fn when(seller: &SellerProfile, now: Timestamp) -> Option<Fact> {
    if seller.is_open(now) {
        return None;
    }
    let words = next_opening(seller, now)?;
    Some(Fact { name: "when".into(), value: FactValue::Text(words), source: Source::Setting })
}

fn next_opening(seller: &SellerProfile, now: Timestamp) -> Option<String> {
    let local = now.to_zoned_datetime(seller.time_zone.clone());
    let today = local.date();
    let opens = |date: &Date| {
        let later = *date > today || local.time() < seller.hours.open;
        later && seller.hours.days.contains(&date.weekday())
    };
    // Eight days: a shop open on one weekday only, asked on that day after closing.
    let date = (0..8).filter_map(|days| today.checked_add(days.days()).ok()).find(opens)?;
    let day = match today.until(date).ok()?.get_days() {
        0 => "сегодня",
        1 => "завтра",
        _ => on(date.weekday()),
    };
    let open = seller.hours.open;
    Some(format!("{day} с {}:{:02}", open.hour(), open.minute()))
}

const fn on(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "в понедельник",
        Weekday::Tuesday => "во вторник",
        Weekday::Wednesday => "в среду",
        Weekday::Thursday => "в четверг",
        Weekday::Friday => "в пятницу",
        Weekday::Saturday => "в субботу",
        Weekday::Sunday => "в воскресенье",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn the_hour_of_an_answer_is_told_as_one_says_it() {
        let shop = sample::seller();
        for (now, told) in [
            // Moscow is three hours ahead. 2026-11-24 is a Tuesday.
            ("2026-11-24T07:00:00Z", None),
            ("2026-11-24T00:00:00Z", Some("сегодня с 9:00")),
            ("2026-11-24T18:30:00Z", Some("завтра с 9:00")),
            ("2026-11-28T19:00:00Z", Some("в понедельник с 9:00")),
            ("2026-11-29T10:00:00Z", Some("завтра с 9:00")),
        ] {
            let fact = when(&shop, now.parse().unwrap()).map(|fact| fact.value.to_string());
            assert_eq!(fact.as_deref(), told, "{now}");
        }
    }

    #[test]
    fn the_plain_line_passes_the_checks() {
        assert_eq!(plain().as_str(), PLAIN);
    }

    #[test]
    fn a_shop_that_never_opens_promises_no_hour() {
        let mut shop = sample::seller();
        shop.hours.days.clear();
        assert_eq!(when(&shop, "2026-11-24T07:00:00Z".parse().unwrap()), None);
    }
}
