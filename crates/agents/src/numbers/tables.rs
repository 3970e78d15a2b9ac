//! The embedded tables of `data/*.tsv`: their rows, and words looked up whole or by their beginnings.

use std::collections::HashMap;

/// The rows of an embedded table: `N` columns, parted by tabs; comments and other rows are passed over.
pub(crate) fn rows<const N: usize>(table: &'static str) -> impl Iterator<Item = [&'static str; N]> {
    table.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let mut columns = line.split('\t').map(str::trim);
        let row = [(); N].map(|()| columns.next());
        row.iter().all(Option::is_some).then(|| row.map(Option::unwrap_or_default))
    })
}

/// A table of whole words and of beginnings («процент*»).
#[derive(Debug)]
pub(super) struct Forms<T> {
    whole: HashMap<&'static str, T>,
    beginnings: HashMap<char, Vec<(&'static str, T)>>,
}

impl<T: Copy> Forms<T> {
    pub(super) fn new() -> Self {
        Self { whole: HashMap::new(), beginnings: HashMap::new() }
    }

    pub(super) fn add(&mut self, form: &'static str, what: T) {
        match form.strip_suffix('*') {
            Some(beginning) => {
                let first = beginning.chars().next().unwrap_or('*');
                self.beginnings.entry(first).or_default().push((beginning, what));
            }
            None => {
                self.whole.entry(form).or_insert(what);
            }
        }
    }

    pub(super) fn get(&self, word: &str) -> Option<T> {
        if let Some(what) = self.whole.get(word) {
            return Some(*what);
        }
        let list = self.beginnings.get(&word.chars().next()?)?;
        list.iter().find(|(beginning, _)| word.starts_with(beginning)).map(|(_, what)| *what)
    }
}
