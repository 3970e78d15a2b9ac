//! The methods of the Bot API that a desk for sellers needs, but for getUpdates.
//!
//! Not here: how a call arrives and what can go wrong on the way ([`super::endpoint`]).

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::html;
use super::keyboard;
use super::message::{Author, Button, Presence, Sound};
use super::params::Params;
use super::refusal::Refusal;
use super::world::{Draft, State};

/// The longest text, in UTF-16 units after the markup is taken out.
const LONGEST_TEXT: usize = 4096;

type Answer = Result<Value, Refusal>;
type Method = fn(&mut State, &Params, i64) -> Answer;

/// The methods, by their names in lower case.
const METHODS: [(&str, Method); 11] = [
    ("getme", get_me),
    ("sendmessage", send_message),
    ("editmessagetext", edit_message_text),
    ("editmessagereplymarkup", edit_message_reply_markup),
    ("deletemessage", delete_message),
    ("answercallbackquery", answer_callback_query),
    ("setmycommands", set_my_commands),
    ("getmycommands", get_my_commands),
    ("deletewebhook", |state, params, _| {
        if params.says("drop_pending_updates") {
            state.updates.clear();
        }
        Ok(json!(true))
    }),
    ("getwebhookinfo", |state, _, _| {
        Ok(json!({"url": "", "has_custom_certificate": false, "pending_update_count": state.updates.len()}))
    }),
    ("sendchataction", |state, params, _| chat(state, params).map(|_| json!(true))),
];

/// Does what the method says. `date` is in seconds since 1970.
pub(super) fn call(method: &str, state: &mut State, params: &Params, date: i64) -> Answer {
    let known = METHODS.iter().find(|(name, _)| method.eq_ignore_ascii_case(name));
    let (_, method) = known.ok_or_else(|| Refusal::new(StatusCode::NOT_FOUND, "Not Found"))?;
    method(state, params, date)
}

fn get_me(state: &mut State, _: &Params, _: i64) -> Answer {
    let mut bot = state.bot().clone();
    for (name, says) in [
        ("can_join_groups", true),
        ("can_read_all_group_messages", true),
        ("supports_inline_queries", false),
        ("can_connect_to_business", false),
        ("has_main_web_app", false),
    ] {
        bot[name] = json!(says);
    }
    Ok(bot)
}

fn send_message(state: &mut State, params: &Params, date: i64) -> Answer {
    let chat = chat(state, params)?;
    let (text, entities, source) = text(params)?;
    let buttons = keyboard::buttons(params.structure("reply_markup").as_ref())?;
    let reply_to = reply_to(state, params, chat)?;
    let topic = topic(state, params, chat)?;
    let id = state.add(chat, Draft { author: Author::Bot, text, source, entities, topic, reply_to }, date);
    if let Ok(message) = state.there(chat, id) {
        message.buttons = buttons;
        if params.says("disable_notification") {
            message.sound = Sound::Silent;
        }
    }
    Ok(state.json(id))
}

fn edit_message_text(state: &mut State, params: &Params, date: i64) -> Answer {
    let (chat, id) = own_message(state, params, "edit")?;
    let (text, entities, source) = text(params)?;
    let buttons = keyboard::buttons(params.structure("reply_markup").as_ref())?;
    let message = state.there(chat, id).map_err(|_| not_found("edit"))?;
    if message.text == text && message.entities == entities && message.buttons == buttons {
        return Err(not_modified());
    }
    (message.text, message.source, message.entities) = (text, source, entities);
    (message.buttons, message.edit_date) = (buttons, Some(date));
    Ok(state.json(id))
}

fn edit_message_reply_markup(state: &mut State, params: &Params, date: i64) -> Answer {
    let (chat, id) = own_message(state, params, "edit")?;
    let buttons: Vec<Vec<Button>> = keyboard::buttons(params.structure("reply_markup").as_ref())?;
    let message = state.there(chat, id).map_err(|_| not_found("edit"))?;
    if message.buttons == buttons {
        return Err(not_modified());
    }
    (message.buttons, message.edit_date) = (buttons, Some(date));
    Ok(state.json(id))
}

fn delete_message(state: &mut State, params: &Params, _: i64) -> Answer {
    let (chat, id) = own_message(state, params, "delete")?;
    let message = state.there(chat, id).map_err(|_| not_found("delete"))?;
    message.presence = Presence::Deleted;
    Ok(json!(true))
}

fn answer_callback_query(state: &mut State, params: &Params, _: i64) -> Answer {
    let unknown = || Refusal::bad("query is too old and response timeout expired or query ID is invalid");
    let id = params.text("callback_query_id").ok_or_else(unknown)?;
    let press = state.seen.presses.iter_mut().find(|press| press.id == id).ok_or_else(unknown)?;
    press.answered = Some(params.text("text").unwrap_or_default().to_owned());
    Ok(json!(true))
}

fn set_my_commands(state: &mut State, params: &Params, _: i64) -> Answer {
    let commands = params.structure("commands").unwrap_or_default();
    let commands = commands.as_array().ok_or_else(|| Refusal::bad("can't parse commands: expected an Array"))?;
    let field = |command: &Value, name: &str| command.get(name).and_then(Value::as_str).map(str::to_owned);
    let command = |command: &Value| {
        let name = field(command, "command").filter(|name| is_command(name));
        let description = field(command, "description").filter(|text| (1..=256).contains(&text.chars().count()));
        Ok((
            name.ok_or_else(|| Refusal::bad("BOT_COMMAND_INVALID"))?,
            description.ok_or_else(|| Refusal::bad("BOT_COMMAND_DESCRIPTION_INVALID"))?,
        ))
    };
    state.seen.commands = commands.iter().map(command).collect::<Result<_, _>>()?;
    Ok(json!(true))
}

fn get_my_commands(state: &mut State, _: &Params, _: i64) -> Answer {
    let command = |(name, text): &(String, String)| json!({"command": name, "description": text});
    Ok(state.seen.commands.iter().map(command).collect())
}

fn is_command(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    (1..=32).contains(&name.len()) && name.chars().all(plain)
}

/// The chat meant, if the bot may write there.
fn chat(state: &State, params: &Params) -> Result<i64, Refusal> {
    let id = match params.integer("chat_id") {
        Some(id) => id,
        None if params.text("chat_id").is_some() => return Err(Refusal::bad("chat not found")),
        None => return Err(Refusal::bad("chat_id is empty")),
    };
    state.chat(id).map(|chat| chat.id).map_err(|_| Refusal::bad("chat not found"))
}

/// The bot's own message meant, to be edited or deleted.
fn own_message(state: &mut State, params: &Params, what: &str) -> Result<(i64, i32), Refusal> {
    let chat = chat(state, params)?;
    let id = params.integer("message_id").and_then(|id| i32::try_from(id).ok());
    let id = id.ok_or_else(|| Refusal::bad("message identifier is not specified"))?;
    let message = state.there(chat, id).map_err(|_| not_found(what))?;
    match message.author {
        Author::Bot => Ok((chat, id)),
        // In a private chat a bot may delete what the person wrote; nowhere may it edit that.
        Author::Person(_) if what == "delete" && chat > 0 => Ok((chat, id)),
        Author::Person(_) if what == "delete" => Err(Refusal::bad("message can't be deleted")),
        Author::Person(_) => Err(Refusal::bad("message can't be edited")),
    }
}

/// The text as it is read, its entities, and as it was sent.
fn text(params: &Params) -> Result<(String, Vec<html::Entity>, String), Refusal> {
    let source = params.text("text").unwrap_or_default();
    let (text, entities) = match params.text("parse_mode") {
        None | Some("") => html::plain(source),
        Some(mode) if mode.eq_ignore_ascii_case("html") => {
            html::parse(source).map_err(|why| Refusal::bad(format!("can't parse entities: {why}")))?
        }
        Some(_) => return Err(Refusal::bad("unsupported parse_mode")),
    };
    if text.is_empty() {
        return Err(Refusal::bad("message text is empty"));
    }
    if text.encode_utf16().count() > LONGEST_TEXT {
        return Err(Refusal::bad("message is too long"));
    }
    Ok((text, entities, source.to_owned()))
}

fn reply_to(state: &mut State, params: &Params, chat: i64) -> Result<Option<i32>, Refusal> {
    let reply = params.structure("reply_parameters").unwrap_or_default();
    let asked = reply.get("message_id").and_then(Value::as_i64).or_else(|| params.integer("reply_to_message_id"));
    let Some(asked) = asked else { return Ok(None) };
    let without = reply.get("allow_sending_without_reply").and_then(Value::as_bool).unwrap_or(false);
    let id = i32::try_from(asked).ok().filter(|id| state.there(chat, *id).is_ok());
    if id.is_none() && !without {
        return Err(Refusal::bad("message to be replied not found"));
    }
    Ok(id)
}

fn topic(state: &State, params: &Params, chat: i64) -> Result<Option<i32>, Refusal> {
    let Some(asked) = params.integer("message_thread_id") else { return Ok(None) };
    let id = i32::try_from(asked).ok().filter(|id| state.topic(chat, *id).is_some());
    id.map(Some).ok_or_else(|| Refusal::bad("message thread not found"))
}

fn not_found(what: &str) -> Refusal {
    Refusal::bad(format!("message to {what} not found"))
}

fn not_modified() -> Refusal {
    Refusal::bad(
        "message is not modified: specified new message content and reply markup are exactly the same as a current \
         content and reply markup of the message",
    )
}
