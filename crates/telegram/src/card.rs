//! The card: an escalation as a Telegram message in HTML. Pure: same escalation, same text.
//!
//! Everything from Avito, from the buyer and from the model is foreign text here: shortened and escaped, and
//! linked only where it points at Avito. Not here: sending (`desk`), and the reason's words (`reason`).

use domain::attached::Attached;
use domain::conversation::Line;
use domain::desk::{Card, CardState, Note};
use domain::escalation::{Buyer, Escalation, Listing};
use domain::ids::ChatId;
use domain::message::Side;
use url::Url;

use crate::reason;
use crate::text::{escaped, quoted};

/// Whether the card may be in the chat already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Showing {
    /// It is not.
    First,
    /// It may be: the outcome of the first send is unknown.
    Again,
}

/// Telegram takes 4096 UTF-16 units of shown text. The parts' own limits keep every card below that: their
/// sum, with the fixed words between them, is under 3900.
const QUESTION: usize = 1_200;
const LINE: usize = 300;
const LINES: usize = 3;
const DRAFT: usize = 1_000;
const TROUBLE: usize = 200;
const NAME: usize = 80;
const TITLE: usize = 150;
const PRICE: usize = 40;

/// So many of the things without words are named, and the address of a place is so long.
const THINGS: usize = 6;
const PLACE: usize = 24;

/// A word among colleagues, and an answer that went out or did not.
const NOTE: usize = 140;
const NOTER: usize = 40;
const ANSWER: usize = 600;
const WHY: usize = 200;

/// The card as things stand, as Telegram's HTML. What no longer matters makes room: the draft once there is an answer,
/// the earlier lines once there are notes.
pub(crate) fn face(card: &Card, showing: Showing) -> String {
    let mut escalation = card.escalation.clone();
    if !card.waits() {
        escalation.draft = None;
    }
    if !card.notes.is_empty() {
        escalation.before.clear();
    }
    let mut parts: Vec<String> = state(&card.state).into_iter().collect();
    parts.push(render(&escalation, showing));
    parts.extend(notes(&card.notes));
    parts.join("\n\n")
}

/// How things stand, where something was done already.
fn state(state: &CardState) -> Option<String> {
    let who = |by: &domain::desk::Person| quoted(&by.name, NAME);
    Some(match state {
        CardState::Open => return None,
        CardState::Taken { by } => format!("🙋 <b>Чат у человека</b>: {}", who(by)),
        CardState::Paused { by, .. } => format!("⏸ <b>Бот в этом чате молчит час</b>: {}", who(by)),
        CardState::Answered { by, text } => {
            format!("✅ <b>Отправлено</b>: {}\n<blockquote>{}</blockquote>", who(by), quoted(text, ANSWER))
        }
        CardState::Failed { by, text, why } => format!(
            "❌ <b>Не отправлено</b>: {}. {}\n<blockquote>{}</blockquote>",
            who(by),
            quoted(why, WHY),
            quoted(text, ANSWER)
        ),
        CardState::AnsweredOnAvito => "✅ <b>Вы ответили сами</b> на Авито".to_owned(),
        CardState::Returned { by } => format!("🤖 <b>Бот снова отвечает</b>: {}", who(by)),
        CardState::Rejected { by } => format!("🚫 <b>Черновик отклонён</b>: {}", who(by)),
        CardState::Replaced => "➡️ <b>Есть новая карточка этого чата</b>".to_owned(),
    })
}

fn notes(notes: &[Note]) -> Option<String> {
    let told =
        notes.iter().map(|note| format!("\n<i>{}:</i> {}", quoted(&note.by.name, NOTER), quoted(&note.text, NOTE)));
    (!notes.is_empty()).then(|| format!("Заметки, покупатель их не видит:{}", told.collect::<String>()))
}

/// The escalation as Telegram's HTML.
pub(crate) fn render(escalation: &Escalation, showing: Showing) -> String {
    let again = match showing {
        Showing::First => "",
        Showing::Again => " (повторно)",
    };
    let mut parts = vec![
        format!("{} <b>{}</b>{again}", reason::sign(escalation.reason), reason::headline(escalation.reason)),
        [buyer(escalation.buyer.as_ref()), escalation.listing.as_ref().map(listing).unwrap_or_default()].concat(),
        question(&escalation.question),
    ];
    parts.extend(attached(&escalation.attached));
    parts.extend(before(&escalation.before));
    parts.extend(escalation.draft.as_deref().map(draft));
    parts.extend(escalation.trouble.as_deref().map(trouble));
    parts.push(format!("<a href=\"{}\">Открыть чат на Авито</a>", escaped(&chat_link(&escalation.conversation.chat))));
    parts.join("\n\n")
}

fn buyer(buyer: Option<&Buyer>) -> String {
    let Some(buyer) = buyer else { return "Покупатель: имя неизвестно".to_owned() };
    format!("Покупатель: {}", link(&quoted(&buyer.name, NAME), buyer.profile_url.as_deref()))
}

fn listing(listing: &Listing) -> String {
    let title = link(&quoted(&listing.title, TITLE), listing.url.as_deref());
    let price = listing.price.as_deref().map(|price| format!(", {}", quoted(price, PRICE))).unwrap_or_default();
    format!("\nОбъявление: {title}{price}")
}

fn question(question: &str) -> String {
    match quoted(question, QUESTION) {
        empty if empty.is_empty() => "Вопрос: <i>без текста</i>".to_owned(),
        text => format!("Вопрос:\n<blockquote>{text}</blockquote>"),
    }
}

/// What has no words, the newest of it: linked where Avito says where it is, else a word.
fn attached(things: &[Attached]) -> Option<String> {
    let newest = &things[things.len().saturating_sub(THINGS)..];
    let left_out = things.len() - newest.len();
    let is_photo = |thing: &&Attached| matches!(thing, Attached::Photo { .. });
    let photos = newest.iter().filter(is_photo).count();
    let mut photo = 0;
    let mut told: Vec<String> = Vec::new();
    for thing in newest {
        told.push(match thing {
            Attached::Photo { url } => {
                photo += 1;
                let number = if photos > 1 { format!(" {photo}") } else { String::new() };
                format!("📷 {}", link(&format!("фото{number}"), url.as_deref()))
            }
            Attached::Voice { url, .. } => format!("🎤 {}", link("голосовое", url.as_deref())),
            Attached::Video => "🎬 видео".to_owned(),
            Attached::File => "📎 файл".to_owned(),
            Attached::Place { title } if title.trim().is_empty() => "📍 точка на карте".to_owned(),
            Attached::Place { title } => format!("📍 {}", quoted(title, PLACE)),
            Attached::MissedCall => "📞 пропущенный звонок".to_owned(),
            Attached::Other => "📦 вложение".to_owned(),
        });
    }
    if left_out > 0 {
        told.push(format!("ещё {left_out}"));
    }
    (!told.is_empty()).then(|| format!("Прислал: {}", told.join(" · ")))
}

fn before(lines: &[Line]) -> Option<String> {
    let last = &lines[lines.len().saturating_sub(LINES)..];
    let told = last.iter().map(|line| {
        let who = match line.side {
            Side::Buyer => "Покупатель",
            Side::Account | Side::Desk => "Магазин",
        };
        format!("\n<i>{who}:</i> {}", quoted(&line.text, LINE))
    });
    (!last.is_empty()).then(|| format!("До этого:{}", told.collect::<String>()))
}

/// As code: one tap copies it.
fn draft(draft: &str) -> String {
    format!("Черновик ответа:\n<code>{}</code>", quoted(draft, DRAFT))
}

/// As it stands in the log, and in its language: it is for whoever looks there.
fn trouble(trouble: &str) -> String {
    format!("Ошибка: <i>{}</i>", quoted(trouble, TROUBLE))
}

/// Avito's own pages, and where it keeps pictures.
const AVITO: [&str; 2] = ["avito.ru", "avito.st"];

/// `text`, escaped already, linked to `address` if that is a page of Avito: a card must not carry a link of
/// somebody else's choosing.
fn link(text: &str, address: Option<&str>) -> String {
    let avito = |url: &Url| {
        let host = url.host_str().unwrap_or_default();
        let is_of = |owner: &str| host == owner || host.strip_suffix(owner).is_some_and(|rest| rest.ends_with('.'));
        url.scheme() == "https" && AVITO.iter().any(|owner| is_of(owner))
    };
    match address.and_then(|address| Url::parse(address).ok()).filter(avito) {
        Some(url) if !text.is_empty() => format!("<a href=\"{}\">{text}</a>", escaped(url.as_str())),
        _ => text.to_owned(),
    }
}

fn chat_link(chat: &ChatId) -> String {
    let mut url = Url::parse("https://www.avito.ru/profile/messenger/channel").expect("a literal address");
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.push(chat.as_str());
    }
    url.into()
}

#[cfg(test)]
mod tests;
