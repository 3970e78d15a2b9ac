//! Layers of settings laid over one another: the defaults, the operator's file, the environment.
//!
//! The `config` crate merges them; here the result becomes a flat list of `section.key` with the place each
//! value came from. Not here: what a value means ([`crate::reader`]).

use std::collections::BTreeMap;
use std::path::PathBuf;

use config::{Config, ConfigError, Environment, FileFormat, Format, Value, ValueKind};
use toml::de::{DeTable, DeValue};

use crate::problem::{Place, Problem};
use crate::source::Text;

/// What is in force where nobody says otherwise.
pub const DEFAULTS: &str = include_str!("../../../config/default.toml");

/// The name of that file, which also tells the place of its values.
pub(crate) const DEFAULTS_NAME: &str = "config/default.toml";

/// Environment variables of ours are `SALESPHERE__SECTION__KEY`.
pub(crate) const PREFIX: &str = "SALESPHERE";
const SEPARATOR: &str = "__";

/// One value, where it stands and under which key there.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) value: ValueKind,
    pub(crate) place: Place,
    /// Relative paths in the value start here.
    pub(crate) base: PathBuf,
}

/// All values by their keys.
pub(crate) type Entries = BTreeMap<String, Entry>;

/// A text with its lines known, or the problem that it is no TOML.
#[derive(Debug, Clone)]
pub(crate) struct Layer {
    text: Text,
    lines: BTreeMap<String, usize>,
}

impl Layer {
    pub(crate) fn parse(text: Text) -> Result<Self, Problem> {
        match DeTable::parse(&text.text) {
            Ok(table) => {
                let mut lines = BTreeMap::new();
                number(table.get_ref(), "", &text.text, &mut lines);
                Self { lines, text }.readable()
            }
            Err(error) => Err(Problem {
                place: Place::File {
                    name: text.name.clone(),
                    line: error.span().map(|span| line_at(&text.text, span.start)),
                },
                key: String::new(),
                what: format!("is no TOML: {}", error.message()),
                fix: "correct the line; text stands in quotes, a section in [brackets]".to_owned(),
            }),
        }
    }

    /// TOML that `config` cannot hold: a number of more than 64 bits.
    fn readable(self) -> Result<Self, Problem> {
        match config::Source::collect(&self) {
            Ok(_) => Ok(self),
            Err(error) => Err(Problem {
                place: Place::file(self.name()),
                key: String::new(),
                what: format!("cannot be read: {error}"),
                fix: "correct the value".to_owned(),
            }),
        }
    }

    pub(crate) fn name(&self) -> &str {
        &self.text.name
    }
}

impl config::Source for Layer {
    fn clone_into_box(&self) -> Box<dyn config::Source + Send + Sync> {
        Box::new(self.clone())
    }

    fn collect(&self) -> Result<config::Map<String, Value>, ConfigError> {
        FileFormat::Toml
            .parse(Some(&self.text.name), &self.text.text)
            .map_err(|cause| ConfigError::FileParse { uri: Some(self.text.name.clone()), cause })
    }
}

/// `layers`, each over those before it, and the environment over all.
pub(crate) fn merge(layers: &[&Layer], env: &BTreeMap<String, String>) -> Entries {
    // Numbers in the environment are parsed where they are read: parsed here, a key of digits would lose
    // its leading zeros and a token like 12e5 would become a number.
    let environment = Environment::with_prefix(PREFIX)
        .prefix_separator(SEPARATOR)
        .separator(SEPARATOR)
        .ignore_empty(true)
        .source(Some(env.clone().into_iter().collect()));
    let mut builder = Config::builder();
    for layer in layers {
        builder = builder.add_source((*layer).clone());
    }
    let merged = builder.add_source(environment).build().expect("every layer was read once, and all of it is UTF-8");
    let mut entries = Entries::new();
    flatten(merged.cache, "", layers, &mut entries);
    entries
}

fn flatten(value: Value, key: &str, layers: &[&Layer], entries: &mut Entries) {
    let layer = layers.iter().rev().find(|layer| value.origin() == Some(layer.name()));
    match value.kind {
        ValueKind::Table(table) => {
            for (name, value) in table {
                flatten(value, &join(key, &name), layers, entries);
            }
        }
        kind => {
            let place = match layer {
                Some(layer) if layer.name() == DEFAULTS_NAME => Place::Default,
                Some(layer) => Place::File { name: layer.name().to_owned(), line: layer.lines.get(key).copied() },
                None => Place::Env { variable: variable(key) },
            };
            let base = layer.map(|layer| layer.text.base.clone()).unwrap_or_default();
            entries.insert(key.to_owned(), Entry { key: key.to_owned(), value: kind, place, base });
        }
    }
}

/// The environment variable that sets `key`.
pub(crate) fn variable(key: &str) -> String {
    format!("{PREFIX}{SEPARATOR}{}", key.to_uppercase().replace('.', SEPARATOR))
}

fn number(table: &DeTable<'_>, above: &str, text: &str, lines: &mut BTreeMap<String, usize>) {
    for (name, value) in table {
        let key = join(above, name.get_ref());
        lines.insert(key.clone(), line_at(text, name.span().start));
        if let DeValue::Table(below) = value.get_ref() {
            number(below, &key, text, lines);
        }
    }
}

fn line_at(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|&byte| byte == b'\n').count() + 1
}

fn join(above: &str, name: &str) -> String {
    if above.is_empty() { name.to_owned() } else { format!("{above}.{name}") }
}
