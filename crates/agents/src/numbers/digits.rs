//! Digits: one number however they are parted («1 200,50», «1.500», «1 0 0 0»), and the forms that are no
//! amounts: phones, dates, clock times.

use super::amount::Amount;
use super::tokens::{Gap, Kind, Token};

/// A number written in digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Digits {
    pub(super) amount: Amount,
    /// The pieces, where they could be numbers of their own: «iPhone 13 128».
    pub(super) pieces: Vec<Amount>,
    /// How many tokens it takes.
    pub(super) len: usize,
}

/// The number in digits at the front of `tokens`.
pub(super) fn read(tokens: &[Token<'_>]) -> Option<Digits> {
    spelled_out(tokens).or_else(|| grouped(tokens)).or_else(|| plain(tokens))
}

/// «1 0 0 0», «5.0.0»: at least three single digits, all parted alike.
fn spelled_out(tokens: &[Token<'_>]) -> Option<Digits> {
    let mut digits = String::from(single(tokens.first()?)?);
    let mark = tokens.get(1).filter(|token| token.digits().is_none()).map(|token| token.kind);
    let stride = if mark.is_some() { 2 } else { 1 };
    let mut at = stride;
    while let Some(token) = tokens.get(at) {
        let parted = match mark {
            Some(mark) => tokens[at - 1].kind == mark && matches!(mark, Kind::Mark('.' | '-' | '_' | '*' | '/')),
            None => token.gap != Gap::Glued,
        };
        let Some(digit) = single(token).filter(|_| parted) else { break };
        digits.push_str(digit);
        at += stride;
    }
    // A longer number right behind means these were not the whole of it.
    let cut_off = mark.is_none() && tokens.get(at).is_some_and(|next| next.digits().is_some());
    let amount = Amount::parse(&digits, "").filter(|_| digits.len() >= 3 && !cut_off)?;
    Some(Digits { amount, pieces: Vec::new(), len: at + 1 - stride })
}

fn single<'a>(token: &Token<'a>) -> Option<&'a str> {
    token.digits().filter(|digits| digits.len() == 1)
}

/// «1 200», «1.200.000», «1 200,50», «1\n200».
fn grouped(tokens: &[Token<'_>]) -> Option<Digits> {
    let head = tokens.first()?.digits().filter(|digits| digits.len() <= 3 && !digits.starts_with('0'))?;
    let (mut whole, mut pieces, mut at) = (String::from(head), vec![Amount::parse(head, "")?], 1);
    let mut mark = None;
    loop {
        let (found, width) = match tokens.get(at) {
            Some(token) if token.digits().is_some() && token.gap != Gap::Glued => (' ', 1),
            Some(token) if token.gap == Gap::Glued => match token.kind {
                Kind::Mark(c @ ('.' | ',' | '\'' | '_')) => (c, 2),
                _ => break,
            },
            _ => break,
        };
        let group = tokens.get(at + width - 1).and_then(Token::digits).filter(|digits| digits.len() == 3);
        let Some(group) = group.filter(|_| mark.is_none_or(|mark| mark == found)) else { break };
        mark = Some(found);
        whole.push_str(group);
        pieces.push(Amount::parse(group, "")?);
        at += width;
    }
    let mark = mark?;
    let fraction = fraction(&tokens[at..]).filter(|(c, _)| *c != mark);
    let amount = Amount::parse(&whole, fraction.map_or("", |(_, digits)| digits))?;
    if mark == '.' && pieces.len() == 2 && scaled(tokens.get(at)) {
        return None;
    }
    if mark != ' ' {
        pieces.clear();
    }
    Some(Digits { amount, pieces, len: at + if fraction.is_some() { 2 } else { 0 } })
}

/// «3500», «1.5», «0,75».
fn plain(tokens: &[Token<'_>]) -> Option<Digits> {
    let whole = tokens.first()?.digits()?;
    let fraction = fraction(&tokens[1..]);
    let amount = Amount::parse(whole, fraction.map_or("", |(_, digits)| digits))?;
    Some(Digits { amount, pieces: Vec::new(), len: if fraction.is_some() { 3 } else { 1 } })
}

/// «,50» or «.5», but not the next item of a list: «1,2,3», «5.3.1».
fn fraction<'a>(tokens: &[Token<'a>]) -> Option<(char, &'a str)> {
    let [mark, digits, rest @ ..] = tokens else { return None };
    let digits_text = digits.digits().filter(|_| mark.gap == Gap::Glued && digits.gap == Gap::Glued)?;
    let c = [',', '.'].into_iter().find(|c| mark.is_mark(*c))?;
    let listed = rest.first().is_some_and(|next| next.is_mark(c) && next.gap == Gap::Glued)
        && rest.get(1).is_some_and(|next| next.digits().is_some() && next.gap == Gap::Glued);
    let fits = digits_text.len() <= 2 || scaled(rest.first());
    (fits && !listed).then_some((c, digits_text))
}

fn scaled(token: Option<&Token<'_>>) -> bool {
    let scales = ["тыс", "млн", "к", "k", "т", "тр", "кк", "тысяч", "тысячи", "миллиона"];
    token.and_then(Token::word).is_some_and(|word| scales.contains(&word))
}

/// A phone, a card or another long number at the front of `tokens`: its digits, and how many tokens it takes.
pub(super) fn phone(tokens: &[Token<'_>]) -> Option<(String, usize)> {
    let (mut digits, mut groups, mut at) = (String::new(), Vec::new(), 0);
    let plus = tokens.first()?.is_mark('+');
    while let Some(token) = tokens.get(at) {
        let joins = ['-', '(', ')', '.', '+'].iter().any(|mark| token.is_mark(*mark));
        match token.digits() {
            Some(more) => {
                digits.push_str(more);
                groups.push(more.len());
            }
            None if joins && (at > 0 || plus || token.is_mark('(')) => {}
            None => break,
        }
        at += 1;
        if groups.len() > 1 || digits.len() >= 10 {
            let whole = tokens.get(at).is_none_or(|next| next.gap != Gap::Glued || next.digits().is_none());
            if whole && is_phone(plus, &digits, &groups) {
                return Some((digits, at));
            }
        }
        if digits.len() > 20 {
            break;
        }
    }
    None
}

fn is_phone(plus: bool, digits: &str, groups: &[usize]) -> bool {
    let thousands = groups.len() > 1 && groups[0] <= 3 && groups[1..].iter().all(|len| *len == 3);
    match digits.len() {
        7 => groups == [3, 2, 2],
        10 => (plus || digits.starts_with('9') || groups.len() == 1) && !thousands,
        11 => plus || digits.starts_with(['7', '8']) || groups.len() == 1,
        12 | 13 => plus || groups.len() == 1,
        16 => groups.iter().all(|len| *len == 4) || groups.len() == 1,
        len => len > 13 && groups.len() == 1,
    }
}

/// A date in digits: day, month, year, and how many tokens it takes. «12.05», «1/05/2026», «2026-05-12».
pub(super) fn date(tokens: &[Token<'_>]) -> Option<(u8, u8, Option<u16>, usize)> {
    let digits = |at: usize| tokens.get(at).filter(|t| at == 0 || t.gap == Gap::Glued).and_then(Token::digits);
    let marked = |at: usize, mark: char| tokens.get(at).is_some_and(|t| t.gap == Gap::Glued && t.is_mark(mark));
    let (first, second) = (digits(0)?, digits(2)?);
    if first.len() == 4 && marked(1, '-') && marked(3, '-') {
        return day_month(digits(4)?, second).map(|(day, month)| (day, month, first.parse().ok(), 5));
    }
    let mark = ['.', '/'].into_iter().find(|mark| marked(1, *mark))?;
    let (day, month) = day_month(first, second).filter(|_| second.len() == 2)?;
    match digits(4).filter(|year| marked(3, mark) && matches!(year.len(), 2 | 4)) {
        Some(year) => Some((day, month, year.parse().ok(), 5)),
        None if mark == '.' && first.len() == 2 && !marked(3, '.') => Some((day, month, None, 3)),
        None => None,
    }
}

fn day_month(day: &str, month: &str) -> Option<(u8, u8)> {
    let (day, month) = (day.parse().ok()?, month.parse().ok()?);
    ((1..=31).contains(&day) && (1..=12).contains(&month)).then_some((day, month))
}

/// A clock time in digits, with `mark` between hours and minutes, and how many tokens it takes.
pub(super) fn time(tokens: &[Token<'_>], mark: char) -> Option<(u8, u8, usize)> {
    let [hours, between, minutes, ..] = tokens else { return None };
    let glued = between.is_mark(mark) && between.gap == Gap::Glued && minutes.gap == Gap::Glued;
    let minutes = minutes.digits().filter(|digits| digits.len() == 2 && glued)?;
    let (hour, minute) = (hours.digits().filter(|digits| digits.len() <= 2)?.parse().ok()?, minutes.parse().ok()?);
    (hour <= 24 && minute < 60).then_some((hour, minute, 3))
}
