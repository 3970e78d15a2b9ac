//! How things are written on a terminal: spans of time, amounts of memory, and what others wrote.

use std::borrow::Cow;

use comfy_table::Table;
use comfy_table::presets::NOTHING;
use jiff::Timestamp;

/// A table without lines, as all commands print them.
pub(crate) fn table<const N: usize>(header: [&str; N]) -> Table {
    let mut table = Table::new();
    table.load_style(NOTHING).set_header(header);
    table
}

/// `text` without anything a terminal would obey: what buyers wrote and what lies in Redis may hold escapes.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    let obeyed =
        |c: char| c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c) || ('\u{2066}'..='\u{2069}').contains(&c);
    if !text.contains(obeyed) {
        return Cow::Borrowed(text);
    }
    text.chars().map(|c| if obeyed(c) { c.escape_unicode().to_string() } else { c.to_string() }).collect()
}

/// How long something lasts, as short as one says it: `0.4 s`, `12 s`, `3 min`, `5 h`, `2 d`.
pub(crate) fn span(ms: i64) -> String {
    match ms.max(0) {
        ms @ 0..10_000 => format!("{}.{} s", ms / 1000, ms % 1000 / 100),
        ms @ 10_000..120_000 => format!("{} s", ms / 1000),
        ms @ 120_000..7_200_000 => format!("{} min", ms / 60_000),
        ms @ 7_200_000..172_800_000 => format!("{} h", ms / 3_600_000),
        ms => format!("{} d", ms / 86_400_000),
    }
}

/// The same, or a dash where there is none.
pub(crate) fn span_or_dash(ms: Option<i64>) -> String {
    ms.map_or_else(|| "-".to_owned(), span)
}

/// A moment: `2026-11-24 03:12:05`, in UTC.
pub(crate) fn moment(ms: i64) -> String {
    Timestamp::from_millisecond(ms).map_or_else(|_| "-".to_owned(), |at| at.strftime("%Y-%m-%d %H:%M:%S").to_string())
}

/// An amount of memory.
pub(crate) fn bytes(bytes: u64) -> String {
    const MIB: u64 = 1 << 20;
    match bytes {
        0..MIB => format!("{} KB", bytes >> 10),
        bytes if bytes < 10 * MIB => format!("{}.{} MB", bytes / MIB, bytes % MIB * 10 / MIB),
        bytes => format!("{} MB", bytes / MIB),
    }
}

/// `1 message`, `3 messages`.
pub(crate) fn count(number: usize, one: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {one}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_and_amounts_are_as_short_as_one_says_them() {
        for (ms, said) in [
            (-5, "0.0 s"),
            (449, "0.4 s"),
            (9_999, "9.9 s"),
            (119_999, "119 s"),
            (120_000, "2 min"),
            (7_200_000, "2 h"),
            (172_800_000, "2 d"),
        ] {
            assert_eq!(span(ms), said);
        }
        for (amount, said) in [(0, "0 KB"), (2_000_000, "1.9 MB"), (512 << 20, "512 MB")] {
            assert_eq!(bytes(amount), said);
        }
    }

    #[test]
    fn nothing_that_a_buyer_writes_moves_the_terminal() {
        for (text, printed) in [
            ("Есть красная? 👜", "Есть красная? 👜"),
            ("\u{1b}[2Jгоп\r\n", "\\u{1b}[2Jгоп\\u{d}\\u{a}"),
            ("\u{202e}cba", "\\u{202e}cba"),
        ] {
            assert_eq!(printable(text), printed);
        }
    }
}
