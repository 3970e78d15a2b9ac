//! What looks like a number and was read as none: digits mixed with letters, letters in the place of digits, number
//! words of a form that the reader does not know. No fact licenses it, since nobody knows what it says.

use domain::decision::FactValue;

use super::Case;
use super::draft::Draft;
use crate::numbers::fold::{fold, is_letter, is_letter_or_digit};
use crate::numbers::is_known_form;

/// The first such piece of `draft`, and what is wrong with it.
pub(super) fn found(draft: &Draft<'_>, case: &Case<'_>) -> Vec<String> {
    let pieces: [(Option<&str>, &str); 5] = [
        (digits(draft, case), "holds a digit that is part of no number"),
        (mixed_form(draft, case), "mixes digits with letters, and stands in no fact"),
        (look_alike(draft, case), "is letters in the place of digits"),
        (number_word(draft, case), "is a number word that cannot be read"),
        (roman(draft, case), "is a Roman number, and no fact of this decision"),
    ];
    let mut whys: Vec<String> =
        pieces.into_iter().filter_map(|(piece, what)| Some(format!("\"{}\" {what}", piece?))).collect();
    whys.extend(sum(draft).map(|said| format!("\"{said}\" counts something, and the number before it cannot be read")));
    if is_dressed(draft, case) {
        whys.push("a number is written in other digits than 0 to 9".to_owned());
    }
    whys.extend(torn(draft).map(|said| format!("\"{}\" is one number on two lines", said.replace('\n', " "))));
    whys.extend(arithmetic(draft).map(|sum| format!("\"{sum}\" asks the buyer to work it out")));
    whys
}

/// The words of the text that are not the seller's own, with the places where they begin.
fn own_words<'a>(draft: &'a Draft<'_>) -> impl Iterator<Item = (usize, &'a str)> {
    let text = draft.folded.as_str();
    let mut next = 0;
    let placed = text.split(|c: char| !is_letter_or_digit(c)).map(move |word| {
        let at = next;
        next += word.len() + text[at + word.len()..].chars().next().map_or(0, char::len_utf8);
        (at, word)
    });
    placed.filter(|(at, word)| !word.is_empty() && !draft.is_quoted(&(*at..at + word.len())))
}

/// Whether a fact has this very word: «A52».
fn is_told(word: &str, case: &Case<'_>) -> bool {
    let has = |text: &str| fold(text).split(|c: char| !is_letter_or_digit(c)).any(|known| known == word);
    case.facts().any(|fact| matches!(&fact.value, FactValue::Text(text) if has(text)))
}

fn is_read(draft: &Draft<'_>, at: usize) -> bool {
    draft.numbers.iter().any(|number| number.span.contains(&at))
}

fn digits<'a>(draft: &'a Draft<'_>, case: &Case<'_>) -> Option<&'a str> {
    let unread = |at: usize, word: &str| word.char_indices().any(|(of, c)| c.is_numeric() && !is_read(draft, at + of));
    own_words(draft).find(|(at, word)| unread(*at, word) && !is_told(word, case)).map(|(_, word)| word)
}

/// «7ОО ₽», «５００»: folding found more digits than there are. The seller's own words may have them.
fn is_dressed(draft: &Draft<'_>, case: &Case<'_>) -> bool {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).count();
    let dressed = |text: &str| digits(text) != digits(&fold(text));
    digits(draft.raw) != digits(&draft.folded)
        && !case.facts().any(|fact| matches!(&fact.value, FactValue::Text(text) if dressed(text)))
}

/// «2\n000 ₽».
fn torn<'a>(draft: &'a Draft<'_>) -> Option<&'a str> {
    let own = draft.numbers.iter().filter(|number| !draft.is_quoted(&number.span));
    own.map(|number| &draft.folded[number.span.clone()]).find(|said| said.contains('\n'))
}

/// «2SO», «0x1f4», «5е3»: only «30л», «5ти», «1к200» and the like are known.
fn mixed_form<'a>(draft: &'a Draft<'_>, case: &Case<'_>) -> Option<&'a str> {
    let is_mixed = |word: &str| word.contains(char::is_numeric) && word.contains(is_letter);
    let words = own_words(draft).map(|(_, word)| word);
    words.filter(|word| is_mixed(word)).find(|word| !is_known_form(word) && !is_told(word, case))
}

/// «ЗОО», «lO», «З шт.»: no word is made of these letters, apart from a few.
fn look_alike<'a>(draft: &'a Draft<'_>, case: &Case<'_>) -> Option<&'a str> {
    let like = |word: &str| {
        let noughts: String = word.chars().map(|c| if c == 'o' { 'о' } else { c }).collect();
        let digits = noughts.chars().all(|c| matches!(c, 'о' | 'з' | 'б' | 'в' | 'l' | 'i' | 's'));
        let short = matches!(noughts.as_str(), "з" | "зо" | "бо" | "оо" | "lо" | "iо" | "оз" | "оl");
        digits && (noughts.ends_with("оо") || short)
    };
    own_words(draft).map(|(_, word)| word).find(|word| like(word) && !is_told(word, case))
}

/// «Восьмеркой», «двадцаточка»: begins as a number word does.
fn number_word<'a>(draft: &'a Draft<'_>, case: &Case<'_>) -> Option<&'a str> {
    const BEGINNINGS: &str = "четыр восем восьм девят двадцат тридцат сорок девянос двест двухсот двумст двухст трист \
        трехсот тремст трехст четырес пятьс пятис пятсот шестьс шестис семьс семис стольник миллион миллиард полтор \
        полутор полтин полсот полтыс полштук полкосар пятихат косар косух червон дюжин штукар пятерк десятк двушк \
        трешк двукратн трехкратн одиннад";
    const ANYWHERE: &str = "тысяч тыщ надцат десят";
    let like = |word: &str| {
        BEGINNINGS.split_whitespace().any(|known| word.starts_with(known))
            || ANYWHERE.split_whitespace().any(|known| word.contains(known))
    };
    // «Четырёхместная палатка», of «Палатка четырёхместная».
    let told = |word: &str| {
        let stem: String = word.chars().take(5).collect();
        case.facts().any(|fact| matches!(&fact.value, FactValue::Text(text) if fold(text).contains(&stem)))
    };
    own_words(draft).find(|(at, word)| like(word) && !is_read(draft, *at) && !told(word)).map(|(_, word)| word)
}

/// «Отдам за MMD»: capitals that make a number and stand in no fact. A size is told by the table.
fn roman<'a>(draft: &Draft<'a>, case: &Case<'_>) -> Option<&'a str> {
    let told = |word: &str| {
        let has = |text: &str| text.split(|c: char| !is_letter_or_digit(c)).any(|known| known == word);
        case.facts().any(|fact| matches!(&fact.value, FactValue::Text(text) if has(text)))
    };
    let words = draft.raw.split(|c: char| !is_letter_or_digit(c));
    words.into_iter().find(|word| word.len() > 1 && word.chars().all(|c| "IVXLCDM".contains(c)) && !told(word))
}

/// «1+1=1», «3500*2»: digits around a sign of reckoning.
fn arithmetic<'a>(draft: &'a Draft<'_>) -> Option<&'a str> {
    let text = draft.own.as_str();
    text.match_indices(['+', '=', '*', '^']).find_map(|(at, sign)| {
        let before = text[..at].trim_end().ends_with(|c: char| c.is_ascii_digit());
        let behind = text[at + sign.len()..].trim_start().starts_with(|c: char| c.is_ascii_digit());
        (before && behind).then(|| text[..at].split_whitespace().next_back().unwrap_or(sign))
    })
}

/// A unit that belongs to no number: «стопиццот рублей», «CD ₽», «несколько дней».
fn sum(draft: &Draft<'_>) -> Option<String> {
    const UNITS: [&str; 14] = [
        "₽",
        "%",
        "руб",
        "тыс",
        "тыщ",
        "процент",
        "дней",
        "недел",
        "сутки",
        "суток",
        "месяц",
        "косар",
        "копе",
        "миллион",
    ];
    UNITS.iter().find_map(|unit| {
        let stands = |at: usize| {
            let start = draft.folded[..at].chars().next_back().is_none_or(|before| !is_letter(before));
            let read = draft.numbers.iter().any(|number| number.span.start <= at && at < number.span.end);
            // «₽ 500»: the sign before its number.
            let before = draft.numbers.iter().any(|number| (at..=at + unit.len() + 2).contains(&number.span.start));
            start && !read && !before && !draft.is_quoted(&(at..at + unit.len()))
        };
        draft
            .folded
            .match_indices(unit)
            .find(|(at, _)| stands(*at))
            .map(|(at, _)| draft.folded[at..].split_whitespace().next().unwrap_or_default().to_owned())
    })
}
