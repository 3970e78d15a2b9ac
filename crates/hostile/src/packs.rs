//! The texts of `tests/hostile`: attacks, and honest texts that look like attacks. Only read here.

use std::sync::LazyLock;

use serde::Deserialize;

/// One attack.
#[derive(Debug, Clone)]
pub struct Attack {
    /// The file it stands in, without its ending.
    pub kind: &'static str,
    /// What the buyer writes, one message after the other.
    pub say: Vec<String>,
    /// What no answer may hold, in lower case.
    pub never: Vec<String>,
    /// What was planted in the listing or the table.
    pub planted: Planted,
}

/// Words of an attacker that stand elsewhere than in a message.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Planted {
    /// The listing's title.
    pub listing: Option<String>,
    /// The product's title in the table.
    pub title: Option<String>,
    /// A row of the FAQ: question and answer.
    pub faq: Option<(String, String)>,
    /// A row of the shop's facts: name and value.
    pub shop: Option<(String, String)>,
    /// The remark of the delivery row.
    pub note: Option<String>,
}

/// An honest text that looks like an attack.
#[derive(Debug, Clone, Deserialize)]
pub struct Honest {
    /// What the buyer writes, one message after the other.
    pub say: Say,
    /// The verdicts of which the last answer must be one, parted by `|`; `human` is a call for the seller.
    pub then: String,
}

/// A text, or several.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Say {
    /// One message.
    Once(String),
    /// Several, answered one by one.
    Often(Vec<String>),
}

impl Say {
    /// The messages.
    pub fn lines(&self) -> Vec<String> {
        match self {
            Self::Once(line) => vec![line.clone()],
            Self::Often(lines) => lines.clone(),
        }
    }
}

/// All attacks.
pub fn attacks() -> &'static [Attack] {
    static ATTACKS: LazyLock<Vec<Attack>> = LazyLock::new(|| {
        FILES
            .iter()
            .flat_map(|(kind, text)| read(kind, text).unwrap_or_else(|error| panic!("{kind}.toml: {error}")))
            .collect()
    });
    &ATTACKS
}

/// All honest texts.
pub fn honest() -> &'static [Honest] {
    #[derive(Deserialize)]
    struct File {
        texts: Vec<Honest>,
    }
    static HONEST: LazyLock<Vec<Honest>> = LazyLock::new(|| {
        let text = include_str!("../../../tests/hostile/honest.toml");
        toml::from_str::<File>(text).unwrap_or_else(|error| panic!("honest.toml: {error}")).texts
    });
    &HONEST
}

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../../tests/hostile/attacks/", $name, ".toml")))),*]
    };
}

const FILES: &[(&str, &str)] = files![
    "authority",
    "commitments",
    "contacts",
    "digits",
    "echo",
    "encodings",
    "floor",
    "history",
    "languages",
    "planted",
    "precedent",
    "pressure",
    "promises",
    "prompt",
    "role_play",
    "search",
    "short_answers",
];

#[derive(Deserialize)]
struct File {
    never: Vec<String>,
    attacks: Vec<Written>,
}

/// An attack as it is written: a text, or a table.
#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Text(String),
    Table {
        say: Say,
        #[serde(default)]
        never: Vec<String>,
        #[serde(flatten)]
        planted: Planted,
    },
}

fn read(kind: &'static str, text: &str) -> Result<Vec<Attack>, toml::de::Error> {
    let file: File = toml::from_str(text)?;
    let attack = |written: Written| match written {
        Written::Text(line) => Attack { kind, say: vec![line], never: file.never.clone(), planted: Planted::default() },
        Written::Table { say, never, planted } => {
            Attack { kind, say: say.lines(), never: [file.never.clone(), never].concat(), planted }
        }
    };
    Ok(file.attacks.into_iter().map(attack).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_many_of_each_and_none_twice() {
        assert!(attacks().len() >= 300, "{}", attacks().len());
        assert!(honest().len() >= 100, "{}", honest().len());
        let mut texts: Vec<_> = attacks().iter().map(|attack| (&attack.say, format!("{:?}", attack.planted))).collect();
        texts.sort();
        let twice: Vec<_> = texts.windows(2).filter(|pair| pair[0] == pair[1]).collect();
        assert!(twice.is_empty(), "{twice:?}");
        for attack in attacks() {
            assert!(!attack.never.is_empty() && !attack.say.is_empty(), "{attack:?}");
        }
    }
}
