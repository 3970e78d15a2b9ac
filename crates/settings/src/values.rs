//! The kinds of values a setting can have: text, numbers, durations, addresses, lists.
//!
//! In the environment everything is text, so there numbers and lists are read from text; in a file a number
//! in quotes is a slip. Not here: the bookkeeping ([`crate::reader`]), and secrets ([`crate::secret`]).

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use config::ValueKind;
use url::Url;

use crate::duration;
use crate::layers::Entry;
use crate::problem::{Misfit, Place};
use crate::reader::{Reader, Tell, Verbatim};

impl Reader<'_> {
    /// Text that is not empty.
    pub(crate) fn text(&mut self, key: &str) -> String {
        self.required(key, |entry| text_of(entry).map(str::to_owned)).unwrap_or_default()
    }

    /// A path; a relative one starts at the directory of the file that names it.
    pub(crate) fn path(&mut self, key: &str) -> PathBuf {
        self.required(key, path_of).map(|Shown(path)| path).unwrap_or_default()
    }

    /// The same, where the setting may be missing.
    pub(crate) fn optional_path(&mut self, key: &str) -> Option<PathBuf> {
        self.optional(key, path_of).map(|Shown(path)| path)
    }

    /// Text that `T` can be made of; `stand_in` and `example` show what that looks like.
    pub(crate) fn parsed<T>(&mut self, key: &str, stand_in: T, parse: impl FnOnce(&str) -> Result<T, Misfit>) -> T {
        let shown = self.required(key, |entry| {
            let text = text_of(entry)?;
            Ok(Verbatim(parse(text)?, text.to_owned()))
        });
        shown.map_or(stand_in, |Verbatim(value, _)| value)
    }

    /// One of a few words.
    pub(crate) fn one_of<T: Copy>(&mut self, key: &str, words: &[(&str, T)]) -> T {
        self.parsed(key, words[0].1, |text| {
            let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
            let all: Vec<_> = words.iter().map(|(word, _)| format!("\"{word}\"")).collect();
            found.ok_or_else(|| Misfit::new(format!("= \"{text}\" is unknown"), format!("one of {}", all.join(", "))))
        })
    }

    /// A whole number within `range`.
    pub(crate) fn int<T>(&mut self, key: &str, range: RangeInclusive<T>) -> T
    where
        T: TryFrom<i64> + FromStr + PartialOrd + Display + Copy,
    {
        let stand_in = *range.start();
        self.required(key, |entry| {
            let number = match &entry.value {
                ValueKind::I64(number) => T::try_from(*number).ok(),
                ValueKind::String(text) if is_env(entry) => text.trim().parse().ok(),
                ValueKind::String(text) if text.parse::<T>().is_ok() => {
                    return Err(Misfit::new("is text", "write the number without quotes"));
                }
                _ => return Err(Misfit::new(format!("= {} is no whole number", shown(entry)), between(&range))),
            };
            number.filter(|number| range.contains(number)).ok_or_else(|| {
                Misfit::new(format!("= {} is no whole number in its range", shown(entry)), between(&range))
            })
        })
        .unwrap_or(stand_in)
    }

    /// A number within `range`.
    pub(crate) fn float(&mut self, key: &str, range: RangeInclusive<f64>) -> f64 {
        self.required(key, |entry| float_of(entry, &range)).unwrap_or(*range.start())
    }

    /// The same, where the setting may be missing.
    pub(crate) fn optional_float(&mut self, key: &str, range: RangeInclusive<f64>) -> Option<f64> {
        self.optional(key, |entry| float_of(entry, &range))
    }

    /// Yes or no.
    pub(crate) fn flag(&mut self, key: &str) -> bool {
        self.required(key, |entry| match &entry.value {
            ValueKind::Boolean(flag) => Ok(*flag),
            ValueKind::String(text) if is_env(entry) && text == "true" => Ok(true),
            ValueKind::String(text) if is_env(entry) && text == "false" => Ok(false),
            _ => Err(Misfit::new(
                format!("= {} is neither true nor false", shown(entry)),
                "write true or false, without quotes in a file",
            )),
        })
        .unwrap_or_default()
    }

    /// A duration within `range`.
    pub(crate) fn duration(&mut self, key: &str, range: RangeInclusive<Duration>) -> Duration {
        let stand_in = *range.start();
        let read = self.required(key, |entry| {
            let text = match &entry.value {
                ValueKind::String(text) => text.clone(),
                _ => shown(entry),
            };
            let value = duration::parse(&text)?;
            if range.contains(&value) {
                return Ok(Verbatim(value, text));
            }
            let fix = format!("from {} to {}", duration::written(*range.start()), duration::written(*range.end()));
            Err(Misfit::new(format!("= \"{text}\" is out of its range"), fix))
        });
        read.map_or(stand_in, |Verbatim(value, _)| value)
    }

    /// The address of an HTTP service; it always ends in `/`, so that paths can be joined to it.
    pub(crate) fn url(&mut self, key: &str) -> Url {
        let stand_in = Url::parse("http://stand-in.invalid/").expect("a literal address");
        self.required(key, |entry| http_address(text_of(entry)?)).unwrap_or(stand_in)
    }

    /// The same, where the setting may be missing.
    pub(crate) fn optional_url(&mut self, key: &str) -> Option<Url> {
        self.optional(key, |entry| http_address(text_of(entry)?))
    }

    /// Words, each parsed; in the environment separated by commas.
    pub(crate) fn words<T>(&mut self, key: &str, parse: impl Fn(&str) -> Result<T, Misfit>) -> Vec<T> {
        let read = self.required(key, |entry| {
            let words: Vec<String> = match &entry.value {
                ValueKind::Array(values) => values.iter().map(ToString::to_string).collect(),
                ValueKind::String(text) if is_env(entry) => {
                    text.split(',').map(|word| word.trim().to_owned()).collect()
                }
                _ => return Err(Misfit::new(format!("= {} is no list", shown(entry)), "write it like [\"a\", \"b\"]")),
            };
            let parsed = words.iter().map(|word| parse(word)).collect::<Result<Vec<T>, Misfit>>()?;
            Ok(Verbatim(parsed, words.join(", ")))
        });
        read.map_or_else(Vec::new, |Verbatim(value, _)| value)
    }
}

struct Shown(PathBuf);

impl Tell for Shown {
    fn tell(&self) -> String {
        self.0.display().to_string()
    }
}

/// The text of a value that must be one. A number is refused rather than written out: `007` and `1e5` would
/// not come back as they were typed.
pub(crate) fn text_of(entry: &Entry) -> Result<&str, Misfit> {
    match &entry.value {
        ValueKind::String(text) if !text.trim().is_empty() => Ok(text.trim()),
        ValueKind::String(_) => Err(Misfit::new("is empty", "give it a value, or leave the line out")),
        _ => Err(Misfit::new("is no text", "put the value in quotes")),
    }
}

fn path_of(entry: &Entry) -> Result<Shown, Misfit> {
    Ok(Shown(entry.base.join(text_of(entry)?)))
}

fn float_of(entry: &Entry, range: &RangeInclusive<f64>) -> Result<f64, Misfit> {
    let number = match &entry.value {
        ValueKind::Float(number) => Some(*number),
        ValueKind::I64(number) => Some(*number as f64),
        ValueKind::String(text) if is_env(entry) => text.trim().parse().ok(),
        _ => None,
    };
    let misfit = || Misfit::new(format!("= {} is no number in its range", shown(entry)), between(range));
    number.filter(|number| range.contains(number)).ok_or_else(misfit)
}

fn http_address(text: &str) -> Result<Url, Misfit> {
    // What stands before an @ may be a password.
    let quoted = if text.contains('@') { String::new() } else { format!("= \"{text}\" ") };
    let misfit = |what: &str| Misfit::new(format!("{quoted}{what}"), "write it like \"https://host/path/\"");
    let mut url = Url::parse(text).map_err(|_| misfit("is no address"))?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err(misfit("is no http address"));
    }
    if url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() || url.password().is_some() {
        return Err(misfit("has more than a host and a path"));
    }
    if !url.path().ends_with('/') {
        url.set_path(&format!("{}/", url.path()));
    }
    Ok(url)
}

fn is_env(entry: &Entry) -> bool {
    matches!(entry.place, Place::Env { .. })
}

fn shown(entry: &Entry) -> String {
    match &entry.value {
        ValueKind::String(text) => format!("\"{text}\""),
        ValueKind::Array(_) => "a list".to_owned(),
        other => other.to_string(),
    }
}

fn between<T: Display>(range: &RangeInclusive<T>) -> String {
    format!("from {} to {}", range.start(), range.end())
}
