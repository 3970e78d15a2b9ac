//! What is left to do once a seller's file is written, by whom, and what of it is done already.

use std::fmt::Write as _;

use settings::{SellerSettings, Settings};
use store::Store;
use telegram::Desk;

use super::files::Written;
use crate::doctor::{Examined, Finding, Instruments};
use crate::seller::code::Invitation;

/// The list, with a line end.
pub(super) async fn steps(
    settings: &Settings,
    instruments: &Instruments<'_>,
    seller: &SellerSettings,
    examined: &Examined,
    written: &Written,
) -> String {
    let id = &seller.profile.id;
    let account = instruments.service_account().unwrap_or("the service account, once there is one");
    let steps = [
        (Some("sheet"), format!("the seller shares the sheet with {account}, as a viewer")),
        (Some("telegram"), format!("the seller opens {} in Telegram and presses Start", bot(settings).await)),
        (None, people(settings, seller).await),
        (None, "whoever runs the gateway and the workers may read these files, and they have loaded them".to_owned()),
        (Some("webhook"), format!("salesphere webhook add --seller {id}")),
    ];
    let mut text = String::new();
    // A String takes everything.
    for path in &written.0 {
        writeln!(text, "written: {}", path.display()).ok();
    }
    text.push_str("\nwhat to do next:\n");
    for (check, step) in &steps {
        let fine = |name: &str| {
            examined.part.checks.iter().any(|one| one.name == name && matches!(one.finding, Finding::Fine { .. }))
        };
        let done = check.is_some_and(fine);
        let mark = if done { "done" } else { "open" };
        writeln!(text, "  {mark}  {step}").ok();
    }
    writeln!(text, "  then  salesphere seller check {id}").ok();
    text
}

/// How one more person gets the seller's cards.
async fn people(settings: &Settings, seller: &SellerSettings) -> String {
    let id = &seller.profile.id;
    match Invitation::new(settings, &Store::lazy(&settings.redis, &settings.store), id).await {
        Ok(invitation) => format!("who else shall have the cards opens, once: {}", invitation.link()),
        // Redis may be up later than this file is written.
        Err(_) => format!("who else shall have the cards gets a link: salesphere seller code {id}"),
    }
}

/// How the seller finds the bot.
async fn bot(settings: &Settings) -> String {
    let asked = async { Desk::new(&settings.telegram)?.get_me().await };
    asked
        .await
        .map_or_else(|_| "the bot".to_owned(), |bot| format!("@{} (https://t.me/{})", bot.username, bot.username))
}
