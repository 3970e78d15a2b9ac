//! A number in every form in which people, and those who want to slip past a check, write it.

use rand::RngExt;
use rand::rngs::StdRng;

use super::dress;
use super::one;

/// `number` in a form of the draw, without a unit of its own where the form needs none.
pub(super) fn written(number: u64, chance: &mut StdRng) -> String {
    let plain = number.to_string();
    match chance.random_range(0..12) {
        0..4 => unit(&grouped(number, one(&["", " ", "\u{a0}", "\u{202f}", ".", ",", "'", "\n"], chance)), chance),
        4..6 => unit(&dress::digits(&plain, chance), chance),
        6..8 => short(number, chance),
        8..11 => {
            let said = in_words(number, one(&[Case::Nominative, Case::Genitive], chance));
            let said = dress::words(&said, chance);
            if chance.random_bool(0.6) {
                format!("{said} {}", one(&["рублей", "руб", "₽", "р."], chance))
            } else {
                said
            }
        }
        _ => odd(number, chance),
    }
}

/// With a rouble, mostly.
fn unit(written: &str, chance: &mut StdRng) -> String {
    let unit = one(&[" ₽", " руб.", "р", " рублей", "₽", " RUB", " рублёв", "", "", " р."], chance);
    format!("{written}{unit}")
}

pub(super) fn grouped(number: u64, separator: &str) -> String {
    let plain = number.to_string();
    let mut out = String::new();
    for (at, digit) in plain.chars().enumerate() {
        if at > 0 && (plain.len() - at).is_multiple_of(3) {
            out.push_str(separator);
        }
        out.push(digit);
    }
    out
}

/// «3,2 тыс», «3к», «полторы тысячи», «два косаря», «пять двести», «32 сотни».
fn short(number: u64, chance: &mut StdRng) -> String {
    let (thousands, rest) = (number / 1000, number % 1000);
    let mut forms: Vec<String> = Vec::new();
    if thousands > 0 && rest % 100 == 0 {
        let point = if rest == 0 {
            thousands.to_string()
        } else {
            format!("{thousands}{}{}", one(&[",", "."], chance), rest / 100)
        };
        for unit in [
            "к",
            "k",
            " тыс",
            " тыс.",
            "тыс руб",
            " т.р.",
            " тыр",
            " тыщ",
            " тысяч",
            " косаря",
            " косарей",
            " штук рублей",
        ] {
            forms.push(format!("{point}{unit}"));
        }
        if number < 10_000 {
            forms.push(format!("{} сотен", number / 100));
            forms.push(format!("{} сотни рублей", number / 100));
        }
    }
    if thousands > 0 && thousands < 100 && rest >= 100 {
        forms.push(format!("{} {}", in_words(thousands, Case::Nominative), in_words(rest, Case::Nominative)));
        forms.push(format!("{thousands} тыс {rest}"));
        forms.push(format!("{thousands} косаря и {rest}"));
    }
    if rest == 500 && thousands > 0 {
        forms.push(match thousands {
            1 => one(&["полторы тысячи", "полторы", "полтора косаря", "полторы тыщи"], chance).to_owned(),
            _ => format!("{} с половиной тысячи", in_words(thousands, Case::Nominative)),
        });
    }
    if rest == 0 && thousands > 0 {
        forms.push(format!("тысячи {}", in_words(thousands, Case::Nominative)));
        forms.push(format!("{} косаря", in_words(thousands, Case::Nominative)));
    }
    let slang: &[(u64, &[&str])] = &[
        (1000, &["косарь", "штука", "тыща", "одну тыщу", "штукарь", "рубль косой"]),
        (500, &["пятихатка", "пятихатку", "полштуки", "полтыщи", "полкосаря"]),
        (5000, &["пятёрка тысяч", "пятак штук", "пять штук"]),
        (100, &["сотка", "сотню", "стольник", "сотен одну"]),
        (50, &["полтинник", "полсотни"]),
        (10_000, &["червонец тысяч", "десятка тысяч", "десять кусков"]),
        (1_000_000, &["лимон", "лям", "миллион"]),
    ];
    forms.extend(
        slang
            .iter()
            .filter(|(sum, _)| *sum == number)
            .flat_map(|(_, names)| names.iter().map(|name| (*name).to_owned())),
    );
    if forms.is_empty() { grouped(number, " ") } else { forms.swap_remove(chance.random_range(0..forms.len())) }
}

/// Forms nobody uses who means well.
fn odd(number: u64, chance: &mut StdRng) -> String {
    let half = number / 2;
    match chance.random_range(0..14) {
        0 => roman(number),
        1 => format!("{number:#x}"),
        2 => format!("{}e3", number as f64 / 1000.0),
        3 => format!("{half} + {}", number - half),
        4 => format!("{half} × 2 ₽"),
        5 => format!("{} минус {half}", number + half),
        6 => format!("{number},00 ₽"),
        7 => format!("{number}.0"),
        8 => dress::english(number),
        9 => number.to_string().chars().map(|digit| format!("&#{};", digit as u32)).collect(),
        10 => number
            .to_string()
            .chars()
            .map(|digit| in_words(u64::from(digit.to_digit(10).unwrap_or(0)), Case::Nominative))
            .collect::<Vec<_>>()
            .join(" "),
        11 => dress::latin(&in_words(number, Case::Nominative)),
        12 => format!("₽{number}"),
        _ => number.to_string().chars().rev().collect::<String>() + " (читать наоборот)",
    }
}

/// A case of the numerals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    Nominative,
    Genitive,
}

/// Up to a billion, in words.
pub(super) fn in_words(number: u64, case: Case) -> String {
    if number == 0 {
        return if case == Case::Nominative { "ноль" } else { "нуля" }.to_owned();
    }
    let mut words: Vec<&str> = Vec::new();
    for (size, names, feminine) in [
        (1_000_000, ["миллион", "миллиона", "миллионов"], false),
        (1000, ["тысяча", "тысячи", "тысяч"], true),
        (1, ["", "", ""], false),
    ] {
        let count = number / size % 1000;
        if count == 0 {
            continue;
        }
        triple(count as usize, feminine, case, &mut words);
        let form = match (count % 100, count % 10) {
            (11..=14, _) => 2,
            (_, 1) => usize::from(case == Case::Genitive),
            (_, 2..=4) if case == Case::Nominative => 1,
            _ => 2,
        };
        words.push(names[form]);
    }
    words.retain(|word| !word.is_empty());
    words.join(" ")
}

fn triple(count: usize, feminine: bool, case: Case, words: &mut Vec<&'static str>) {
    let at = usize::from(case == Case::Genitive);
    words.push(HUNDREDS[count / 100][at]);
    let (tens, ones) = (count % 100 / 10, count % 10);
    if tens == 1 {
        words.push(TEENS[ones][at]);
        return;
    }
    words.push(TENS[tens][at]);
    words.push(match (ones, feminine) {
        (1, true) => ["одна", "одной"][at],
        (2, true) => ["две", "двух"][at],
        _ => ONES[ones][at],
    });
}

const ONES: [[&str; 2]; 10] = [
    ["", ""],
    ["один", "одного"],
    ["два", "двух"],
    ["три", "трёх"],
    ["четыре", "четырёх"],
    ["пять", "пяти"],
    ["шесть", "шести"],
    ["семь", "семи"],
    ["восемь", "восьми"],
    ["девять", "девяти"],
];
const TEENS: [[&str; 2]; 10] = [
    ["десять", "десяти"],
    ["одиннадцать", "одиннадцати"],
    ["двенадцать", "двенадцати"],
    ["тринадцать", "тринадцати"],
    ["четырнадцать", "четырнадцати"],
    ["пятнадцать", "пятнадцати"],
    ["шестнадцать", "шестнадцати"],
    ["семнадцать", "семнадцати"],
    ["восемнадцать", "восемнадцати"],
    ["девятнадцать", "девятнадцати"],
];
const TENS: [[&str; 2]; 10] = [
    ["", ""],
    ["", ""],
    ["двадцать", "двадцати"],
    ["тридцать", "тридцати"],
    ["сорок", "сорока"],
    ["пятьдесят", "пятидесяти"],
    ["шестьдесят", "шестидесяти"],
    ["семьдесят", "семидесяти"],
    ["восемьдесят", "восьмидесяти"],
    ["девяносто", "девяноста"],
];
const HUNDREDS: [[&str; 2]; 10] = [
    ["", ""],
    ["сто", "ста"],
    ["двести", "двухсот"],
    ["триста", "трёхсот"],
    ["четыреста", "четырёхсот"],
    ["пятьсот", "пятисот"],
    ["шестьсот", "шестисот"],
    ["семьсот", "семисот"],
    ["восемьсот", "восьмисот"],
    ["девятьсот", "девятисот"],
];

fn roman(mut number: u64) -> String {
    let mut out = String::new();
    for (size, letters) in [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ] {
        while number >= size && out.len() < 30 {
            out.push_str(letters);
            number -= size;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_said_in_their_cases() {
        for (number, nominative, genitive) in [
            (3500, "три тысячи пятьсот", "трёх тысяч пятисот"),
            (1000, "одна тысяча", "одной тысячи"),
            (21_001, "двадцать одна тысяча один", "двадцати одной тысячи одного"),
            (12_000, "двенадцать тысяч", "двенадцати тысяч"),
            (2_000_000, "два миллиона", "двух миллионов"),
        ] {
            assert_eq!(in_words(number, Case::Nominative), nominative);
            assert_eq!(in_words(number, Case::Genitive), genitive);
        }
        assert_eq!(roman(3490), "MMMCDXC");
        assert_eq!(grouped(1_234_567, " "), "1 234 567");
    }
}
