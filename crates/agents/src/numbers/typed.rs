//! What each numeral of a text is: a price, a discount, a count, days, a time, told by its unit or by the
//! words around it.

use super::amount::Amount;
use super::items::{Item, What};
use super::lexicon::{Cue, Lexicon, Place, Unit};
use super::numeral::{Numeral, Written};
use super::tokens::{Gap, Kind, Token};
use super::{Bound, Number, ToldBy, Value};

/// Type all items.
pub(super) fn classify(tokens: &[Token<'_>], items: &[Item], lexicon: &Lexicon) -> Vec<Number> {
    let mut numbers: Vec<Number> = Vec::with_capacity(items.len());
    let mut at = 0;
    while at < items.len() {
        let around = Around::of(tokens, items, at, lexicon);
        let mut number = typed(tokens, items, at, &around);
        if items[at].spans_to_next && at + 1 < items.len() {
            let next =
                Around { near: around.near, clause: around.clause, ..Around::of(tokens, items, at + 1, lexicon) };
            let high = typed(tokens, items, at + 1, &next);
            if let (Value::Days { from, .. }, Value::Days { to, .. }) = (&number.value, &high.value) {
                number.value = Value::Days { from: *from, to: *to };
                number.span.end = high.span.end;
                number.reach.end = high.reach.end;
                number.bound = Bound::Exactly;
            } else {
                numbers.push(Number { bound: Bound::Exactly, ..number });
                number = Number { bound: Bound::Exactly, ..high };
            }
            at += 1;
        }
        if !add_kopecks(&mut numbers, &number) {
            numbers.push(number);
        }
        at += 1;
    }
    numbers
}

/// «50 рублей 20 копеек» is one sum.
fn add_kopecks(numbers: &mut [Number], next: &Number) -> bool {
    let (Some(last), Value::Price(kopecks)) = (numbers.last_mut(), &next.value) else { return false };
    let Value::Price(roubles) = &mut last.value else { return false };
    let adjacent = next.span.start.saturating_sub(last.span.end) <= 1;
    let fits = roubles.as_kopecks() % 100 == 0 && kopecks.as_kopecks() < 100 && next.told_by == ToldBy::Unit;
    if !(adjacent && fits && last.told_by == ToldBy::Unit && kopecks.as_kopecks() > 0) {
        return false;
    }
    *roubles = *roubles + *kopecks;
    last.span.end = next.span.end;
    last.reach.end = next.reach.end;
    true
}

/// The words around an item.
struct Around {
    /// Right before it, and at which token.
    near: Option<(Cue, usize)>,
    /// Within its clause, and at which token.
    clause: Option<(Cue, usize)>,
    /// «дешевле» right after it.
    cheaper: bool,
    bound: Bound,
}

impl Around {
    fn of(tokens: &[Token<'_>], items: &[Item], index: usize, lexicon: &Lexicon) -> Self {
        let item = &items[index];
        let mut around = Self { near: None, clause: None, cheaper: false, bound: Bound::Exactly };
        let (mut at, mut words, mut still_near, mut colon) = (item.tokens.start, 0, true, false);
        while at > 0 && words < 5 {
            // A cue does not reach over a full stop, a comma or a line break.
            if tokens[at].gap == Gap::Line {
                break;
            }
            at -= 1;
            let word = match tokens[at].kind {
                Kind::Word(word) => word,
                Kind::Mark(mark @ (':' | '-' | '—' | '(' | '"' | '~' | '≈' | '=' | '+')) => {
                    colon |= mark == ':';
                    continue;
                }
                Kind::Mark(_) | Kind::Digits(_) => break,
            };
            words += 1;
            let near = if still_near { lexicon.cue(Place::Near, word) } else { None };
            match near {
                // «не больше 5» is up to five.
                Some(cue @ (Cue::From | Cue::UpTo)) if words == 1 => {
                    let denied = at > 0 && tokens[at - 1].word() == Some("не");
                    around.bound = if (cue == Cue::From) == denied { Bound::UpTo } else { Bound::From };
                }
                Some(Cue::Filler | Cue::From | Cue::UpTo) => {}
                Some(cue) => {
                    around.near = Some((cue, at));
                    still_near = false;
                }
                None => still_near = false,
            }
            // «готовы уступить: 3 300 ₽» names the price, «уступлю 300» the discount.
            if around.clause.is_none() && !(colon && (word.starts_with("уступ") || word == "скидку")) {
                around.clause = lexicon.cue(Place::Clause, word).map(|cue| (cue, at));
            }
            // «дешевле на 500»
            let by = words == 2 && tokens[at + 1].word() == Some("на");
            if around.clause.is_none() && by && lexicon.cue(Place::After, word) == Some(Cue::Cheaper) {
                around.clause = Some((Cue::Discount, at));
            }
        }
        let after = tokens.get(item.end).and_then(Token::word);
        around.cheaper = after.and_then(|word| lexicon.cue(Place::After, word)) == Some(Cue::Cheaper);
        around
    }

    fn says(&self, cue: Cue) -> Option<usize> {
        [self.near, self.clause].into_iter().flatten().find(|(found, _)| *found == cue).map(|(_, at)| at)
    }
}

fn typed(tokens: &[Token<'_>], items: &[Item], index: usize, around: &Around) -> Number {
    let item = &items[index];
    let span = tokens[item.tokens.start].span.start..tokens[item.end.max(item.tokens.end) - 1].span.end;
    let mut number = Number {
        value: Value::Bare(Amount::ZERO),
        reach: span.clone(),
        span,
        bound: around.bound,
        told_by: ToldBy::Unit,
        written: Written::Digits,
        pieces: Vec::new(),
    };
    match &item.what {
        What::Phone(digits) => number.value = Value::Phone(digits.clone()),
        What::Date { day, month, year } => number.value = Value::Date { day: *day, month: *month, year: *year },
        What::Time { hour, minute } => number.value = Value::Time { hour: *hour, minute: *minute },
        What::Weekday(day) => number.value = Value::Weekday(*day),
        What::InDays(days) => number.value = Value::InDays(*days),
        What::Numeral(numeral) => {
            number.written = numeral.written;
            number.pieces.clone_from(&numeral.pieces);
            type_numeral(&mut number, numeral, tokens, items, index, around);
        }
    }
    number
}

fn type_numeral(
    number: &mut Number,
    numeral: &Numeral,
    tokens: &[Token<'_>],
    items: &[Item],
    index: usize,
    around: &Around,
) {
    let item = &items[index];
    let amount = numeral.amount;
    let discount = around.says(Cue::Discount).filter(|_| around.near.is_none_or(|(cue, _)| cue != Cue::Price));
    if item.negative {
        number.reach.start = number.reach.start.saturating_sub(1);
    }
    if let Some(unit) = item.unit {
        number.value = counted(amount, unit, tokens, item);
        if let Value::Price(money) = number.value
            && (item.negative || around.cheaper || discount.is_some())
        {
            number.value = Value::Discount(money);
            widen(number, tokens, discount, around.cheaper.then_some(item.end));
        }
        return;
    }
    if let Some(whole) = amount.as_whole().filter(|_| numeral.ordinal) {
        number.value = Value::Ordinal(whole);
        return;
    }
    number.told_by = ToldBy::Words;
    let price = around.says(Cue::Price);
    let quantity = around.near.filter(|(cue, _)| *cue == Cue::Quantity);
    let (value, cue) = if let Some((_, at)) = around.near.filter(|(cue, _)| *cue == Cue::Size) {
        (Value::Size { amount, unit: Unit::Size }, Some(at))
    } else if item.negative || around.cheaper || discount.is_some() {
        (Value::Discount(amount.roubles()), discount)
    } else if let (Some((_, at)), Some(whole)) =
        (quantity, amount.as_whole().filter(|whole| *whole < 1000 || is_left(tokens, quantity)))
    {
        (Value::Quantity(whole), Some(at))
    } else if let Some(whole) = amount.as_whole().filter(|_| sold_for_next(tokens, items, index)) {
        (Value::Quantity(whole), None)
    } else if price.is_some() || numeral.scale >= 1000 {
        (Value::Price(amount.roubles()), price)
    } else if let Some(hour) = hour(amount).filter(|_| in_time_span(tokens, items, index)) {
        (Value::Time { hour, minute: 0 }, None)
    } else {
        number.told_by = ToldBy::Nothing;
        (Value::Bare(amount), None)
    };
    number.value = value;
    widen(number, tokens, cue, around.cheaper.then_some(item.end));
}

/// «осталось 3500»: pieces, however many; «есть 3500» may be what the buyer has.
fn is_left(tokens: &[Token<'_>], cue: Option<(Cue, usize)>) -> bool {
    cue.and_then(|(_, at)| tokens[at].word()).is_some_and(|word| word.starts_with("остал"))
}

/// Let the reach of a number cover its cue before and the one after.
fn widen(number: &mut Number, tokens: &[Token<'_>], before: Option<usize>, after: Option<usize>) {
    if let Some(at) = before {
        number.reach.start = number.reach.start.min(tokens[at].span.start);
    }
    if let Some(at) = after {
        number.reach.end = number.reach.end.max(tokens[at].span.end);
    }
}

fn counted(amount: Amount, unit: Unit, tokens: &[Token<'_>], item: &Item) -> Value {
    let whole = amount.as_whole();
    let days = |each: u64| whole.and_then(|n| u32::try_from(n * each).ok()).map(|n| Value::Days { from: n, to: n });
    let measure = Value::Size { amount, unit };
    match unit {
        Unit::Rouble => Value::Price(amount.roubles()),
        Unit::Kopeck => Value::Price(amount.kopecks()),
        Unit::Percent => Value::Percent(amount),
        Unit::Piece => whole.map_or(measure, Value::Quantity),
        Unit::Day => days(1).unwrap_or(measure),
        Unit::Week => days(7).unwrap_or(measure),
        Unit::Hour => match hour(amount).filter(|_| of_the_clock(tokens, item)) {
            Some(hour) => Value::Time { hour, minute: 0 },
            None => measure,
        },
        Unit::Minute | Unit::Month | Unit::Year | Unit::Size | Unit::Foreign | Unit::Times | Unit::Measure(_) => {
            measure
        }
    }
}

fn hour(amount: Amount) -> Option<u8> {
    amount.as_whole().and_then(|hour| u8::try_from(hour).ok()).filter(|hour| *hour <= 24)
}

/// «в 9 часов», «до 21 часа»: the clock, not a span of hours.
fn of_the_clock(tokens: &[Token<'_>], item: &Item) -> bool {
    let before = item.tokens.start.checked_sub(1).and_then(|at| tokens[at].word());
    matches!(before, Some("в" | "с" | "со" | "до" | "к" | "после"))
}

/// «с 9 до 21», «в 9 утра», «до девяти вечера».
fn in_time_span(tokens: &[Token<'_>], items: &[Item], index: usize) -> bool {
    let item = &items[index];
    let word = |at: Option<usize>| at.and_then(|at| tokens.get(at)).and_then(Token::word);
    let part_of_day = matches!(word(Some(item.end)), Some("утра" | "вечера" | "ночи" | "дня"));
    let led = word(item.tokens.start.checked_sub(1));
    let timely = |other: &Item| match &other.what {
        What::Numeral(numeral) => matches!(other.unit, None | Some(Unit::Hour)) && hour(numeral.amount).is_some(),
        What::Time { .. } => true,
        What::Date { .. } | What::Phone(_) | What::Weekday(_) | What::InDays(_) => false,
    };
    let opens = matches!(led, Some("с" | "со"))
        && word(Some(item.end)) == Some("до")
        && items.get(index + 1).is_some_and(|next| next.tokens.start == item.end + 1 && timely(next));
    let closes = led == Some("до")
        && index.checked_sub(1).map(|before| &items[before]).is_some_and(|first| {
            first.end + 1 == item.tokens.start
                && timely(first)
                && matches!(word(first.tokens.start.checked_sub(1)), Some("с" | "со"))
        });
    part_of_day || opens || closes
}

/// «две за 5000»: so many, for so much.
fn sold_for_next(tokens: &[Token<'_>], items: &[Item], index: usize) -> bool {
    let item = &items[index];
    let next = items.get(index + 1);
    let joined =
        next.is_some_and(|next| next.tokens.start == item.end + 1 && matches!(next.unit, None | Some(Unit::Rouble)));
    joined && tokens.get(item.end).and_then(Token::word) == Some("за")
}
