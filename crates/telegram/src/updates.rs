//! What people write and press, as the desk understands it. Everything in it is somebody else's text: data, never
//! instructions, and never trusted about who may do what.
//!
//! Not here: what is done about it (crate `worker`).

use domain::desk::{CardId, Person, Place};
use teloxide::types::{
    CallbackQuery, InlineKeyboardButtonKind, MaybeInaccessibleMessage, Message, Update as RawUpdate, UpdateKind, User,
};

use crate::keyboard;

/// One piece of news.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Update {
    /// Telegram's number; it grows.
    pub id: u32,
    /// What happened.
    pub news: News,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// Somebody gave a command: a text that begins with a slash and a letter.
    Command(Command),
    /// Somebody wrote something else.
    Words(Words),
    /// Somebody pressed a button.
    Press(Press),
    /// Something that means nothing to the desk.
    Other,
}

/// Where something was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spot {
    /// The message.
    pub at: Place,
    /// Its topic, in a group that has topics.
    pub thread: Option<i32>,
    /// What kind of chat it is.
    pub kind: ChatKind,
}

/// What kind of chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChatKind {
    /// One person and the bot: the chat has the person's number.
    Private,
    /// Several people.
    Group,
}

/// A command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// Where.
    pub spot: Spot,
    /// By whom.
    pub by: Person,
    /// Its name, without the slash, in lower case.
    pub name: String,
    /// The bot it is for, where one is named.
    pub bot: Option<String>,
    /// What follows it.
    pub argument: String,
    /// What it answers: the card it is about.
    pub reply_to: Option<RepliedTo>,
}

/// Words that are no command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// Where.
    pub spot: Spot,
    /// By whom.
    pub by: Person,
    /// The words; `None` for a photo, a voice message and the like.
    pub text: Option<String>,
    /// What they answer.
    pub reply_to: Option<RepliedTo>,
}

/// The message that somebody answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepliedTo {
    /// Which.
    pub at: Place,
    /// The card that its buttons name, where it has some.
    pub card: Option<CardId>,
}

/// A button pressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Press {
    /// What Telegram wants to have answered.
    pub id: String,
    /// By whom.
    pub by: Person,
    /// Under which message; `None` where Telegram does not say.
    pub spot: Option<Spot>,
    /// What the button does, as it was given to [`crate::Button::new`].
    pub verb: String,
    /// To what.
    pub of: String,
}

/// Somebody's name is shown on cards.
const NAME_CHARS: usize = 40;

pub(crate) fn read(update: RawUpdate) -> Update {
    let news = match update.kind {
        UpdateKind::Message(message) => written(&message),
        UpdateKind::CallbackQuery(query) => pressed(query),
        _ => News::Other,
    };
    Update { id: update.id.0, news }
}

fn written(message: &Message) -> News {
    // Who writes in the name of a group or channel is nobody in particular.
    let Some(by) = message.from.as_ref().filter(|user| !user.is_bot).map(person) else { return News::Other };
    let spot = spot(message);
    let reply_to = message.reply_to_message().map(|answered| RepliedTo {
        at: Place { chat: spot.at.chat, message: answered.id.0 },
        card: card_on(answered),
    });
    let text = message.text().map(str::to_owned);
    match text.as_deref().and_then(command) {
        Some((name, bot, argument)) => News::Command(Command { spot, by, name, bot, argument, reply_to }),
        // That a member came or a title changed is no message of anybody.
        None if text.is_none() && !has_content(message) => News::Other,
        None => News::Words(Words { spot, by, text, reply_to }),
    }
}

fn has_content(message: &Message) -> bool {
    message.photo().is_some()
        || message.voice().is_some()
        || message.video().is_some()
        || message.document().is_some()
        || message.sticker().is_some()
        || message.caption().is_some()
}

fn pressed(query: CallbackQuery) -> News {
    let Some((verb, of)) = query.data.as_deref().and_then(keyboard::read) else { return News::Other };
    let spot = query.message.as_ref().map(|message| match message {
        MaybeInaccessibleMessage::Regular(message) => spot(message),
        MaybeInaccessibleMessage::Inaccessible(old) => {
            Spot { at: Place { chat: old.chat.id.0, message: old.message_id.0 }, thread: None, kind: kind(&old.chat) }
        }
    });
    News::Press(Press { id: query.id.0, by: person(&query.from), spot, verb, of })
}

fn spot(message: &Message) -> Spot {
    let at = Place { chat: message.chat.id.0, message: message.id.0 };
    let thread = message.thread_id.filter(|_| message.is_topic_message).map(|thread| thread.0.0);
    Spot { at, thread, kind: kind(&message.chat) }
}

fn kind(chat: &teloxide::types::Chat) -> ChatKind {
    if chat.is_private() { ChatKind::Private } else { ChatKind::Group }
}

fn person(user: &User) -> Person {
    let name: String = user.full_name().chars().filter(|c| !c.is_control()).take(NAME_CHARS).collect();
    Person { id: i64::try_from(user.id.0).unwrap_or(i64::MAX), name }
}

/// The card a message of ours is about, by its buttons.
fn card_on(message: &Message) -> Option<CardId> {
    let rows = &message.reply_markup()?.inline_keyboard;
    rows.iter().flatten().find_map(|button| match &button.kind {
        InlineKeyboardButtonKind::CallbackData(data) => keyboard::card_in(data),
        _ => None,
    })
}

/// `/name@bot argument`.
fn command(text: &str) -> Option<(String, Option<String>, String)> {
    let rest = text.trim().strip_prefix('/')?;
    let (word, argument) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let (name, bot) = match word.split_once('@') {
        Some((name, bot)) => (name, Some(bot.to_owned())),
        None => (word, None),
    };
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    is_name.then(|| (name.to_ascii_lowercase(), bot, argument.trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_has_a_name_perhaps_a_bot_and_perhaps_an_argument() {
        let cases = [
            ("/start", Some(("start", None, ""))),
            ("/START  abc ", Some(("start", None, "abc"))),
            ("/mode@salesphere_bot draft stock", Some(("mode", Some("salesphere_bot"), "draft stock"))),
            ("//тише", None),
            ("/ да", None),
            ("/привет", None),
            ("start", None),
        ];
        for (text, expected) in cases {
            let expected =
                expected.map(|(name, bot, argument)| (name.to_owned(), bot.map(str::to_owned), argument.to_owned()));
            assert_eq!(command(text), expected, "{text:?}");
        }
    }

    #[test]
    fn news_of_a_kind_we_do_not_know_are_nothing_to_us() {
        let raw: RawUpdate =
            serde_json::from_value(serde_json::json!({"update_id": 7, "brand_new": {"x": 1}})).unwrap();
        assert_eq!(read(raw), Update { id: 7, news: News::Other });
    }
}
