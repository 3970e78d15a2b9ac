//! One prompt file: its front matter, its fixed part, its turn.

use domain::intent::Intent;

/// A prompt as its file has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Prompt {
    /// Raised by whoever edits the file; kept with every decision.
    pub(super) version: String,
    /// Who uses it.
    pub(super) role: Role,
    /// How many of a hundred chats get it. Only a variant has a share.
    pub(super) share: Option<u8>,
    /// The part that is the same on every call.
    pub(super) system: String,
    /// The template of the turn; empty in a shared file.
    pub(super) turn: String,
}

/// Who uses a prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// The router.
    Router,
    /// The wording of answers to one intent.
    Wording(Intent),
    /// Nobody alone: it is included by others.
    Shared,
}

const FENCE: &str = "---\n";

impl Prompt {
    /// Reads a file, or says what is wrong with it.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let text = text.replace("\r\n", "\n");
        let (front, body) = text
            .strip_prefix(FENCE)
            .and_then(|rest| rest.split_once("\n---\n"))
            .ok_or("it must begin with front matter between two lines `---`")?;
        let front = FrontMatter::parse(front)?;
        let version = front.version.ok_or("its front matter has no `version`")?;
        front.description.ok_or("its front matter has no `description`")?;
        let role = role(front.role, front.intent)?;
        let (system, turn) = match (role, body.split_once("\n---\n")) {
            (Role::Shared, _) => (body, ""),
            (_, Some(parts)) => parts,
            (_, None) => return Err("a line `---` must separate the fixed part from the turn".to_owned()),
        };
        Ok(Self {
            version: version.to_owned(),
            role,
            share: front.share.map(share).transpose()?,
            system: system.trim().to_owned(),
            turn: turn.trim().to_owned(),
        })
    }
}

#[derive(Default)]
struct FrontMatter<'a> {
    version: Option<&'a str>,
    role: Option<&'a str>,
    intent: Option<&'a str>,
    description: Option<&'a str>,
    share: Option<&'a str>,
}

impl<'a> FrontMatter<'a> {
    fn parse(text: &'a str) -> Result<Self, String> {
        let mut front = Self::default();
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            let (key, value) =
                line.split_once(':').ok_or_else(|| format!("front matter is `key: value`, not `{line}`"))?;
            let place = match key.trim() {
                "version" => &mut front.version,
                "role" => &mut front.role,
                "intent" => &mut front.intent,
                "description" => &mut front.description,
                "share" => &mut front.share,
                other => {
                    return Err(format!("unknown key `{other}`; known: version, role, intent, description, share"));
                }
            };
            *place = Some(value.trim());
        }
        Ok(front)
    }
}

fn role(role: Option<&str>, intent: Option<&str>) -> Result<Role, String> {
    match (role, intent) {
        (Some("router"), None) => Ok(Role::Router),
        (Some("shared"), None) => Ok(Role::Shared),
        (Some("wording"), Some(name)) => {
            let intent = Intent::ALL.into_iter().find(|intent| intent.name() == name);
            intent.map(Role::Wording).ok_or_else(|| format!("`{name}` is no intent"))
        }
        (Some("wording"), None) => Err("`role: wording` needs an `intent`".to_owned()),
        (Some("router" | "shared"), Some(_)) => Err("only `role: wording` has an `intent`".to_owned()),
        _ => Err("`role` must be router, wording or shared".to_owned()),
    }
}

/// `50%`: neither nothing nor all, for then nothing would be tried.
fn share(text: &str) -> Result<u8, String> {
    let number = text.strip_suffix('%').and_then(|number| number.trim().parse().ok());
    number
        .filter(|share| (1..=99).contains(share))
        .ok_or_else(|| format!("`share: {text}` must be 1% to 99% of the chats, as in `share: 50%`"))
}
