//! How many days a parcel takes.

use domain::catalog::Days;
use serde_json::Value;

use super::Trouble;
use super::price::is_dash;
use super::text::plain;

/// Longer than this no parcel takes; Sheets' own number for a date is far above.
const MAX: u32 = 180;

/// What a cell says of days; `None` where it says nothing («—»).
pub(crate) fn days(value: &Value) -> Result<Option<Days>, Trouble> {
    let text = plain(value).unwrap_or_default();
    if is_dash(&text) {
        return Ok(None);
    }
    let days = span(&text).ok_or_else(|| unreadable(&text))?;
    if days.from > days.to {
        return Err(Trouble(format!("Срок «{text}»: первое число больше второго")));
    }
    if days.to > MAX || days.to == 0 {
        return Err(unreadable(&text));
    }
    Ok(Some(days))
}

/// Whether working days are meant: then the words must be told with the number.
pub(crate) fn are_working_days(value: &Value) -> bool {
    plain(value).is_some_and(|text| text.to_lowercase().contains("раб"))
}

/// `5`, `5-7`, `5–7 дней`, `от 5 до 7 дней`, `до 7`, `1-2 недели`, `2 суток`.
fn span(text: &str) -> Option<Days> {
    let lower = text.to_lowercase().replace(['–', '—', '−'], "-");
    let (numbers, unit) = with_unit(&lower);
    let numbers = numbers.trim().trim_end_matches('.').trim();
    if let Some(to) = numbers.strip_prefix("до ").or_else(|| numbers.strip_prefix("up to ")) {
        return Some(Days { from: unit.min(1), to: whole(to)?.checked_mul(unit)? });
    }
    let numbers = numbers.strip_prefix("от ").filter(|rest| rest.contains(" до ")).unwrap_or(numbers);
    let (from, to) = match numbers.split_once('-').or_else(|| numbers.split_once(" до ")) {
        Some((from, to)) => (whole(from)?, whole(to)?),
        None => (whole(numbers)?, whole(numbers)?),
    };
    Some(Days { from: from.checked_mul(unit)?, to: to.checked_mul(unit)? })
}

/// The words in front of the unit, and how many days it has.
fn with_unit(text: &str) -> (&str, u32) {
    let units = [
        ("рабочих дней", 1),
        ("рабочих дня", 1),
        ("рабочий день", 1),
        ("раб. дней", 1),
        ("раб. дня", 1),
        ("раб. день", 1),
        ("раб.дн.", 1),
        ("раб. дн.", 1),
        ("календарных дней", 1),
        ("дней", 1),
        ("дня", 1),
        ("день", 1),
        ("дн.", 1),
        ("дн", 1),
        ("д.", 1),
        ("суток", 1),
        ("сутки", 1),
        ("days", 1),
        ("day", 1),
        ("недель", 7),
        ("недели", 7),
        ("неделя", 7),
        ("нед.", 7),
        ("weeks", 7),
        ("week", 7),
    ];
    let text = text.trim();
    units.iter().find_map(|(unit, days)| Some((text.strip_suffix(unit)?, *days))).unwrap_or((text, 1))
}

fn whole(text: &str) -> Option<u32> {
    let text = text.trim();
    (!text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

fn unreadable(text: &str) -> Trouble {
    let date = text.matches(['.', '/']).count() == 2 || whole(text).is_some_and(|number| number > 30_000);
    if date {
        return Trouble(format!(
            "Срок «{text}» похож на дату: выделите столбец, выберите «Формат → Числа → Обычный текст» и впишите, например, 5-7"
        ));
    }
    Trouble(format!("Срок «{text}» не читается: напишите число дней или «5-7»"))
}

#[cfg(test)]
mod tests {
    use super::super::check;
    use super::*;
    use serde_json::json;

    #[test]
    fn days_are_one_number_or_a_span() {
        let table = [
            (json!(7), "7"),
            (json!("7"), "7"),
            (json!("5-7"), "5–7"),
            (json!("5–7 дней"), "5–7"),
            (json!("5 — 7 дн."), "5–7"),
            (json!("от 5 до 7 дней"), "5–7"),
            (json!("до 7"), "1–7"),
            (json!("до 7 дней"), "1–7"),
            (json!("1 день"), "1"),
            (json!("2 суток"), "2"),
            (json!("1-2 недели"), "7–14"),
            (json!("3-5 рабочих дней"), "3–5"),
            (json!("—"), "none"),
            (json!("5-7 days"), "5–7"),
        ];
        check(days, |days| days.map_or("none".to_owned(), |days| days.to_string()), &table);
    }

    #[test]
    fn what_is_no_span_of_days_is_refused() {
        let table = [
            (json!("7-5"), "! больше второго"),
            (json!("быстро"), "! не читается"),
            (json!("от 3"), "! не читается"),
            (json!("месяц"), "! не читается"),
            (json!(0), "! не читается"),
            (json!(-3), "! не читается"),
            (json!(2.5), "! не читается"),
            (json!(500), "! не читается"),
            (json!(46_208), "! похож на дату"),
            (json!("05.07.2026"), "! похож на дату"),
            (json!("9999999999999 дней"), "! не читается"),
        ];
        check(days, |days| format!("{days:?}"), &table);
    }

    #[test]
    fn working_days_are_noticed() {
        for (text, working) in [("3-5 раб. дней", true), ("3 рабочих дня", true), ("3-5 дней", false), ("3", false)]
        {
            assert_eq!(are_working_days(&json!(text)), working, "{text}");
        }
    }
}
