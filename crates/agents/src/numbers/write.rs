//! The other way round, for the property tests: a number written as a person might type it.

use domain::money::Money;
use proptest::prelude::*;

use super::*;

const UNITS: [&str; 20] = [
    "",
    "один",
    "два",
    "три",
    "четыре",
    "пять",
    "шесть",
    "семь",
    "восемь",
    "девять",
    "десять",
    "одиннадцать",
    "двенадцать",
    "тринадцать",
    "четырнадцать",
    "пятнадцать",
    "шестнадцать",
    "семнадцать",
    "восемнадцать",
    "девятнадцать",
];
const TENS: [&str; 10] =
    ["", "", "двадцать", "тридцать", "сорок", "пятьдесят", "шестьдесят", "семьдесят", "восемьдесят", "девяносто"];
const HUNDREDS: [&str; 10] =
    ["", "сто", "двести", "триста", "четыреста", "пятьсот", "шестьсот", "семьсот", "восемьсот", "девятьсот"];

/// `number` in words, below a million.
fn words(number: i64) -> String {
    let below_thousand = |n: i64, feminine: bool| {
        let mut words = vec![HUNDREDS[(n / 100) as usize]];
        if n % 100 < 20 {
            words.push(match (n % 100, feminine) {
                (1, true) => "одна",
                (2, true) => "две",
                (n, _) => UNITS[n as usize],
            });
        } else {
            words.push(TENS[(n % 100 / 10) as usize]);
            words.push(match (n % 10, feminine) {
                (1, true) => "одна",
                (2, true) => "две",
                (n, _) => UNITS[n as usize],
            });
        }
        words.retain(|word| !word.is_empty());
        words.join(" ")
    };
    let (thousands, rest) = (number / 1000, number % 1000);
    let mut parts = Vec::new();
    if thousands > 0 {
        let form = match (thousands % 100, thousands % 10) {
            (11..=19, _) => "тысяч",
            (_, 1) => "тысяча",
            (_, 2..=4) => "тысячи",
            _ => "тысяч",
        };
        parts.push(format!("{} {form}", below_thousand(thousands, true)));
    }
    if rest > 0 {
        parts.push(below_thousand(rest, false));
    }
    parts.join(" ")
}

fn grouped(number: i64, mark: &str) -> String {
    let digits = number.to_string();
    let head = (digits.len() - 1) % 3 + 1;
    let mut out = digits[..head].to_owned();
    for group in digits.as_bytes()[head..].chunks(3) {
        out.push_str(mark);
        out.push_str(std::str::from_utf8(group).unwrap());
    }
    out
}

/// Ways to write a sum of whole roubles, each of them one number.
pub(crate) fn ways(number: i64) -> Vec<String> {
    let mut ways = vec![
        format!("{number} ₽"),
        format!("{number}р"),
        format!("{} руб.", grouped(number, " ")),
        format!("{} рублей", grouped(number, "\u{a0}")),
        format!("{} рублей", grouped(number, ".")),
        format!("{} рублей", words(number)),
        format!("{} рублей", words(number).to_uppercase()),
        format!("{} р", words(number).replace(' ', "  ")),
        format!("{}рублей", words(number).replace(' ', "")),
        number.to_string().chars().map(|c| char::from_u32(c as u32 + 0xfee0).unwrap()).collect::<String>() + " ₽",
        number.to_string().chars().map(|c| format!("{c}\u{200b}")).collect::<String>() + "₽",
        format!("{} ₽", number.to_string().replace('0', "О").replace('3', "З")),
        format!("цена: {number}"),
        Money::roubles(number).to_string(),
    ];
    if number % 1000 == 0 {
        ways.extend(
            ["к", " к", " тыс", " тыс. руб.", "т.р.", " тысяч рублей", " косарей"]
                .map(|s| format!("{}{s}", number / 1000)),
        );
    }
    if number % 100 == 0 && number % 1000 != 0 {
        ways.push(format!("{},{} тыс", number / 1000, number % 1000 / 100));
        ways.push(format!("{}.{}к", number / 1000, number % 1000 / 100));
    }
    if number > 1000 && number < 100_000 && number % 1000 >= 100 {
        ways.push(format!("{}к{:03}", number / 1000, number % 1000));
        ways.push(format!("{} {} рублей", words(number / 1000), words(number % 1000)));
    }
    if number >= 1000 {
        ways.push(number.to_string().chars().map(String::from).collect::<Vec<_>>().join(" ") + " ₽");
    }
    ways
}

/// Ways to write each other type of value, each of them one number.
fn ways_of(value: &Value) -> Vec<String> {
    let both = |number: i64, units: &[&str]| -> Vec<String> {
        units.iter().flat_map(|unit| [format!("{number}{unit}"), format!("{}{unit}", words(number))]).collect()
    };
    let wide =
        |number: i64| number.to_string().chars().filter_map(|c| char::from_u32(c as u32 + 0xfee0)).collect::<String>();
    let number = value.amount().and_then(Amount::as_whole).map_or(0, |whole| whole as i64);
    match value {
        Value::Percent(_) => {
            let mut ways = both(number, &[" процентов", " %", " проц"]);
            ways.extend([
                format!("-{number} %"),
                format!("скидка {number}%"),
                format!("процентов {number}"),
                format!("{}%", wide(number)),
            ]);
            ways
        }
        Value::Discount(_) => vec![
            format!("скину {number}"),
            format!("минус {number}"),
            format!("-{number} ₽"),
            format!("на {number} дешевле"),
            format!("дешевле на {number} р"),
            format!("{number} рублей скидки"),
            format!("уступите {} рублей", words(number)),
            format!("сбросьте {}", wide(number)),
        ],
        Value::Quantity(_) => {
            let mut ways = both(number, &[" шт", " штук", " штуки", " экземпляров"]);
            ways.extend([format!("осталось {number}"), format!("штук {}", words(number)), format!("{number}шт.")]);
            ways
        }
        Value::Days { from, to } if from == to => both(i64::from(*to), &[" дней", " рабочих дней", " дн"]),
        Value::Days { from, to } => vec![
            format!("{from}–{to} дней"),
            format!("{from} - {to} дня"),
            format!("от {from} до {to} дней"),
            format!("от {} до {} дней", words(i64::from(*from)), words(i64::from(*to))),
            format!("{from} или {to} дней"),
        ],
        Value::Date { day, month: Some(month), year: None } => {
            let named = [
                "января",
                "февраля",
                "марта",
                "апреля",
                "мая",
                "июня",
                "июля",
                "августа",
                "сентября",
                "октября",
                "ноября",
                "декабря",
            ][usize::from(*month) - 1];
            vec![format!("{day} {named}"), format!("{day:02}.{month:02}"), format!("к {day}-му {named}")]
        }
        Value::Time { hour, minute } => {
            vec![format!("{hour}:{minute:02}"), format!("в {hour:02}:{minute:02}"), format!("к {hour:02}:{minute:02}")]
        }
        Value::Size { unit: Unit::Size, .. } => {
            vec![
                format!("размер {number}"),
                format!("{number} размер"),
                format!("{} размера", words(number)),
                format!("р-р {number}"),
            ]
        }
        Value::Phone(digits) => vec![
            digits.clone(),
            format!("{} {} {} {} {}", &digits[..1], &digits[1..4], &digits[4..7], &digits[7..9], &digits[9..]),
            format!("{}({}){}-{}-{}", &digits[..1], &digits[1..4], &digits[4..7], &digits[7..9], &digits[9..]),
            format!("{}.{}.{}.{}.{}", &digits[..1], &digits[1..4], &digits[4..7], &digits[7..9], &digits[9..]),
            digits.chars().map(|c| format!("{c}\u{200b}")).collect(),
        ],
        other => unreachable!("nobody writes {other:?} here"),
    }
}

/// Values of every type but prices, which have more ways.
fn values() -> impl Strategy<Value = Value> {
    prop_oneof![
        (1i64..=100).prop_map(|percent| Value::Percent(Amount::whole(percent))),
        (1i64..200).prop_map(|tens| Value::Discount(Money::roubles(tens * 10))),
        (2u64..300).prop_map(Value::Quantity),
        (2u32..60).prop_map(|days| Value::Days { from: days, to: days }),
        (2u32..20, 1u32..20).prop_map(|(from, more)| Value::Days { from, to: from + more }),
        (1u8..=28, 1u8..=12).prop_map(|(day, month)| Value::Date { day, month: Some(month), year: None }),
        (0u8..24, 0u8..60).prop_map(|(hour, minute)| Value::Time { hour, minute }),
        (20i64..70).prop_map(|size| Value::Size { amount: Amount::whole(size), unit: Unit::Size }),
        (9_000_000_000i64..9_999_999_999).prop_map(|digits| Value::Phone(format!("8{digits}"))),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read_back(number in prop_oneof![1i64..1000, 1000i64..200_000, (1i64..200).prop_map(|n| n * 1000), (1i64..9999).prop_map(|n| n * 100)], way: prop::sample::Index) {
        let ways = ways(number);
        let text = way.get(&ways);
        let read: Vec<Value> = read(text).into_iter().map(|number| number.value).collect();
        prop_assert_eq!(read, vec![Value::Price(Money::roubles(number))], "{}", text);
    }

    #[test]
    fn every_typed_value_is_read_back(value in values(), way: prop::sample::Index) {
        let ways = ways_of(&value);
        let text = way.get(&ways);
        let read: Vec<Value> = read(text).into_iter().map(|number| number.value).collect();
        prop_assert_eq!(read, vec![value], "{}", text);
    }

    #[test]
    fn what_is_read_in_digits_stands_there_in_digits(text in "[0-9 .,₽в-жй-нп-я%-]{0,40}") {
        // No letter here looks like a digit, so nothing is made up: each digit of a plain amount is one of the text, in order.
        for number in read(&text).into_iter().filter(|number| number.written == Written::Digits) {
            let said: String = text[number.span.clone()].chars().filter(char::is_ascii_digit).collect();
            if let Some(whole) = number.value.amount().and_then(Amount::as_whole) {
                let digits = whole.to_string();
                let mut rest = said.trim_start_matches('0').chars();
                prop_assert!(digits == "0" || digits.chars().all(|digit| rest.any(|c| c == digit)), "{} of {:?}", whole, text);
            }
        }
    }

    #[test]
    fn any_text_is_read_without_a_panic_and_spans_lie_within_it(text in "[ -~а-яё0-9₽%.,\\-\n\u{200b}０-９]{0,60}") {
        for number in read(&text) {
            prop_assert!(text.get(number.span.clone()).is_some(), "{:?} in {:?}", number, text);
            prop_assert!(number.reach.start <= number.span.start && number.span.end <= number.reach.end);
        }
    }
}
