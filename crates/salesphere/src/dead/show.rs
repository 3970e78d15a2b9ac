//! `salesphere dead show`: one dead letter, with the buyer's words, masked unless he who asks wants them as they are.

use std::process::ExitCode;

use domain::desk::DeskAction;
use domain::message::{Content, Message, Side};
use queue::{DeadLetter, DeadLetterId};

use super::letters::{conversation, seller_and_chat, told};
use crate::chat_release::held;
use crate::failure::Failure;
use crate::house::House;
use crate::plain::{moment, printable, span};

/// Which, and how.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  salesphere dead show 0-17\n  salesphere dead show 0-17 --text   phones, cards and \
                        addresses as the buyer wrote them"
)]
pub(crate) struct Options {
    /// Its id, as the list shows it.
    id: DeadLetterId,
    /// Show the buyer's words as they are, not masked; of a message that cannot be read, what lies there.
    #[arg(long)]
    text: bool,
}

pub(super) async fn run(house: &House, options: &Options, now_ms: i64) -> anyhow::Result<ExitCode> {
    let id = options.id;
    let letter = house.queue.dead_letter(id).await.map_err(|error| house.failure(&error))?.ok_or_else(|| gone(id))?;
    let takeover = match conversation(&letter) {
        Some(id) => house.store.takeover(&id).await.map_err(|error| house.failure(&error))?,
        None => None,
    };
    let (seller, chat) = seller_and_chat(&letter);
    println!("id        {id}");
    println!("seller    {seller}");
    println!("chat      {chat}");
    println!("given up  {} UTC, {} ago", moment(letter.at_ms), span(now_ms - letter.at_ms));
    println!("why       {}", printable(&letter.error));
    println!("told      {}", told(house, &letter));
    println!("answers   {}", takeover.as_ref().map_or_else(|| "the bot".to_owned(), held));
    message(&letter, options);
    println!("  hint: {}", next(house, &letter, takeover.is_some()));
    Ok(ExitCode::SUCCESS)
}

/// There is no such letter.
pub(super) fn gone(id: DeadLetterId) -> Failure {
    let fix = "it was put back or dropped before; `salesphere dead list` shows those there are";
    Failure::new(format!("there is no dead letter {id}"), fix)
}

fn message(letter: &DeadLetter, options: &Options) {
    match letter.message() {
        Ok(message) => {
            println!("message   {}", message.id);
            println!("arrived   {} UTC", moment(message.received_ms));
            let words = words(&message);
            let words = if options.text { words } else { agents::mask(&words).into_owned() };
            for (number, line) in words.lines().enumerate() {
                println!("{}{}", if number == 0 { "text      " } else { "          " }, printable(line));
            }
        }
        Err(error) if options.text => {
            println!("message   cannot be read: {error}");
            println!("text      {}", printable(&letter.envelope));
        }
        Err(error) => {
            let bytes = letter.envelope.len();
            println!("message   cannot be read: {error}; {bytes} bytes, which --text shows");
        }
    }
}

/// What was said, whoever said it.
fn words(message: &Message) -> String {
    let said = match &message.content {
        Content::Text { text } | Content::Link { text, .. } => text.clone(),
        Content::Deleted => "[taken back]".to_owned(),
        Content::Desk { action: DeskAction::Answer { text, .. }, .. } => text.clone(),
        Content::Desk { action, .. } => format!("[{}]", action.name()),
        other => {
            let shape = serde_json::to_value(other).unwrap_or_default();
            format!("[{}]", shape["type"].as_str().unwrap_or("something else"))
        }
    };
    match message.side {
        Side::Buyer => said,
        Side::Account => format!("(the seller's side) {said}"),
        Side::Desk => format!("(at the desk in Telegram) {said}"),
    }
}

fn next(house: &House, letter: &DeadLetter, human_has_it: bool) -> String {
    let id = letter.id;
    let Some(conversation) = conversation(letter) else {
        return format!(
            "it belongs to no chat and cannot be retried; `salesphere dead drop {id}` once you have seen to it"
        );
    };
    if house.seller(&conversation.seller).is_none() {
        let seller = &conversation.seller;
        return format!(
            "nobody answers for \"{seller}\": add config/sellers/{seller}.toml and restart the workers, then `salesphere dead retry {id}`; or `salesphere dead drop {id}`"
        );
    }
    if human_has_it {
        return format!(
            "a human has the chat: `salesphere dead drop {id}` if he answered, `salesphere dead retry {id} --take-back` to let the bot"
        );
    }
    format!("`salesphere dead retry {id}` has it answered, `salesphere dead drop {id}` throws it away")
}
