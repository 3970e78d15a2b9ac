//! Days and times of day among a text's tokens, in digits and in words.

use super::digits;
use super::items::{What, counts};
use super::lexicon::Lexicon;
use super::tokens::{Gap, Token};

/// «в полдень», «полседьмого», «в половине седьмого», «в час дня», «в 18 30», «до 18-30».
pub(super) fn clock_in_words(tokens: &[Token<'_>], at: usize) -> Option<(u8, u8, usize)> {
    let word = |at: usize| tokens.get(at).and_then(Token::word);
    let led = at.checked_sub(1).and_then(word).is_some_and(|led| matches!(led, "в" | "к" | "до" | "с" | "после"));
    if let Some(digits) = tokens[at].digits().filter(|digits| led && digits.len() == 2) {
        let dashed = usize::from(tokens.get(at + 1).is_some_and(|t| t.is_mark('-') && t.gap == Gap::Glued));
        let minutes = tokens.get(at + 1 + dashed).and_then(Token::digits).filter(|minutes| minutes.len() == 2)?;
        let ends = tokens.get(at + 2 + dashed).is_none_or(|next| next.word().is_none() && next.digits().is_none());
        let (hour, minute): (u8, u8) = (digits.parse().ok()?, minutes.parse().ok()?);
        return (ends && hour < 24 && minute < 60 && minute % 5 == 0).then_some((hour, minute, 2 + dashed));
    }
    match word(at)? {
        "полдень" => Some((12, 0, 1)),
        "полночь" => Some((0, 0, 1)),
        "час" if led && matches!(word(at + 1), Some("дня" | "ночи")) => Some((1, 0, 1)),
        "половине" | "пол" => hour_in_genitive(word(at + 1)?).map(|hour| (hour - 1, 30, 2)),
        whole => hour_in_genitive(whole.strip_prefix("пол")?).map(|hour| (hour - 1, 30, 1)),
    }
}

fn hour_in_genitive(word: &str) -> Option<u8> {
    const HOURS: [&str; 12] = [
        "первого",
        "второго",
        "третьего",
        "четвертого",
        "пятого",
        "шестого",
        "седьмого",
        "восьмого",
        "девятого",
        "десятого",
        "одиннадцатого",
        "двенадцатого",
    ];
    HOURS.iter().position(|hour| *hour == word).and_then(|at| u8::try_from(at + 1).ok())
}

/// «завтра», «в понедельник», «Пн».
pub(super) fn day_in_words(tokens: &[Token<'_>], at: usize, word: &str) -> Option<What> {
    const STEMS: [&str; 7] = ["понедельник", "вторник", "сред", "четверг", "пятниц", "суббот", "воскресень"];
    const SHORT: [&str; 7] = ["пн", "вт", "ср", "чт", "пт", "сб", "вс"];
    match word {
        "сегодня" | "сегодняшний" | "сегодняшнего" => return Some(What::InDays(0)),
        "завтра" | "завтрашний" | "завтрашнего" => return Some(What::InDays(1)),
        "послезавтра" => return Some(What::InDays(2)),
        // «дневной свет», «в среде»: only the forms of a day.
        "средний" | "средняя" | "среднее" | "средне" | "среде" | "среды" | "средств" =>
        {
            return None;
        }
        _ => {}
    }
    let counted = at.checked_sub(1).is_some_and(|before| tokens[before].digits().is_some());
    let whole = |stem: &&str| {
        word.strip_prefix(stem).is_some_and(|ending| {
            matches!(
                ending,
                "" | "а" | "у" | "ы" | "и" | "е" | "ом" | "ам" | "ой" | "ей" | "ю" | "я" | "ям" | "ник" | "ов"
            )
        })
    };
    let day = STEMS.iter().position(whole).or_else(|| SHORT.iter().position(|short| *short == word && !counted))?;
    // «сред» alone is no word, and «субботник» no day.
    (!matches!(word, "сред" | "субботник")).then(|| What::Weekday(day as u8 + 1))
}

/// «9:00», and «9.00» behind «с», «до», «в» or in a span.
pub(super) fn clock(tokens: &[Token<'_>], at: usize, lexicon: &Lexicon) -> Option<(u8, u8, usize)> {
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

/// `Some(None)` for «числа»: a day of no named month.
pub(super) fn month(word: &str) -> Option<Option<u8>> {
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
