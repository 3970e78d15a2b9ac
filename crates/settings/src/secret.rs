//! Secrets: given as they are, or as the path of a file that holds them. No problem and no explanation ever
//! quotes one.
//!
//! Not here: which settings are secrets ([`crate::sections`], [`crate::sellers`]).

use secrecy::SecretString;

use crate::explain::MASK;
use crate::layers::Entry;
use crate::problem::Misfit;
use crate::reader::{Reader, Tell};
use crate::source;
use crate::values::text_of;

/// What a certain secret must look like, and how much of it may be shown.
pub(crate) struct Kind {
    /// Refuses a value without quoting it.
    pub(crate) check: fn(&str) -> Result<(), Misfit>,
    /// What `config check` prints.
    pub(crate) mask: fn(&str) -> String,
}

impl Kind {
    /// Any text, of which nothing is shown.
    pub(crate) const PLAIN: Kind = Kind { check: |_| Ok(()), mask: |_| MASK.to_owned() };
}

impl Reader<'_> {
    /// A secret that must be there.
    pub(crate) fn secret(&mut self, key: &str, kind: &Kind) -> SecretString {
        let file = file_key(key);
        if self.entry(key).is_none() && self.entry(&file).is_none() {
            self.know(&file);
            self.know(key);
            let fix = format!("{}; {file} takes the path of a file that holds it", self.fix_of_missing(key));
            self.object(key, Misfit::new("is missing", fix));
            return SecretString::default();
        }
        self.optional_secret(key, kind).unwrap_or_default()
    }

    /// A secret that may be missing.
    pub(crate) fn optional_secret(&mut self, key: &str, kind: &Kind) -> Option<SecretString> {
        let file = file_key(key);
        self.know(&file);
        self.know(key);
        let rank = |entry: Option<&Entry>| entry.map(|entry| entry.place.rank());
        let (plain, in_file) = (rank(self.entry(key)), rank(self.entry(&file)));
        if plain.is_some() && plain == in_file {
            self.object(key, Misfit::new(format!("and {file} are both given"), "leave one of them out"));
            return None;
        }
        let path = self.entry(&file).and_then(|entry| Some(entry.base.join(text_of(entry).ok()?)));
        self.book.files.extend(path);
        let read = if in_file > plain {
            self.optional(&file, |entry| from_file(entry, kind))
        } else {
            self.optional(key, |entry| checked(text_of(entry)?, kind))
        };
        read.map(|Masked { secret, .. }| secret)
    }

    /// Whether something was wrong with a secret, in whichever way it was given.
    pub(crate) fn is_secret_wrong(&self, key: &str) -> bool {
        self.is_wrong(key) || self.is_wrong(&file_key(key))
    }
}

pub(crate) fn file_key(key: &str) -> String {
    format!("{key}_file")
}

/// A secret, and what may be shown of it.
struct Masked {
    secret: SecretString,
    shown: String,
}

impl Tell for Masked {
    fn tell(&self) -> String {
        self.shown.clone()
    }

    fn secret(&self) -> Option<SecretString> {
        Some(self.secret.clone())
    }
}

fn from_file(entry: &Entry, kind: &Kind) -> Result<Masked, Misfit> {
    let path = entry.base.join(text_of(entry)?);
    let named = |misfit: Misfit| Misfit::new(format!("= \"{}\" {}", path.display(), misfit.what), misfit.fix);
    let content = source::read_file(&path).map_err(named)?;
    let content = content.trim();
    if content.is_empty() {
        return Err(named(Misfit::new("is an empty file", "write the secret into it")));
    }
    let read = checked(content, kind).map_err(named)?;
    Ok(Masked { shown: format!("{} (read from {})", read.shown, path.display()), ..read })
}

fn checked(text: &str, kind: &Kind) -> Result<Masked, Misfit> {
    (kind.check)(text)?;
    Ok(Masked { secret: SecretString::from(text), shown: (kind.mask)(text) })
}
