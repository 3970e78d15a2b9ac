//! The prompts and the reply templates: read, checked and rendered.
//!
//! They are files. A copy is built into the program, a directory may replace it, and either is read the same
//! way: everything that is wrong is told at once, each with its file, before the first buyer is answered. Not
//! here: what is put into them, and who is asked.

mod prompt;

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use domain::intent::Intent;
use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, UndefinedBehavior, Value, context};

use self::prompt::{Prompt, Role};
use crate::replies::Replies;

/// The files, by their names in the directory, with the copies built in.
const FILES: [(&str, &str); 13] = [
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
];

/// The prompts and replies in force.
#[derive(Debug)]
pub struct Library {
    turns: Environment<'static>,
    prompts: BTreeMap<String, Prompt>,
    pub(crate) replies: Replies,
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
        Self::load(|_, embedded| Ok(embedded.to_owned()))
    }

    /// The files of a directory laid out like `prompts/`. All of them must be there: a mixture of old and new
    /// files is nobody's intention.
    ///
    /// # Errors
    /// Everything that is missing or wrong.
    pub fn from_dir(dir: &Path) -> Result<Self, LibraryErrors> {
        Self::load(|name, _| std::fs::read_to_string(dir.join(name)))
    }

    fn load(read: impl Fn(&str, &str) -> std::io::Result<String>) -> Result<Self, LibraryErrors> {
        let mut errors = LibraryErrors(Vec::new());
        let mut prompts = BTreeMap::new();
        let mut replies = Vec::new();
        for (name, embedded) in FILES {
            match read(name, embedded) {
                Err(error) => errors.add(name, format!("cannot be read: {error}")),
                Ok(text) if name.starts_with("replies/") => replies.push((name, text)),
                Ok(text) => match Prompt::parse(&text) {
                    Ok(prompt) => drop(prompts.insert(name.to_owned(), prompt)),
                    Err(what) => errors.add(name, what),
                },
            }
        }
        let turns = compile(&mut prompts, &mut errors);
        let replies = Replies::read(&replies, &mut errors);
        let library = Self { turns, prompts, replies };
        library.must_have_every_prompt(&mut errors);
        if errors.0.is_empty() { Ok(library) } else { Err(errors) }
    }

    /// The router's prompt over a turn; see [`RouterTurn`](crate::router::RouterTurn) for what it shows.
    pub(crate) fn router(&self, turn: Value) -> Result<Rendered, minijinja::Error> {
        self.render("router.md", turn)
    }

    /// The wording prompt of whoever answers `intent`.
    pub(crate) fn wording(&self, intent: Intent, turn: Value) -> Result<Rendered, minijinja::Error> {
        self.render(self.wording_file(intent).unwrap_or("agents/general.md"), turn)
    }

    /// The prompt files a decision of `intent` rests on, each with its version.
    pub(crate) fn versions(&self, intent: Option<Intent>) -> Vec<(String, String)> {
        let worded = intent.and_then(|intent| self.wording_file(intent));
        let shared = self.prompts.iter().filter(|(_, prompt)| worded.is_some() && prompt.role == Role::Shared);
        let files = worded.into_iter().chain(shared.map(|(name, _)| name.as_str()));
        files.chain(["router.md"]).map(|file| (file.to_owned(), self.prompts[file].version.clone())).collect()
    }

    fn wording_file(&self, intent: Intent) -> Option<&str> {
        self.prompts.iter().find(|(_, prompt)| prompt.role == Role::Wording(intent)).map(|(name, _)| name.as_str())
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
