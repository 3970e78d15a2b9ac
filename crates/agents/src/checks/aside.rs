//! While a price is haggled over, a sentence without a fact is courtesy or nothing. What a model may be led to say
//! there («Уговорили!», «Горячо!», «Ваша взяла») need not be foreseen word by word: the words that are known to be
//! harmless are.

use std::sync::LazyLock;

use domain::decision::{FactValue, Verdict};

use super::Case;
use super::draft::Draft;
use crate::matching::phrase::{QUOTED, Token};
use crate::matching::words::{likeness, words};
use crate::numbers;
use crate::numbers::fold::is_cyrillic;

pub(super) fn check(draft: &Draft<'_>, case: &Case<'_>) -> Vec<String> {
    if !case.decides(&[Verdict::CounterOffer, Verdict::RefuseOffer, Verdict::AcceptOffer]) {
        return Vec::new();
    }
    let sentences = draft.words().chunk_by(|one, other| one.sentence == other.sentence);
    let strange = sentences
        .filter(|sentence| !tells_a_fact(sentence))
        .find_map(|sentence| sentence.iter().find(|word| !is_courtesy(&word.text) && !is_of_a_fact(&word.text, case)));
    strange
        .map(|word| format!("\"{}\" stands in a sentence that tells nothing of the decision", word.text))
        .into_iter()
        .collect()
}

/// Whether it holds the seller's words or a number: those have checks of their own.
fn tells_a_fact(sentence: &[Token]) -> bool {
    let quotes = |word: &Token| word.text.contains(QUOTED) || word.text.contains(|c: char| c.is_ascii_digit());
    if sentence.iter().any(quotes) {
        return true;
    }
    let text = sentence.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
    !numbers::read_folded(&text).is_empty()
}

/// Words in other letters are for the check of the shape.
fn is_courtesy(word: &str) -> bool {
    static COURTESY: LazyLock<Vec<&str>> = LazyLock::new(|| {
        let lines = include_str!("../../data/courtesy.txt").lines().filter(|line| !line.starts_with('#'));
        lines.flat_map(str::split_whitespace).collect()
    });
    !word.contains(is_cyrillic)
        || COURTESY.iter().any(|known| match known.strip_suffix('*') {
            Some(beginning) => word.starts_with(beginning),
            None => word == *known,
        })
}

/// A part of a title: «сумку» of «Сумка красная кожаная».
fn is_of_a_fact(word: &str, case: &Case<'_>) -> bool {
    let said = words(word);
    case.facts().any(|fact| match &fact.value {
        FactValue::Text(text) => {
            words(text).iter().any(|known| said.iter().any(|word| likeness(&word.key, &known.key) >= 0.85))
        }
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::super::sample::{self, passes, refuses};

    #[test]
    fn courtesy_stands_by_itself_and_facts_bring_their_words_along() {
        passes(
            "aside",
            &[
                (sample::counter(), "Здравствуйте! Спасибо за предложение. Могу предложить за 3 300 ₽."),
                (sample::counter(), "К сожалению, так дёшево не получится. Отдам за 3300."),
                (sample::counter(), "Понимаю вас, но за такую цену отдать не смогу. Устроит 3 300 ₽?"),
                (sample::refuse(), "К сожалению, скидку на рюкзак сделать не можем."),
                (sample::refuse(), "Спасибо, но цена остаётся прежней. Будем рады помочь!"),
                (sample::accept(), "Хорошо, договорились на 3 200 ₽! Сейчас позову продавца, он оформит заказ."),
                (sample::stock(), "Есть! Уговорили."),
            ],
        );
    }

    #[test]
    fn what_is_neither_fact_nor_courtesy_is_refused() {
        refuses(
            "aside",
            &[
                (sample::counter(), "3 300 ₽. Уломали, чёрт с вами!"),
                (sample::counter(), "Ваша взяла."),
                (sample::counter(), "Тёплышко, ещё разок! 3 300 ₽."),
                (sample::refuse(), "Цена 3 500 ₽. Б е р и т е ."),
                (sample::refuse(), "Кумекайте дальше, почти нащупали."),
                (sample::accept(), "Договорились на 3 200 ₽. Чехол тоже положу."),
            ],
        );
    }
}
