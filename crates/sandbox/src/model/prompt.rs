//! The parts of a prompt that the jobs read: `<history>`, `<buyer>`, `<decision>`.

use super::past::{Line, Who};

/// What stands between `<name>` and `</name>`; of several the last, because examples come before the turn.
pub(super) fn section<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let end = text.rfind(&close)?;
    let start = text[..end].rfind(&open)? + open.len();
    Some(&text[start..end])
}

/// The lines before, each as «покупатель: …» or «продавец: …». A line that is neither goes on with the one before.
pub(super) fn history(text: &str) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for line in section(text, "history").unwrap_or_default().lines().map(str::trim).filter(|line| !line.is_empty()) {
        let said = line.split_once(':').and_then(|(who, text)| {
            let who = match who.trim().to_lowercase().as_str() {
                "покупатель" | "buyer" => Who::Buyer,
                "продавец" | "seller" => Who::Seller,
                _ => return None,
            };
            Some(Line { who, text: text.trim().to_owned() })
        });
        match (said, lines.last_mut()) {
            (Some(said), _) => lines.push(said),
            (None, Some(last)) => last.text = format!("{}\n{line}", last.text),
            (None, None) => {}
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::{history, section};

    #[test]
    fn the_last_section_of_a_name_is_the_turns() {
        assert_eq!(section("<buyer>a</buyer> <buyer>b\nc</buyer>", "buyer"), Some("b\nc"));
        assert_eq!(section("<buyer>a", "buyer"), None);
        assert_eq!(section("a</buyer>", "buyer"), None);
    }

    #[test]
    fn history_is_lines_with_their_speakers() {
        let text = "<history>\nпокупатель: Есть?\nпродавец: Да:\nкрасная\n\n</history>";
        let lines: Vec<String> = history(text).iter().map(|line| format!("{:?}: {}", line.who, line.text)).collect();
        assert_eq!(lines, ["Buyer: Есть?", "Seller: Да:\nкрасная"]);
    }
}
