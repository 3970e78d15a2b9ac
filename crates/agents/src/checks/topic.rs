//! Each number of the seller's own words stays with what he says it of: «гарантия 12 месяцев, обмен 14 дней» is not
//! said the other way round. Whether a number may be said at all is for others to check.

use std::collections::HashSet;
use std::ops::Range;

use domain::decision::{Decision, FactValue};

use super::Case;
use super::draft::Draft;
use crate::matching::words::words_of_folded;
use crate::numbers::fold::fold;
use crate::numbers::{self, Number, Value};

pub(super) fn check(draft: &Draft<'_>, case: &Case<'_>) -> Vec<String> {
    let told: Vec<Told> = case.decisions.iter().flat_map(told_by).collect();
    if told.len() < 2 {
        return Vec::new();
    }
    let said = parts(&draft.folded, &draft.numbers);
    // A fact that is nothing but the number says nothing of what it is for.
    let whole = |number: &Number| {
        draft.quotes.iter().any(|quote| {
            quote.start <= number.span.start && number.span.end <= quote.end && quote.len() > number.span.len()
        })
    };
    let own = said.iter().filter(|(number, _)| !whole(number));
    own.filter(|(number, part)| is_swapped(&number.value, &topics(&draft.folded[part.clone()]), &told))
        .map(|(number, _)| {
            format!("\"{}\" is said of something else than in the facts", &draft.folded[number.span.clone()])
        })
        .collect()
}

/// A number of the seller's words, and the words around it.
struct Told {
    value: Value,
    of: HashSet<Topic>,
}

/// What a number may be said of.
#[derive(Debug, PartialEq, Eq, Hash)]
enum Topic {
    Word(String),
    Weekday(u8),
}

/// The numbers that a decision's texts hold. A question goes with its answer, and a name with its value.
fn told_by(decision: &Decision) -> Vec<Told> {
    let asked: Vec<String> = texts(decision, ["question", "fact_name"]).collect();
    let mut told = Vec::new();
    for text in texts(decision, ["answer", "fact_value"]) {
        let numbers = numbers::read_folded(&text);
        let parts = parts(&text, &numbers);
        // Of an answer with several numbers it is not known which one the question is about.
        let asked = asked.iter().filter(|_| parts.len() == 1);
        for (number, part) in &parts {
            let mut of = topics(&text[part.clone()]);
            of.extend(asked.clone().flat_map(|asked| topics(asked)));
            told.push(Told { value: number.value.clone(), of });
        }
    }
    told
}

/// The text facts of these names, folded.
fn texts<'a>(decision: &'a Decision, names: [&'a str; 2]) -> impl Iterator<Item = String> + use<'a> {
    decision.facts.iter().filter(move |fact| names.contains(&fact.name.as_str())).filter_map(|fact| match &fact.value {
        FactValue::Text(text) => Some(fold(text)),
        _ => None,
    })
}

/// Each number that is no day of the week, with the part of the text that is about it: up to the last comma, full stop
/// or «и» before the next number.
fn parts<'a>(text: &str, numbers: &'a [Number]) -> Vec<(&'a Number, Range<usize>)> {
    let numbers: Vec<&Number> = numbers.iter().filter(|number| !matches!(number.value, Value::Weekday(_))).collect();
    let mut starts = vec![0];
    starts.extend(numbers.windows(2).map(|pair| {
        let from = pair[0].span.end;
        let between = text.get(from..pair[1].span.start).unwrap_or_default();
        let marks = between.rfind([',', ';', '.', '!', '?', '\n', '/']);
        marks.max(between.rfind(" и ")).max(between.rfind(" а ")).map_or(0, |at| from + at)
    }));
    let mut parts = Vec::new();
    for (at, number) in numbers.iter().enumerate() {
        let start = starts[..=at].iter().rfind(|start| **start > 0).copied().unwrap_or(0);
        let end = starts[at + 1..].iter().find(|start| **start > 0).copied().unwrap_or(text.len());
        parts.push((*number, start..end));
    }
    parts
}

fn topics(text: &str) -> HashSet<Topic> {
    let found = numbers::read_folded(text);
    let days = found.iter().filter_map(|number| match number.value {
        Value::Weekday(day) => Some(Topic::Weekday(day)),
        _ => None,
    });
    let mut topics: HashSet<Topic> = days.collect();
    let mut rest = text.to_owned();
    for number in found.iter().rev() {
        if rest.get(number.span.clone()).is_some() {
            rest.replace_range(number.span.clone(), " ");
        }
    }
    let tells = |text: &str| text.chars().count() > 3 && !matches!(text, "течение" | "более" | "менее" | "после");
    let words =
        words_of_folded(&rest).into_iter().filter(|word| !word.is_number() && !word.is_light() && tells(&word.text));
    topics.extend(words.map(|word| Topic::Word(word.key)));
    topics
}

/// The words around it are those of other numbers, and none of its own.
fn is_swapped(value: &Value, said_of: &HashSet<Topic>, told: &[Told]) -> bool {
    let own: HashSet<&Topic> = told.iter().filter(|told| told.value == *value).flat_map(|told| &told.of).collect();
    let is_known = told.iter().any(|told| told.value == *value);
    let of_others = told.iter().filter(|told| told.value != *value).flat_map(|told| &told.of);
    is_known
        && !said_of.iter().any(|topic| own.contains(topic))
        && of_others.into_iter().any(|topic| said_of.contains(topic))
}

#[cfg(test)]
mod tests {
    use super::super::sample::{self, passes, refuses};

    #[test]
    fn a_number_is_said_of_its_own_thing() {
        passes(
            "topic",
            &[
                (sample::faq(), "Гарантия 12 месяцев, обмен в течение 14 дней."),
                (sample::faq(), "Обмен — две недели, гарантия 12 месяцев"),
                (sample::faq(), "12 месяцев гарантии и 14 дней на обмен"),
                (sample::faq(), "На товар есть гарантия 12 месяцев, обменять можно в течение 14 дней."),
                (sample::faq(), "Да, 12 месяцев"),
                (sample::faq_twice(), "Гарантия 12 месяцев, вернуть можно 14 дней."),
                (sample::hours(), "Пн–Пт до 21:00"),
                (sample::week(), "По будням с 9:00 до 21:00, в субботу с 10:00 до 16:00"),
                (sample::week(), "Сб 10:00–16:00, Пн–Пт 9:00–21:00"),
                (sample::week(), "В среду с 9:00 до 21:00"),
                (sample::which(), "«Рюкзак чёрный» или «Рюкзак красный 20 л»?"),
            ],
        );
    }

    #[test]
    fn numbers_do_not_change_places() {
        refuses(
            "topic",
            &[
                (sample::faq(), "Гарантия 14 дней, обмен в течение 12 месяцев."),
                (sample::faq(), "Гарантия две недели, обмен 12 месяцев"),
                (sample::faq(), "14 дней гарантии и 12 месяцев на обмен"),
                (sample::faq_twice(), "Гарантия 14 дней, вернуть можно 12 месяцев."),
                (sample::week(), "В субботу с 9:00 до 21:00"),
                (sample::week(), "Пн–Пт с 10:00 до 16:00"),
            ],
        );
    }
}
