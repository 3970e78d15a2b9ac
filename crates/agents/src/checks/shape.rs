//! The form of a text: there is one, not too long, in the buyer's language, plain, and nothing of how it came
//! to be.

use std::collections::HashSet;
use std::sync::LazyLock;

use domain::decision::{FactValue, Verdict};

use super::Case;
use super::draft::{Draft, is_mixed};
use crate::matching::phrase::{QUOTED, Token, tokens};
use crate::numbers::fold::{fold, is_cyrillic, is_letter, is_letter_or_digit};

pub(super) fn check(draft: &Draft<'_>, case: &Case<'_>) -> Vec<String> {
    let mut whys = Vec::new();
    let chars = draft.raw.chars().count();
    if !draft.folded.contains(is_letter_or_digit) {
        whys.push("the text is empty".to_owned());
    }
    if chars > case.context.max_text_chars {
        whys.push(format!("the text has {chars} characters, and {} are allowed", case.context.max_text_chars));
    }
    if draft.raw.contains(turns_the_text) {
        whys.push("the text holds characters that turn its direction".to_owned());
    }
    whys.extend(language(draft, case));
    if let Some(mark) = markup(&draft.own) {
        whys.push(format!("the text holds markup: {mark}"));
    }
    if says_back(draft, case) {
        whys.push("the text says the buyer's words back".to_owned());
    }
    if stands_apart(draft) {
        whys.push("letters stand apart, as if something were to be hidden".to_owned());
    }
    if let Some(said) = draft.says("prompt") {
        whys.push(format!("\"{said}\" speaks of how the text came to be"));
    }
    whys
}

/// Three words and more of a message, whole: «Повтори за мной: …» is not obeyed. «Добрый день» answers itself, and
/// so does «Сумка красная есть в наличии?», of which the table has the rest.
fn says_back(draft: &Draft<'_>, case: &Case<'_>) -> bool {
    let said = |text: &str| tokens(text).into_iter().map(|word| word.text).collect::<Vec<_>>();
    let (own, buyer) = (said(&draft.folded), said(&fold(case.context.buyer_text)));
    let told: HashSet<String> = case
        .facts()
        .filter_map(|fact| if let FactValue::Text(text) = &fact.value { Some(said(&fold(text))) } else { None })
        .flatten()
        .collect();
    let asks = |word: &str| matches!(word, "есть" | "в" | "наличии" | "ли" | "у" | "вас" | "еще");
    let strange = buyer.iter().filter(|word| !told.contains(*word) && !asks(word)).count();
    strange >= 3 && own.windows(buyer.len()).any(|piece| piece == buyer) || asks_back(draft, case)
}

/// «Какая скидка?»: a question of the buyer's, put to him.
fn asks_back(draft: &Draft<'_>, case: &Case<'_>) -> bool {
    let questions = |text: &str| -> Vec<Vec<String>> {
        let asked = text.split_inclusive(['.', '!', '?', '\n', '…']).filter(|sentence| sentence.ends_with('?'));
        let words = asked.map(|sentence| tokens(sentence).into_iter().map(|word| word.text).collect::<Vec<_>>());
        words.filter(|words| !words.is_empty()).collect()
    };
    let asked = questions(&fold(case.context.buyer_text));
    questions(&draft.folded).iter().any(|question| asked.contains(question))
}

/// «о т л о ж у», «т р и»: three letters and more one by one, and not all of them words of their own.
fn stands_apart(draft: &Draft<'_>) -> bool {
    let alone = |word: &Token| word.text.chars().count() == 1 && word.text.chars().all(is_letter);
    let is_word =
        |word: &Token| matches!(word.text.as_str(), "а" | "в" | "и" | "к" | "о" | "с" | "у" | "я" | "a" | "i");
    let runs = draft.words().chunk_by(|one, other| alone(one) && alone(other));
    runs.into_iter().any(|run| run.len() >= 3 && !run.iter().all(is_word))
}

fn turns_the_text(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{e0000}'..='\u{e007f}')
}

fn language(draft: &Draft<'_>, case: &Case<'_>) -> Option<String> {
    if let Some(c) = draft.own.chars().find(|c| is_letter(*c) && !c.is_ascii() && !('а'..='я').contains(c)) {
        return Some(format!("'{c}' is no letter of the buyer's language"));
    }
    let disguised = |c: &char| {
        matches!(c, '🔟' | '💯' | '\u{1f550}'..='\u{1f567}' | '\u{1f100}'..='\u{1f10f}')
            || c.is_numeric() && !c.is_ascii_digit()
    };
    if let Some(c) = draft.own.chars().find(disguised) {
        return Some(format!("'{c}' is a number in disguise"));
    }
    if let Some(sign) = draft.own.chars().find(|c| is_foreign_money(*c)) {
        return Some(format!("'{sign}' is no sign of roubles"));
    }
    if let Some(word) = draft.words().iter().find(|word| is_mixed(&word.text)) {
        return Some(format!("\"{}\" mixes two alphabets", word.text));
    }
    let buyer = fold(case.context.buyer_text);
    if mostly_latin(&buyer) {
        return no_english(draft, case);
    }
    let foreign = draft.words().iter().find(|word| {
        let letters = word.text.chars().filter(char::is_ascii_alphabetic).count();
        letters >= 3 && !word.text.contains(QUOTED) && !known(&word.text, &buyer, case)
    });
    if let Some(word) = foreign {
        return Some(format!("\"{}\" is not in the buyer's language", word.text));
    }
    let unknown: Vec<&str> =
        draft.words().iter().map(|word| word.text.as_str()).filter(|word| !known(word, &buyer, case)).collect();
    mostly_latin(&unknown.concat()).then(|| "the text is not in the buyer's language".to_owned())
}

/// The signs of all other money. A small model that wants «₽» writes its neighbour «₢».
fn is_foreign_money(c: char) -> bool {
    matches!(c, '$' | '¢' | '£' | '¤' | '¥' | '฿' | '\u{20a0}'..='\u{20cf}') && c != '₽'
}

/// Who writes in Latin letters gets English or Russian, and his own words back only where the table has them: «za
/// pyatsot» is no English.
fn no_english(draft: &Draft<'_>, case: &Case<'_>) -> Option<String> {
    static ENGLISH: LazyLock<HashSet<&str>> = LazyLock::new(|| {
        let lines = include_str!("../../data/english.txt").lines().filter(|line| !line.starts_with('#'));
        lines.flat_map(str::split_whitespace).collect()
    });
    let latin = |text: &str| text.chars().filter(char::is_ascii_alphabetic).count() >= 2 && !text.contains(QUOTED);
    let strange = |text: &str| latin(text) && !ENGLISH.contains(text) && !known(text, "", case);
    let word = draft.words().iter().find(|word| strange(&word.text))?;
    Some(format!("\"{}\" is no word of an answer", word.text))
}

/// A Latin word that the seller's table uses, or the buyer for what is not there: a brand, a model.
fn known(word: &str, buyer: &str, case: &Case<'_>) -> bool {
    let has = |text: &str| text.split(|c: char| !is_letter_or_digit(c)).any(|known| known == word);
    let missing = case.decides(&[Verdict::NotSold, Verdict::OutOfStock, Verdict::AskWhichProduct]);
    (missing && has(buyer)) || case.facts().any(|fact| matches!(&fact.value, FactValue::Text(text) if has(&fold(text))))
}

fn mostly_latin(text: &str) -> bool {
    let latin = text.chars().filter(char::is_ascii_alphabetic).count();
    latin > text.chars().filter(|c| is_cyrillic(*c)).count()
}

fn markup(own: &str) -> Option<&'static str> {
    const MARKS: [&str; 18] = [
        "|", "&#", "**", "__", "~~", "```", "[", "](", "{{", "}}", "{", "{%", "</", "<b", "<i", "\\n", "&lt;", "&nbsp;",
    ];
    if let Some(mark) = MARKS.into_iter().find(|mark| own.contains(mark)) {
        return Some(mark);
    }
    let line_starts = |marks: &[char]| own.lines().any(|line| line.trim_start().starts_with(marks));
    let named_like_code = own.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).any(|word| {
        word.contains('_')
            && word.trim_matches('_').contains('_')
            && word.starts_with(|c: char| c.is_ascii_alphabetic())
    });
    if line_starts(&['#', '*', '>', '|']) {
        Some("a line mark")
    } else if own.trim_start().starts_with(['{', '[']) || own.contains('`') {
        Some("code")
    } else if named_like_code {
        Some("a name of the program")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{self, passes, refuses};

    #[test]
    fn plain_russian_passes() {
        passes(
            "shape",
            &[
                (sample::stock(), "Да, есть! 3 500 ₽ 😊"),
                (sample::stock(), "Есть. Осталось 2 шт. – успевайте"),
                (sample::iphone(), "iPhone 13 128 ГБ есть, 45 000 ₽"),
                (sample::iphone(), "Айфон есть (iPhone), «iPhone 13 128 ГБ»"),
                (sample::in_english(), "Yes, we have it: 3 500 ₽"),
                (sample::in_english(), "Hello! It is in stock, the price is 3 500 ₽. Да, есть."),
                (sample::greet(), "Здравствуйте! Чем помочь?"),
                (sample::stock(), "Есть!"),
                (sample::stock(), "есть, 3500"),
                (sample::stock(), "Да, есть - 3 500 ₽"),
                (sample::stock(), "Есть :)"),
                (sample::stock(), "Есть (городской, 30 л)."),
                (sample::stock(), "ЕСТЬ В НАЛИЧИИ"),
                (sample::stock(), "Есть… Цена 3 500 ₽…"),
                (sample::stock(), "Да; есть, цена «3 500 ₽»"),
                (sample::stock(), "Здравствуйте!\nДа, есть.\nЦена 3 500 ₽"),
                (sample::stock(), "Ёмкость 30 л, есть"),
                (sample::stock(), "Есть 😊👍"),
                (sample::iphone(), "iPhone 13 есть"),
                (sample::iphone(), "IPHONE 13 128 ГБ в наличии"),
                (sample::iphone(), "Айфон есть"),
                (sample::in_english(), "Yes, it is. 2 left, 3 500 ₽"),
                (sample::in_english(), "Hi! Yes, in stock"),
                (sample::holding(), "Сейчас позову продавца."),
                (sample::greet(), "Здравствуйте! Чем могу помочь?"),
                (sample::greet(), "Здравствуйте! Подскажите, что вас интересует?"),
                (sample::greet(), "Добрый вечер! Напишите, какой товар вас интересует, — подскажу по наличию и цене."),
                (sample::greet(), "Приветствую! Спрашивайте, с радостью подскажу."),
                (sample::greet(), "Доброе утро! Слушаю вас."),
                (sample::thank(), "Пожалуйста! Обращайтесь."),
                (sample::thank(), "Рады помочь!"),
                (sample::thank(), "Не за что! Если появятся вопросы — пишите."),
                (sample::thank(), "Вам спасибо! Хорошего дня!"),
                (sample::tagged(), "Рюкзак ‹decision›accept‹/decision›: цена 3 500 ₽."),
                (sample::available(), "Да, есть в наличии: рюкзак городской 30 л."),
                (sample::echoed(), "Здравствуйте! Рюкзак городской 30 л есть, 3 500 ₽."),
            ],
        );
    }

    #[test]
    fn what_is_no_plain_reply_is_refused() {
        let long = "а".repeat(1001);
        refuses(
            "shape",
            &[
                (sample::stock(), ""),
                (sample::stock(), " \n "),
                (sample::stock(), "👍"),
                (sample::stock(), &long),
                (sample::stock(), "**Есть**"),
                (sample::stock(), "# Ответ\nЕсть"),
                (sample::stock(), "{\"reply\": \"Есть\"}"),
                (sample::stock(), "<b>Есть</b>"),
                (sample::stock(), "Есть [тут](x)"),
                (sample::stock(), "Есть {{ price }}"),
                (sample::stock(), "Есть, 3 500 ₽, код &#50;"),
                (sample::stock(), "Есть, |3 500 ₽"),
                (sample::stock(), "Verdict: in_stock"),
                (sample::stock(), "Yes, we have it"),
                (sample::stock(), "Есть, welcome"),
                (sample::stock(), "是的，有货"),
                (sample::stock(), "Так, є в наявності"),
                (sample::stock(), "Есть \u{202e}₽ 005"),
                (sample::stock(), "Мой системный промпт запрещает"),
                (sample::stock(), "По моим инструкциям цена секретна"),
                (sample::stock(), "Я языковая модель"),
                (sample::stock(), "Как ИИ, не могу"),
                (sample::stock(), "Осталось 🔟"),
                (sample::stock(), "рубlей"),
                (sample::stock(), "Есть. О т л о ж у д л я в а с."),
                (sample::in_english(), "Do you have the backpack?"),
                (sample::stock(), "Есть, 3 500 ₽. Есть рюкзак?"),
                (sample::delivery(), "Доставка 500 ₽. П-о-з-в-о-н-и-т-е."),
                (sample::stock(), "Есть, т р и"),
                (sample::stock(), "Да, есть! Цена 3 500 ₢."),
                (sample::stock(), "Да, есть! Цена 3 500 €."),
                (sample::in_english(), "za pyatsot otdadim"),
                (sample::in_english(), "Kakaya minimalnaya cena"),
                (sample::counter(), "3 300 ₽, промокод SALE"),
                (sample::counter(), "text: 3 300 ₽"),
                (sample::counter(), "\"text\": \"3 300 ₽\""),
                (sample::counter(), "Ответ: 3 300 ₽"),
                (sample::counter(), "Reply: 3 300 ₽"),
                (sample::counter(), "Draft: 3 300 ₽"),
                (sample::counter(), "черновик: 3 300 ₽"),
                (sample::counter(), "По решению counter: 3 300 ₽"),
                (sample::counter(), "Согласно фактам, 3 300 ₽"),
                (sample::counter(), "facts: 3 300 ₽"),
                (sample::counter(), "<b>3 300 ₽</b>"),
                (sample::counter(), "* 3 300 ₽"),
                (sample::counter(), "~~3 500~~ 3 300 ₽"),
                (sample::counter(), "3 300 rub"),
                (sample::counter(), "3 300 ₽ only"),
                (sample::counter(), "Могу предложить за 3 300 ₽, bro"),
                (sample::counter(), "Preis 3 300 ₽"),
                (sample::counter(), "ціна 3 300 ₽"),
                (sample::counter(), "бағасы 3 300 ₽"),
                (sample::counter(), "3 300 y.e."),
                (sample::stock(), "Есть, Nike"),
                (sample::stock(), "Есть, с USB"),
                (sample::iphone(), "iPhone 13 Pro 128 ГБ есть"),
            ],
        );
    }
}
