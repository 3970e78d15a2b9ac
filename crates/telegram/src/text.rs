//! Foreign text on a card: cleaned, shortened, escaped, in this order. Cut first, a text can never be cut
//! within an escape sequence or a tag.
//!
//! Not here: how long each part may be (`card`).

/// Text by somebody else, fit for Telegram's HTML: at most `most` units long once it is shown.
pub(crate) fn quoted(text: &str, most: usize) -> String {
    escaped(&shortened(&cleaned(text), most))
}

/// Text by somebody else, for a message without markup: at most `most` units long.
pub(crate) fn plain(text: &str, most: usize) -> String {
    shortened(&cleaned(text), most)
}

/// Text by somebody else as plain text in one line, at most `most` units long.
pub(crate) fn in_one_line(text: &str, most: usize) -> String {
    shortened(&cleaned(text).split_whitespace().collect::<Vec<_>>().join(" "), most)
}

/// The word for so many: 1 минута, 2 минуты, 5 минут.
pub(crate) fn plural(count: u64, one: &'static str, few: &'static str, many: &'static str) -> &'static str {
    match (count % 10, count % 100) {
        (1, last) if last != 11 => one,
        (2..=4, last) if !(12..=14).contains(&last) => few,
        _ => many,
    }
}

/// How long a text is for Telegram: in UTF-16 units.
pub(crate) fn length(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// Without control characters, and without those that turn the direction of writing and could make a text
/// read as another.
fn cleaned(text: &str) -> String {
    let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}');
    let kept = text.trim().chars().filter(|&c| !turns(c) && c != '\r');
    kept.map(|c| if c.is_control() && c != '\n' { ' ' } else { c }).collect()
}

fn shortened(text: &str, most: usize) -> String {
    if length(text) <= most {
        return text.to_owned();
    }
    let mut used = 1;
    let mut short: String = text
        .chars()
        .take_while(|c| {
            used += c.len_utf16();
            used <= most
        })
        .collect();
    short.truncate(short.trim_end().len());
    short.push('…');
    short
}

/// For text between tags and for values in double quotes.
pub(crate) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_line() {
        assert_eq!(in_one_line(" Есть?\n\nА  синяя? ", 100), "Есть? А синяя?");
        assert_eq!(in_one_line("раз\nдва три", 9), "раз два…");
    }

    #[test]
    fn foreign_text_is_cleaned_shortened_and_escaped() {
        for (text, most, shown) in [
            ("  Ещё есть?\r\n", 100, "Ещё есть?"),
            ("<b>&\"", 100, "&lt;b&gt;&amp;&quot;"),
            ("раз два три", 8, "раз два…"),
            ("раз два", 7, "раз два"),
            ("раз два три", 5, "раз…"),
            ("<<<<<", 4, "&lt;&lt;&lt;…"),
            ("🙂🙂🙂", 5, "🙂🙂…"),
            ("🙂🙂🙂", 4, "🙂…"),
            ("a\u{202e}b\u{0}c\nd", 100, "ab c\nd"),
            ("", 5, ""),
        ] {
            assert_eq!(quoted(text, most), shown, "{text:?} {most}");
        }
    }
}
