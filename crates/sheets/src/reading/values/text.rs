//! Words in a cell.

use serde_json::Value;

use super::Trouble;

/// The longest text of one cell that is taken: what a buyer is told must fit a message anyway.
const CHARS_MAX: usize = 2_000;

/// The words of a cell as one line; `None` if there are none. Numbers as a Russian writes them.
pub(crate) fn plain(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.replace(is_invisible, ""),
        Value::Number(number) => written(number),
        Value::Bool(true) => "да".to_owned(),
        Value::Bool(false) => "нет".to_owned(),
        Value::Null | Value::Array(_) | Value::Object(_) => String::new(),
    };
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!line.is_empty()).then_some(line)
}

/// Whether a cell has anything in it that can be seen.
pub(crate) fn is_filled(value: &Value) -> bool {
    match value {
        Value::String(text) => text.chars().any(|c| !c.is_whitespace() && !is_invisible(c)),
        Value::Number(_) | Value::Bool(_) => true,
        Value::Null | Value::Array(_) | Value::Object(_) => false,
    }
}

/// The words of a cell that a buyer may be told.
pub(crate) fn text(value: &Value) -> Result<String, Trouble> {
    let text = plain(value).unwrap_or_default();
    if is_formula_error(&text) {
        return Err(Trouble(format!("В ячейке ошибка формулы {text}: исправьте формулу или впишите значение")));
    }
    if text.chars().count() > CHARS_MAX {
        return Err(Trouble(format!("Текст длиннее {CHARS_MAX} знаков: сократите")));
    }
    Ok(text)
}

/// What Sheets shows where a formula failed, in both its languages.
pub(crate) fn is_formula_error(text: &str) -> bool {
    let errors = [
        "#REF!",
        "#N/A",
        "#VALUE!",
        "#DIV/0!",
        "#NAME?",
        "#NUM!",
        "#NULL!",
        "#ERROR!",
        "#ССЫЛКА!",
        "#Н/Д",
        "#ЗНАЧ!",
        "#ДЕЛ/0!",
        "#ИМЯ?",
        "#ЧИСЛО!",
        "#ПУСТО!",
        "#ОШИБКА!",
    ];
    errors.contains(&text)
}

/// A whole number without a fraction, any other with a comma.
fn written(number: &serde_json::Number) -> String {
    match number.as_f64() {
        Some(float) if float.fract() == 0.0 && float.abs() < 1e15 => format!("{float:.0}"),
        _ => number.to_string().replace('.', ","),
    }
}

/// Zero-width characters and byte order marks, which come along when cells are pasted from web pages.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}' | '\u{202a}'..='\u{202e}')
}

#[cfg(test)]
mod tests {
    use super::super::check;
    use super::*;
    use serde_json::json;

    #[test]
    fn a_cell_is_filled_if_it_has_words() {
        for value in [json!(""), json!(" \u{a0}\n"), json!("\u{200b}"), json!(null), json!("а"), json!(0), json!(false)]
        {
            assert_eq!(is_filled(&value), plain(&value).is_some(), "{value}");
        }
    }

    #[test]
    fn words_become_one_line() {
        let table = [
            (json!("  Сумка \n красная\u{a0}"), "Сумка красная"),
            (json!("Сумка\u{200b}"), "Сумка"),
            (json!(41), "41"),
            (json!(41.0), "41"),
            (json!(1.5), "1,5"),
            (json!(-3), "-3"),
            (json!(true), "да"),
            (json!(""), ""),
            (json!(null), ""),
            (json!("#N/A"), "! ошибка формулы #N/A"),
            (json!("#ССЫЛКА!"), "! ошибка формулы"),
            (json!("#1 в мире"), "#1 в мире"),
            (json!("я".repeat(2001)), "! длиннее 2000 знаков"),
        ];
        check(text, |text| text, &table);
    }
}
