//! Phrases that need a decision behind them: patterns of `data/phrases.tsv`, and where they are said.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::matching::phrase::{Phrases, Token};
use crate::numbers::tables::rows;

/// The phrases of `list` that `words` say, as they are said.
pub(crate) fn said<'a>(list: &str, words: &'a [Token]) -> impl Iterator<Item = String> + use<'a> {
    let table = phrases();
    let list =
        table.get(list).unwrap_or_else(|| unreachable!("the lists are named in code and in the table alike: {list}"));
    (0..words.len()).filter_map(|at| {
        let hit = list.phrases.starting_at(words, at).next()?;
        let denied = at > 0 && list.denied_by.contains(&words[at - 1].text.as_str());
        (!denied)
            .then(|| words[at..hit.max(at + 1)].iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" "))
    })
}

#[derive(Debug)]
struct List {
    phrases: Phrases,
    /// Words that take back what is said behind them.
    denied_by: &'static [&'static str],
}

/// By the mark behind a list's name. «Не осталось» is said in spite of its «не»; «нет в наличии» says the contrary
/// of «в наличии», and «нет, забирайте» does not take anything back.
fn denied_by(name: &str) -> &'static [&'static str] {
    if name.ends_with('!') {
        &[]
    } else if name.ends_with('-') {
        &["не", "ни", "нельзя", "not", "нет", "нету"]
    } else {
        &["не", "ни", "нельзя", "not"]
    }
}

fn phrases() -> &'static HashMap<&'static str, List> {
    static PHRASES: LazyLock<HashMap<&'static str, List>> = LazyLock::new(|| {
        let table = include_str!("../../data/phrases.tsv");
        rows(table)
            .map(|[name, patterns]| {
                let list = List { phrases: Phrases::parse(patterns), denied_by: denied_by(name) };
                (name.trim_end_matches(['!', '-']), list)
            })
            .collect()
    });
    &PHRASES
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::phrase::tokens;

    #[test]
    fn phrases_are_found_where_they_are_said() {
        for (list, text, found) in [
            ("deal", "тогда по рукам", Some("по рукам")),
            ("deal", "мы не договорились", None),
            ("deal", "идет", Some("идет")),
            ("deal", "посылка идет 5 дней", None),
            ("floor", "ниже 3000 я не могу", Some("ниже 3000 я не")),
            ("firm", "дешевле. не знаю", None),
            ("have_not", "сумки сейчас не осталось", Some("не осталось")),
            ("have", "сейчас нет в наличии: сумка", None),
            ("have", "нет, в наличии только синяя", None),
            ("deal", "нет, забирайте", Some("забирайте")),
        ] {
            assert_eq!(said(list, &tokens(text)).next().as_deref(), found, "{list}: {text}");
        }
    }
}
