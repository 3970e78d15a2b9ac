//! The query parameters of lists, with Avito's limits.

use super::refusal::Refusal;

/// The pairs of a query, in order; a name may come several times.
pub(super) type Pairs = Vec<(String, String)>;

/// Which part of a list is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Page {
    pub(super) limit: usize,
    pub(super) offset: usize,
}

impl Page {
    /// `limit` from 1 to 100, 100 where it is not said; `offset` from 0 to 1000, beyond that a 400.
    pub(super) fn parse(query: &Pairs) -> Result<Self, Refusal> {
        Ok(Self { limit: number(query, "limit", 1, 100, 100)?, offset: number(query, "offset", 0, 1000, 0)? })
    }

    /// That part of `list`.
    pub(super) fn of<T>(self, list: impl Iterator<Item = T>) -> Vec<T> {
        list.skip(self.offset).take(self.limit).collect()
    }
}

/// The values of a parameter, given several times or with commas.
pub(super) fn values<'a>(query: &'a Pairs, name: &str) -> Vec<&'a str> {
    query
        .iter()
        .filter(|(key, _)| key == name)
        .flat_map(|(_, value)| value.split(','))
        .filter(|v| !v.is_empty())
        .collect()
}

fn number(query: &Pairs, name: &str, least: usize, most: usize, otherwise: usize) -> Result<usize, Refusal> {
    let Some((_, text)) = query.iter().find(|(key, _)| key == name) else { return Ok(otherwise) };
    let number = text.parse().ok().filter(|number| (least..=most).contains(number));
    number.ok_or_else(|| Refusal::field(name, &format!("must be between {least} and {most}")))
}
