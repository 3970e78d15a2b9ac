//! What a seller writes about selling for less: «торг», the rounds, what several cost.

use domain::catalog::{Bargaining, PriceOfSeveral, Reduced};
use serde_json::Value;

use super::Trouble;
use super::amount::in_words;
use super::price::is_dash;
use super::text::plain;
use crate::reading::headers::words;

/// More counter-offers than this are a number from another column.
const MOST_ROUNDS: u32 = 20;
/// So many of one thing nobody buys in a chat: a sum stands where the number should.
const MOST_PIECES: u32 = 1000;

/// The column «Торг»: yes, no, or terms in words that a human has to judge.
pub(crate) fn bargaining(value: &Value) -> Bargaining {
    let text = plain(value).unwrap_or_default();
    let said = words(&text);
    let open = ["да", "есть", "можно", "возможен", "уместен", "торг", "торг уместен", "yes", "true", "1"];
    let closed =
        ["нет", "0", "0 0", "без торга", "не уместен", "неуместен", "нельзя", "торга нет", "нет торга", "no", "false"];
    match said.as_str() {
        _ if *value == Value::Bool(true) || text == "+" => Bargaining::Open,
        _ if *value == Value::Bool(false) || is_dash(&text) => Bargaining::Closed,
        said if open.contains(&said) => Bargaining::Open,
        said if closed.contains(&said) => Bargaining::Closed,
        _ => Bargaining::InWords,
    }
}

/// How many counter-offers: a whole number, 0 among them.
pub(crate) fn rounds(value: &Value) -> Result<u32, Trouble> {
    let text = plain(value).unwrap_or_default();
    let whole = match value {
        Value::Number(number) => number.as_f64().filter(|number| number.fract() == 0.0 && *number >= 0.0),
        _ => text.trim().parse::<u32>().ok().map(f64::from),
    };
    whole.filter(|rounds| *rounds <= f64::from(MOST_ROUNDS)).map(|rounds| rounds as u32).ok_or_else(|| {
        Trouble(format!("Раунды «{text}» не читаются: напишите, сколько раз уступать, от 0 до {MOST_ROUNDS}"))
    })
}

/// «от 3 шт 10 %; 2 шт — 5000»: each piece between `;` or on its own line, the smallest number first.
pub(crate) fn several(value: &Value) -> Result<Vec<PriceOfSeveral>, Trouble> {
    let text = plain(value).unwrap_or_default();
    if is_dash(&text) || ["нет", "no", "0", "0 %", "0%"].contains(&text.to_lowercase().as_str()) {
        return Ok(Vec::new());
    }
    // `plain` joins lines, and here a line is a piece of its own.
    let written = value.as_str().unwrap_or(&text);
    let pieces = written.split([';', '\n', '|']).map(str::trim).filter(|piece| !piece.is_empty());
    let mut lines = pieces.map(|piece| line(piece).ok_or_else(|| unreadable(piece))).collect::<Result<Vec<_>, _>>()?;
    lines.sort_by_key(|line| line.count);
    if lines.windows(2).any(|two| two[0].count == two[1].count) {
        return Err(Trouble(format!("Скидка «{text}» говорит об одном количестве дважды: оставьте одно")));
    }
    Ok(lines)
}

/// `от 3 шт 10 %`, `от 5 по 3000`, `3+: 10%`, `2 шт — 5000`.
fn line(piece: &str) -> Option<PriceOfSeveral> {
    let text = piece.to_lowercase().replace(['–', '—', '−', '\u{a0}'], " ").replace(['-', ':', '='], " ");
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (from, rest) = match ["от ", "с ", "при покупке от ", "from "].iter().find_map(|word| text.strip_prefix(word))
    {
        Some(rest) => (true, rest),
        None => (false, text.as_str()),
    };
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let count: u32 = rest[..end].parse().ok().filter(|count| (2..=MOST_PIECES).contains(count))?;
    let rest = rest[end..].trim_start();
    let (from, rest) = match rest.strip_prefix('+') {
        Some(rest) => (true, rest.trim_start()),
        None => (from, rest),
    };
    let unit = ["штуки", "штук", "шт.", "шт", "ед.", "ед", "pcs"].iter().find_map(|unit| rest.strip_prefix(unit));
    let said_pieces = unit.is_some();
    let rest = unit.unwrap_or(rest).trim_start();
    let rest = rest.strip_prefix("скидка").unwrap_or(rest).trim_start();
    if let Some(percent) = rest.strip_suffix('%').or_else(|| rest.strip_suffix("процентов")) {
        let percent: u32 = percent.trim().parse().ok().filter(|percent| *percent < 100)?;
        return from.then_some(PriceOfSeveral { count, reduced: Reduced::Percent(percent) });
    }
    let each = rest.strip_prefix("по ");
    let sum = in_words(each.unwrap_or(rest)).filter(|sum| sum.as_kopecks() > 0)?;
    let reduced = match (from, each) {
        (_, Some(_)) => Reduced::Each(sum),
        // «2 шт 5000» is what two cost; «от 2 шт 5000» may be each or all, «25000» may be anything.
        (false, None) if said_pieces => Reduced::Together(sum),
        _ => return None,
    };
    Some(PriceOfSeveral { count, reduced })
}

fn unreadable(piece: &str) -> Trouble {
    Trouble(format!(
        "Скидка от количества «{piece}» не читается: напишите «от 3 шт 10 %», «от 3 шт по 3000» или «2 шт — 5000»"
    ))
}

#[cfg(test)]
mod tests {
    use super::super::check;
    use super::*;
    use serde_json::json;

    #[test]
    fn bargaining_is_yes_no_or_a_humans() {
        for (cell, expected) in [
            (json!("да"), Bargaining::Open),
            (json!("Торг уместен"), Bargaining::Open),
            (json!("+"), Bargaining::Open),
            (json!(true), Bargaining::Open),
            (json!("нет"), Bargaining::Closed),
            (json!("Без торга!"), Bargaining::Closed),
            (json!(0), Bargaining::Closed),
            (json!("0"), Bargaining::Closed),
            (json!("—"), Bargaining::Closed),
            (json!(false), Bargaining::Closed),
            (json!("только при самовывозе"), Bargaining::InWords),
            (json!("до 3000"), Bargaining::InWords),
            (json!(500), Bargaining::InWords),
        ] {
            assert_eq!(bargaining(&cell), expected, "{cell}");
        }
    }

    #[test]
    fn rounds_are_a_small_whole_number() {
        let table = [
            (json!(3), "3"),
            (json!(0), "0"),
            (json!("2"), "2"),
            (json!(2.5), "! не читаются"),
            (json!(-1), "! не читаются"),
            (json!(3000), "! не читаются"),
            (json!("много"), "! не читаются"),
        ];
        check(rounds, |rounds| rounds.to_string(), &table);
    }

    #[test]
    fn what_several_cost_is_read_in_the_ways_it_is_written() {
        let table = [
            (json!("от 3 шт 10 %"), "3+ -10%"),
            (json!("От 3 шт. — 10%"), "3+ -10%"),
            (json!("от 3 скидка 10%"), "3+ -10%"),
            (json!("3+: 10%"), "3+ -10%"),
            (json!("от 5 шт по 3 000 ₽"), "5+ each 3000"),
            (json!("5 шт по 3000"), "5+ each 3000"),
            (json!("2 шт — 5000"), "2 all 5000"),
            (json!("2 шт = 5 000 руб"), "2 all 5000"),
            (json!("2 шт — 5000; от 5 шт 10%"), "2 all 5000, 5+ -10%"),
            (json!("от 10 шт 15%\nот 5 шт 10%"), "5+ -10%, 10+ -15%"),
            (json!("от 3 шт 0%"), "3+ -0%"),
            (json!("нет"), ""),
            (json!("—"), ""),
            (json!(0), ""),
            (json!("10%"), "! не читается"),
            (json!("от 1 шт 10%"), "! не читается"),
            (json!("от 2 шт 5000"), "! не читается"),
            (json!("2 5000"), "! не читается"),
            (json!("от 3 шт 100%"), "! не читается"),
            (json!("договоримся"), "! не читается"),
            (json!("от 3 шт 10%; от 3 шт 15%"), "! дважды"),
        ];
        let show = |lines: Vec<PriceOfSeveral>| {
            let line = |line: PriceOfSeveral| match line.reduced {
                Reduced::Percent(percent) => format!("{}+ -{percent}%", line.count),
                Reduced::Each(money) => format!("{}+ each {}", line.count, money.as_roubles()),
                Reduced::Together(money) => format!("{} all {}", line.count, money.as_roubles()),
            };
            lines.into_iter().map(line).collect::<Vec<_>>().join(", ")
        };
        check(several, show, &table);
    }
}
