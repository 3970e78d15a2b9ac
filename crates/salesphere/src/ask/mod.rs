//! `salesphere ask`: what would be answered, and why. A question goes the whole way but the last step: read by the
//! model, looked up in the table, decided, worded, checked, and shown instead of sent.
//!
//! Not here: Avito and Telegram. Nothing is sent, and nothing of a conversation is remembered.

mod answer;
mod json;
mod shop;
mod told;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use domain::ids::SellerId;
use domain::seller::SellerProfile;
use jiff::Timestamp;
use jiff::civil::{DateTime, Time};

use shop::Shop;

/// What is asked, of whom, and when.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Options {
    /// What the buyer writes. Several texts are messages that wait together, and get one answer.
    #[arg(required = true, value_name = "TEXT")]
    question: Vec<String>,
    /// Whose buyer it is, by the name of the seller's file. The demo's shop needs no account: its table and, where
    /// no model is named, its model come along.
    #[arg(long, value_name = "NAME", default_value = "demo")]
    seller: SellerId,
    /// The title of the listing the chat belongs to.
    #[arg(long, value_name = "TITLE")]
    listing: Option<String>,
    /// What the buyer wrote before, oldest first; once for each. Each is answered first, so that the product, the
    /// city and the offers are known as in a chat.
    #[arg(long, value_name = "TEXT")]
    previous: Vec<String>,
    /// When he writes, in the seller's town: 23:30, 2026-11-24T23:30, or with a zone 2026-11-24T20:30:00Z. Now,
    /// without it.
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    /// Give the model so many seconds, in place of what the settings allow. For a slow one.
    #[arg(long, value_name = "SECONDS")]
    within: Option<u64>,
    /// Print it all as JSON.
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  salesphere ask \"Есть синий рюкзак и доставите во Владик?\"
  salesphere ask --listing \"Сумка чёрная кожаная\" --previous \"Сколько стоит?\" \"А за 2000 отдадите?\"
  salesphere ask --at 23:30 \"Позовите человека\"
  salesphere ask --json \"Какая минимальная цена?\" | jq .checks

  With a model of one's own; a slow one gets a minute:
  SALESPHERE__LLM__BASE_URL=http://127.0.0.1:8090/v1/ SALESPHERE__LLM__ROUTER__MODEL=qwen \\
    SALESPHERE__LLM__WORDING__MODEL=qwen salesphere ask --within 60 \"Есть красная сумка?\"";

/// Asks and tells.
///
/// # Errors
/// There is no such seller, his table cannot be reached, or the settings are wrong.
pub(crate) async fn run(config: Option<PathBuf>, options: Options) -> anyhow::Result<ExitCode> {
    let mut shop = Shop::open(config, &options.seller).await?;
    if let Some(seconds) = options.within {
        shop.be_patient(Duration::from_secs(seconds));
    }
    let now = moment(options.at.as_deref(), shop.seller(), shop.now())?;
    let mut chat = answer::Chat::open(&shop, options.listing, now)?;
    for line in options.previous {
        chat.ask(&[line]).await?;
    }
    let asked = chat.ask(&options.question).await?;
    if options.json {
        println!("{:#}", json::of(&shop, &asked));
    } else {
        print!("{}", told::to_a_person(&shop, &chat, &asked));
    }
    Ok(ExitCode::SUCCESS)
}

/// `--at`, in the seller's town.
fn moment(at: Option<&str>, seller: &SellerProfile, now: Timestamp) -> anyhow::Result<Timestamp> {
    let Some(at) = at else { return Ok(now) };
    if let Ok(timestamp) = at.parse() {
        return Ok(timestamp);
    }
    let zone = seller.time_zone.clone();
    // The date first: a time of day is also read from a text that begins with a date, which is then lost.
    let civil: DateTime = match at.parse::<DateTime>() {
        Ok(civil) => civil,
        Err(_) => {
            let time: Time = at.parse().with_context(|| {
                format!("--at {at:?} is no time\nhint: 23:30, 2026-11-24T23:30 or 2026-11-24T20:30:00Z")
            })?;
            now.to_zoned_datetime(zone.clone()).date().to_datetime(time)
        }
    };
    Ok(civil.to_zoned_datetime(zone)?.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_that_of_the_sellers_town_unless_it_names_a_zone() {
        let seller = SellerProfile {
            id: "demo".parse().unwrap(),
            name: "Лавка".into(),
            account: domain::ids::UserId(1),
            time_zone: jiff::tz::TimeZone::fixed(jiff::tz::offset(3)),
            hours: domain::seller::WorkingHours { open: Time::midnight(), close: Time::midnight(), days: vec![] },
            thresholds: domain::seller::Thresholds { default: 0.8, human: 0.5, by_intent: Default::default() },
            pricing: domain::seller::PricingPolicy {
                bargaining: true,
                rounds: 2,
                step_percent: 5,
                accept_at_once: true,
            },
            quiet_after_seller: Duration::ZERO,
        };
        let now: Timestamp = "2026-11-24T22:00:00Z".parse().unwrap();
        for (at, expected) in [
            (None, "2026-11-24T22:00:00Z"),
            (Some("23:30"), "2026-11-25T20:30:00Z"),
            (Some("2026-11-20T10:00"), "2026-11-20T07:00:00Z"),
            (Some("2026-11-20T10:00:00Z"), "2026-11-20T10:00:00Z"),
        ] {
            assert_eq!(moment(at, &seller, now).unwrap().to_string(), expected, "{at:?}");
        }
        assert!(moment(Some("soon"), &seller, now).unwrap_err().to_string().contains("hint: 23:30"));
    }
}
