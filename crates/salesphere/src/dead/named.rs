//! How an operator names dead letters: by the id the list shows, or several that follow one another.

use std::str::FromStr;

use queue::DeadLetterId;

/// The most letters one name may stand for: a slip of the finger is not to be obeyed for ever.
const LONGEST: u64 = 10_000;

/// One dead letter, `0-17`, or those from one number to another, `0-17..19`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Span(Vec<DeadLetterId>);

impl Span {
    /// The ids it stands for, oldest first.
    pub(super) fn ids(&self) -> &[DeadLetterId] {
        &self.0
    }
}

impl FromStr for Span {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let invalid =
            || format!("\"{text}\" names no dead letters: write it as the list shows it, like 0-17 or 0-17..19");
        let Some((first, last)) = text.split_once("..") else {
            return Ok(Self(vec![text.parse().map_err(|_| invalid())?]));
        };
        let (shard, from) = first.split_once('-').ok_or_else(invalid)?;
        let (from, last): (u64, u64) = (from.parse().map_err(|_| invalid())?, last.parse().map_err(|_| invalid())?);
        if last < from || last - from >= LONGEST {
            return Err(format!("\"{text}\" must rise, and name at most {LONGEST} letters"));
        }
        let ids = (from..=last).map(|number| format!("{shard}-{number}").parse().map_err(|_| invalid()));
        ids.collect::<Result<_, _>>().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_written_as_the_list_shows_it_and_in_no_other_way() {
        let ids = |text: &str| {
            let span: Result<Span, _> = text.parse();
            span.map(|span| span.0.iter().map(DeadLetterId::to_string).collect::<Vec<_>>().join(" ")).ok()
        };
        for (text, named) in [
            ("0-17", Some("0-17")),
            ("3-9..11", Some("3-9 3-10 3-11")),
            ("3-9..9", Some("3-9")),
            ("3-9..8", None),
            ("3-9..3-11", None),
            ("0-1..99999", None),
            ("17", None),
            ("..", None),
            ("", None),
        ] {
            assert_eq!(ids(text).as_deref(), named, "{text}");
        }
    }
}
