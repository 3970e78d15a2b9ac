//! The thing a message names: what is left of it when everything else is taken out.

use super::table::goods::{GOODS, JOINTS, NOT_THINGS, PROPERTIES, UNITS};
use super::text::Word;

/// A longer name is no name.
const MOST_WORDS: usize = 7;

/// A thing, in the buyer's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Thing {
    pub(super) name: String,
    pub(super) kind: Kind,
}

/// What the words are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A thing that shops sell, with or without its properties.
    Known,
    /// Nothing but properties: «синяя».
    Property,
    /// Words that nobody knows; perhaps a thing.
    Guess,
}

/// The thing named between two places of the message. `is_taken` are the words that mean something else.
pub(super) fn find(words: &[Word], from: usize, to: usize, is_taken: impl Fn(usize) -> bool) -> Option<Thing> {
    let names = |at: usize| at >= from && at < to && !is_taken(at) && is_name(words, at);
    let kept: Vec<usize> = (from..to).filter(|at| names(*at) || joins(words, *at, &names)).collect();
    let kept: Vec<&Word> = longest_run(words, &kept).into_iter().map(|at| &words[at]).collect();
    let has = |stems: fn(&str) -> bool| kept.iter().any(|word| stems(&word.plain));
    if kept.is_empty() || kept.len() > MOST_WORDS || kept.iter().all(|word| word.number.is_some()) {
        return None;
    }
    let kind = match () {
        () if has(is_good) => Kind::Known,
        () if kept.iter().all(|word| is_property(&word.plain) || word.number.is_some()) => Kind::Property,
        () => Kind::Guess,
    };
    let accusative = kept.iter().any(|word| word.plain.ends_with("ую") || word.plain.ends_with("юю"));
    let forms: Vec<String> = kept.iter().map(|word| nominative(word, accusative)).collect();
    Some(Thing { name: forms.join(" "), kind })
}

/// The noun of a thing named before, for a property that stands alone.
pub(super) fn noun(name: &str) -> Option<&str> {
    name.split(' ').find(|word| is_good(word))
}

pub(super) fn is_good(word: &str) -> bool {
    GOODS.iter().any(|(stem, _)| word.starts_with(stem))
}

fn is_property(word: &str) -> bool {
    PROPERTIES.iter().any(|stem| word.starts_with(stem))
}

fn is_name(words: &[Word], at: usize) -> bool {
    let word = &words[at];
    let named = |at: Option<usize>| at.and_then(|at| words.get(at)).is_some_and(is_word);
    let before = at.checked_sub(1);
    if word.number.is_some() {
        // A size or a model, beside the thing it belongs to: «чехол 13», «чехол на 13».
        let joined = before.is_some_and(|before| JOINTS.contains(&words[before].plain.as_str()));
        return named(before) || named(Some(at + 1)) || (joined && named(at.checked_sub(2)));
    }
    let of_number = before.is_some_and(|before| words[before].number.is_some() && is_name(words, before));
    is_word(word) || (of_number && UNITS.contains(&word.plain.as_str()))
}

fn is_word(word: &Word) -> bool {
    let plain = word.plain.as_str();
    let verb = ["ете", "ите", "ешь", "ишь", "ться", "тся"].iter().any(|ending| plain.ends_with(ending));
    let long = plain.chars().count() >= if word.plain.is_ascii() { 2 } else { 3 };
    long && word.number.is_none() && !NOT_THINGS.contains(&plain) && (is_good(plain) || !verb)
}

/// «Чехол *для* iPhone».
fn joins(words: &[Word], at: usize, names: &impl Fn(usize) -> bool) -> bool {
    at > 0 && JOINTS.contains(&words[at].plain.as_str()) && names(at - 1) && names(at + 1)
}

/// The words that stand together and are most; of equals the first that names a good.
fn longest_run(words: &[Word], kept: &[usize]) -> Vec<usize> {
    let mut runs: Vec<Vec<usize>> = Vec::new();
    for &at in kept {
        match runs.last_mut() {
            Some(run) if run.last() == Some(&(at.wrapping_sub(1))) && !words[at - 1].gap.ends_sentence() => {
                run.push(at);
            }
            _ => runs.push(vec![at]),
        }
    }
    let goods = |run: &Vec<usize>| run.iter().any(|at| is_good(&words[*at].plain));
    let rank = |run: &Vec<usize>| (goods(run), run.len());
    runs.into_iter().reduce(|best, run| if rank(&run) > rank(&best) { run } else { best }).unwrap_or_default()
}

/// «Красную сумку» as «красная сумка». Latin names stay as they were typed.
fn nominative(word: &Word, accusative: bool) -> String {
    if word.typed.is_ascii() {
        return word.typed.clone();
    }
    let typed = word.typed.to_lowercase();
    let without = |count: usize| typed.chars().take(typed.chars().count() - count).collect::<String>();
    let good = GOODS.iter().find(|(stem, _)| word.plain.starts_with(stem));
    match good {
        _ if typed.ends_with("ую") => without(2) + "ая",
        _ if typed.ends_with("юю") => without(2) + "яя",
        Some((_, name)) if typed.ends_with('у') && name.ends_with('а') => (*name).to_owned(),
        None if accusative && typed.ends_with('у') => without(1) + "а",
        None if accusative && typed.ends_with('ю') => without(1) + "я",
        _ => typed,
    }
}
