//! `salesphere seller add`: asks for what the flags do not say, tries everything, writes the seller's file, and tells
//! what is left to do.
//!
//! Nothing is written before everything is known and Avito has taken the key pair: who breaks off leaves nothing behind.

mod answers;
mod files;
mod next;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use avito::{Account, AvitoError, Messenger};
use domain::clock::SystemClock;
use domain::ids::SellerId;
use secrecy::SecretString;
use settings::{Env, LoadOptions, SellerSettings, Sellers, Settings, Source};
use tokio::signal::unix::{SignalKind, signal};

use crate::doctor::{Check, Examined, Finding, Instruments, page_of_part, trouble};
use crate::failure::Failure;
use answers::Answers;
use files::{Files, Given};

/// What is known already.
#[derive(Debug, Clone, clap::Args)]
#[command(
    after_help = "On a terminal what is missing is asked for; elsewhere every flag but --account and --title must be \
                  there.\nThe secret goes into a file of its own, and so does the new secret end of the webhook's address.\n\n\
                  Examples:\n  salesphere seller add lavka\n  \
                  salesphere seller add lavka --sheet https://docs.google.com/spreadsheets/d/1AbC/edit \\\n    \
                  --telegram-chat 500100200 --client-id id --client-secret-file secrets/lavka_avito"
)]
pub(crate) struct Options {
    /// The seller's short name, for good: 1 to 40 of a-z, 0-9, - and _. It becomes the file's name.
    #[arg(value_name = "NAME")]
    seller: Option<SellerId>,
    /// The shop's name, as people read it; without it, the Avito account's.
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// The Google Sheet: its address, or its id.
    #[arg(long, value_name = "SHEET")]
    sheet: Option<String>,
    /// The Telegram chat that gets the cards; a group's number begins with a minus.
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true)]
    telegram_chat: Option<i64>,
    /// The number of the Avito account; without it, whichever the key pair belongs to.
    #[arg(long, value_name = "NUMBER")]
    account: Option<u64>,
    /// The public half of the Avito key pair.
    #[arg(long, value_name = "ID")]
    client_id: Option<String>,
    /// A file that holds the secret half. It is referred to, not copied.
    #[arg(long, value_name = "FILE")]
    client_secret_file: Option<PathBuf>,
    /// Where secrets are written; without it, secrets/ beside config/.
    #[arg(long, value_name = "DIR")]
    secrets: Option<PathBuf>,
}

pub(crate) async fn run(config: Option<PathBuf>, options: Options) -> anyhow::Result<ExitCode> {
    let directory = settings::sellers_dir(config.as_deref(), &Env::Process);
    let answers = Answers::new(&options)?;
    let id = answers.seller()?;
    let files = Files::new(&id, &directory, options.secrets.as_deref());
    files.must_be_new()?;

    let keys = answers.keys()?;
    let account = whose(&config, &id, &keys).await?;
    let given = Given {
        account: options.account.unwrap_or(account.id.0),
        title: answers.title(&account.name)?,
        sheet: answers.sheet()?,
        telegram_chat: answers.telegram_chat()?,
        keys,
        webhook_token: files::new_token(),
    };

    let settings = load(&config, &id, &given)?;
    let seller = find(&settings, &id);
    let instruments = Instruments::new(&settings, Arc::new(SystemClock));
    let examined = examine(&instruments, seller).await;
    print!("{}", page_of_part(&examined.part));
    println!();
    if let Some(key) = examined.part.checks.iter().find(|check| check.name == "key" && check.is_failed()) {
        return Err(Failure::new("nothing was written: the key pair must be right first", fix_of(key)).into());
    }
    // From here on Ctrl-C comes too late: half of the files would be left behind.
    let _held = signal(SignalKind::interrupt())?;
    let written = files.write(&given)?;
    print!("{}", next::steps(&settings, &instruments, seller, &examined, &written).await);
    let failed = examined.part.checks.iter().any(Check::is_failed);
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// The key pair's two halves, and where the secret one stands, if it stands somewhere already.
#[derive(Debug)]
struct Keys {
    client_id: String,
    client_secret: SecretString,
    in_file: Option<PathBuf>,
}

/// Whose key pair it is, so that nobody need look up a number.
async fn whose(config: &Option<PathBuf>, id: &SellerId, keys: &Keys) -> anyhow::Result<Account> {
    // The rest of a seller that is not known yet does not matter to this call.
    let unknown = Given {
        account: 1,
        title: "-".to_owned(),
        sheet: "unknown".to_owned(),
        telegram_chat: 1,
        keys: Keys { client_id: keys.client_id.clone(), client_secret: keys.client_secret.clone(), in_file: None },
        webhook_token: files::new_token(),
    };
    let settings = load(config, id, &unknown)?;
    let messenger = Messenger::new(&settings.avito, find(&settings, id));
    println!("asking Avito whose key pair this is …");
    messenger.self_account().await.map_err(|error: AvitoError| {
        let (what, fix) = trouble(&error, "user:read");
        Failure::new(format!("nothing was written: {what}"), fix).into()
    })
}

/// The settings as they will be.
fn load(config: &Option<PathBuf>, id: &SellerId, given: &Given) -> anyhow::Result<Settings> {
    let seller = Source::Inline { name: id.to_string(), text: files::in_memory(given) };
    let sellers = Sellers::UsualAnd(seller);
    Ok(settings::load(LoadOptions { config: config.clone().map(Source::File), sellers, env: Env::Process })?)
}

fn find<'a>(settings: &'a Settings, id: &SellerId) -> &'a SellerSettings {
    let found = settings.sellers.iter().find(|seller| seller.profile.id == *id);
    found.expect("the settings were loaded with this seller, and it is no demo that is left out")
}

async fn examine(instruments: &Instruments<'_>, seller: &SellerSettings) -> Examined {
    println!("trying everything …");
    let mut examined = instruments.examine(seller).await;
    // No webhook can be registered yet: that comes next, and is no failure here.
    for check in &mut examined.part.checks {
        if let Check { name: "webhook", finding: Finding::Failed { found, fix, .. } } = check.clone() {
            *check = Check::warning("webhook", found, fix);
        }
    }
    examined
}

fn fix_of(check: &Check) -> String {
    match &check.finding {
        Finding::Failed { fix, .. } | Finding::Warning { fix, .. } => fix.clone(),
        Finding::Fine { .. } | Finding::NotTried { .. } => String::new(),
    }
}
