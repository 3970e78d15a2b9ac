//! The numerals of a text with their units, joined to spans where they are spans. Not typed yet.

use std::ops::Range;

use super::amount::Amount;
use super::calendar::{clock, clock_in_words, day_in_words, month};
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
    Weekday(u8),
    InDays(u8),
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
    if let Some((hour, minute, len)) = clock(tokens, at, lexicon).or_else(|| clock_in_words(tokens, at)) {
        return Some(own(What::Time { hour, minute }, len));
    }
    if let Some(day) = rest[0].word().and_then(|word| day_in_words(tokens, at, word)) {
        return Some(own(day, 1));
    }
    if let Some(len) = slang_thousand(tokens, at, free_from, lexicon) {
        let numeral = Numeral { scale: 1000, ..plain_numeral(1000, len) };
        return Some(own(What::Numeral(numeral), len));
    }
    if let Some(unsaid) = unsaid_one(tokens, at, lexicon) {
        return Some(unsaid);
    }
    let mut numeral = numeral::read(rest, lexicon).or_else(|| a_couple(tokens, at, lexicon))?;
    let end = at + numeral.len;
    if let Some((month, taken)) = tokens.get(end).and_then(Token::word).and_then(month).zip(Some(end + 1)) {
        let day = numeral.amount.as_whole().and_then(|day| u8::try_from(day).ok()).filter(|day| (1..=31).contains(day));
        if let Some(day) = day {
            let year = tokens.get(taken).and_then(Token::digits).filter(|year| year.len() == 4 && month.is_some());
            let year: Option<u16> = year.and_then(|year| year.parse().ok()).filter(|year| (1900..2200).contains(year));
            return Some(Item {
                what: What::Date { day, month, year },
                tokens: at..end,
                unit: None,
                end: taken + usize::from(year.is_some()),
                spans_to_next: false,
                negative: false,
            });
        }
    }
    if let Some(len) = slang_scale(tokens, end, &numeral, lexicon) {
        numeral = Numeral {
            amount: numeral.amount.times(1000),
            scale: 1000,
            written: Written::Words,
            len: numeral.len + len,
            bare_one_and_a_half: false,
            ..numeral
        };
    }
    let end = at + numeral.len;
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
pub(super) fn counts(tokens: &[Token<'_>], at: usize, lexicon: &Lexicon) -> bool {
    let scale = tokens.get(at).and_then(Token::word).is_some_and(|word| matches!(word, "к" | "k" | "т" | "тр"));
    scale
        || unit_after(tokens, at, lexicon).is_some()
        || tokens.get(at).is_some_and(|t| t.word().is_some_and(|w| lexicon.number(w).is_some()))
}

/// «две штуки рублей», «полторы штуки баксов», «за три куска»: pieces that are thousands.
fn slang_scale(tokens: &[Token<'_>], end: usize, numeral: &Numeral, lexicon: &Lexicon) -> Option<usize> {
    let word = tokens.get(end).and_then(Token::word).filter(|_| numeral.scale == 1)?;
    let money = matches!(unit_after(tokens, end + 1, lexicon), Some((Unit::Rouble | Unit::Foreign, _)));
    let start = end.checked_sub(numeral.len + 1).and_then(|before| tokens[before].word());
    let pieces = matches!(word, "штука" | "штуку" | "штуки" | "штук") && money;
    let lumps = matches!(word, "кусок" | "куска" | "кусков") && (money || start == Some("за"));
    (pieces || lumps).then_some(1)
}

/// «за штуку отдашь?», «за штуку рублей»: a thousand, where no number and no question for the price says that it
/// is a piece.
fn slang_thousand(tokens: &[Token<'_>], at: usize, free_from: usize, lexicon: &Lexicon) -> Option<usize> {
    let word = tokens[at].word().filter(|word| matches!(*word, "штуку" | "кусок"))?;
    let led = at.checked_sub(1).and_then(|before| tokens[before].word()) == Some("за");
    if matches!(unit_after(tokens, at + 1, lexicon), Some((Unit::Rouble, _))) {
        return led.then_some(1);
    }
    let asks =
        |word: &str| ["скольк", "цен", "стои", "почем", "прайс", "руб"].iter().any(|stem| word.starts_with(stem));
    let about_pieces = tokens[..at].iter().filter_map(Token::word).any(asks);
    let counted = free_from > 0 || tokens.get(at + 1).is_some_and(|next| next.digits().is_some());
    (word == "штуку" && led && !about_pieces && !counted).then_some(1)
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
        "полмесяца" => (15, Unit::Day),
        "пол" if of_the_price(tokens, at) => (50, Unit::Percent),
        "половину" | "половина" | "половины" if of_the_price(tokens, at) => (50, Unit::Percent),
        "треть" | "трети" if of_the_price(tokens, at) => (33, Unit::Percent),
        "четверть" | "четверти" if of_the_price(tokens, at) => (25, Unit::Percent),
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

/// «половину цены», «на треть дешевле», «скину четверть».
fn of_the_price(tokens: &[Token<'_>], at: usize) -> bool {
    const BEHIND: [&str; 6] = ["цен", "стоимост", "сумм", "дешевле", "скин", "скид"];
    const BEFORE: [&str; 5] = ["скин", "скид", "уступ", "сброс", "сбав"];
    let starts =
        |word: Option<&str>, stems: &[&str]| word.is_some_and(|word| stems.iter().any(|stem| word.starts_with(stem)));
    let before = |steps: usize| at.checked_sub(steps).and_then(|before| tokens[before].word());
    starts(tokens.get(at + 1).and_then(Token::word), &BEHIND)
        || starts(before(1), &BEFORE)
        || starts(before(2), &BEFORE) && matches!(before(1), Some("на" | "в" | "вам"))
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
        Kind::Word("у") if tokens.get(at + 1).is_some_and(|t| t.is_mark('.')) && next_is(2, "е") => {
            Some((Unit::Foreign, at + 3))
        }
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
    let spelled = |at: Option<usize>, text: &str| at.is_some_and(|at| tokens[at].word() == Some(text));
    if spelled(Some(before), "р") && spelled(before.checked_sub(2), "р") && tokens[before - 1].is_mark('-') {
        return Some(Unit::Size);
    }
    let unit = match tokens[before].kind {
        Kind::Mark(mark) => lexicon.unit(mark.encode_utf8(&mut [0; 4])),
        Kind::Word(word) => lexicon.unit(word),
        Kind::Digits(_) => None,
    };
    // «процентов 20», «штук пять»: in this order only the form that goes with «пять».
    let turned = tokens[before].word().is_some_and(|word| {
        matches!(
            word,
            "процентов"
                | "процента"
                | "штук"
                | "штуки"
                | "дней"
                | "дня"
                | "недель"
                | "недели"
                | "часов"
                | "часа"
                | "суток"
                | "месяцев"
                | "месяца"
                | "лет"
                | "года"
                | "минут"
        )
    });
    unit.filter(|unit| turned || matches!(unit, Unit::Rouble | Unit::Foreign))
}

fn negative(tokens: &[Token<'_>], at: usize) -> bool {
    let Some(before) = at.checked_sub(1) else { return false };
    let minus = &tokens[before];
    minus.is_mark('-') && tokens[at].gap == Gap::Glued && (before == 0 || minus.gap != Gap::Glued)
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
            // «3-4 тысячи»: three thousand does not stand there in digits.
            low.written = Written::Words;
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
