//! Phones and bank cards, in digits of any dress and in words.
//!
//! Only lengths and beginnings that a phone or card number has are hidden; a word before it («тел.», «карта»)
//! lets shorter and odder ones count as well.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::Hidden;
use crate::numbers::{self, Folded, Value, Written};

const PHONE: &str = "[телефон]";
const CARD: &str = "[карта]";

/// The phones and cards of a folded text.
pub(super) fn find(folded: &Folded) -> Vec<Hidden> {
    let text = folded.as_str();
    let mut hidden = Vec::new();
    for run in runs(text) {
        let mut at = 0;
        while at < run.len() {
            match number(text, &run[at..]) {
                Some((taken, name)) => {
                    let start = run[at].start;
                    let opens = text[..start].trim_end_matches('(').len();
                    let start = if text[..opens].ends_with('+') { opens - 1 } else { opens };
                    hidden.push(Hidden { span: start..run[at + taken - 1].end, name });
                    at += taken;
                }
                None => at += 1,
            }
        }
    }
    hidden.extend(dictated(text));
    hidden
}

/// Groups of digits that may belong to one number: nothing but a few marks stands between them.
fn runs(text: &str) -> Vec<Vec<Range<usize>>> {
    let mut runs: Vec<Vec<Range<usize>>> = Vec::new();
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let end = bytes[at..].iter().position(|byte| !byte.is_ascii_digit()).map_or(bytes.len(), |n| at + n);
        let joined = runs.last().and_then(|run| run.last()).is_some_and(|last| joins(&text[last.end..at]));
        match runs.last_mut() {
            Some(run) if joined => run.push(at..end),
            _ => runs.push(std::iter::once(at..end).collect()),
        }
        at = end;
    }
    runs
}

fn joins(between: &str) -> bool {
    between.chars().count() <= 3
        && between.chars().all(|c| matches!(c, ' ' | '\n' | '-' | '—' | '(' | ')' | '.' | '/' | '_' | '*'))
}

/// How many groups at the front of `run` are one phone or card.
fn number(text: &str, run: &[Range<usize>]) -> Option<(usize, &'static str)> {
    // A number glued to letters is a model or an article: «WH89123456789».
    let before = &text[..run[0].start];
    if before.chars().next_back().is_some_and(char::is_alphabetic) {
        return None;
    }
    let before = before.trim_end_matches('(');
    let plus = before.ends_with('+');
    let (of_phone, of_card) = (leads(&PHONE_WORDS, before), leads(&CARD_WORDS, before));
    let (mut digits, mut lengths) = (String::new(), Vec::new());
    let mut longest = None;
    for (taken, group) in run.iter().enumerate() {
        digits.push_str(&text[group.clone()]);
        lengths.push(group.len());
        let cut_off = text[group.end..].starts_with(char::is_alphabetic);
        let name = if is_card(&digits, &lengths) || of_card && digits.len() == 16 {
            CARD
        } else if is_phone(&digits, &lengths)
            || plus && (10..=15).contains(&digits.len())
            || of_phone && is_short_phone(&digits, text, group)
        {
            PHONE
        } else {
            continue;
        };
        if cut_off && lengths.len() == 1 && name == CARD {
            continue;
        }
        longest = Some((taken + 1, name));
        let done = digits.len() >= if plus && !digits.starts_with('7') { 12 } else { 10 };
        if done {
            break;
        }
    }
    longest
}

fn is_phone(digits: &str, lengths: &[usize]) -> bool {
    let singly = lengths.iter().all(|length| *length == 1);
    let first = lengths[0];
    let second = digits.as_bytes().get(1);
    match digits.len() {
        7 => lengths == [3, 2, 2],
        // Ten digits in thousands are a sum.
        10 => digits.starts_with('9') && (singly || matches!(first, 3 | 10)),
        11 => {
            digits.starts_with(['7', '8'])
                && matches!(second, Some(b'3' | b'4' | b'7' | b'8' | b'9'))
                && (singly || first != 2 && first != 3)
        }
        12 => digits.starts_with("375") || digits.starts_with("380") || digits.starts_with("998"),
        _ => false,
    }
}

/// Behind «тел.»: «34-56-78», «345678».
fn is_short_phone(digits: &str, text: &str, last: &Range<usize>) -> bool {
    let goes_on = text[last.end..].trim_start_matches(['-', ' ']).starts_with(|c: char| c.is_ascii_digit());
    (6..=11).contains(&digits.len()) && !goes_on && !text[last.end..].trim_start().starts_with(['р', '₽'])
}

fn is_card(digits: &str, lengths: &[usize]) -> bool {
    let parted = lengths.len() == 1 || lengths.iter().all(|length| *length <= 4 || lengths.len() == 2);
    (16..=19).contains(&digits.len()) && parted && passes_luhn(digits)
}

static PHONE_WORDS: LazyLock<Regex> = LazyLock::new(|| {
    before_number(
        r"тел|телефон[а-я]*|номер[а-я]*|по?звон[а-я]*|набер[а-я]*|в[ао]т?с[а-я]*|вацап[а-я]*|whatsapp|viber|вайбер[а-я]*",
    )
});
static CARD_WORDS: LazyLock<Regex> = LazyLock::new(|| before_number("карт[а-я]*|сбер[а-я]*|тиньк[а-я]*|счет[а-я]*"));

fn before_number(words: &str) -> Regex {
    let pattern = format!(r"\b(?:{words})[\s.:\-№+]*(?:(?:мне|нам|по|на|мой|наш|номер[а-я]*|тел)[\s.:]*){{0,2}}$");
    Regex::new(&pattern).expect("the words are ours")
}

/// Whether one of `words` stands right before the number.
fn leads(words: &Regex, before: &str) -> bool {
    let mut start = before.len().saturating_sub(60);
    while !before.is_char_boundary(start) {
        start += 1;
    }
    words.is_match(&before[start..])
}

/// «восемь девятьсот двенадцать триста сорок пять…»: numbers in a row, in words, with a phone's digits.
fn dictated(text: &str) -> Option<Hidden> {
    let numbers = numbers::read_folded(text);
    (0..numbers.len()).find_map(|first| {
        let (mut digits, mut spoken, mut end) = (String::new(), false, numbers[first].span.start);
        for number in &numbers[first..] {
            if number.span.start.saturating_sub(end) > 2 || digits.len() > 11 {
                return None;
            }
            match &number.value {
                Value::Phone(more) => digits.push_str(more),
                value => digits.push_str(&value.amount()?.as_whole()?.to_string()),
            }
            spoken |= number.written == Written::Words;
            end = number.span.end;
            let whole =
                digits.len() == 11 && digits.starts_with(['7', '8']) || digits.len() == 10 && digits.starts_with('9');
            if spoken && whole {
                return Some(Hidden { span: numbers[first].span.start..end, name: PHONE });
            }
        }
        None
    })
}

/// The check digit that every bank card carries.
fn passes_luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .map(|byte| u32::from(byte - b'0'))
        .enumerate()
        .map(|(place, digit)| match (place % 2, digit * 2) {
            (0, _) => digit,
            (_, doubled) if doubled > 9 => doubled - 9,
            (_, doubled) => doubled,
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{hides, keeps};

    #[test]
    fn phones_and_cards_are_hidden_in_any_dress() {
        hides(&[
            ("Звоните +7 (912) 345-67-89!", "Звоните [телефон]!"),
            ("мой 89123456789, жду", "мой [телефон], жду"),
            ("8 912 345 67 89", "[телефон]"),
            ("912-345-67-89", "[телефон]"),
            ("(912) 345-67-89 Анна", "[телефон] Анна"),
            ("+375 29 123-45-67", "[телефон]"),
            ("+375291234567 Минск", "[телефон] Минск"),
            ("89123456789 2 шт", "[телефон] 2 шт"),
            ("8 912 345 67 89 35 квартира", "[телефон] 35 квартира"),
            ("8 912 345\n67 89", "[телефон]"),
            ("８９１２３４５６７８９", "[телефон]"),
            ("8 9 1 2 3 4 5 6 7 8 9", "[телефон]"),
            ("8(383)123-45-67", "[телефон]"),
            ("8.912.345.67.89", "[телефон]"),
            ("8/912/345/67/89", "[телефон]"),
            ("8_912_345_67_89", "[телефон]"),
            ("8-912-З45-67-89", "[телефон]"),
            ("8 9l2 345 67 89", "[телефон]"),
            ("8\u{200b}912\u{200b}3456789", "[телефон]"),
            ("wa.me/79123456789", "wa.me/[телефон]"),
            ("тел. 345-67-89", "тел. [телефон]"),
            ("тел 345678", "тел [телефон]"),
            ("позвоните мне 34-56-78", "позвоните мне [телефон]"),
            ("восемь девятьсот двенадцать триста сорок пять шестьдесят семь восемьдесят девять", "[телефон]"),
            ("мой девять один два три четыре пять шесть семь восемь девять", "мой [телефон]"),
            ("карта 4111 1111 1111 1111.", "карта [карта]."),
            ("4111-1111-1111-1111 Иван", "[карта] Иван"),
            ("4111111111111111", "[карта]"),
            ("карта 4111 1111 1111 1112", "карта [карта]"),
            ("номер карты: 2202 2011 1111 1110", "номер карты: [карта]"),
            ("4111 1111 1111 1111 12/27", "[карта] 12/27"),
        ]);
    }

    #[test]
    fn prices_sizes_and_article_numbers_stay() {
        keeps(&[
            "За 3500 отдадите?",
            "1 200,50 или 1 500 000",
            "размер 42-43, рост 178",
            "арт. 1234567890123456",
            "iPhone 13 и 14 по 590",
            "@ сегодня в 12:30",
            "25.11.2026 в 10-00",
            "есть 8 9 10 11 12 размеры?",
            "36 37 38 39 40 41 42",
            "8 000, 9 000 и 10 000",
            "100 000 000",
            "9 000 000 000",
            "3 500 000 ₽",
            "Samsung Galaxy A52 128 ГБ",
            "RTX 3060 12 ГБ",
            "1920x1080, 220-240 В",
            "артикул 1234567",
            "модель 8912345",
            "0123456789",
            "ISBN 978-5-17-118366-1",
            "позвоните до 18:00",
            "звоните, отдам за 150000",
            "номер 42",
            "карта памяти 128",
            "5-7 дней, 12.05.2026, с 9 до 21",
            "три четыре пять шесть",
        ]);
    }
}
