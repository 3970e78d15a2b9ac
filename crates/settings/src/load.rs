//! Loading: read the texts, lay them over one another, read the values, check how they fit.
//!
//! Not here: the steps themselves.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use crate::layers::{self, Entries, Entry, Layer};
use crate::model::Settings;
use crate::problem::{Place, Problem, SettingsErrors};
use crate::reader::{Book, Reader, Scope};
use crate::source::{self, LoadOptions, Text, Texts};
use crate::{rules, sections, sellers};

/// Where a setting is to be added when the operator has no file yet.
const OPERATOR_NAME: &str = "config/production.toml";

/// Loads all settings.
///
/// # Errors
/// With every problem there is. Files that cannot be read or are no TOML come first, by themselves: what
/// else is wrong could not be told without them.
pub fn load(options: LoadOptions) -> Result<Settings, SettingsErrors> {
    Reading::of(options).settings
}

/// What one reading of everything came to.
pub(crate) struct Reading {
    pub(crate) settings: Result<Settings, SettingsErrors>,
    pub(crate) texts: Texts,
    /// The files and directories it depends on, whether or not they are there.
    pub(crate) files: BTreeSet<PathBuf>,
}

impl Reading {
    pub(crate) fn of(options: LoadOptions) -> Self {
        let mut problems = Vec::new();
        let texts = source::gather(options, &mut problems);
        Self::of_texts(texts, problems)
    }

    /// `problems` are those of texts that could not be read.
    pub(crate) fn of_texts(texts: Texts, problems: Vec<Problem>) -> Self {
        let mut files = texts.files.clone();
        let settings = weigh(&texts, problems, &mut files).map_err(SettingsErrors::new);
        Self { settings, texts, files }
    }
}

fn weigh(texts: &Texts, mut problems: Vec<Problem>, files: &mut BTreeSet<PathBuf>) -> Result<Settings, Vec<Problem>> {
    let layers = parse(texts, &mut problems);
    if !problems.is_empty() {
        return Err(problems);
    }

    let mut book = Book { problems: misspelt(&layers.env), ..Book::default() };
    let mut settings = read(&layers, &mut book);
    files.append(&mut book.files);
    if !book.problems.is_empty() {
        return Err(book.problems);
    }
    settings.explained = book.explained;
    Ok(settings)
}

/// All texts, parsed.
struct Layers {
    defaults: Layer,
    operator: Option<Layer>,
    sellers: Vec<Layer>,
    sellers_place: String,
    env: BTreeMap<String, String>,
}

fn parse(texts: &Texts, problems: &mut Vec<Problem>) -> Layers {
    let mut parsed = |text: Text| Layer::parse(text).map_err(|problem| problems.push(problem)).ok();
    let defaults =
        Text { name: layers::DEFAULTS_NAME.to_owned(), text: layers::DEFAULTS.to_owned(), base: PathBuf::new() };
    Layers {
        defaults: parsed(defaults).expect("the embedded defaults are TOML, a test reads them"),
        operator: texts.operator.clone().and_then(&mut parsed),
        sellers: texts.sellers.iter().cloned().filter_map(parsed).collect(),
        sellers_place: texts.sellers_place.clone(),
        env: texts.env.clone(),
    }
}

fn read(layers: &Layers, book: &mut Book) -> Settings {
    let stack: Vec<&Layer> = [&layers.defaults].into_iter().chain(&layers.operator).collect();
    let (entries, seller_defaults) = split(layers::merge(&stack, &layers.env));
    let scope = Scope {
        file: layers.operator.as_ref().map_or(OPERATOR_NAME, Layer::name).to_owned(),
        prefix: String::new(),
        or_else: |key| format!("add it there, or set {}", layers::variable(key)),
    };

    let mut reader = Reader::new(entries, scope, book);
    let mut settings = sections::read(&mut reader);
    rules::check(&settings, &mut reader);
    sellers::read(&layers.sellers, &seller_defaults, &layers.sellers_place, &mut settings, reader.book);
    rules::check_gates(&settings, &mut reader);
    reader.finish();
    settings
}

/// What is meant for the sellers, under the keys their files have.
fn split(entries: Entries) -> (Entries, Entries) {
    let (sellers, rest): (Entries, Entries) =
        entries.into_iter().partition(|(key, _)| key.starts_with(sellers::DEFAULTS));
    let stripped = |(key, entry): (String, Entry)| (key[sellers::DEFAULTS.len()..].to_owned(), entry);
    (rest, sellers.into_iter().map(stripped).collect())
}

/// `SALESPHERE_QUEUE__LEASE` is one underscore short of being a setting, and would do nothing.
fn misspelt(env: &BTreeMap<String, String>) -> Vec<Problem> {
    let ours = format!("{}_", layers::PREFIX);
    env.keys()
        .filter_map(|variable| variable.strip_prefix(&ours).map(|rest| (variable, rest)))
        .filter(|(_, rest)| !rest.starts_with('_') && rest.contains("__"))
        .map(|(variable, rest)| Problem {
            place: Place::Env { variable: variable.clone() },
            key: String::new(),
            what: "is no setting".to_owned(),
            fix: format!("did you mean {}__{rest}?", layers::PREFIX),
        })
        .collect()
}
