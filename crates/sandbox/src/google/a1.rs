//! A1 notation: `Товары`, `'Мой лист'!A2:J`, `B:B`, `2:5`, `D2`.

/// A rectangle of cells, counted from 0; `None` is as far as the grid goes. Both ends belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Area {
    pub(super) first: (usize, usize),
    pub(super) last_row: Option<usize>,
    pub(super) last_column: Option<usize>,
}

/// Reads a range: the tab it names, if it names one, and the area. `is_tab` knows the tabs.
pub(super) fn parse(text: &str, is_tab: impl Fn(&str) -> bool) -> Option<(Option<String>, Area)> {
    let whole = unquote(text);
    if is_tab(&whole) {
        return Some((Some(whole), Area::default()));
    }
    match text.rsplit_once('!') {
        Some((tab, area)) => {
            let tab = unquote(tab);
            is_tab(&tab).then_some(())?;
            Some((Some(tab), parse_area(area)?))
        }
        None => Some((None, parse_area(text)?)),
    }
}

/// The cell called `D2`: row 1, column 3.
pub(super) fn cell(text: &str) -> Option<(usize, usize)> {
    let (column, row) = corner(text)?;
    Some((row?, column?))
}

/// Writes a range as Google does: the tab in quotes unless it is one plain word.
pub(super) fn write(tab: &str, area: Area, rows: usize, columns: usize) -> String {
    let plain = !tab.is_empty() && tab.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let tab = if plain { tab.to_owned() } else { format!("'{}'", tab.replace('\'', "''")) };
    let first = format!("{}{}", column_name(area.first.1), area.first.0 + 1);
    let last_row = area.last_row.unwrap_or(rows.saturating_sub(1));
    let last_column = area.last_column.unwrap_or(columns.saturating_sub(1));
    let last = format!("{}{}", column_name(last_column), last_row + 1);
    if first == last { format!("{tab}!{first}") } else { format!("{tab}!{first}:{last}") }
}

fn unquote(tab: &str) -> String {
    let inner = tab.strip_prefix('\'').and_then(|tab| tab.strip_suffix('\''));
    inner.map_or_else(|| tab.to_owned(), |tab| tab.replace("''", "'"))
}

fn parse_area(text: &str) -> Option<Area> {
    match text.split_once(':') {
        None => {
            let (row, column) = cell(text)?;
            Some(Area { first: (row, column), last_row: Some(row), last_column: Some(column) })
        }
        Some((from, to)) => {
            let (first_column, first_row) = corner(from)?;
            let (last_column, last_row) = corner(to)?;
            let first = (first_row.unwrap_or(0), first_column.unwrap_or(0));
            Some(Area { first, last_row, last_column })
        }
    }
}

/// `D2`, `D` or `2`: column and row, at least one of them.
fn corner(text: &str) -> Option<(Option<usize>, Option<usize>)> {
    let text = text.replace('$', "");
    let letters = text.chars().take_while(char::is_ascii_alphabetic).count();
    let (column, row) = text.split_at(letters);
    if text.is_empty() || letters > 3 || !row.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let number = |column: usize, letter: u8| column * 26 + usize::from(letter.to_ascii_uppercase() - b'A') + 1;
    let column = (!column.is_empty()).then(|| column.bytes().fold(0, number) - 1);
    let row = if row.is_empty() { None } else { Some(row.parse::<usize>().ok()?.checked_sub(1)?) };
    Some((column, row))
}

/// `A` for 0, `AA` for 26.
fn column_name(mut column: usize) -> String {
    let mut name = String::new();
    loop {
        name.insert(0, char::from(b'A' + u8::try_from(column % 26).unwrap_or(0)));
        if column < 26 {
            return name;
        }
        column = column / 26 - 1;
    }
}

#[cfg(test)]
mod tests {
    use super::{Area, cell, parse, write};

    #[test]
    fn a_range_is_read_and_written_as_google_writes_it() {
        let tabs = ["Товары", "Мой лист", "Stock", "it's", "A1"];
        for (text, written) in [
            ("Товары", "'Товары'!A1:Z1000"),
            ("'Товары'", "'Товары'!A1:Z1000"),
            ("Товары!A1:J500", "'Товары'!A1:J500"),
            ("'Мой лист'!B2:C", "'Мой лист'!B2:C1000"),
            ("Stock!2:3", "Stock!A2:Z3"),
            ("Stock!AA1:AB2", "Stock!AA1:AB2"),
            ("'it''s'!D2", "'it''s'!D2"),
            ("B:B", "first!B1:B1000"),
            ("$A$1:$B$2", "first!A1:B2"),
            ("A1", "A1!A1:Z1000"),
        ] {
            let (tab, area) = parse(text, |tab| tabs.contains(&tab)).expect(text);
            assert_eq!(write(tab.as_deref().unwrap_or("first"), area, 1000, 26), written, "{text}");
        }
    }

    #[test]
    fn what_is_no_range_is_refused() {
        for text in ["", "Нет такого", "Нет!A1:B2", "Stock!", "Stock!A0", "Stock!ABCD1", "Stock!A-1", "A1:B2:C3"]
        {
            assert_eq!(parse(text, |tab| tab == "Stock"), None, "{text}");
        }
    }

    #[test]
    fn a_cell_is_a_row_and_a_column() {
        assert_eq!(cell("D2"), Some((1, 3)));
        assert_eq!(cell("AA10"), Some((9, 26)));
        assert_eq!(cell("D"), None);
        assert_eq!(Area::default().first, (0, 0));
    }
}
