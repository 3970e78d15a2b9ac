//! The `fields` parameter: which fields of an answer are wanted. `sheets(properties.title,data.rowData.values.note)`.
//!
//! A name that Google does not have is refused as Google refuses it: else a mistake in a mask would only show in
//! production.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::answer::Refusal;

/// The fields of a spreadsheet that this fake has, each by its whole path.
const KNOWN: [&str; 34] = [
    "spreadsheetId",
    "spreadsheetUrl",
    "properties.title",
    "properties.locale",
    "properties.timeZone",
    "sheets.properties.sheetId",
    "sheets.properties.title",
    "sheets.properties.index",
    "sheets.properties.sheetType",
    "sheets.properties.hidden",
    "sheets.properties.gridProperties.rowCount",
    "sheets.properties.gridProperties.columnCount",
    "sheets.merges.sheetId",
    "sheets.merges.startRowIndex",
    "sheets.merges.endRowIndex",
    "sheets.merges.startColumnIndex",
    "sheets.merges.endColumnIndex",
    "sheets.data.startRow",
    "sheets.data.startColumn",
    "sheets.data.rowMetadata.hiddenByUser",
    "sheets.data.rowMetadata.hiddenByFilter",
    "sheets.data.rowMetadata.pixelSize",
    "sheets.data.columnMetadata.hiddenByUser",
    "sheets.data.columnMetadata.hiddenByFilter",
    "sheets.data.columnMetadata.pixelSize",
    "sheets.data.rowData.values.effectiveValue.numberValue",
    "sheets.data.rowData.values.effectiveValue.stringValue",
    "sheets.data.rowData.values.effectiveValue.boolValue",
    "sheets.data.rowData.values.effectiveValue.errorValue.type",
    "sheets.data.rowData.values.effectiveValue.errorValue.message",
    "sheets.data.rowData.values.formattedValue",
    "sheets.data.rowData.values.note",
    "sheets.data.rowData.values.effectiveFormat.numberFormat.type",
    "sheets.data.rowData.values.effectiveFormat.numberFormat.pattern",
];

/// What is wanted below one place; nothing named is everything.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Mask(BTreeMap<String, Mask>);

impl Mask {
    /// Reads a `fields` parameter.
    pub(super) fn parse(text: &str) -> Result<Self, Refusal> {
        let mut paths = Vec::new();
        let rest = list(text, "", &mut paths);
        if !rest.is_some_and(str::is_empty) {
            return Err(Refusal::bad("Request contains an invalid argument."));
        }
        let mut mask = Self::default();
        for path in paths {
            let known = |known: &str| known == path || known.starts_with(&format!("{path}."));
            if path != "*" && !KNOWN.iter().any(|name| known(name)) {
                return Err(Refusal::bad(format!("Invalid field selection {path}")));
            }
            mask.add(path.split('.').filter(|name| *name != "*"));
        }
        Ok(mask)
    }

    /// Whether anything at or below this path is wanted.
    pub(super) fn wants(&self, path: &str) -> bool {
        let mut place = self;
        for name in path.split('.') {
            if place.0.is_empty() {
                return true;
            }
            match place.0.get(name) {
                Some(below) => place = below,
                None => return false,
            }
        }
        true
    }

    /// What is wanted of a value.
    pub(super) fn of(&self, value: Value) -> Value {
        if self.0.is_empty() {
            return value;
        }
        match value {
            Value::Array(values) => values.into_iter().map(|value| self.of(value)).collect(),
            Value::Object(fields) => {
                let wanted = |(name, value): (String, Value)| {
                    let below = self.0.get(&name)?;
                    Some((name, below.of(value)))
                };
                Value::Object(fields.into_iter().filter_map(wanted).collect::<Map<_, _>>())
            }
            plain => plain,
        }
    }

    fn add<'a>(&mut self, mut path: impl Iterator<Item = &'a str>) {
        let Some(name) = path.next() else { return };
        self.0.entry(name.to_owned()).or_default().add(path);
    }
}

/// Reads `a,b.c(d,e)` up to where it ends, as whole paths; the rest of the text.
fn list<'a>(mut text: &'a str, above: &str, paths: &mut Vec<String>) -> Option<&'a str> {
    loop {
        let end = text.find([',', '(', ')']).unwrap_or(text.len());
        let (name, rest) = text.split_at(end);
        if name.is_empty() || name.split('.').any(str::is_empty) {
            return None;
        }
        let path = if above.is_empty() { name.to_owned() } else { format!("{above}.{name}") };
        text = match rest.strip_prefix('(') {
            Some(inner) => list(inner, &path, paths)?.strip_prefix(')')?,
            None => {
                paths.push(path);
                rest
            }
        };
        match text.strip_prefix(',') {
            Some(next) => text = next,
            None => return Some(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_mask_takes_what_it_names_and_nothing_else() {
        let answer = json!({
            "spreadsheetId": "1",
            "sheets": [{"properties": {"title": "A", "index": 0}, "data": [{"rowData": [{"values": [{"note": "n", "formattedValue": "5"}, {}]}]}]}]
        });
        for (mask, expected) in [
            ("spreadsheetId", json!({"spreadsheetId": "1"})),
            ("sheets.properties.title", json!({"sheets": [{"properties": {"title": "A"}}]})),
            ("sheets(properties(title,index))", json!({"sheets": [{"properties": {"title": "A", "index": 0}}]})),
            (
                "spreadsheetId,sheets(data.rowData.values(formattedValue))",
                json!({"spreadsheetId": "1", "sheets": [{"data": [{"rowData": [{"values": [{"formattedValue": "5"}, {}]}]}]}]}),
            ),
            ("*", answer.clone()),
        ] {
            assert_eq!(Mask::parse(mask).unwrap().of(answer.clone()), expected, "{mask}");
        }
    }

    #[test]
    fn a_name_that_there_is_not_and_a_broken_mask_are_refused() {
        for mask in ["sheet", "sheets.data.rows", "sheets(", "sheets)", "", "sheets..data", "sheets(data))", ",sheets"]
        {
            assert!(Mask::parse(mask).is_err(), "{mask:?}");
        }
    }

    #[test]
    fn it_knows_whether_cells_are_asked_for() {
        for (mask, cells) in [("sheets.properties", false), ("sheets(merges,data.rowMetadata)", true), ("sheets", true)]
        {
            assert_eq!(Mask::parse(mask).unwrap().wants("sheets.data"), cells, "{mask}");
        }
    }
}
