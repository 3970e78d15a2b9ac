//! `salesphere dead list`: one line for each turn that failed for good. No buyer's words.

use std::process::ExitCode;

use super::letters::{groups, seller_and_chat, told};
use crate::house::House;
use crate::plain::{count, moment, printable, span, table};

/// How much of it.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "A turn that failed for good has one line; its messages have one id each: 0-17..19 are three.\n\n\
                  Examples:\n  salesphere dead list\n  salesphere dead list --newest 500"
)]
pub(crate) struct Options {
    /// How many of the newest messages to list.
    #[arg(long, value_name = "NUMBER", default_value_t = 100)]
    newest: usize,
}

pub(super) async fn run(house: &House, options: &Options, now_ms: i64) -> anyhow::Result<ExitCode> {
    let letters = house.queue.dead_letters(options.newest).await.map_err(|error| house.failure(&error))?;
    let all = house.queue.depth().await.map_err(|error| house.failure(&error))?;
    if all.away > 0 {
        println!("{} of the queue do not answer; their dead letters are not listed", count(all.away, "shard"));
    }
    if letters.is_empty() {
        println!("no dead letters: every message was answered, or is being answered");
        return Ok(ExitCode::SUCCESS);
    }
    let mut table = table(["id", "when (UTC)", "ago", "seller", "chat", "messages", "who was told", "why"]);
    let groups = groups(&letters);
    for group in &groups {
        let (seller, chat) = seller_and_chat(&group.first);
        table.add_row([
            group.name.clone(),
            moment(group.first.at_ms),
            span(now_ms - group.first.at_ms),
            seller,
            chat,
            group.messages.to_string(),
            told(house, &group.first).to_owned(),
            printable(&group.first.error).into_owned(),
        ]);
    }
    println!("{table}");
    if all.dead > letters.len() {
        println!("and {} older: --newest {}", all.dead - letters.len(), all.dead);
    }
    let name = &groups[0].name;
    let one = groups[0].first.id;
    println!("  hint: `salesphere dead show {one}` shows what the buyer wrote and who has the chat");
    println!("  hint: `salesphere dead retry {name}` has it answered, once what stood in the way is mended");
    println!("  hint: `salesphere dead drop {name}` when somebody has answered the buyer himself");
    if letters.iter().any(|letter| !letter.told && told(house, letter).contains("no such")) {
        let names = house.seller_names();
        println!("  hint: a seller without a file in config/sellers is told nothing; known are: {names}");
    }
    Ok(ExitCode::SUCCESS)
}
