//! `parse_mode: HTML`: the few tags Telegram knows, and its words for everything else.
//!
//! Offsets and lengths are counted in UTF-16 units, as in the Bot API. The order of checks and the texts follow
//! what Telegram answers, because clients show them.

use serde_json::{Value, json};
use url::Url;

/// A stretch of text that looks different.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entity {
    kind: &'static str,
    offset: usize,
    length: usize,
    /// A link's address, or the language of a listing.
    extra: Option<String>,
}

impl Entity {
    pub(super) fn json(&self) -> Value {
        let mut entity = json!({"type": self.kind, "offset": self.offset, "length": self.length});
        match (&self.extra, self.kind) {
            (Some(url), "text_link") => entity["url"] = json!(url),
            (Some(language), "pre") => entity["language"] = json!(language),
            _ => {}
        }
        entity
    }
}

/// The tags, and what each makes of its content.
const TAGS: [(&str, &str); 16] = [
    ("a", "text_link"),
    ("b", "bold"),
    ("strong", "bold"),
    ("i", "italic"),
    ("em", "italic"),
    ("u", "underline"),
    ("ins", "underline"),
    ("s", "strikethrough"),
    ("strike", "strikethrough"),
    ("del", "strikethrough"),
    ("tg-spoiler", "spoiler"),
    ("span", "spoiler"),
    ("code", "code"),
    ("pre", "pre"),
    ("blockquote", "blockquote"),
    ("tg-emoji", "custom_emoji"),
];

/// The named characters; numeric ones are known too.
const NAMED: [(&str, char); 4] = [("lt", '<'), ("gt", '>'), ("amp", '&'), ("quot", '"')];

/// What is read, and how it looks; or why it cannot be parsed.
pub(super) fn parse(source: &str) -> Result<(String, Vec<Entity>), String> {
    let mut parser = Parser { source, at: 0, text: String::new(), length: 0, open: Vec::new(), entities: Vec::new() };
    parser.run()?;
    Ok(trimmed(&parser.text, parser.entities))
}

/// Text without markup: the spaces around it go, as they do in Telegram.
pub(super) fn plain(source: &str) -> (String, Vec<Entity>) {
    trimmed(source, Vec::new())
}

struct Parser<'a> {
    source: &'a str,
    /// In bytes.
    at: usize,
    text: String,
    /// Of `text`, in UTF-16 units.
    length: usize,
    open: Vec<Open>,
    entities: Vec<Entity>,
}

struct Open {
    tag: String,
    offset: usize,
    attributes: Vec<(String, String)>,
}

impl Parser<'_> {
    fn run(&mut self) -> Result<(), String> {
        while let Some(next) = self.source[self.at..].chars().next() {
            match next {
                '<' if self.source[self.at..].starts_with("</") => self.end_tag()?,
                '<' => self.start_tag()?,
                '&' => self.character(),
                other => {
                    self.at += other.len_utf8();
                    self.push(other);
                }
            }
        }
        match self.open.last() {
            Some(open) => Err(format!("Can't find end tag corresponding to start tag \"{}\"", open.tag)),
            None => Ok(()),
        }
    }

    fn push(&mut self, c: char) {
        self.length += c.len_utf16();
        self.text.push(c);
    }

    /// `&lt;`, `&#1080;`, `&#x20bd;`; anything else is itself.
    fn character(&mut self) {
        let rest = &self.source[self.at + 1..];
        let known = rest.split_once(';').and_then(|(name, _)| Some((character(name)?, name.len() + 2)));
        let (c, bytes) = known.unwrap_or(('&', 1));
        self.at += bytes;
        self.push(c);
    }

    fn start_tag(&mut self) -> Result<(), String> {
        let begin = self.at;
        let rest = &self.source[begin + 1..];
        let name_end = rest.find(|c: char| c.is_whitespace() || c == '>');
        let name_end = name_end.ok_or_else(|| format!("Unclosed start tag at byte offset {begin}"))?;
        let tag = rest[..name_end].to_ascii_lowercase();
        if !TAGS.iter().any(|(known, _)| *known == tag) {
            return Err(format!("Unsupported start tag \"{tag}\" at byte offset {begin}"));
        }
        let (attributes, bytes) = attributes(&rest[name_end..])
            .ok_or_else(|| format!("Unclosed start tag \"{tag}\" at byte offset {begin}"))?;
        if tag == "span" && !attributes.iter().any(|(name, value)| name == "class" && value == "tg-spoiler") {
            return Err(format!("Tag \"span\" must have class \"tg-spoiler\" at byte offset {begin}"));
        }
        self.open.push(Open { tag, offset: self.length, attributes });
        self.at = begin + 1 + name_end + bytes;
        Ok(())
    }

    fn end_tag(&mut self) -> Result<(), String> {
        let begin = self.at;
        let open = self.open.pop().ok_or_else(|| format!("Unexpected end tag at byte offset {begin}"))?;
        let rest = &self.source[begin + 2..];
        let end = rest.find('>').ok_or_else(|| format!("Unclosed end tag at byte offset {begin}"))?;
        let tag = rest[..end].trim().to_ascii_lowercase();
        if !tag.is_empty() && tag != open.tag {
            let expected = open.tag;
            return Err(format!(
                "Unmatched end tag at byte offset {begin}, expected \"</{expected}>\", found \"</{tag}>\""
            ));
        }
        self.at = begin + 2 + end + 1;
        self.close(&open);
        Ok(())
    }

    fn close(&mut self, open: &Open) {
        let length = self.length - open.offset;
        let kind = TAGS.iter().find(|(tag, _)| *tag == open.tag).map(|(_, kind)| *kind);
        let attribute = |name: &str| open.attributes.iter().find(|(found, _)| found == name).map(|(_, value)| value);
        let extra = match kind {
            // A link whose address is none is left as plain text.
            Some("text_link") => match attribute("href").and_then(|href| address(href)) {
                Some(url) => Some(url),
                None => return,
            },
            Some("pre") => attribute("class").and_then(|class| class.strip_prefix("language-")).map(str::to_owned),
            _ => None,
        };
        if let (Some(kind), true) = (kind, length > 0) {
            let kind = if attribute("expandable").is_some() { "expandable_blockquote" } else { kind };
            self.entities.push(Entity { kind, offset: open.offset, length, extra });
        }
    }
}

/// The attributes up to and with the `>`, and how many bytes they take.
fn attributes(text: &str) -> Option<(Vec<(String, String)>, usize)> {
    let mut found = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        if let Some(after) = rest.strip_prefix('>') {
            return Some((found, text.len() - after.len()));
        }
        let name_end = rest.find(|c: char| c.is_whitespace() || c == '=' || c == '>').filter(|end| *end > 0)?;
        let name = rest[..name_end].to_ascii_lowercase();
        rest = rest[name_end..].trim_start();
        let value = match rest.strip_prefix('=') {
            None => String::new(),
            Some(after) => {
                let after = after.trim_start();
                let quote = after.chars().next()?;
                let (value, next) = match quote {
                    '"' | '\'' => after[1..].split_once(quote)?,
                    _ => after.split_at(after.find(|c: char| c.is_whitespace() || c == '>')?),
                };
                rest = next;
                decoded(value)
            }
        };
        found.push((name, value));
    }
}

fn decoded(text: &str) -> String {
    let mut rest = text;
    let mut result = String::new();
    while let Some((before, after)) = rest.split_once('&') {
        result.push_str(before);
        match after.split_once(';').and_then(|(name, next)| Some((character(name)?, next))) {
            Some((c, next)) => {
                result.push(c);
                rest = next;
            }
            None => {
                result.push('&');
                rest = after;
            }
        }
    }
    result.push_str(rest);
    result
}

fn character(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code);
    }
    NAMED.iter().find(|(known, _)| *known == name).map(|(_, c)| *c)
}

/// The address a link leads to, if it is one.
fn address(href: &str) -> Option<String> {
    let whole = if href.contains("://") { href.to_owned() } else { format!("http://{href}") };
    let url = Url::parse(&whole).ok()?;
    (url.host_str()?.contains('.') || url.scheme() == "tg").then(|| url.to_string())
}

fn trimmed(text: &str, entities: Vec<Entity>) -> (String, Vec<Entity>) {
    let lead = text.len() - text.trim_start().len();
    let lead = text[..lead].encode_utf16().count();
    let text = text.trim();
    let end = text.encode_utf16().count();
    let shifted = |mut entity: Entity| {
        let last = (entity.offset + entity.length).saturating_sub(lead).min(end);
        entity.offset = entity.offset.saturating_sub(lead);
        entity.length = last.checked_sub(entity.offset).filter(|length| *length > 0)?;
        Some(entity)
    };
    let mut entities: Vec<Entity> = entities.into_iter().filter_map(shifted).collect();
    entities.sort_by_key(|entity| (entity.offset, std::cmp::Reverse(entity.length)));
    (text.to_owned(), entities)
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn markup_becomes_text_and_entities() {
        for (source, text, entities) in [
            ("просто текст", "просто текст", ""),
            ("<b>Жалоба</b> от Анны", "Жалоба от Анны", "bold 0+6"),
            ("🔥 <i>да</i>", "🔥 да", "italic 3+2"),
            ("<b>a<i>b</i></b>", "ab", "bold 0+2, italic 1+1"),
            ("1 &lt; 2 &amp;&amp; 3 &gt; 2 &#8381; &nbsp; & &copy;", "1 < 2 && 3 > 2 ₽ &nbsp; & &copy;", ""),
            ("<a href=\"https://avito.ru/?a=1&amp;b=2\">чат</a>", "чат", "text_link 0+3 https://avito.ru/?a=1&b=2"),
            ("<a href='nowhere'>x</a>", "x", ""),
            ("<tg-spoiler>x</tg-spoiler><span class=\"tg-spoiler\">y</span>", "xy", "spoiler 0+1, spoiler 1+1"),
            ("<pre class=\"language-rust\">x</pre>", "x", "pre 0+1 rust"),
            ("<blockquote expandable>раз\nдва</blockquote>", "раз\nдва", "expandable_blockquote 0+7"),
            ("  <b> x </b>  ", "x", "bold 0+1"),
            ("<B>X</B>", "X", "bold 0+1"),
            ("<u></u>", "", ""),
        ] {
            let (plain, found) = parse(source).expect(source);
            let found = found.iter().map(|entity| {
                let extra = entity.extra.as_ref().map(|extra| format!(" {extra}")).unwrap_or_default();
                format!("{} {}+{}{extra}", entity.kind, entity.offset, entity.length)
            });
            assert_eq!((plain.as_str(), found.collect::<Vec<_>>().join(", ").as_str()), (text, entities), "{source}");
        }
    }

    #[test]
    fn what_telegram_does_not_parse_is_refused_in_its_words() {
        for (source, why) in [
            ("<div>x</div>", "Unsupported start tag \"div\" at byte offset 0"),
            ("да <br>", "Unsupported start tag \"br\" at byte offset 5"),
            ("a <3", "Unclosed start tag at byte offset 2"),
            ("a < b > c", "Unsupported start tag \"\" at byte offset 2"),
            ("<b>x", "Can't find end tag corresponding to start tag \"b\""),
            ("x</b>", "Unexpected end tag at byte offset 1"),
            ("<b>x</i>", "Unmatched end tag at byte offset 4, expected \"</b>\", found \"</i>\""),
            ("<b>x</b", "Unclosed end tag at byte offset 4"),
            ("<a href=\"x>y</a>", "Unclosed start tag \"a\" at byte offset 0"),
            ("<span>x</span>", "Tag \"span\" must have class \"tg-spoiler\" at byte offset 0"),
        ] {
            assert_eq!(parse(source).unwrap_err(), why, "{source}");
        }
    }
}
