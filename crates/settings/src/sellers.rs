//! The sellers: one file each, over the defaults of `[seller_defaults]`.
//!
//! Not here: what a key means (`config/default.toml` and `config/sellers/demo.toml` tell).

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use domain::digest::DigestPolicy;
use domain::ids::{SellerId, UserId};
use domain::intent::Intent;
use domain::mode::Mode;
use domain::seller::{PricingPolicy, SellerProfile, Thresholds, WorkingHours};
use domain::waiting::ReminderPolicy;
use jiff::civil::{Time, Weekday};
use jiff::tz::TimeZone;
use secrecy::ExposeSecret;

use crate::explain::MASK;
use crate::layers::{self, Entries, Layer};
use crate::model::{SellerAvito, SellerDesk, SellerSettings, Settings};
use crate::problem::{Misfit, Place, Problem};
use crate::reader::{Book, Reader, Scope};
use crate::secret::{Kind, file_key};
use crate::values::text_of;

/// The section of what holds for a seller that does not say otherwise.
pub(crate) const DEFAULTS: &str = "seller_defaults.";

/// Reads the seller of each layer, and puts those in force into `settings`.
pub(crate) fn read(layers: &[Layer], defaults: &Entries, place: &str, settings: &mut Settings, book: &mut Book) {
    check_defaults(defaults, book);
    let real_avito = settings.avito.base_url.host_str().is_some_and(|host| host.ends_with("avito.ru"));
    let mut read = Vec::new();
    for layer in layers {
        let before = book.explained.len();
        let Some(seller) = one(layer, defaults, book) else { continue };
        if real_avito && seller.kind == SellerKind::Demo {
            book.explained.truncate(before);
            continue;
        }
        read.push(seller);
    }
    find_twins(&read, book);
    if read.is_empty() && book.problems.is_empty() {
        book.problems.push(Problem {
            place: Place::file(place),
            key: String::new(),
            what: "holds no seller".to_owned(),
            fix:
                "`salesphere seller add <name>` writes one, as config/sellers/demo.toml shows (the demo seller itself \
                  lives in the sandbox only)"
                    .to_owned(),
        });
    }
    settings.sellers = read.into_iter().map(|read| read.seller).collect();
}

#[derive(PartialEq)]
enum SellerKind {
    Real,
    Demo,
}

/// A seller, and where the things stand that no two may share.
struct ReadSeller {
    seller: SellerSettings,
    kind: SellerKind,
    account_at: Place,
    token_at: Option<Place>,
}

fn one(layer: &Layer, defaults: &Entries, book: &mut Book) -> Option<ReadSeller> {
    let stem = Path::new(layer.name()).file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let id: SellerId = match stem.parse() {
        Ok(id) => id,
        Err(error) => {
            book.problems.push(Problem {
                place: Place::file(layer.name()),
                key: String::new(),
                what: error.to_string(),
                fix: "rename the file: its name is the seller's short name".to_owned(),
            });
            return None;
        }
    };
    let mut entries = defaults.clone();
    entries.extend(layers::merge(&[layer], &BTreeMap::new()));
    let scope = Scope {
        file: layer.name().to_owned(),
        prefix: format!("sellers.{id}."),
        or_else: |_| "add it to the seller's file, as config/sellers/demo.toml shows".to_owned(),
    };
    let mut reader = Reader::new(entries, scope, book);
    let read = seller(&mut reader, id);
    reader.finish();
    Some(read)
}

fn seller(r: &mut Reader<'_>, id: SellerId) -> ReadSeller {
    let kind = match r.optional("demo", |entry| match entry.value {
        config::ValueKind::Boolean(demo) => Ok(demo),
        _ => Err(Misfit::new("is neither true nor false", "write true or false, without quotes")),
    }) {
        Some(true) => SellerKind::Demo,
        _ => SellerKind::Real,
    };
    let name = r.text("name");
    let sheet_id = r.parsed("sheet_id", String::new(), sheet_id);
    let telegram_chat = r.required("telegram_chat", telegram_chat).unwrap_or_default();
    let account = UserId(r.int("avito.account", 1..=u64::MAX >> 1));
    let avito = SellerAvito {
        client_id: r.text("avito.client_id"),
        client_secret: r.secret("avito.client_secret", &Kind::PLAIN),
        webhook_token: r.optional_secret("avito.webhook_token", &WEBHOOK_TOKEN),
    };
    let common = common(r);
    let place = |key: &str| r.entry(key).map(|entry| entry.place.clone());
    let token = "avito.webhook_token";
    ReadSeller {
        kind,
        account_at: place("avito.account").unwrap_or(Place::Default),
        token_at: place(token).or_else(|| place(&file_key(token))),
        seller: SellerSettings {
            profile: SellerProfile {
                id,
                name,
                account,
                time_zone: common.time_zone,
                hours: common.hours,
                thresholds: common.thresholds,
                pricing: common.pricing,
                quiet_after_seller: common.quiet_after_seller,
            },
            avito,
            sheet_id,
            telegram_chat,
            mode: common.mode,
            desk: common.desk,
        },
    }
}

/// What `[seller_defaults]` may hold too.
struct Common {
    time_zone: TimeZone,
    quiet_after_seller: Duration,
    mode: Mode,
    hours: WorkingHours,
    thresholds: Thresholds,
    pricing: PricingPolicy,
    desk: SellerDesk,
}

fn common(r: &mut Reader<'_>) -> Common {
    let minute = Duration::from_secs(60);
    Common {
        time_zone: r.parsed("time_zone", TimeZone::UTC, |name| {
            TimeZone::get(name).map_err(|_| {
                Misfit::new(format!("= \"{name}\" is no time zone"), "give its IANA name, like \"Europe/Moscow\"")
            })
        }),
        quiet_after_seller: r.duration("quiet_after_seller", minute..=30 * 1_440 * minute),
        mode: r.one_of("mode", &Mode::ALL.map(|mode| (mode.name(), mode))),
        hours: hours(r),
        thresholds: Thresholds {
            default: r.float("thresholds.default", 0.0..=1.0),
            human: r.float("thresholds.human", 0.0..=1.0),
            by_intent: Intent::ALL
                .into_iter()
                .filter_map(|intent| {
                    let threshold = r.optional_float(&format!("thresholds.{}", intent.name()), 0.0..=1.0)?;
                    Some((intent, threshold))
                })
                .collect(),
        },
        pricing: PricingPolicy {
            bargaining: r.flag("pricing.bargaining"),
            rounds: r.int("pricing.rounds", 0..=20),
            step_percent: r.int("pricing.step_percent", 1..=50),
            accept_at_once: r.flag("pricing.accept_at_once"),
        },
        desk: SellerDesk { night_orders: r.flag("night_orders"), reminders: reminders(r), digest: digest(r) },
    }
}

fn reminders(r: &mut Reader<'_>) -> ReminderPolicy {
    let day = Duration::from_secs(24 * 3600);
    ReminderPolicy {
        first: r.duration("reminders.first", Duration::ZERO..=day),
        again: r.duration("reminders.again", Duration::ZERO..=day),
        hand_on: r.duration("reminders.hand_on", Duration::from_millis(1)..=day),
        second: r.words("reminders.second", |text| match text.parse() {
            Ok(chat) if chat != 0 => Ok(chat),
            _ => Err(Misfit::new(
                format!("names no chat: \"{text}\""),
                "write numbers, like [500100201]; a group's begins with a minus",
            )),
        }),
    }
}

fn digest(r: &mut Reader<'_>) -> DigestPolicy {
    DigestPolicy {
        on: r.flag("digest.on"),
        at: r.optional("digest.at", |entry| time(text_of(entry)?)),
        per_answer: r.duration("digest.per_answer", Duration::ZERO..=Duration::from_secs(3600)),
    }
}

fn hours(r: &mut Reader<'_>) -> WorkingHours {
    let hours = WorkingHours {
        open: r.parsed("hours.open", Time::midnight(), time),
        close: r.parsed("hours.close", Time::MAX, time),
        days: r.words("hours.days", day),
    };
    if hours.open == hours.close {
        r.object(
            "hours.close",
            Misfit::new("is the same as open", "for the whole day: open \"00:00\", close \"24:00\""),
        );
    }
    if hours.days.is_empty() && !r.is_wrong("hours.days") {
        r.object("hours.days", Misfit::new("has no day", "name the days on which somebody is there"));
    }
    hours
}

/// Reads the defaults by themselves: a slip there is told once, and even without a seller.
fn check_defaults(defaults: &Entries, book: &mut Book) {
    let scope = Scope {
        file: layers::DEFAULTS_NAME.to_owned(),
        prefix: DEFAULTS.to_owned(),
        or_else: |key| format!("set seller_defaults.{key}"),
    };
    let mut reader = Reader::new(defaults.clone(), scope, book);
    common(&mut reader);
    reader.finish();
}

/// Two sellers that a webhook could not tell apart.
fn find_twins(read: &[ReadSeller], book: &mut Book) {
    let mut twin = |place: &Place, key: &str, first: &ReadSeller, fix: &str| {
        book.problems.push(Problem {
            place: place.clone(),
            key: key.to_owned(),
            what: format!("is that of seller {} too", first.seller.profile.id),
            fix: fix.to_owned(),
        });
    };
    for (index, seller) in read.iter().enumerate() {
        let others = &read[..index];
        let account = seller.seller.profile.account;
        if let Some(first) = others.iter().find(|other| other.seller.profile.account == account) {
            twin(&seller.account_at, "avito.account", first, "one account, one file");
        }
        let token =
            |read: &ReadSeller| read.seller.avito.webhook_token.as_ref().map(|token| token.expose_secret().to_owned());
        let same = |other: &&ReadSeller| token(seller).is_some() && token(other) == token(seller);
        if let (Some(first), Some(place)) = (others.iter().find(same), &seller.token_at) {
            twin(place, "avito.webhook_token", first, "make a new one: openssl rand -hex 24");
        }
    }
}

fn sheet_id(text: &str) -> Result<String, Misfit> {
    if text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')) {
        return Ok(text.to_owned());
    }
    Err(Misfit::new(format!("= \"{text}\" is no id of a sheet"), "take the part of its address between /d/ and /edit"))
}

fn telegram_chat(entry: &layers::Entry) -> Result<i64, Misfit> {
    match entry.value {
        config::ValueKind::I64(chat) if chat != 0 => Ok(chat),
        _ => Err(Misfit::new("is no chat's number", "write the number without quotes; a group's begins with a minus")),
    }
}

fn time(text: &str) -> Result<Time, Misfit> {
    if text == "24:00" {
        return Ok(Time::MAX);
    }
    let misfit = || Misfit::new(format!("= \"{text}\" is no time of day"), "write it like \"09:00\"");
    text.parse().map_err(|_| misfit())
}

fn day(text: &str) -> Result<Weekday, Misfit> {
    Ok(match text {
        "mon" => Weekday::Monday,
        "tue" => Weekday::Tuesday,
        "wed" => Weekday::Wednesday,
        "thu" => Weekday::Thursday,
        "fri" => Weekday::Friday,
        "sat" => Weekday::Saturday,
        "sun" => Weekday::Sunday,
        _ => return Err(Misfit::new(format!("names no day: \"{text}\""), "of mon, tue, wed, thu, fri, sat, sun")),
    })
}

/// It is a part of a path, and all that stands between a stranger and the queue.
const WEBHOOK_TOKEN: Kind = Kind {
    check: |text| {
        let whole = text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
        if whole && text.len() >= 16 {
            return Ok(());
        }
        let fix = "16 or more of a-z, A-Z, 0-9, - and _; make one: openssl rand -hex 24";
        Err(Misfit::new("is no unguessable part of a path", fix))
    },
    mask: |_| MASK.to_owned(),
};
