//! What changed from one reading of the settings to the next, and which of it a running program can take over.
//!
//! A change of the other settings waits for a restart: connections are made, ports are open, and rules hold between
//! settings (a lease outlasts a send) that a mixture of old and new ones would break. So all of those stay as they were.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use domain::ids::SellerId;
use secrecy::ExposeSecret;

use crate::explain::Explained;
use crate::keep::{Occasion, listed};
use crate::model::{GatewaySettings, Settings, TelegramSettings};

/// What these begin with is taken over at once. No rule ties any of them to the rest; the last two are for the
/// operator's command, which begins anew each time.
const AT_ONCE: [&str; 9] = [
    "sellers.",
    "seller_defaults.",
    "llm.",
    "answers.",
    "autonomy.",
    "learning.",
    "telegram.token",
    "gateway.public_url",
    "doctor.",
];

/// Settings for a running program.
#[derive(Debug)]
pub struct Renewal {
    /// All settings: those that can be taken over as they are on the disk, the others as they were.
    pub settings: Arc<Settings>,
    /// Why the files were looked at.
    pub occasion: Occasion,
    /// The keys whose change is in `settings`; of secrets, too.
    pub at_once: BTreeSet<String>,
    /// The keys whose change waits for a restart.
    pub after_restart: BTreeSet<String>,
    added: Vec<SellerId>,
    removed: Vec<SellerId>,
}

impl Renewal {
    /// Whether a setting changed whose key begins so.
    pub fn touches(&self, beginning: &str) -> bool {
        let first = self.at_once.range(beginning.to_owned()..).next();
        first.is_some_and(|key| key.starts_with(beginning))
    }

    pub(crate) fn tell(&self) {
        for seller in &self.added {
            tracing::info!(%seller, "a seller was added");
        }
        for seller in &self.removed {
            tracing::warn!(%seller, "a seller was removed: webhooks for him are refused, what waits for him ends as dead letters");
        }
        let strangers = |key: &&String| {
            let seller = key.strip_prefix("sellers.").and_then(|rest| rest.split('.').next());
            seller.is_none_or(|name| !self.added.iter().chain(&self.removed).any(|seller| seller.as_str() == name))
        };
        let keys: BTreeSet<String> = self.at_once.iter().filter(strangers).cloned().collect();
        tracing::info!(settings.changed = listed(&keys), "the settings were read again and are in force");
    }
}

/// Compares what is in force with what was read.
pub(crate) fn renew(in_force: &Settings, on_disk: Settings, occasion: Occasion) -> Renewal {
    let (at_once, after_restart) =
        differing(&in_force.explained, &on_disk.explained).into_iter().partition(|key| is_at_once(key));
    let strangers = |of: &Settings, to: &Settings| {
        let ids: BTreeSet<&SellerId> = to.sellers.iter().map(|seller| &seller.profile.id).collect();
        let unknown = of.sellers.iter().map(|seller| &seller.profile.id).filter(|id| !ids.contains(id));
        unknown.cloned().collect()
    };
    Renewal {
        added: strangers(&on_disk, in_force),
        removed: strangers(in_force, &on_disk),
        occasion,
        at_once,
        after_restart,
        settings: Arc::new(mixture(in_force, on_disk)),
    }
}

fn is_at_once(key: &str) -> bool {
    AT_ONCE.iter().any(|beginning| key.starts_with(beginning))
}

fn mixture(in_force: &Settings, on_disk: Settings) -> Settings {
    let stays = in_force.explained.iter().filter(|line| !is_at_once(&line.key)).cloned();
    let comes = on_disk.explained.into_iter().filter(|line| is_at_once(&line.key));
    Settings {
        explained: stays.chain(comes).collect(),
        llm: on_disk.llm,
        answers: on_disk.answers,
        autonomy: on_disk.autonomy,
        learning: on_disk.learning,
        telegram: TelegramSettings { token: on_disk.telegram.token, ..in_force.telegram.clone() },
        sellers: on_disk.sellers,
        gateway: GatewaySettings { public_url: on_disk.gateway.public_url, ..in_force.gateway.clone() },
        doctor: on_disk.doctor,
        ..in_force.clone()
    }
}

/// The keys that are not the same in both, also where a value is masked.
fn differing(before: &[Explained], now: &[Explained]) -> BTreeSet<String> {
    let (before, now) = (by_key(before), by_key(now));
    let keys = before.keys().chain(now.keys());
    keys.filter(|key| before.get(*key) != now.get(*key)).map(|key| (*key).to_owned()).collect()
}

/// What is told of each setting, and what is not.
fn by_key(lines: &[Explained]) -> BTreeMap<&str, (&str, Option<&str>)> {
    let of = |line| {
        let Explained { key, value, secret, .. }: &Explained = line;
        (key.as_str(), (value.as_str(), secret.as_ref().map(ExposeSecret::expose_secret)))
    };
    lines.iter().map(of).collect()
}
