//! Secrets: given as they are, or as the path of a file that holds them. No problem and no explanation ever
//! quotes one.
//!
//! Not here: which settings are secrets ([`crate::sections`], [`crate::sellers`]).

use secrecy::SecretString;

use crate::explain::MASK;
use crate::layers::Entry;
use crate::problem::Misfit;
use crate::reader::{Reader, Verbatim};
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
        let read = if in_file > plain {
            self.optional(&file, |entry| from_file(entry, kind))
        } else {
            self.optional(key, |entry| checked(text_of(entry)?, kind).map(|secret| Verbatim(secret.0, secret.1)))
        };
        read.map(|Verbatim(secret, _)| secret)
    }

    /// Whether something was wrong with a secret, in whichever way it was given.
    pub(crate) fn is_secret_wrong(&self, key: &str) -> bool {
        self.is_wrong(key) || self.is_wrong(&file_key(key))
    }
}

pub(crate) fn file_key(key: &str) -> String {
    format!("{key}_file")
}

fn from_file(entry: &Entry, kind: &Kind) -> Result<Verbatim<SecretString>, Misfit> {
    let path = entry.base.join(text_of(entry)?);
    let named = |misfit: Misfit| Misfit::new(format!("= \"{}\" {}", path.display(), misfit.what), misfit.fix);
    let content = source::read_file(&path).map_err(named)?;
    let content = content.trim();
    if content.is_empty() {
        return Err(named(Misfit::new("is an empty file", "write the secret into it")));
    }
    let (secret, masked) = checked(content, kind).map_err(named)?;
    Ok(Verbatim(secret, format!("{masked} (read from {})", path.display())))
}

fn checked(text: &str, kind: &Kind) -> Result<(SecretString, String), Misfit> {
    (kind.check)(text)?;
    Ok((SecretString::from(text), (kind.mask)(text)))
}
