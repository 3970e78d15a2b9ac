//! Rows that were left out of the table because something in them is wrong: who asks about one of them is not
//! told that there is none.

use domain::catalog::{CatalogSnapshot, CellRef};

/// What the left-out rows of the tabs of `cells` were about, each once.
pub(crate) fn left_out<'a>(catalog: &'a CatalogSnapshot, cells: impl Iterator<Item = &'a CellRef>) -> Vec<&'a str> {
    let mut tabs: Vec<&str> = cells.map(tab).collect();
    tabs.dedup();
    let mut about: Vec<&str> = Vec::new();
    for problem in &catalog.problems {
        // A tab of which no row was read at all is not known by its cells.
        if let Some(text) = problem.about.as_deref()
            && (tabs.is_empty() || tabs.contains(&tab(&problem.at)))
            && !about.contains(&text)
        {
            about.push(text);
        }
    }
    about
}

fn tab(cell: &CellRef) -> &str {
    cell.0.split('!').next().unwrap_or_default()
}
