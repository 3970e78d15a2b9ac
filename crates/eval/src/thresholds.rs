//! Thresholds, written into a seller's file: the numbers change, every comment and every other line stays.

use std::collections::BTreeMap;

use domain::intent::Intent;
use toml_edit::{DocumentMut, Item, Table, TomlError, Value, value};

const SECTION: &str = "thresholds";

/// Thresholds that were found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Found {
    /// From which likelihood on a human is called.
    pub human: Option<f64>,
    /// How sure the router must be of an intent.
    pub by_intent: BTreeMap<Intent, f64>,
}

/// The text of a seller's file with these thresholds in it.
///
/// # Errors
/// The text is no TOML.
pub fn written_into(text: &str, found: &Found) -> Result<String, TomlError> {
    let mut document: DocumentMut = text.parse()?;
    let section = document.entry(SECTION).or_insert_with(|| Item::Table(Table::new()));
    let human = found.human.iter().map(|threshold| ("human", threshold));
    for (name, threshold) in human.chain(found.by_intent.iter().map(|(intent, threshold)| (intent.name(), threshold))) {
        match section.get_mut(name).and_then(Item::as_value_mut) {
            Some(known) => {
                // What stands after the number, a comment mostly, is its decor.
                let decor = known.decor().clone();
                *known = Value::from(*threshold);
                *known.decor_mut() = decor;
            }
            None => section[name] = value(*threshold),
        }
    }
    Ok(document.to_string())
}

/// The thresholds as they would stand in a file.
pub fn shown(found: &Found) -> String {
    written_into("", found).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured() -> Found {
        let by_intent = BTreeMap::from([(Intent::StockInquiry, 0.71), (Intent::Other, 0.925)]);
        Found { human: Some(0.3), by_intent }
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
        let expected = file.replace(
            "stock_inquiry = 0.9  # too careful?\n",
            "stock_inquiry = 0.71  # too careful?\nhuman = 0.3\nother = 0.925\n",
        );
        assert_eq!(written_into(file, &measured()).unwrap(), expected);
        assert_eq!(written_into(&expected, &measured()).unwrap(), expected, "twice is once");
    }

    #[test]
    fn a_file_without_the_section_gets_one_at_its_end() {
        let file = "name = \"Лавка\"\n\n[hours]\nopen = \"09:00\"\n";
        let written = written_into(file, &measured()).unwrap();
        assert_eq!(written, format!("{file}\n[thresholds]\nhuman = 0.3\nstock_inquiry = 0.71\nother = 0.925\n"));
        assert!(written_into("name = ", &measured()).is_err());
        assert_eq!(shown(&measured()), "[thresholds]\nhuman = 0.3\nstock_inquiry = 0.71\nother = 0.925\n");
    }
}
