//! Spreadsheets drawn as text, and snapshots told as text.

use domain::catalog::{CatalogSnapshot, DeliveryRow, Product, Stock};
use serde_json::{Value, json};
use sheets::{Merge, Tab};

/// A tab drawn as lines of cells with bars between. What looks like a number is one, as Sheets would have it;
/// with an apostrophe before it, it stays text, as in Sheets.
pub(crate) fn tab(title: &str, lines: &[&str]) -> Tab {
    let rows = lines.iter().map(|line| line.split('|').map(|cell| value(cell.trim())).collect()).collect();
    Tab::new(title, rows)
}

/// The same tab with cells merged («B2:B4») and rows and columns hidden («3», «C»).
pub(crate) fn arranged(mut tab: Tab, merged: &[&str], hidden: &[&str]) -> Tab {
    for range in merged {
        let (first, last) = range.split_once(':').unwrap();
        let ((top, left), (bottom, right)) = (corner(first), corner(last));
        tab.layout.merges.push(Merge { rows: top..bottom + 1, columns: left..right + 1 });
    }
    for name in hidden {
        match name.parse::<usize>() {
            Ok(row) => tab.layout.hidden_rows.insert(row - 1),
            Err(_) => tab.layout.hidden_columns.insert(corner(&format!("{name}1")).1),
        };
    }
    tab
}

fn corner(cell: &str) -> (usize, usize) {
    let (column, row) = cell.split_at(1);
    (row.parse::<usize>().unwrap() - 1, usize::from(column.as_bytes()[0] - b'A'))
}

fn value(cell: &str) -> Value {
    if let Some(text) = cell.strip_prefix('\'') {
        return json!(text);
    }
    match cell.parse::<f64>() {
        Ok(number) => json!(number),
        Err(_) => json!(cell),
    }
}

/// What was read, a line for each thing.
pub(crate) fn told(snapshot: &CatalogSnapshot) -> Vec<String> {
    let products = snapshot.products.iter().map(product);
    let delivery = snapshot.delivery.iter().map(place);
    let shop = snapshot.shop.iter().map(|fact| format!("{}: {}", fact.name.value, fact.value.value));
    let faq = snapshot.faq.iter().map(|row| format!("{} {}", row.question.value, row.answer.value));
    let problems = snapshot.problems.iter().map(|problem| {
        let about = problem.about.as_ref().map(|about| format!(" [{about}]")).unwrap_or_default();
        format!("! {} {}{about}", problem.at, problem.what)
    });
    let lines = products.chain(delivery).chain(shop).chain(faq).chain(problems);
    lines.map(|line| line.replace('\u{a0}', " ")).collect()
}

fn product(product: &Product) -> String {
    let mut line = format!("{} {}", product.sku, product.title.value);
    match &product.price {
        Some(price) => line += &format!(", {}", price.value),
        None => line += ", no price",
    }
    match product.stock.value {
        Stock::Count(count) => line += &format!(", {count} pcs"),
        Stock::Plenty => line += ", plenty",
    }
    if let Some(floor) = &product.floor {
        line += &format!(", floor {}", floor.value);
    }
    if let Some(step) = &product.step {
        line += &format!(", step {}", step.value);
    }
    if let Some(item) = &product.item {
        line += &format!(", item {}", item.value);
    }
    for (header, value) in &product.attributes {
        line += &format!(", {header}={}", value.value);
    }
    line
}

fn place(row: &DeliveryRow) -> String {
    let mut line = row.place.value.clone();
    match &row.cost {
        Some(cost) => line += &format!(", {}", cost.value),
        None => line += ", not served",
    }
    if let Some(days) = &row.days {
        line += &format!(", {} days", days.value);
    }
    if let Some(sum) = &row.free_from {
        line += &format!(", free from {}", sum.value);
    }
    if let Some(note) = &row.note {
        line += &format!(", {}", note.value);
    }
    line
}

/// Reads the tabs and compares what is told. A line that ends in … need only begin alike.
pub(crate) fn check(tabs: &[Tab], expected: &[&str]) {
    let told = told(&sheets::read(tabs, 0));
    let alike = told.len() == expected.len()
        && told.iter().zip(expected).all(|(told, expected)| match expected.strip_suffix('…') {
            Some(beginning) => told.starts_with(beginning),
            None => told == expected,
        });
    assert!(alike, "read:\n{}\nexpected:\n{}", told.join("\n"), expected.join("\n"));
}
