//! The prompts, the reply templates and the examples of the second opinion: read, checked and rendered.
//!
//! They are files. A copy is built into the program, a directory may replace it, and either is read the same
//! way: everything that is wrong is told at once, each with its file, before the first buyer is answered. A prompt
//! may have a variant beside it that some chats get ([`trial`]). Not here: what is put into them, and who is asked.

mod prompt;
mod trial;

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use domain::ids::ConversationId;
use domain::intent::Intent;
use domain::record::{Trial, Variant};
use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, UndefinedBehavior, Value, context};
use opinion::Example;

use self::prompt::{Prompt, Role};
use crate::replies::Replies;

/// The files, by their names in the directory, with the copies built in.
const FILES: [(&str, &str); 18] = [
    ("router.md", include_str!("../../../prompts/router.md")),
    ("agents/stock.md", include_str!("../../../prompts/agents/stock.md")),
    ("agents/delivery.md", include_str!("../../../prompts/agents/delivery.md")),
    ("agents/pricing.md", include_str!("../../../prompts/agents/pricing.md")),
    ("agents/general.md", include_str!("../../../prompts/agents/general.md")),
    ("shared/voice.md", include_str!("../../../prompts/shared/voice.md")),
    ("shared/safety.md", include_str!("../../../prompts/shared/safety.md")),
    ("shared/turn.md", include_str!("../../../prompts/shared/turn.md")),
    ("replies/stock.toml", include_str!("../../../prompts/replies/stock.toml")),
    ("replies/delivery.toml", include_str!("../../../prompts/replies/delivery.toml")),
    ("replies/pricing.toml", include_str!("../../../prompts/replies/pricing.toml")),
    ("replies/general.toml", include_str!("../../../prompts/replies/general.toml")),
    ("replies/holding.toml", include_str!("../../../prompts/replies/holding.toml")),
    ("examples/stock.jsonl", include_str!("../../../prompts/examples/stock.jsonl")),
    ("examples/delivery.jsonl", include_str!("../../../prompts/examples/delivery.jsonl")),
    ("examples/pricing.jsonl", include_str!("../../../prompts/examples/pricing.jsonl")),
    ("examples/complaint.jsonl", include_str!("../../../prompts/examples/complaint.jsonl")),
    ("examples/other.jsonl", include_str!("../../../prompts/examples/other.jsonl")),
];

/// The prompts and replies in force.
#[derive(Debug)]
pub struct Library {
    turns: Environment<'static>,
    prompts: BTreeMap<String, Prompt>,
    pub(crate) replies: Replies,
    examples: Vec<Example>,
}

/// A prompt, ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The part that is the same on every call.
    pub system: String,
    /// The turn.
    pub user: String,
}

/// One thing that is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LibraryError {
    /// Which file.
    pub file: String,
    /// What is wrong, and what would be right.
    pub what: String,
}

/// Everything that is wrong with a set of files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LibraryErrors(pub Vec<LibraryError>);

impl Library {
    /// The files built into this program.
    ///
    /// # Errors
    /// When one of them is broken: a test of this crate holds that none is.
    pub fn embedded() -> Result<Self, LibraryErrors> {
        Self::load(|_, embedded| Ok(embedded.to_owned()), &[])
    }

    /// The files of a directory laid out like `prompts/`, and the variants of prompts that lie there. All of the
    /// former must be there: a mixture of old and new files is nobody's intention.
    ///
    /// # Errors
    /// Everything that is missing or wrong.
    pub fn from_dir(dir: &Path) -> Result<Self, LibraryErrors> {
        Self::load(|name, _| std::fs::read_to_string(dir.join(name)), &trial::variants_in(dir))
    }

    /// The same as [`Library::embedded`] or, with `dir`, [`Library::from_dir`], but for the router's prompt, which is
    /// `router`: to hold one against another. No variant is tried beside them.
    ///
    /// # Errors
    /// Everything that is missing or wrong.
    pub fn with_router(dir: Option<&Path>, router: &str) -> Result<Self, LibraryErrors> {
        let read = |name: &str, embedded: &str| match (name, dir) {
            ("router.md", _) => Ok(router.to_owned()),
            (_, Some(dir)) => std::fs::read_to_string(dir.join(name)),
            (_, None) => Ok(embedded.to_owned()),
        };
        Self::load(read, &[])
    }

    /// The labelled messages that the second opinion learns from.
    pub(crate) fn examples(&self) -> &[Example] {
        &self.examples
    }

    /// The part of the router's prompt that is the same on every call.
    pub fn router_prompt(&self) -> &str {
        &self.prompts["router.md"].system
    }

    fn load(read: impl Fn(&str, &str) -> std::io::Result<String>, variants: &[String]) -> Result<Self, LibraryErrors> {
        let mut errors = LibraryErrors(Vec::new());
        let mut prompts = BTreeMap::new();
        let mut replies = Vec::new();
        let mut examples = Vec::new();
        for (name, embedded) in FILES {
            match read(name, embedded) {
                Err(error) => errors.add(name, format!("cannot be read: {error}")),
                Ok(text) if name.starts_with("replies/") => replies.push((name, text)),
                Ok(text) if name.starts_with("examples/") => match opinion::read(&text) {
                    Ok(read) => examples.extend(read),
                    Err(misfits) => misfits.iter().for_each(|misfit| errors.add(name, misfit.to_string())),
                },
                Ok(text) => match Prompt::parse(&text).and_then(no_variant) {
                    Ok(prompt) => drop(prompts.insert(name.to_owned(), prompt)),
                    Err(what) => errors.add(name, what),
                },
            }
        }
        for name in variants {
            let parsed = read(name, "").map_err(|error| format!("cannot be read: {error}"));
            match parsed.and_then(|text| variant(name, Prompt::parse(&text)?, &prompts)) {
                Ok(prompt) => drop(prompts.insert(name.clone(), prompt)),
                Err(what) => errors.add(name, what),
            }
        }
        let turns = compile(&mut prompts, &mut errors);
        let replies = Replies::read(&replies, &mut errors);
        let library = Self { turns, prompts, replies, examples };
        library.must_have_every_prompt(&mut errors);
        if errors.0.is_empty() { Ok(library) } else { Err(errors) }
    }

    /// The router's prompt over a turn of `chat`; see [`RouterTurn`](crate::router::RouterTurn) for what it shows.
    pub(crate) fn router(&self, chat: Option<&ConversationId>, turn: Value) -> Result<Rendered, minijinja::Error> {
        self.render(self.variant_for("router.md", chat), turn)
    }

    /// The wording prompt of whoever answers `intent` in `chat`.
    pub(crate) fn wording(
        &self,
        intent: Intent,
        chat: Option<&ConversationId>,
        turn: Value,
    ) -> Result<Rendered, minijinja::Error> {
        self.render(self.variant_for(self.wording_file(intent).unwrap_or("agents/general.md"), chat), turn)
    }

    /// The prompt files a decision of `intent` in `chat` rests on, each with its version.
    pub(crate) fn versions(&self, intent: Option<Intent>, chat: Option<&ConversationId>) -> Vec<(String, String)> {
        let worded = intent.and_then(|intent| self.wording_file(intent));
        let shared = self.prompts.iter().filter(|(_, prompt)| worded.is_some() && prompt.role == Role::Shared);
        let files = worded.into_iter().chain(shared.map(|(name, _)| name.as_str())).chain(["router.md"]);
        let files = files.map(|file| self.variant_for(file, chat));
        files.map(|file| (file.to_owned(), self.prompts[file].version.clone())).collect()
    }

    /// The trial that `chat` takes part in when the router is asked, or the wording of `intent`; `None` where there is
    /// no variant to try.
    pub(crate) fn trial(&self, asked: Asked, chat: Option<&ConversationId>) -> Option<Trial> {
        let prompt = match asked {
            Asked::Router => "router.md",
            Asked::Wording(intent) => self.wording_file(intent)?,
        };
        self.prompts.get(&variant_name(prompt))?;
        let file = self.variant_for(prompt, chat);
        let variant = if file == prompt { Variant::A } else { Variant::B };
        Some(Trial { prompt: prompt.to_owned(), variant, version: self.prompts[file].version.clone() })
    }

    /// The variants that are tried, each with how many of a hundred chats get it.
    pub fn trials(&self) -> impl Iterator<Item = (&str, u8)> {
        self.prompts.iter().filter_map(|(name, prompt)| Some((name.as_str(), prompt.share?)))
    }

    /// `prompt`, or its variant where `chat` gets that.
    fn variant_for<'a>(&'a self, prompt: &'a str, chat: Option<&ConversationId>) -> &'a str {
        let variant = self.prompts.get_key_value(&variant_name(prompt));
        let gets = |share| chat.is_some_and(|chat| trial::gets_variant(prompt, chat, share));
        variant.filter(|(_, variant)| variant.share.is_some_and(gets)).map_or(prompt, |(name, _)| name)
    }

    fn wording_file(&self, intent: Intent) -> Option<&str> {
        let words = |prompt: &Prompt| prompt.role == Role::Wording(intent) && prompt.share.is_none();
        self.prompts.iter().find(|(_, prompt)| words(prompt)).map(|(name, _)| name.as_str())
    }

    fn render(&self, file: &str, turn: Value) -> Result<Rendered, minijinja::Error> {
        let user = self.turns.get_template(file)?.render(turn)?;
        Ok(Rendered { system: self.prompts[file].system.clone(), user: user.trim().to_owned() })
    }

    fn must_have_every_prompt(&self, errors: &mut LibraryErrors) {
        for intent in Intent::ALL.into_iter().filter(|intent| *intent != Intent::Complaint) {
            if self.wording_file(intent).is_none() {
                errors.add("agents/", format!("no file has `intent: {}`", intent.name()));
            }
        }
        if self.prompts.get("router.md").is_none_or(|prompt| prompt.role != Role::Router) {
            errors.add("router.md", "it must have `role: router`".to_owned());
        }
    }
}

/// Which of the model's two tasks a prompt is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    /// What does the buyer want?
    Router,
    /// How is the answer to this put?
    Wording(Intent),
}

/// A prompt that all chats get, unless a variant of it says otherwise.
fn no_variant(prompt: Prompt) -> Result<Prompt, String> {
    if prompt.share.is_some() {
        return Err("only a variant, a file called like `router.b.md`, has a `share`".to_owned());
    }
    Ok(prompt)
}

/// A variant that can take the place of its prompt, one of `prompts`.
fn variant(name: &str, prompt: Prompt, prompts: &BTreeMap<String, Prompt>) -> Result<Prompt, String> {
    let base = trial::base_of(name)?;
    if !FILES.iter().any(|(file, _)| *file == base) || base.starts_with("shared/") {
        return Err(format!("it would be a variant of `{base}`, and variants are those of router.md and agents/*.md"));
    }
    if prompts.get(&base).is_some_and(|base| base.role != prompt.role) {
        return Err(format!("its `role` and `intent` must be those of `{base}`"));
    }
    if prompt.share.is_none() {
        return Err("a variant's front matter says how many of the chats get it: `share: 50%`".to_owned());
    }
    Ok(prompt)
}

fn variant_name(prompt: &str) -> String {
    prompt.replace(".md", ".b.md")
}

/// An environment in which a missing name is an error, and a line that holds only a tag leaves no line.
pub(crate) fn strict() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    environment.set_syntax(syntax.expect("the usual delimiters do not contradict one another"));
    environment
}

/// Renders the fixed part of every prompt once, and keeps the turns as templates. Each is tried with a sample,
/// because only then a name that does not exist comes to light.
fn compile(prompts: &mut BTreeMap<String, Prompt>, errors: &mut LibraryErrors) -> Environment<'static> {
    let mut fixed = strict();
    let mut turns = strict();
    for (name, prompt) in prompts.iter().filter(|(_, prompt)| prompt.role == Role::Shared) {
        for environment in [&mut fixed, &mut turns] {
            if let Err(error) = environment.add_template_owned(name.clone(), prompt.system.clone()) {
                errors.add(name, told(&error));
            }
        }
    }
    for (name, prompt) in prompts.iter_mut().filter(|(_, prompt)| prompt.role != Role::Shared) {
        match fixed.render_named_str(name, &prompt.system, context!()) {
            Ok(system) => prompt.system = system,
            Err(error) => errors.add(name, told(&error)),
        }
        let added = turns.add_template_owned(name.clone(), prompt.turn.clone());
        let tried = added.and_then(|()| turns.get_template(name)?.render(sample(prompt.role)));
        if let Err(error) = tried {
            errors.add(name, format!("in the turn: {}", told(&error)));
        }
    }
    turns
}

fn sample(role: Role) -> Value {
    let history = vec![context!(who => "покупатель", text => "Здравствуйте")];
    match role {
        Role::Router => context!(history => history, listing => "Сумка", buyer => "Есть?"),
        Role::Wording(_) | Role::Shared => {
            context!(history => history, buyer => "Есть?", decision => "{}", refused => vec!["numbers: 5"])
        }
    }
}

/// A template's error with its reasons: the outermost of an include says only which file it came from.
pub(crate) fn told(error: &minijinja::Error) -> String {
    let mut told = error.to_string();
    let mut below = std::error::Error::source(error);
    while let Some(cause) = below {
        told = format!("{told}: {cause}");
        below = cause.source();
    }
    told
}

impl LibraryErrors {
    pub(crate) fn add(&mut self, file: &str, what: String) {
        self.0.push(LibraryError { file: file.to_owned(), what });
    }
}

impl fmt::Display for LibraryErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, error) in self.0.iter().enumerate() {
            let line_break = if i == 0 { "" } else { "\n" };
            write!(f, "{line_break}{}: {}", error.file, error.what)?;
        }
        Ok(())
    }
}

impl std::error::Error for LibraryErrors {}

#[cfg(test)]
mod tests;
