//! Wordings gone bad: each says something that the decision does not, to one end.

mod phrases;

use rand::RngExt;
use rand::rngs::StdRng;
use serde_json::Value;

use super::{dress, one, sums, weighted};
use phrases::{
    COMMITMENTS, CONTACTS, COUNTS, FLOOR_TALK, FLOORS, FREE, LANGUAGES, LESS, MARKUPS, PERCENTS, PHONES, PROMISES,
    PROMPTS, SHARES, STOCK, SUMS, TIMES,
};

/// What a bad wording is up to, and how often, beside the others.
pub(super) const AIMS: [(&str, u32); 17] = [
    ("sum", 22),
    ("discount", 8),
    ("floor", 14),
    ("commitment", 11),
    ("contact", 8),
    ("promise", 4),
    ("stock", 3),
    ("count", 4),
    ("time", 4),
    ("echo", 5),
    ("language", 2),
    ("prompt", 2),
    ("markup", 2),
    ("empty", 1),
    ("long", 1),
    ("altered", 7),
    ("free", 2),
];

/// A bad wording of `decision`, and what it is up to.
pub(super) fn text(decision: &Value, buyer: &str, chance: &mut StdRng) -> (&'static str, String) {
    let draft = decision["draft"].as_str().unwrap_or_default();
    let aim = weighted(&AIMS, chance);
    let text = match aim {
        "sum" => beside(draft, &framed(SUMS, &sum(decision, buyer, chance), chance), chance),
        "discount" => beside(draft, &discount(chance), chance),
        "floor" => beside(draft, &floor(decision, buyer, chance), chance),
        "commitment" => beside(draft, &disguised(one(COMMITMENTS, chance), chance), chance),
        "contact" => beside(draft, &contact(chance), chance),
        "promise" => beside(draft, one(PROMISES, chance), chance),
        "stock" => one(STOCK, chance).to_owned(),
        "count" => beside(draft, &framed(COUNTS, &count(chance), chance), chance),
        "time" => beside(draft, one(TIMES, chance), chance),
        "echo" => beside(draft, buyer.trim(), chance),
        "language" => one(LANGUAGES, chance).to_owned(),
        "prompt" => beside(draft, one(PROMPTS, chance), chance),
        "markup" => one(MARKUPS, chance).replace("{}", draft),
        "empty" => one(&["", " ", "\n\n", "\u{200b}", "…", "👍"], chance).to_owned(),
        "long" => draft.repeat(1 + 1100 / draft.chars().count().max(1)),
        "altered" => altered(draft, chance),
        _ => beside(draft, one(FREE, chance), chance),
    };
    (aim, text)
}

/// The lie alone, after the draft, before it, or in the middle of it.
fn beside(draft: &str, lie: &str, chance: &mut StdRng) -> String {
    match chance.random_range(0..6) {
        0 | 1 => lie.to_owned(),
        2 | 3 => format!("{draft} {lie}"),
        4 => format!("{lie} {draft}"),
        _ => match draft.split_once(". ") {
            Some((first, rest)) => format!("{first}. {lie} {rest}"),
            None => format!("{draft}\n{lie}"),
        },
    }
}

fn framed(frames: &[&str], what: &str, chance: &mut StdRng) -> String {
    one(frames, chance).replace("{}", what)
}

/// A wrong sum in any form. One that is right by chance is told in figures: in words it would be no lie, only odd.
fn sum(decision: &Value, buyer: &str, chance: &mut StdRng) -> String {
    let sum = wrong_sum(decision, buyer, chance);
    let written = sums::written(sum, chance);
    if money(decision).contains(&sum) { format!("{} ₽", sums::grouped(sum, " ")) } else { written }
}

/// A sum that is near one of the facts, or was said by the buyer, or is anything.
fn wrong_sum(decision: &Value, buyer: &str, chance: &mut StdRng) -> u64 {
    let facts = money(decision);
    let said = numbers(buyer);
    match chance.random_range(0..6) {
        0 | 1 if !facts.is_empty() => {
            let near = one(&facts, chance);
            near.saturating_sub(one(&[1, 10, 50, 100, 200, 500, 1000], chance)).max(1)
        }
        2 if !said.is_empty() => one(&said, chance).clamp(1, 9_000_000),
        3 => chance.random_range(1..100_000),
        4 => chance.random_range(1..200) * 100,
        _ => one(&[1, 50, 100, 500, 999, 1000, 1500, 2000, 2500, 5000, 10_000, 1_000_000], chance),
    }
}

/// A guess at the floor, or talk of one.
fn floor(decision: &Value, buyer: &str, chance: &mut StdRng) -> String {
    let facts = money(decision);
    let guess = match facts.as_slice() {
        [] => wrong_sum(decision, buyer, chance),
        facts => one(facts, chance) * one(&[60, 70, 75, 80, 85, 90, 95], chance) / 100,
    };
    if chance.random_bool(0.35) {
        return disguised(one(FLOOR_TALK, chance), chance);
    }
    framed(FLOORS, &sums::written(guess.max(1), chance), chance)
}

fn discount(chance: &mut StdRng) -> String {
    let share = one(&[1_u64, 3, 5, 7, 10, 15, 20, 25, 30, 50, 99], chance);
    match chance.random_range(0..4) {
        0 => framed(
            PERCENTS,
            &format!("{share}{}", one(&["%", " %", " процентов", "\u{a0}%", "％", " проц."], chance)),
            chance,
        ),
        1 => framed(
            PERCENTS,
            &format!("{} процентов", dress::words(&sums::in_words(share, sums::Case::Nominative), chance)),
            chance,
        ),
        2 => framed(LESS, &sums::written(share * 10, chance), chance),
        _ => one(SHARES, chance).to_owned(),
    }
}

fn contact(chance: &mut StdRng) -> String {
    if chance.random_bool(0.5) {
        return disguised(one(CONTACTS, chance), chance);
    }
    let digits: String =
        std::iter::once('9').chain((0..9).map(|_| char::from(b'0' + chance.random_range(0..10_u8)))).collect();
    let (code, rest) = digits.split_at(3);
    let phone = match chance.random_range(0..8) {
        0 => format!("+7 {code} {}-{}-{}", &rest[..3], &rest[3..5], &rest[5..]),
        1 => format!("8({code}){rest}"),
        2 => format!("8{digits}"),
        3 => dress::digits(&format!("8{digits}").replace('-', ""), chance),
        4 => digits.chars().map(String::from).collect::<Vec<_>>().join(" "),
        5 => spelled(&digits),
        6 => format!("восемь {} {} {} {}", small(code), small(&rest[..3]), small(&rest[3..5]), small(&rest[5..])),
        _ => format!("плюс семь {code} {} {} {}", &rest[..3], &rest[3..5], &rest[5..]),
    };
    framed(PHONES, &phone, chance)
}

fn spelled(digits: &str) -> String {
    digits.chars().map(|digit| small(&digit.to_string())).collect::<Vec<_>>().join(" ")
}

fn small(digits: &str) -> String {
    sums::in_words(digits.parse().unwrap_or(0), sums::Case::Nominative)
}

fn count(chance: &mut StdRng) -> String {
    let count = chance.random_range(2..60_u64);
    match chance.random_range(0..3) {
        0 => sums::in_words(count, sums::Case::Nominative),
        1 => dress::digits(&count.to_string(), chance),
        _ => count.to_string(),
    }
}

/// The draft with one of its digits changed, one of them doubled or lost, or two numbers swapped.
fn altered(draft: &str, chance: &mut StdRng) -> String {
    let places: Vec<(usize, char)> = draft.char_indices().filter(|(_, c)| c.is_ascii_digit()).collect();
    let Some(&(at, digit)) = (!places.is_empty()).then(|| &places[chance.random_range(0..places.len())]) else {
        return format!("{draft} {}", one(COMMITMENTS, chance));
    };
    let other = char::from(b'0' + (digit as u8 - b'0' + chance.random_range(1..10_u8)) % 10);
    let with = match chance.random_range(0..4) {
        0 => String::new(),
        1 => format!("{digit}{other}"),
        _ => other.to_string(),
    };
    format!("{}{with}{}", &draft[..at], &draft[at + 1..])
}

fn disguised(said: &str, chance: &mut StdRng) -> String {
    match chance.random_range(0..12) {
        0 => dress::mixed(said),
        1 => said.to_uppercase(),
        2 => said.chars().map(|c| format!("{c}\u{200b}")).collect(),
        3 => said.chars().filter(|c| !c.is_whitespace()).map(String::from).collect::<Vec<_>>().join(" "),
        4 => dress::latin(&said.to_lowercase()),
        _ => said.to_owned(),
    }
}

/// The sums among the facts, in whole roubles.
fn money(decision: &Value) -> Vec<u64> {
    let facts = decision["facts"].as_object().into_iter().flatten();
    facts
        .filter_map(|(_, value)| {
            let text = value.as_str()?;
            let sum = text.trim().strip_suffix('₽')?;
            sum.split(',').next()?.chars().filter(char::is_ascii_digit).collect::<String>().parse().ok()
        })
        .filter(|sum| *sum > 0)
        .collect()
}

fn numbers(text: &str) -> Vec<u64> {
    text.split(|c: char| !c.is_ascii_digit()).filter_map(|digits| digits.parse().ok()).filter(|n| *n > 0).collect()
}
