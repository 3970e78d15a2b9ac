//! Plain rules that find a wish for a human and a plain complaint before any model is asked, and without one.
//!
//! They only ever call a human; they never answer. (What can be answered while no model answers is read in
//! [`plain`].) So they may miss what is said in a roundabout way (the
//! router is there for that), but what they do find must be plain: «не сломано?» is a question about the goods,
//! «возврат есть?» is one about the terms. What they look for is data, in [`table`].

pub(crate) mod plain;
mod table;

use domain::escalation::EscalationReason;
use strsim::osa_distance;

use self::table::{CALLED_ALONE, COURTESIES, RULES};
use crate::numbers::fold::is_letter_or_digit;

/// Words that belong together stand no farther apart than this.
const NEAR: usize = 5;

/// What a sentence must say for a human to be called.
struct Rule {
    reason: EscalationReason,
    /// A word of each of these lists must be there, near one another, in any order. A word that ends in `*` is a
    /// beginning, and a letter or two may be wrong in it.
    all: &'static [&'static str],
    /// None of these may be in the sentence.
    unless: &'static str,
    /// What a question mark does to it.
    asked: Asked,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Asked {
    /// It says the same with a question mark.
    Counts,
    /// With a question mark it asks about the goods or the terms.
    Excuses,
}

/// Why a human is to be called for `text`, if it plainly says so.
pub fn calls_for_human(text: &str) -> Option<EscalationReason> {
    let sentences = sentences(text);
    let found = |sentence: &Sentence| RULES.iter().find(|rule| rule.fires(sentence)).map(|rule| rule.reason);
    sentences.iter().find_map(found).or_else(|| calls_by_one_word(&sentences))
}

/// Whether `text` is a greeting or thanks and nothing else: that much can be answered without a model.
pub fn is_mere_courtesy(text: &str) -> bool {
    let mut words = sentences(text).into_iter().flat_map(|sentence| sentence.words).peekable();
    words.peek().is_some() && words.all(|word| COURTESIES.split(' ').any(|known| known == word))
}

/// «Оператора!»: the word is the whole message, a «пожалуйста» aside.
fn calls_by_one_word(sentences: &[Sentence]) -> Option<EscalationReason> {
    let words: Vec<&String> = sentences.iter().flat_map(|sentence| &sentence.words).collect();
    let called = words.iter().any(|word| CALLED_ALONE.split(' ').any(|known| means(word, known)));
    (called && words.len() <= 2).then_some(EscalationReason::WantsHuman)
}

impl Rule {
    fn fires(&self, sentence: &Sentence) -> bool {
        if self.asked == Asked::Excuses && sentence.is_question {
            return false;
        }
        if self.unless.split(' ').any(|word| sentence.places(word, Negated::Counts).next().is_some()) {
            return false;
        }
        // «не пришла» is what some rules look for; for all others «не сломана» is no «сломана».
        let negated = if self.all.contains(&"не") { Negated::Counts } else { Negated::Excuses };
        let mut first = self.all[0].split(' ').flat_map(|word| sentence.places(word, negated));
        first.any(|place| self.all[1..].iter().all(|list| sentence.has_near(list, place, negated)))
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Negated {
    Counts,
    Excuses,
}

/// One sentence, as words in lower case.
struct Sentence {
    words: Vec<String>,
    is_question: bool,
}

impl Sentence {
    /// Where `pattern` stands.
    fn places<'a>(&'a self, pattern: &'a str, negated: Negated) -> impl Iterator<Item = usize> + 'a {
        let excused = move |place: usize| {
            let before = place.checked_sub(1).map(|before| self.words[before].as_str());
            negated == Negated::Excuses && matches!(before, Some("не" | "без" | "нет"))
        };
        (0..self.words.len()).filter(move |&place| means(&self.words[place], pattern) && !excused(place))
    }

    fn has_near(&self, list: &str, place: usize, negated: Negated) -> bool {
        let mut others = list.split(' ').flat_map(|word| self.places(word, negated));
        others.any(|other| other != place && other.abs_diff(place) <= NEAR)
    }
}

fn sentences(text: &str) -> Vec<Sentence> {
    // «Вы что, мошенники?!» is no question.
    let text = text.to_lowercase().replace('ё', "е").replace("?!", "!").replace("!?", "!");
    let ends = |c: char| matches!(c, '.' | '!' | '?' | '\n' | ';' | '…');
    text.split_inclusive(ends)
        .map(|sentence| Sentence {
            is_question: sentence.ends_with('?'),
            words: sentence
                .split(|c: char| !is_letter_or_digit(c))
                .filter(|w| !w.is_empty())
                .map(str::to_owned)
                .collect(),
        })
        .filter(|sentence| !sentence.words.is_empty())
        .collect()
}

/// Whether `word` is what `pattern` stands for.
fn means(word: &str, pattern: &str) -> bool {
    let Some(stem) = pattern.strip_suffix('*') else { return word == pattern };
    if word.starts_with(stem) {
        return true;
    }
    let letters = stem.chars().count();
    // A letter too many or too few moves the end of the stem.
    (letters - 1..=letters + 1).any(|length| {
        let beginning: String = word.chars().take(length).collect();
        osa_distance(&beginning, stem) <= typos(letters)
    })
}

/// How many letters may be wrong: none in a short stem, where one letter makes another word.
const fn typos(letters: usize) -> usize {
    match letters {
        0..6 => 0,
        6..8 => 1,
        _ => 2,
    }
}

#[cfg(test)]
mod tests;
