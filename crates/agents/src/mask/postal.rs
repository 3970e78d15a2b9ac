//! Postal addresses from the street on: the city stays, it is needed for the delivery.
//!
//! A street's name alone is no address; a house number makes it one. Which words stand before and behind it is a
//! list of patterns over the folded text, and a number that counts something («5 дней», «500 р») is no house.

use std::ops::Range;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::Hidden;
use crate::matching::places_named;
use crate::numbers::tables::rows;
use crate::numbers::{self, Folded, Number, ToldBy, Value};

/// The addresses of a folded text; `source` is what it was folded from.
pub(super) fn find(folded: &Folded, source: &str) -> Vec<Hidden> {
    let text = folded.as_str();
    if !text.contains(|c: char| c.is_ascii_digit()) {
        return Vec::new();
    }
    let mut hidden = Vec::new();
    let mut read: Option<Vec<Number>> = None;
    for pattern in &*PATTERNS {
        for found in pattern.regex.captures_iter(text) {
            let Some(house) = found.name("house") else { continue };
            let numbers = read.get_or_insert_with(|| numbers::read_folded(text));
            let proper = || starts_upper(folded, source, &found) || found.name("dom").is_some();
            if counts(numbers, house.start()) || pattern.proper && !proper() {
                continue;
            }
            hidden.push(Hidden { span: without_city(text, &found), name: "[адрес]" });
        }
    }
    hidden.extend(index(text, !hidden.is_empty()));
    hidden
}

/// Whether the number at `at` counts something, and so is no house's.
fn counts(numbers: &[Number], at: usize) -> bool {
    numbers.iter().filter(|number| number.span.contains(&at)).any(|number| {
        number.told_by == ToldBy::Unit
            && matches!(
                number.value,
                Value::Price(_)
                    | Value::Discount(_)
                    | Value::Percent(_)
                    | Value::Quantity(_)
                    | Value::Days { .. }
                    | Value::Phone(_)
            )
    })
}

fn starts_upper(folded: &Folded, source: &str, found: &Captures<'_>) -> bool {
    let Some(name) = found.name("name") else { return false };
    source[folded.source_span(&name.range())].starts_with(char::is_uppercase)
}

/// What is hidden: the whole find, but for a city at its front.
fn without_city(text: &str, found: &Captures<'_>) -> Range<usize> {
    // Where the pattern asks for what stands around, the address is the group in it.
    let whole = found.name("address").map_or_else(|| found.get_match().range(), |address| address.range());
    let Some(name) = found.name("name").filter(|name| name.start() == whole.start) else { return whole };
    match name.as_str().split_whitespace().next() {
        Some(first) if !places_named(first).is_empty() => {
            let rest = &text[whole.start + first.len()..];
            whole.start + first.len() + (rest.len() - rest.trim_start_matches([' ', ',']).len())..whole.end
        }
        _ => whole,
    }
}

/// The six digits of a postal index: behind the word, before «г.» or a country, or beside an address.
fn index(text: &str, beside_address: bool) -> Vec<Hidden> {
    let hide = |regex: &Regex| -> Vec<Hidden> {
        regex
            .captures_iter(text)
            .filter_map(|found| found.iter().skip(1).flatten().next())
            .map(|digits| Hidden { span: digits.range(), name: "[индекс]" })
            .collect()
    };
    let mut hidden = hide(&INDEX);
    if beside_address {
        hidden.extend(hide(&INDEX_OF_ADDRESS));
    }
    hidden
}

static INDEX: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"индекс[а-я]*[\s:\-]*(\d{6})\b|(?:^|[\s,;])([1-6]\d{5})[\s,]*(?:г\.|город\b|россия|рф\b)")
        .expect("the pattern is ours")
});
static INDEX_OF_ADDRESS: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?:^|[\s,;])([1-6]\d{5}),").expect("the pattern is ours"));

struct Pattern {
    regex: Regex,
    /// The street's name must begin with a capital, or «дом» stand before the number: the words around are
    /// everyday ones.
    proper: bool,
}

static PATTERNS: LazyLock<Vec<Pattern>> = LazyLock::new(|| {
    // A name: perhaps a number («50 лет», «1-я»), a word, and up to three more.
    let name = r"(?P<name>(?:\d{1,3}(?:-?[а-я]{1,2})?\s+)?[а-я][а-я\-]{2,}(?:\s+[а-я][а-я\-.]*){0,3}?)";
    let dom = r"(?P<dom>\b(?:д|дом|дома|доме|вл|владение|зд|здание|коттедж)\b\.?\s*)";
    let house = r"(?:№\s*)?(?P<house>\d{1,3})(?:[а-яa-z]\b)?(?:\s?[/\\]\s?\d{1,3}[а-я]?)?(?:к\d{1,2})?(?:\s?-\s?\d{1,4}[а-я]?)?\b";
    let part = r"(?:кв|квартира|кварт|к|корп|корпус|стр|строение|подъезд|под|этаж|эт|домофон|код|офис|оф|комната|ком|пом|помещение|секция|лит|литера)";
    let tail = format!(
        r"(?:[\s,.;]*\b(?:{part}\b\.?\s?(?:№\s?)?\d{{1,4}}[а-я]?\b(?:к\d{{1,4}})?|\d{{1,3}}(?:-?[йя])?\s(?:подъезд|этаж|квартира|кв)\b))*"
    );
    let flat = r"[\s,.]*\b(?:кв|квартира)\b\.?\s?(?:№\s?)?\d{1,4}\b";
    let long = r"\b(?:ул|улиц[аеуы]|проспект[а-я]{0,2}|просп|пр-т[аеу]?|пр-кт|переул[а-я]+|бульвар[а-я]{0,2}|б-р|шоссе|набережн[а-я]+|микрорайон[а-я]{0,2}|мкр|мкрн|м-н|наб)\b\.?\s*";
    let short =
        r"\b(?:пр|пер|пл|площад[а-я]+|ш|туп|тупик[а-я]{0,2}|проезд[а-я]{0,2}|аллея|аллее|квартал|линия|тракт)\b\.?\s*";
    let adjective = r"(?P<name>(?:\d{1,2}-?[а-я]{1,2}\s+)?[а-я\-]{3,}(?:ая|яя|ий|ый|ой|ом|ую|его|ого|ей|ых))";
    let kind = r"\s+(?:ул|улиц[аеуы]|проспект[а-я]{0,2}|просп|пр-т[аеу]?|пр-кт|пр|переул[а-я]+|пер|бульвар[а-я]{0,2}|б-р|шоссе|ш|набережн[а-я]+|наб|площад[а-я]+|проезд[а-я]{0,2}|лини[яи]|аллея|аллее|тракт[а-я]{0,2})\b\.?";
    let (nouns, adjectives) = (streets("noun"), streets("adjective"));
    let street = format!(r"(?P<name>(?:\d{{1,2}}\s)?(?:[а-я]+\s)?(?:{nouns})\b)");
    let to_street = format!(r"(?P<name>(?:{nouns}|(?:{adjectives})(?:ая|ой|ую|ей))\b)");
    let ends = r"(?:\s*(?:[,.;!?\n)]|$))";
    [
        (format!(r"{long}{name}[\s,.]*{dom}?{house}{tail}"), false),
        (format!(r"{short}{name}[\s,.]*{dom}?{house}{tail}"), true),
        (format!(r"\b{adjective}{kind}[\s,]*{dom}?{house}{tail}"), false),
        // «5 мкр, дом 12»
        (format!(r"\b\d{{1,2}}(?:-?й)?\s(?:мкр|мкрн|микрорайон[а-я]?|квартал[а-я]?)\b\.?[\s,]*{dom}?{house}{tail}"), false),
        // «Ленина 5, кв 12», «д. 5 кв. 12»
        (format!(r"\b(?:{name}[\s,]+)?{dom}?{house}{flat}{tail}"), false),
        // «…, дом 5», «Ленина, д. 5», and at the front of a line «Мира 10-25»
        (format!(r"(?:^|[,:\n]\s*)(?P<address>{street}[\s,]+{dom}?{house}{tail}){ends}"), false),
        (format!(r"\b(?:на|адрес[а-я]{{0,2}}:?)\s(?P<address>{to_street}[\s,]*{dom}?{house}{tail}){ends}"), false),
        (format!(r"[а-я],\s*(?P<address>{dom}{house}{tail}){ends}"), false),
        (format!(r#"\b(?:снт|днп|днт|тсн|кп)\b\s"?(?P<name>[а-я][а-я\-]+(?:\s[а-я]+)?)"?[\s,]*(?:участ[а-я]+|уч|дом|д)\b\.?\s?{house}{tail}"#), false),
    ]
    .into_iter()
    .map(|(pattern, proper)| Pattern { regex: Regex::new(&pattern).expect("the patterns are ours"), proper })
    .collect()
});

/// The streets of a row of the table, as alternatives.
fn streets(row: &str) -> String {
    let table = rows::<2>(include_str!("../../data/streets.tsv"));
    table.filter(|[name, _]| *name == row).map(|[_, streets]| streets.replace(' ', "|")).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{hides, keeps};

    #[test]
    fn addresses_are_hidden_and_cities_stay() {
        hides(&[
            ("ул. Ленина, д. 5, кв. 12", "[адрес]"),
            ("Доставка в Новосибирск, ул. Ленина, д. 5, кв. 12 есть?", "Доставка в Новосибирск, [адрес] есть?"),
            ("проспект Мира 10-25", "[адрес]"),
            ("г. Москва, проспект Мира 10-25", "г. Москва, [адрес]"),
            ("ул ленина 5 кв 12", "[адрес]"),
            ("улица Карла Маркса 12", "[адрес]"),
            ("пр-т Мира, 10", "[адрес]"),
            ("пр. Ленина 5/2", "[адрес]"),
            ("пер. Садовый д.3", "[адрес]"),
            ("живу на Ленинский проспект, 45", "живу на [адрес]"),
            ("Садовая улица 3", "[адрес]"),
            ("1-я Парковая ул., 5", "[адрес]"),
            ("ул. 8 Марта 12", "[адрес]"),
            ("ул. 50 лет Октября, 7к2", "[адрес]"),
            ("наб. реки Фонтанки, 12", "[адрес]"),
            ("мкр. Северный, д 5", "[адрес]"),
            ("5 мкр дом 12 кв 3", "[адрес]"),
            ("шоссе Энтузиастов 12 корпус 2 строение 1", "[адрес]"),
            ("Ленина 5, кв 12", "[адрес]"),
            ("Омск, Ленина 5, кв 12, подъезд 2, этаж 3", "Омск, [адрес]"),
            ("Новосибирск д. 5 кв. 12", "Новосибирск [адрес]"),
            ("дом 5 квартира 12", "[адрес]"),
            ("пункт на Ленина 5", "пункт на [адрес]"),
            ("отправьте на Советскую 15.", "отправьте на [адрес]."),
            ("Мира 10-25", "[адрес]"),
            ("630099, г. Новосибирск, ул. Ленина 5", "[индекс], г. Новосибирск, [адрес]"),
            ("Новосибирск, индекс 630099", "Новосибирск, индекс [индекс]"),
            ("СНТ Ромашка, участок 15", "[адрес]"),
            ("с. Ивановка, ул. Лесная 3", "с. Ивановка, [адрес]"),
            ("бульвар Гагарина дом 7а", "[адрес]"),
            ("б-р Гагарина 7", "[адрес]"),
            ("УЛ. ЛЕНИНА, Д. 5", "[адрес]"),
            ("ул. Ленина, ５", "[адрес]"),
            ("в Казань по адресу ул. Баумана, 12, оф. 3", "в Казань по адресу [адрес]"),
        ]);
    }

    #[test]
    fn houses_streets_and_squares_that_are_no_address_stay() {
        keeps(&[
            "Доставите в Новосибирск?",
            "Москва, Тверская область",
            "на какой улице магазин?",
            "на улице холодно 5 дней",
            "ул. Ленина знаете?",
            "кукольный дом 2 этажа",
            "дом 3",
            "пл. 30 кв. м",
            "площадь 30 м",
            "линия 2 сезон",
            "проспект какой?",
            "размеры д 50 ш 30 в 20",
            "набор 5 шт",
            "улица Сезам пазл",
            "чехол на Мазда 6",
            "чехол на Xiaomi 12",
            "рюкзак школьный 30",
            "сумка спортивная 30, синяя",
            "стол садовый 2 шт",
            "бюст Ленина 15 см",
            "портрет Пушкина 500 р",
            "книга Толстого 3 тома",
            "проезд 50 рублей",
            "шоссейный велосипед 26",
            "шоссе 28 дюймов",
            "квартира сдаётся?",
            "стр. 12",
            "на какой этаж 5?",
            "СДЭК или Почта России?",
            "150000 отдам",
            "за 150000, Новосибирск",
            "новая 42",
            "с улицы Ленина заберу",
        ]);
    }
}
