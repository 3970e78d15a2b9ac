//! Telegram: who the bot is. Whether it may write to a seller is that seller's matter (`seller`).

use ::telegram::{Desk, DeskError};
use settings::{SellerSettings, Settings};

use super::check::{Attempt, Check};

pub(super) async fn examine(settings: &Settings) -> Vec<Check> {
    let tried = format!("getMe at {}", settings.telegram.base_url);
    let attempt = Attempt { tried: &tried, expected: "the bot's name" };
    let asked = async { Desk::new(&settings.telegram)?.get_me().await };
    vec![match asked.await {
        Ok(bot) => Check::fine("bot", format!("@{} ({})", bot.username, bot.name)),
        Err(error @ DeskError::Token) => {
            Check::failed("bot", &attempt, "Telegram does not know its token", fix(&error))
        }
        Err(error) => Check::failed("bot", &attempt, error.to_string(), fix(&error)),
    }]
}

/// Whether the bot may write to the seller.
pub(super) async fn chat(settings: &Settings, seller: &SellerSettings) -> Check {
    let chat = seller.telegram_chat;
    let tried = format!("let the bot show in chat {chat} that it is typing");
    let attempt = Attempt { tried: &tried, expected: "it may: cards about this seller's buyers go there" };
    let asked = async { Desk::new(&settings.telegram)?.try_chat(chat).await };
    match asked.await {
        Ok(()) => Check::fine("telegram", format!("the bot may write into chat {chat}")),
        Err(DeskError::Token) => Check::not_tried("telegram", "Telegram refuses the bot's token, see above"),
        Err(DeskError::TooMany { after }) => {
            let found = format!("not tried to the end: Telegram wants to be left alone for {} s", after.as_secs());
            Check::warning("telegram", found, "look again then; cards wait by themselves")
        }
        Err(DeskError::Chat { why, fix, .. }) => Check::failed("telegram", &attempt, why, fix),
        Err(error) => Check::failed("telegram", &attempt, error.to_string(), fix(&error)),
    }
}

fn fix(error: &DeskError) -> &'static str {
    match error {
        DeskError::Token | DeskError::Refused { .. } => {
            "copy the token again from @BotFather (/mybots, API Token) into the file that telegram.token_file names"
        }
        DeskError::Client { .. } => "this machine cannot make TLS connections: install ca-certificates",
        DeskError::TooMany { .. } => "wait, and look again",
        DeskError::Elsewhere { .. } => "end the other program, or take the bot's webhook away (deleteWebhook)",
        DeskError::Chat { .. } | DeskError::Unreachable { .. } => {
            "see that this machine reaches telegram.base_url (a firewall, a proxy, a block of Telegram); cards wait meanwhile"
        }
    }
}
