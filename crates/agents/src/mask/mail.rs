//! E-mail addresses, spelled as machines or as people spell them («ivan собака mail точка ру»), and nicknames of
//! messengers.

use std::sync::LazyLock;

use regex::Regex;

use super::Hidden;
use crate::numbers::Folded;

/// The mail addresses and nicknames of a folded text.
pub(super) fn find(folded: &Folded) -> Vec<Hidden> {
    let text = folded.as_str();
    if !text.contains('@') && !text.contains("соба") && !text.contains("at") && !text.contains("эт") {
        return Vec::new();
    }
    let spans = |regex: &'static Regex, name: &'static str| {
        regex.captures_iter(text).filter_map(move |found| {
            let piece = found.get(1)?;
            Some(Hidden { span: piece.range(), name })
        })
    };
    let mut hidden: Vec<Hidden> = spans(&PLAIN, "[почта]").chain(spans(&SPELLED, "[почта]")).collect();
    hidden.extend(spans(&NICKNAME, "[контакт]"));
    hidden
}

static PLAIN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"([\p{L}\d._+\-]*[\p{L}\d]@[\p{L}\d\-]+(?:\.[\p{L}\d\-]+)+)").expect("the pattern is ours")
});

/// At least one of the two marks is spaced or in words; then only the usual endings count.
static SPELLED: LazyLock<Regex> = LazyLock::new(|| {
    const AT: &str = r"(?:\s*@\s*|\s*[(\[{]\s*(?:at|собака|собачка|эт)\s*[)\]}]\s*|\s+(?:собака|собачка|собак)\s+)";
    const DOT: &str = r"(?:\s*[.,]\s*|\s*[(\[{]\s*(?:dot|точка)\s*[)\]}]\s*|\s+(?:точка|тчк|dot)\s+|\s+)";
    const HOSTS: &str = "mail|gmail|yandex|ya|inbox|list|bk|rambler|icloud|outlook|hotmail|proton|мейл|маил|гмейл|джимейл|яндекс|инбокс|лист|рамблер|айклауд";
    const END: &str = "ru|ру|рф|com|ком|net|org|by|kz|ua|su";
    Regex::new(&format!(
        r"\b([\p{{L}}\d][\p{{L}}\d._+\-]*(?:{AT}[\p{{L}}\d\-]+{DOT}(?:{END})|\s+(?:at|эт|dog)\s+(?:{HOSTS}){DOT}(?:{END})))\b"
    ))
    .expect("the pattern is ours")
});

static NICKNAME: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?:^|[^\p{L}\d@])(@[a-z][a-z\d_]{3,})").expect("the pattern is ours"));

#[cfg(test)]
mod tests {
    use super::super::tests::{hides, keeps};

    #[test]
    fn mail_is_hidden_as_people_spell_it() {
        hides(&[
            ("пишите на ivan.petrov@mail.ru.", "пишите на [почта]."),
            ("почта:a_b@xn--e1.рф", "почта:[почта]"),
            ("пишите на ivan собака mail ру", "пишите на [почта]"),
            ("ivan собака mail точка ру", "[почта]"),
            ("ivan(собака)yandex.ru", "[почта]"),
            ("ivan [at] mail.ru", "[почта]"),
            ("ivan[at]mail[dot]ru", "[почта]"),
            ("ivan @ mail . ru", "[почта]"),
            ("ivan@mail,ru", "[почта]"),
            ("иван@почта.рф", "[почта]"),
            ("ivan at gmail dot com", "[почта]"),
            ("ivan.petrov-85 собачка яндекс точка ру, жду", "[почта], жду"),
            ("ivan＠mail．ru", "[почта]"),
            ("iv\u{200b}an@ma\u{200b}il.ru", "[почта]"),
            ("мой телеграм @ivan_petrov", "мой телеграм [контакт]"),
            ("(@ivan)", "([контакт])"),
        ]);
    }

    #[test]
    fn dogs_and_signs_stay() {
        keeps(&[
            "корм для собак 15 кг",
            "игрушка собака есть?",
            "собака говорящая, ростом 30 см",
            "ошейник на собаку, точка на карте",
            "@ сегодня",
            "look at this",
            "цена @ 3500",
            "а эт что?",
            "собаки.ру",
            "mail.ru",
        ]);
    }
}
