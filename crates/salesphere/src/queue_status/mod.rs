//! `salesphere queue status`: what an operator wants to know at three at night, and a verdict as the last line.
//!
//! Looks at Redis and at the gateway and changes nothing. [`report`] puts together what was seen, [`troubles`] judges
//! it, [`page`] writes it down for people; `--json` is the report as it is.

mod page;
mod report;
mod troubles;

use std::path::PathBuf;
use std::process::ExitCode;

use domain::ids::SellerId;
use gateway::Road;
use queue::{DeadLetter, Queue, QueueError, RedisCheck, ShardStatus, Violation};
use settings::Settings;

use crate::failure::Failure;
use crate::house::settings;
use report::Report;

/// How many of the newest dead letters are looked through for sellers that nobody knows.
const LETTERS: usize = 10_000;

/// How to look.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "The last line is the verdict, and the exit code tells it too: 0 all quiet, 1 something is wrong.\n\n\
                  Examples:\n  salesphere queue status\n  \
                  salesphere queue status --json | jq .total.messages\n  \
                  salesphere queue status --gateway http://gateway:8080   ask a gateway on another machine, too\n  \
                  salesphere queue status >/dev/null || page-somebody"
)]
pub(crate) struct Options {
    /// Print all of it as one JSON object.
    #[arg(long)]
    json: bool,
    /// Where the gateway is; without it, the one on this machine is asked, if there is one.
    #[arg(long, value_name = "URL")]
    gateway: Option<String>,
    /// From when on a waiting message is late. All retries of a turn and a flood's minute are over by then.
    #[arg(long, value_name = "SECONDS", default_value_t = 120)]
    late_after: u32,
}

/// All that was seen.
struct Seen {
    redis: Result<InRedis, Failure>,
    gateway: Gateway,
}

/// What lies in Redis.
struct InRedis {
    check: RedisCheck,
    shards: Vec<ShardStatus>,
    violations: Vec<Violation>,
    /// The newest dead letters.
    letters: Vec<DeadLetter>,
}

/// What the gateway says, and what lies on its disk.
struct Gateway {
    url: String,
    /// Whether the operator named it: then it must be there.
    named: Naming,
    road: Result<Road, String>,
    /// Messages in `gateway.spool_dir`, if that is on this machine.
    on_disk: Result<u64, String>,
}

/// How it is known where the gateway is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Naming {
    /// The operator said so.
    Given,
    /// It would be there if it ran on this machine.
    Guessed,
}

/// What the report is measured against.
struct Measures<'a> {
    settings: &'a Settings,
    sellers: Vec<&'a SellerId>,
    late_after_ms: i64,
}

pub(crate) async fn run(config: Option<PathBuf>, options: Options) -> anyhow::Result<ExitCode> {
    let settings = settings(config)?;
    let (redis, gateway) = tokio::join!(look_into_redis(&settings), look_at_gateway(&settings, options.gateway));
    let redis = redis.map_err(|error| Failure::of_redis(&error, &settings));
    let measures = Measures {
        settings: &settings,
        sellers: settings.sellers.iter().map(|seller| &seller.profile.id).collect(),
        late_after_ms: i64::from(options.late_after) * 1000,
    };
    let report = Report::of(&Seen { redis, gateway }, &measures);
    if options.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        print!("{}", page::of(&report));
    }
    Ok(if report.quiet { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn look_into_redis(settings: &Settings) -> Result<InRedis, QueueError> {
    let queue = Queue::connect(&settings.redis, &settings.queue).await?;
    let (check, shards, letters) = tokio::try_join!(queue.check_redis(), queue.status(), queue.dead_letters(LETTERS))?;
    // A shard that is away is told of already, and can be looked into only when it is back.
    let all_answer = shards.len() == usize::from(settings.queue.shards);
    let violations = if all_answer { queue.invariants().await? } else { Vec::new() };
    Ok(InRedis { check, shards, violations, letters })
}

async fn look_at_gateway(settings: &Settings, url: Option<String>) -> Gateway {
    let named = if url.is_some() { Naming::Given } else { Naming::Guessed };
    let url = url.unwrap_or_else(|| gateway::local_url(&settings.gateway.listen));
    let road = gateway::ask(&url).await.map_err(|unhealthy| unhealthy.why);
    let on_disk = gateway::waiting_on_disk(&settings.gateway.spool_dir).map_err(|error| error.to_string());
    Gateway { url, named, road, on_disk }
}
