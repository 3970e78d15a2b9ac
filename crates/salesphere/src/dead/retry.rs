//! `salesphere dead retry`: back into the chat, to be answered now.
//!
//! In a chat that a human has the bot says nothing, so a message that is put back there ends in silence, unless the
//! chat is taken back first.

use std::process::ExitCode;

use domain::ids::ConversationId;
use queue::{DeadLetter, DeadLetterId, Retried};

use super::letters::{conversation, meant};
use super::{Which, show};
use crate::chat_release::held;
use crate::failure::Failure;
use crate::house::House;
use crate::plain::{count, printable};

/// Which, and how.
#[derive(Debug, clap::Args)]
#[command(after_help = "Mend first what stood in the way; what fails again comes back as a new dead letter.\n\n\
                        Examples:\n  salesphere dead retry 0-17\n  salesphere dead retry 0-17..19 0-23\n  \
                        salesphere dead retry --all\n  \
                        salesphere dead retry 0-17 --take-back   also where a human has the chat")]
pub(crate) struct Options {
    #[command(flatten)]
    which: Which,
    /// Take a chat that a human has back first. Without it the bot stays silent there.
    #[arg(long)]
    take_back: bool,
}

pub(super) async fn run(house: &House, options: &Options) -> anyhow::Result<ExitCode> {
    let (mut back, mut failed) = (0, 0);
    for id in meant(house, &options.which).await? {
        match retry(house, id, options).await {
            Ok(told) => {
                back += 1;
                println!("{id}: {told}");
            }
            Err(failure) => {
                failed += 1;
                eprintln!("{id}: {failure}");
            }
        }
    }
    println!("{} put back{}", count(back, "message"), left(failed));
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What is said of those that could not be dealt with.
pub(super) fn left(failed: usize) -> String {
    if failed == 0 { String::new() } else { format!(", {failed} not") }
}

async fn retry(house: &House, id: DeadLetterId, options: &Options) -> Result<String, Failure> {
    let letter = house.queue.dead_letter(id).await.map_err(|error| house.failure(&error))?;
    let letter = letter.ok_or_else(|| show::gone(id))?;
    let conversation = answerable(house, &letter)?;
    let ending = make_way(house, &conversation, options).await?;
    match house.queue.retry_dead_letter(id).await.map_err(|error| house.failure(&error))? {
        Retried::Done => Ok(format!("back in {conversation}; {ending}")),
        Retried::Gone => Err(show::gone(id)),
        Retried::MailboxFull => Err(Failure::new(
            format!("the mailbox of {conversation} is full; the letter stays"),
            "try again once its messages are answered; `salesphere queue status` tells",
        )),
        Retried::Unreadable { why } => Err(unreadable(id, &why)),
    }
}

fn unreadable(id: DeadLetterId, why: &str) -> Failure {
    let fix =
        format!("`salesphere dead show {id} --text` shows what lies there; `salesphere dead drop {id}` after that");
    Failure::new(format!("it holds no message that could be answered: {}", printable(why)), fix)
}

/// The conversation of a letter that somebody can answer.
fn answerable(house: &House, letter: &DeadLetter) -> Result<ConversationId, Failure> {
    let conversation = conversation(letter)
        .ok_or_else(|| unreadable(letter.id, &format!("\"{}\" is no conversation", letter.conversation)))?;
    if house.seller(&conversation.seller).is_none() {
        let seller = &conversation.seller;
        let fix = format!(
            "add config/sellers/{seller}.toml and restart the workers, or `salesphere dead drop {}`; the sellers are: {}",
            letter.id,
            house.seller_names()
        );
        return Err(Failure::new(format!("there is no seller \"{seller}\", so it would come back at once"), fix));
    }
    Ok(conversation)
}

/// Sees to who has the chat, and says how the retry will end.
async fn make_way(house: &House, conversation: &ConversationId, options: &Options) -> Result<String, Failure> {
    let takeover = house.store.takeover(conversation).await.map_err(|error| house.failure(&error))?;
    let Some(takeover) = takeover else { return Ok("it is answered next".to_owned()) };
    let held = held(&takeover);
    if options.take_back {
        house.store.clear_takeover(conversation).await.map_err(|error| house.failure(&error))?;
        return Ok(format!("{held}; taken back, it is answered next"));
    }
    let ConversationId { seller, chat } = conversation;
    Ok(format!(
        "but {held}: it will end in silence\n  hint: `salesphere chat release {seller} {chat}` gives the chat back to the \
         bot; --take-back does so before the retry"
    ))
}
