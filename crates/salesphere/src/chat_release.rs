//! `salesphere chat release`: a chat that a human took is the bot's again, before the quiet time is over.
//!
//! What the buyer wrote while the human had the chat is not answered afterwards: the human has read it.

use std::path::PathBuf;
use std::process::ExitCode;

use domain::ids::{ChatId, ConversationId, SellerId};
use store::{TakenBy, Takeover};

use crate::failure::Failure;
use crate::house::House;
use crate::plain::{count, moment};

/// Which chat.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  salesphere chat release demo u2i-xNG6BsZqGy6XaZaW0oZvlQ\n  salesphere dead list      \
                  shows the seller and the chat of what was left unanswered"
)]
pub(crate) struct Options {
    /// The seller's short name, as its file in config/sellers is called.
    seller: SellerId,
    /// The chat's id, as Avito writes it.
    chat: ChatId,
}

pub(crate) async fn run(config: Option<PathBuf>, options: Options) -> anyhow::Result<ExitCode> {
    let house = House::open(config).await?;
    if house.seller(&options.seller).is_none() {
        let what = format!("there is no seller \"{}\"", options.seller);
        return Err(Failure::new(what, format!("the sellers are: {}", house.seller_names())).into());
    }
    let conversation = ConversationId { seller: options.seller, chat: options.chat };
    let takeover = house.store.takeover(&conversation).await.map_err(|error| house.failure(&error))?;
    match takeover {
        None => println!("{conversation}: no human has this chat, the bot answers in it"),
        Some(takeover) => {
            house.store.clear_takeover(&conversation).await.map_err(|error| house.failure(&error))?;
            println!("{conversation}: {}; from now on the bot answers again", held(&takeover));
        }
    }
    let letters = house.queue.dead_letters(usize::from(u16::MAX)).await.map_err(|error| house.failure(&error))?;
    let name = conversation.to_string();
    let letters: Vec<_> = letters.iter().filter(|letter| letter.conversation == name).collect();
    if let Some(oldest) = letters.last() {
        let waiting = count(letters.len(), "dead letter");
        println!("  hint: {waiting} of this chat can be answered now: `salesphere dead retry {}`", oldest.id);
    }
    Ok(ExitCode::SUCCESS)
}

/// Who has a chat, since when.
pub(crate) fn held(takeover: &Takeover) -> String {
    let who = match takeover.by {
        TakenBy::Seller => "the seller wrote in this chat and has it",
        TakenBy::HandOver => "the bot called a human, who has this chat",
        TakenBy::Paused => "the seller told the bot to be silent in this chat",
    };
    format!("{who} since {} UTC", moment(takeover.since_ms))
}
