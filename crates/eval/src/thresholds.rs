//! Thresholds, written into a seller's file: the numbers change, every comment and every other line stays.

use std::collections::BTreeMap;

use domain::intent::Intent;
use toml_edit::{DocumentMut, Item, Table, TomlError, Value, value};

const SECTION: &str = "thresholds";

/// The text of a seller's file with these thresholds in it.
///
/// # Errors
/// The text is no TOML.
pub fn written_into(text: &str, thresholds: &BTreeMap<Intent, f64>) -> Result<String, TomlError> {
    let mut document: DocumentMut = text.parse()?;
    let section = document.entry(SECTION).or_insert_with(|| Item::Table(Table::new()));
    for (intent, threshold) in thresholds {
        match section.get_mut(intent.name()).and_then(Item::as_value_mut) {
            Some(known) => {
                // What stands after the number, a comment mostly, is its decor.
                let decor = known.decor().clone();
                *known = Value::from(*threshold);
                *known.decor_mut() = decor;
            }
            None => section[intent.name()] = value(*threshold),
        }
    }
    Ok(document.to_string())
}

/// The thresholds as they would stand in a file.
pub fn shown(thresholds: &BTreeMap<Intent, f64>) -> String {
    written_into("", thresholds).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured() -> BTreeMap<Intent, f64> {
        BTreeMap::from([(Intent::StockInquiry, 0.71), (Intent::Other, 0.925)])
    }

    #[test]
    fn every_comment_and_every_other_line_stays() {
        let file = "\
# Our shop.
name = \"Лавка\" # as people read it

[thresholds]
# For the start.
default = 0.8
stock_inquiry = 0.9  # too careful?

[hours]
open = \"09:00\"
";
        let expected = file
            .replace("stock_inquiry = 0.9  # too careful?\n", "stock_inquiry = 0.71  # too careful?\nother = 0.925\n");
        assert_eq!(written_into(file, &measured()).unwrap(), expected);
        assert_eq!(written_into(&expected, &measured()).unwrap(), expected, "twice is once");
    }

    #[test]
    fn a_file_without_the_section_gets_one_at_its_end() {
        let file = "name = \"Лавка\"\n\n[hours]\nopen = \"09:00\"\n";
        let written = written_into(file, &measured()).unwrap();
        assert_eq!(written, format!("{file}\n[thresholds]\nstock_inquiry = 0.71\nother = 0.925\n"));
        assert!(written_into("name = ", &measured()).is_err());
        assert_eq!(shown(&measured()), "[thresholds]\nstock_inquiry = 0.71\nother = 0.925\n");
    }
}
