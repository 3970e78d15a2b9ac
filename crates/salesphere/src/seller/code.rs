//! `salesphere seller code`: a link by which somebody brings his Telegram chat to a seller's desk, once.

use std::path::PathBuf;
use std::process::ExitCode;

use domain::ids::SellerId;
use settings::Settings;
use store::{Store, StoreError};
use telegram::Desk;

use crate::house::{House, unknown_seller};

/// Whose desk.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Whoever opens the link in Telegram and presses Start gets the seller's cards from then on and may act \
                  on them.\nA link works once: make one for each person. For a group, add the bot to it and send the \
                  line /start … there.\n\nExamples:\n  salesphere seller code lavka"
)]
pub(crate) struct Options {
    /// The seller's short name, as his file in config/sellers is called.
    seller: SellerId,
}

pub(crate) async fn run(config: Option<PathBuf>, options: Options) -> anyhow::Result<ExitCode> {
    let house = House::open(config).await?;
    if house.seller(&options.seller).is_none() {
        return Err(unknown_seller(&options.seller, &house.settings).into());
    }
    let invitation = Invitation::new(&house.settings, &house.store, &options.seller).await;
    let invitation = invitation.map_err(|error| house.failure(&error))?;
    println!("one person opens in Telegram and presses Start:  {}", invitation.link());
    println!("or, in a group with the bot in it:              {}", invitation.line());
    println!("  hint: it works once, within {} days", house.settings.telegram.code_ttl.as_secs() / 86_400);
    Ok(ExitCode::SUCCESS)
}

/// A code, and how it is brought to the bot.
pub(super) struct Invitation {
    code: String,
    bot: Option<String>,
}

impl Invitation {
    /// A new one.
    ///
    /// # Errors
    /// When Redis does not answer.
    pub(super) async fn new(settings: &Settings, store: &Store, seller: &SellerId) -> Result<Self, StoreError> {
        let code = store.new_desk_code(seller, settings.telegram.code_ttl).await?;
        let asked = async { Desk::new(&settings.telegram)?.get_me().await };
        let bot = asked.await.ok().map(|bot| bot.username);
        Ok(Self { code, bot })
    }

    /// Without the bot's name, which Telegram did not tell, the line that is typed.
    pub(super) fn link(&self) -> String {
        match &self.bot {
            Some(bot) => format!("https://t.me/{bot}?start={}", self.code),
            None => self.line(),
        }
    }

    fn line(&self) -> String {
        match &self.bot {
            Some(bot) => format!("/start@{bot} {}", self.code),
            None => format!("/start {}", self.code),
        }
    }
}
