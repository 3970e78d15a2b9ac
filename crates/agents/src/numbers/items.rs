//! The numerals of a text with their units, joined to spans where they are spans. Not typed yet.

use std::ops::Range;

use super::amount::Amount;
use super::digits;
use super::lexicon::{Cue, Lexicon, Place, Unit};
use super::numeral::{self, Numeral, Written};
use super::tokens::{Gap, Kind, Token};

/// A numeral or a form of its own, and where it stands, in tokens.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) what: What,
    /// Without the unit.
    pub(super) tokens: Range<usize>,
    pub(super) unit: Option<Unit>,
    /// The token after the unit.
    pub(super) end: usize,
    /// The next item is the other end of a span.
    pub(super) spans_to_next: bool,
    /// «-10 %».
    pub(super) negative: bool,
}

#[derive(Debug, Clone)]
pub(super) enum What {
    Numeral(Numeral),
    Date { day: u8, month: Option<u8>, year: Option<u16> },
    Time { hour: u8, minute: u8 },
    Phone(String),
}

/// All items of a text.
pub(super) fn scan(tokens: &[Token<'_>], lexicon: &Lexicon) -> Vec<Item> {
    let mut items: Vec<Item> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let free_from = items.last().map_or(0, |item| item.end);
        match item(tokens, at, free_from, lexicon) {
            Some(item) => {
                at = item.end.max(at + 1);
                items.push(item);
            }
            None => at += 1,
        }
    }
    join_spans(&mut items, tokens);
    items
}

fn item(tokens: &[Token<'_>], at: usize, free_from: usize, lexicon: &Lexicon) -> Option<Item> {
    let rest = &tokens[at..];
    let own = |what, len| Item {
        what,
        tokens: at..at + len,
        unit: None,
        end: at + len,
        spans_to_next: false,
        negative: false,
    };
    if let Some((digits, len)) = digits::phone(rest) {
        return Some(own(What::Phone(digits), len));
    }
    if let Some((day, month, year, len)) = digits::date(rest)
        && (year.is_some() || !counts(tokens, at + len, lexicon))
    {
        return Some(own(What::Date { day, month: Some(month), year }, len));
    }
    if let Some((hour, minute, len)) = clock(tokens, at, lexicon) {
        return Some(own(What::Time { hour, minute }, len));
    }
    if let Some(unsaid) = unsaid_one(tokens, at, lexicon) {
        return Some(unsaid);
    }
    let mut numeral = numeral::read(rest, lexicon).or_else(|| a_couple(tokens, at, lexicon))?;
    let end = at + numeral.len;
    if let Some((month, taken)) = tokens.get(end).and_then(Token::word).and_then(month).zip(Some(end + 1)) {
        let day = numeral.amount.as_whole().and_then(|day| u8::try_from(day).ok()).filter(|day| (1..=31).contains(day));
        if let Some(day) = day {
            let date = What::Date { day, month, year: None };
            return Some(Item {
                what: date,
                tokens: at..end,
                unit: None,
                end: taken,
                spans_to_next: false,
                negative: false,
            });
        }
    }
    let (unit, end) = match unit_after(tokens, end, lexicon) {
        Some((unit, end)) => (Some(unit), end),
        None => (numeral.unit.or_else(|| unit_before(tokens, at, free_from, lexicon)), end),
    };
    if numeral.bare_one_and_a_half && matches!(unit, None | Some(Unit::Rouble)) {
        numeral.amount = numeral.amount.times(1000);
        numeral.scale = 1000;
    }
    Some(Item {
        tokens: at..at + numeral.len,
        unit,
        end,
        spans_to_next: false,
        negative: negative(tokens, at),
        what: What::Numeral(numeral),
    })
}

/// Whether something is counted at `at`: a unit or a scale.
fn counts(tokens: &[Token<'_>], at: usize, lexicon: &Lexicon) -> bool {
    let scale = tokens.get(at).and_then(Token::word).is_some_and(|word| matches!(word, "к" | "k" | "т" | "тр"));
    scale
        || unit_after(tokens, at, lexicon).is_some()
        || tokens.get(at).is_some_and(|t| t.word().is_some_and(|w| lexicon.number(w).is_some()))
}

/// «9:00», and «9.00» behind «с», «до», «в» or in a span.
fn clock(tokens: &[Token<'_>], at: usize, lexicon: &Lexicon) -> Option<(u8, u8, usize)> {
    let rest = &tokens[at..];
    if let Some(time) = digits::time(rest, ':') {
        return Some(time);
    }
    let time = digits::time(rest, '.')?;
    let before = at.checked_sub(1).map(|before| &tokens[before]);
    let behind_word =
        before.and_then(Token::word).is_some_and(|word| matches!(word, "с" | "со" | "до" | "в" | "к" | "после" | "от"));
    let in_span = |token: Option<&Token<'_>>| token.is_some_and(|token| token.is_mark('-') || token.is_mark('—'));
    let after = tokens.get(at + time.2);
    ((behind_word || in_span(before) || in_span(after)) && !counts(tokens, at + time.2, lexicon)).then_some(time)
}

/// «за неделю», «через день», «в течение суток», «гарантия год», «полгода», «вдвое»: a number that goes
/// without saying.
fn unsaid_one(tokens: &[Token<'_>], at: usize, lexicon: &Lexicon) -> Option<Item> {
    let word = tokens[at].word()?;
    let (number, unit) = match word {
        "полгода" => (6, Unit::Month),
        "полчаса" => (30, Unit::Minute),
        "полдня" | "полсуток" => (12, Unit::Hour),
        "полцены" => (50, Unit::Percent),
        "половину" | "половина" | "половины" if half_of_the_price(tokens, at) => {
            (50, Unit::Percent)
        }
        "вдвое" | "двукратно" => (2, Unit::Times),
        "втрое" => (3, Unit::Times),
        _ => {
            let before = at.checked_sub(1).and_then(|before| tokens[before].word())?;
            let leads = matches!(before, "за" | "через" | "течение" | "гарантия" | "гарантию");
            let unit = lexicon.unit(word)?;
            let up_to = before == "до" && matches!(unit, Unit::Week | Unit::Month | Unit::Year);
            if !leads && !up_to {
                return None;
            }
            let span = matches!(unit, Unit::Day | Unit::Week | Unit::Hour | Unit::Month | Unit::Year);
            (1, Some(unit).filter(|_| span && word.chars().count() > 2)?)
        }
    };
    let numeral = plain_numeral(number, 0);
    Some(Item {
        what: What::Numeral(numeral),
        tokens: at..at + 1,
        unit: Some(unit),
        end: at + 1,
        spans_to_next: false,
        negative: false,
    })
}

fn half_of_the_price(tokens: &[Token<'_>], at: usize) -> bool {
    let next = tokens.get(at + 1).and_then(Token::word);
    next.is_some_and(|next| next.starts_with("цен") || next.starts_with("стоимост"))
}

/// «пара дней», «пару тысяч»: two of them, where it counts something.
fn a_couple(tokens: &[Token<'_>], at: usize, lexicon: &Lexicon) -> Option<Numeral> {
    if !matches!(tokens[at].word()?, "пара" | "пару" | "парой" | "пары") {
        return None;
    }
    if unit_after(tokens, at + 1, lexicon).is_some() {
        return Some(plain_numeral(2, 1));
    }
    let scale = numeral::read(&tokens[at + 1..], lexicon)
        .filter(|next| next.scale > 1 && next.amount == Amount::whole(next.scale))?;
    Some(Numeral { amount: scale.amount.times(2), len: scale.len + 1, ..scale })
}

fn plain_numeral(number: i64, len: usize) -> Numeral {
    Numeral {
        amount: Amount::whole(number),
        pieces: Vec::new(),
        len,
        written: Written::Words,
        ordinal: false,
        scale: 1,
        unit: None,
        bare_one_and_a_half: false,
    }
}

/// The unit at `at`, and the token after it. Adjectives between («рабочих дней») are passed over.
pub(super) fn unit_after(tokens: &[Token<'_>], mut at: usize, lexicon: &Lexicon) -> Option<(Unit, usize)> {
    let first = tokens.get(at)?;
    let joins = |mark: char| {
        first.is_mark(mark) && first.gap == Gap::Glued && tokens.get(at + 1).is_some_and(|t| t.word().is_some())
    };
    if joins('.') || joins('-') {
        let word = tokens.get(at + 1).and_then(Token::word)?;
        let fits = first.is_mark('.') && lexicon.unit(word) == Some(Unit::Rouble)
            || first.is_mark('-') && word.chars().count() > 2;
        return lexicon.unit(word).filter(|_| fits).map(|unit| (unit, at + 2));
    }
    for _ in 0..2 {
        let adjective = tokens.get(at).and_then(Token::word).and_then(|word| lexicon.cue(Place::After, word));
        at += usize::from(adjective == Some(Cue::Adjective));
    }
    let token = tokens.get(at)?;
    let next_is = |offset: usize, text: &str| tokens.get(at + offset).and_then(Token::word) == Some(text);
    match token.kind {
        Kind::Word("р") if tokens.get(at + 1).is_some_and(|t| t.is_mark('-')) && next_is(2, "р") => {
            Some((Unit::Size, at + 3))
        }
        Kind::Word("х" | "x") if token.gap == Gap::Glued => Some((Unit::Measure('х'), at)),
        Kind::Word(word) => lexicon.unit(word).map(|unit| (unit, at + 1)),
        Kind::Mark(mark) => lexicon.unit(mark.encode_utf8(&mut [0; 4])).map(|unit| (unit, at + 1)),
        Kind::Digits(_) => None,
    }
}

/// «₽500», «руб. 500», «$100».
fn unit_before(tokens: &[Token<'_>], at: usize, free_from: usize, lexicon: &Lexicon) -> Option<Unit> {
    let dot = usize::from(at > free_from && tokens[at - 1].is_mark('.'));
    let before = at.checked_sub(1 + dot).filter(|before| *before >= free_from)?;
    let unit = match tokens[before].kind {
        Kind::Mark(mark) => lexicon.unit(mark.encode_utf8(&mut [0; 4])),
        Kind::Word(word) => lexicon.unit(word),
        Kind::Digits(_) => None,
    };
    // «процентов 20», «штук пять»: in this order only the form that goes with «пять».
    let turned = tokens[before].word().is_some_and(|word| matches!(word, "процентов" | "штук" | "дней" | "недель"));
    unit.filter(|unit| turned || matches!(unit, Unit::Rouble | Unit::Foreign))
}

fn negative(tokens: &[Token<'_>], at: usize) -> bool {
    let Some(before) = at.checked_sub(1) else { return false };
    let minus = &tokens[before];
    minus.is_mark('-') && tokens[at].gap == Gap::Glued && (before == 0 || minus.gap != Gap::Glued)
}

/// `Some(None)` for «числа»: a day of no named month.
fn month(word: &str) -> Option<Option<u8>> {
    const MONTHS: [&str; 12] =
        ["январ", "феврал", "март", "апрел", "ма", "июн", "июл", "август", "сентябр", "октябр", "ноябр", "декабр"];
    if word == "числа" {
        return Some(None);
    }
    let named = MONTHS.iter().position(|stem| match word.strip_prefix(stem) {
        Some("я" | "е" | "ю") => true,
        Some("а" | "ь" | "у") => *stem != "ма",
        _ => false,
    })?;
    u8::try_from(named + 1).ok().map(Some)
}

/// «5–7 дней», «от 3 до 5 тысяч», «с 9 до 21»: the first end gets the unit and the scale of the second.
fn join_spans(items: &mut [Item], tokens: &[Token<'_>]) {
    for second in (1..items.len()).rev() {
        let (before, after) = items.split_at_mut(second);
        let (first, next) = (&mut before[second - 1], &after[0]);
        if !spans(first, next, tokens) {
            continue;
        }
        first.spans_to_next = true;
        first.unit = first.unit.or(next.unit);
        if let (What::Numeral(low), What::Numeral(high)) = (&mut first.what, &next.what)
            && low.scale == 1
            && high.scale > 1
            && low.amount < Amount::whole(high.scale)
        {
            low.amount = low.amount.times(high.scale);
            low.scale = high.scale;
        }
    }
}

fn spans(first: &Item, next: &Item, tokens: &[Token<'_>]) -> bool {
    if first.end + 1 != next.tokens.start || first.unit.is_some() && first.unit != next.unit {
        return false;
    }
    let rises = match (&first.what, &next.what) {
        (What::Numeral(low), What::Numeral(high)) => {
            let same = low.scale == high.scale || low.scale == 1;
            let scaled = if low.scale == 1 { low.amount.times(high.scale) } else { low.amount };
            same && !low.ordinal && (low.amount < high.amount || scaled < high.amount)
        }
        _ => return false,
    };
    let (between, other) = (&tokens[first.end], &tokens[next.tokens.start]);
    let dash = between.is_mark('-') || between.is_mark('—');
    let timely =
        matches!(next.unit, Some(Unit::Day | Unit::Week | Unit::Hour | Unit::Percent | Unit::Month | Unit::Piece));
    let tight = between.gap == Gap::Glued && other.gap == Gap::Glued;
    let led = first.tokens.start.checked_sub(1).and_then(|at| tokens[at].word());
    let from = matches!(led, Some("от" | "с" | "со"));
    rises && (dash && (tight || timely) || between.word() == Some("до") && from || between.word() == Some("или"))
}
