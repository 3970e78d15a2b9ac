//! `salesphere export`: what humans answered where the bot had called them, one JSON object a line.
//!
//! All of it is masked since it was kept; no buyer's name and no chat is in it. The lines are also messages that
//! `salesphere eval --file` takes. Not here: what is kept, and for how long (crate `worker`, `[learning]`).

use std::fs::{self, File};
use std::io::{BufWriter, IsTerminal, Write, stderr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use domain::clock::{Clock, SystemClock};
use domain::ids::SellerId;
use domain::intent::Intent;
use domain::message::Side;
use domain::training::HumanAnswer;
use jiff::Timestamp;
use serde_json::{Value, json};
use store::Store;

use crate::failure::Failure;
use crate::house::{sellers, settings};
use crate::since::Since;

/// Which answers, and where to.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Options {
    /// From when on: 6h, 7d, 2026-11-24, 2026-11-24T20:30:00Z. Answers are kept as long as `learning.keep` says.
    #[arg(long, value_name = "TIME", default_value = "7d")]
    since: Since,
    /// The file to write.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// One seller's answers only, by the name of his file.
    #[arg(long, value_name = "NAME")]
    seller: Option<SellerId>,
    /// Write over the file if it is there.
    #[arg(long)]
    force: bool,
}

const EXAMPLES: &str = "\
One JSON object a line: the question, the lines before it, why a human was called, the bot's draft where it had one, and
what the human said. Phones, cards, e-mails and postal addresses are masked.

Examples:
  salesphere export --out answers.jsonl
  salesphere export --since 30d --seller lavka --out lavka.jsonl --force
  salesphere export --since 30d --out answers.jsonl && jq -r '.text + \" -> \" + .answer' answers.jsonl
  salesphere eval --suite router --file answers.jsonl      how the router reads them";

pub(crate) async fn run(config: Option<PathBuf>, options: Options) -> anyhow::Result<ExitCode> {
    let settings = settings(config)?;
    let of = sellers(&settings, options.seller.as_ref())?;
    let (draft, mut file) = begin(&options.out, options.force)?;
    let since_ms = options.since.ms(SystemClock.now_ms());
    let store = Store::lazy(&settings.redis, &settings.store);
    let mut progress = Progress::default();
    for seller in &of {
        for part in 0.. {
            let answers = store.human_answers(seller, since_ms, part).await;
            let answers = answers.map_err(|error| forget(&draft, Failure::of_redis(&error, &settings)))?;
            if answers.is_empty() {
                break;
            }
            for answer in &answers {
                writeln!(file, "{}", line(seller, answer))
                    .map_err(|error| forget(&draft, unwritten(&draft, &error)))?;
            }
            progress.step(seller, answers.len());
        }
    }
    progress.end();
    file.flush().map_err(|error| forget(&draft, unwritten(&draft, &error)))?;
    fs::rename(&draft, &options.out).map_err(|error| forget(&draft, unwritten(&options.out, &error)))?;
    let since = Timestamp::from_millisecond(since_ms).map(|at| at.to_string()).unwrap_or_default();
    println!("{} answers of {} sellers since {since} are in {}", progress.done, of.len(), options.out.display());
    Ok(ExitCode::SUCCESS)
}

/// A file beside the one that is wanted: what is half written never stands in its place.
fn begin(out: &Path, force: bool) -> anyhow::Result<(PathBuf, BufWriter<File>)> {
    if out.exists() && !force {
        let what = format!("{} is there already", out.display());
        return Err(Failure::new(what, "name another file, or write over it with --force").into());
    }
    let name = out.file_name().map(|name| name.to_string_lossy().into_owned());
    let name = name.ok_or_else(|| Failure::new(format!("{} is no file", out.display()), "name a file to write"))?;
    let draft = out.with_file_name(format!(".{name}.{}", std::process::id()));
    let file = File::create(&draft).map_err(|error| unwritten(&draft, &error))?;
    Ok((draft, BufWriter::new(file)))
}

fn unwritten(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(format!("writing {}: {error}", path.display()), "name a file in a directory that is there and yours")
}

/// What is half written goes.
fn forget(draft: &Path, failure: Failure) -> Failure {
    fs::remove_file(draft).ok();
    failure
}

fn line(seller: &SellerId, answer: &HumanAnswer) -> Value {
    let before = answer.before.iter().map(|line| match line.side {
        Side::Buyer => json!({"buyer": line.text}),
        Side::Account | Side::Desk => json!({"shop": line.text}),
    });
    // What nobody read is what rules find, or nothing that has a table.
    let intent = answer.intents.first().copied().unwrap_or(match answer.reason {
        domain::escalation::EscalationReason::Complaint => Intent::Complaint,
        _ => Intent::Other,
    });
    json!({
        "id": answer.turn,
        "at": Timestamp::from_millisecond(answer.at_ms).map(|at| at.to_string()).unwrap_or_default(),
        "seller": seller.as_str(),
        "reason": answer.reason.name(),
        "intent": intent.name(),
        "second_intent": answer.intents.get(1).map(|intent| intent.name()),
        "before": before.collect::<Vec<_>>(),
        "text": answer.question,
        "draft": answer.draft,
        "answer": answer.answer,
        "source": answer.source.name(),
    })
}

/// How far it has come, on a terminal and nowhere else.
#[derive(Default)]
struct Progress {
    done: usize,
    shown: bool,
}

impl Progress {
    fn step(&mut self, seller: &SellerId, more: usize) {
        self.done += more;
        if stderr().is_terminal() {
            self.shown = true;
            // A terminal that is gone is no reason to stop.
            write!(stderr(), "\r{seller}: {} answers so far\u{1b}[K", self.done).ok();
        }
    }

    fn end(&self) {
        if self.shown {
            write!(stderr(), "\r\u{1b}[K").ok();
        }
    }
}
