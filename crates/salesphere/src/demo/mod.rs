//! `salesphere demo`: a whole shop on this machine, a script of conversations, and on a terminal a page to
//! write to it.

mod model;
mod page;
mod play;
mod script;
mod summary;
mod telegram;
mod transcript;

use std::io::IsTerminal;
use std::process::ExitCode;
use std::sync::Arc;

use settings::Env;

use crate::system::{System, SystemOptions};
pub use play::all as play;
pub use script::{Complaint, Script};
pub use summary::Summary;
pub use transcript::Transcript;

/// How the demo is run.
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  salesphere demo                 play the script; on a terminal, stay up with a page\n  salesphere demo </dev/null      play the script and end\n  SALESPHERE__LLM__BASE_URL=http://127.0.0.1:8090/v1 salesphere demo\n                                  the same with a real model: what differs is told"
)]
pub(crate) struct Options {
    /// Where the page is served on this machine; 0 takes a free port.
    #[arg(long, default_value_t = 8088)]
    port: u16,
    /// What the programs log, to standard error: `info`, `debug`, `worker=debug`.
    #[arg(long, default_value = "error")]
    log: String,
}

/// Starts everything, plays the script, prints the summary; on a terminal, stays up until it is told to end.
///
/// # Errors
/// When a part does not come up.
pub(crate) async fn run(options: Options) -> anyhow::Result<ExitCode> {
    runtime::telemetry::init(&options.log, runtime::telemetry::Format::Text)?;
    let transcript = Transcript::on_standard_output();
    let stays = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
    transcript.remark("starting Redis, the gateway, a worker, and stand-ins for Avito, Google, Telegram and a model");
    let mut prepared = System::prepare(SystemOptions { env: Env::Process, ..Default::default() }).await?;
    let model = model::Whose::of(&prepared);
    if model == model::Whose::Operators {
        model::introduce(&mut prepared.settings, &transcript).await?;
    }
    let system = Arc::new(prepared.start().await?);
    let page = match stays {
        true => Some(page::Page::open(Arc::clone(&system), options.port).await?),
        false => None,
    };
    if let Some(page) = &page {
        transcript.remark(&format!("the page: {}", page.url()));
    }

    let complaints = play(&system, &Script::embedded()?, &transcript).await?;
    let summary = Summary::of(&system).await?;
    println!();
    for complaint in &complaints {
        transcript.wrong(&complaint.to_string());
    }
    println!("{summary}");
    system.clock.reset();
    if let Some(page) = page {
        println!("write as a buyer on {} — Ctrl-C ends the demo", page.url());
        let salesphere = std::env::current_exe().map_or("salesphere".to_owned(), |path| path.display().to_string());
        println!("look at it as its operator: {salesphere} --config {} doctor", system.config.display());
        tokio::signal::ctrl_c().await?;
    }
    let sound = summary.is_sound() && !complaints.iter().any(|complaint| model.must_not(complaint));
    Ok(if sound { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
