//! The sections of the configuration, key by key, with the range each value may have.
//!
//! The ranges are there against slips of the pen (a unit forgotten, a zero too many), not against choices:
//! tests run with leases of a fraction of a second. Not here: what a key means (`config/default.toml` tells),
//! and how values must fit each other ([`crate::rules`]).

use std::ops::RangeInclusive;
use std::time::Duration;

use domain::autonomy::Bar;
use domain::intent::{Bias, Intent, Seconding};
use domain::redis::{Host, Login, RedisUrl, Servers};
use secrecy::ExposeSecret;

use crate::explain::MASK;
use crate::model::{
    AnswersSettings, AutonomySettings, AvitoSettings, DoctorSettings, Door, GatewaySettings, LearningSettings,
    LlmProtocol, LlmSettings, LogFormat, ModelSettings, QueueSettings, RedisSettings, ReloadSettings, SchemaMode,
    Settings, SheetsSettings, SignatureMode, SignatureSettings, StoreSettings, TelegramSettings, TelemetrySettings,
    UnsafeRedis, WorkerSettings,
};
use crate::problem::Misfit;
use crate::reader::Reader;
use crate::secret::Kind;

const NO_TIME_TO_A_MINUTE: RangeInclusive<Duration> = ms(1)..=ms(60_000);
const UP_TO_A_DAY: RangeInclusive<Duration> = ms(1)..=ms(86_400_000);
const UP_TO_A_YEAR: RangeInclusive<Duration> = ms(1_000)..=ms(366 * 86_400_000);

const fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// Reads all sections; the sellers come later.
pub(crate) fn read(r: &mut Reader<'_>) -> Settings {
    let telemetry = TelemetrySettings {
        log: r.text("telemetry.log"),
        format: r.one_of("telemetry.format", &[("text", LogFormat::Text), ("json", LogFormat::Json)]),
    };
    let reload = ReloadSettings { every: r.duration("reload.every", ms(0)..=ms(3_600_000)) };
    let redis = redis(r);
    let queue = queue(r);
    let shards = queue.shards;
    let gateway = gateway(r);
    Settings {
        telemetry,
        reload,
        redis,
        queue,
        gateway,
        worker: worker(r),
        avito: avito(r),
        llm: llm(r),
        answers: AnswersSettings {
            prompts_dir: r.optional_path("answers.prompts_dir"),
            model_wording: r.flag("answers.model_wording"),
            max_chars: r.int("answers.max_chars", 20..=10_000) as usize,
        },
        sheets: sheets(r),
        telegram: TelegramSettings {
            base_url: r.url("telegram.base_url"),
            token: r.secret("telegram.token", &TELEGRAM_TOKEN),
            // The Telegram library sleeps ten seconds over a server's error; no call may outlast that.
            timeout: r.duration("telegram.timeout", ms(1)..=ms(9_000)),
            retry_after: r.duration("telegram.retry_after", NO_TIME_TO_A_MINUTE),
            // Telegram waits no longer than that.
            poll: r.duration("telegram.poll", ms(0)..=ms(50_000)),
            per_second: r.int("telegram.per_second", 1..=1_000),
            chat_gap: r.duration("telegram.chat_gap", ms(0)..=ms(60_000)),
            undo: r.duration("telegram.undo", ms(0)..=ms(60_000)),
            card_ttl: r.duration("telegram.card_ttl", UP_TO_A_YEAR),
            card_grows: r.duration("telegram.card_grows", ms(0)..=ms(86_400_000)),
            code_ttl: r.duration("telegram.code_ttl", UP_TO_A_YEAR),
        },
        store: store(r, shards),
        autonomy: autonomy(r),
        learning: learning(r),
        doctor: DoctorSettings {
            within: r.duration("doctor.within", ms(100)..=ms(600_000)),
            clock_skew: r.duration("doctor.clock_skew", ms(2_000)..=ms(3_600_000)),
            slow_disk: r.duration("doctor.slow_disk", NO_TIME_TO_A_MINUTE),
        },
        sellers: Vec::new(),
        explained: Vec::new(),
    }
}

fn redis(r: &mut Reader<'_>) -> RedisSettings {
    RedisSettings {
        url: redis_url(r),
        response_timeout: r.duration("redis.response_timeout", NO_TIME_TO_A_MINUTE),
        connect_timeout: r.duration("redis.connect_timeout", NO_TIME_TO_A_MINUTE),
        wait_replicas: r.int("redis.wait_replicas", 0..=10),
        wait_within: r.duration("redis.wait_within", NO_TIME_TO_A_MINUTE),
        unsafe_redis: if r.flag("redis.allow_unsafe") { UnsafeRedis::Allow } else { UnsafeRedis::Refuse },
        memory_alarm_percent: r.int("redis.memory_alarm_percent", 1..=100),
    }
}

/// Read like a secret, because it may hold a password.
fn redis_url(r: &mut Reader<'_>) -> RedisUrl {
    let stand_in = || RedisUrl {
        servers: Servers::One(Host { name: "localhost".to_owned(), port: 6379 }),
        login: Login::default(),
        db: 0,
    };
    r.secret("redis.url", &REDIS_URL).expose_secret().parse().unwrap_or_else(|_| stand_in())
}

fn queue(r: &mut Reader<'_>) -> QueueSettings {
    QueueSettings {
        shards: r.int("queue.shards", 1..=256),
        lease: r.duration("queue.lease", ms(100)..=ms(60_000)),
        heartbeat: r.duration("queue.heartbeat", ms(10)..=ms(20_000)),
        block: r.duration("queue.block", ms(10)..=ms(10_000)),
        max_batch: r.int("queue.max_batch", 1..=1_000) as usize,
        mailbox_max: r.int("queue.mailbox_max", 1..=100_000) as usize,
        flood_per_minute: r.int("queue.flood_per_minute", 0..=99_999) as usize,
        seen_max: r.int("queue.seen_max", 1..=100_000) as usize,
        seen_ttl: r.duration("queue.seen_ttl", UP_TO_A_YEAR),
        max_attempts: r.int("queue.max_attempts", 1..=100),
        max_crashes: r.int("queue.max_crashes", 1..=100),
        retry_base: r.duration("queue.retry_base", NO_TIME_TO_A_MINUTE),
        retry_cap: r.duration("queue.retry_cap", UP_TO_A_DAY),
        settle: r.duration("queue.settle", UP_TO_A_DAY),
        doubt_for: r.duration("queue.doubt_for", ms(0)..=ms(86_400_000)),
    }
}

fn gateway(r: &mut Reader<'_>) -> GatewaySettings {
    let modes = [("require", SignatureMode::Require), ("log", SignatureMode::Log), ("off", SignatureMode::Off)];
    let listen = listen(r, "gateway.listen");
    // Avito gives up after two seconds, so no budget of ours may be longer.
    GatewaySettings {
        listen,
        public_url: r.optional_url("gateway.public_url"),
        max_body_bytes: r.int("gateway.max_body_bytes", 1_024..=16 * 1_024 * 1_024) as usize,
        answer_within: r.duration("gateway.answer_within", ms(50)..=ms(2_000)),
        redis_within: r.duration("gateway.redis_within", ms(10)..=ms(2_000)),
        spool_dir: r.path("gateway.spool_dir"),
        spool_max_bytes: r.int("gateway.spool_max_bytes", 65_536..=1 << 40),
        keep_recent: r.duration("gateway.keep_recent", ms(0)..=ms(600_000)),
        signature: SignatureSettings {
            mode: r.one_of("gateway.signature.mode", &modes),
            header: r.parsed("gateway.signature.header", String::new(), header_name),
            secret: r.optional_secret("gateway.signature.secret", &Kind::PLAIN),
        },
        door: if r.flag("gateway.allow_open") { Door::Open } else { Door::Guarded },
    }
}

fn worker(r: &mut Reader<'_>) -> WorkerSettings {
    WorkerSettings {
        listen: listen(r, "worker.listen"),
        permits: r.int("worker.permits", 1..=10_000) as usize,
        turn_budget: r.duration("worker.turn_budget", NO_TIME_TO_A_MINUTE),
        route_within: r.duration("worker.route_within", NO_TIME_TO_A_MINUTE),
        word_until: r.duration("worker.word_until", NO_TIME_TO_A_MINUTE),
        burst_quiet: r.duration("worker.burst_quiet", ms(0)..=ms(60_000)),
        burst_max: r.duration("worker.burst_max", ms(0)..=ms(60_000)),
        model_attempts: r.int("worker.model_attempts", 1..=100),
        drain: r.duration("worker.drain", ms(100)..=ms(600_000)),
        ready_within: r.duration("worker.ready_within", ms(100)..=ms(600_000)),
        sweep_every: r.duration("worker.sweep_every", ms(0)..=ms(86_400_000)),
        sweep_within: r.duration("worker.sweep_within", UP_TO_A_YEAR),
        rounds_every: r.duration("worker.rounds_every", ms(1)..=ms(3_600_000)),
    }
}

fn avito(r: &mut Reader<'_>) -> AvitoSettings {
    AvitoSettings {
        base_url: r.url("avito.base_url"),
        send_timeout: r.duration("avito.send_timeout", NO_TIME_TO_A_MINUTE),
        call_timeout: r.duration("avito.call_timeout", NO_TIME_TO_A_MINUTE),
        // Avito takes no more than a thousand characters.
        max_text_chars: r.int("avito.max_text_chars", 20..=1_000) as usize,
    }
}

fn llm(r: &mut Reader<'_>) -> LlmSettings {
    let protocols = [("negotiated", LlmProtocol::Negotiated), ("http2", LlmProtocol::Http2)];
    LlmSettings {
        base_url: r.url("llm.base_url"),
        api_key: r.optional_secret("llm.api_key", &Kind::PLAIN),
        max_concurrent: r.int("llm.max_concurrent", 1..=10_000) as usize,
        protocol: r.one_of("llm.protocol", &protocols),
        calls_per_connection: r.int("llm.calls_per_connection", 1..=10_000) as usize,
        router: model(r, "llm.router"),
        router_bias: bias(r),
        seconding: seconding(r),
        wording: model(r, "llm.wording"),
    }
}

fn model(r: &mut Reader<'_>, section: &str) -> ModelSettings {
    let schemas = [("strict", SchemaMode::Strict), ("json_object", SchemaMode::JsonObject)];
    ModelSettings {
        model: r.text(&format!("{section}.model")),
        max_tokens: r.int(&format!("{section}.max_tokens"), 1..=100_000),
        temperature: r.float(&format!("{section}.temperature"), 0.0..=2.0) as f32,
        logprobs: r.flag(&format!("{section}.logprobs")),
        schema: r.one_of(&format!("{section}.schema"), &schemas),
    }
}

fn bias(r: &mut Reader<'_>) -> Bias {
    let of =
        |intent: Intent| Some((intent, r.optional_float(&format!("llm.router.bias.{}", intent.name()), -10.0..=10.0)?));
    Bias(Intent::ALL.into_iter().filter_map(of).collect())
}

fn seconding(r: &mut Reader<'_>) -> Seconding {
    Seconding {
        weight: r.float("llm.router.second_opinion.weight", 0.0..=1.0),
        stand_in: r.optional_float("llm.router.second_opinion.stand_in", 0.5..=1.0),
        unasked: r.optional_float("llm.router.second_opinion.unasked", 0.5..=1.0),
    }
}

fn sheets(r: &mut Reader<'_>) -> SheetsSettings {
    SheetsSettings {
        base_url: r.url("sheets.base_url"),
        service_account: r.optional_secret("sheets.service_account", &SERVICE_ACCOUNT),
        fresh: r.duration("sheets.fresh", UP_TO_A_DAY),
        stale: r.duration("sheets.stale", UP_TO_A_DAY),
        timeout: r.duration("sheets.timeout", NO_TIME_TO_A_MINUTE),
        reads_per_minute: r.int("sheets.reads_per_minute", 1..=10_000),
    }
}

fn store(r: &mut Reader<'_>, shards: u16) -> StoreSettings {
    StoreSettings {
        shards,
        conversation_ttl: r.duration("store.conversation_ttl", UP_TO_A_YEAR),
        haggling_ttl: r.duration("store.haggling_ttl", UP_TO_A_YEAR),
        record_ttl: r.duration("store.record_ttl", UP_TO_A_YEAR),
        records_max: r.int("store.records_max", 1..=1_000_000) as usize,
        chat_ttl: r.duration("store.chat_ttl", UP_TO_A_YEAR),
        sent_ttl: r.duration("store.sent_ttl", UP_TO_A_YEAR),
    }
}

fn autonomy(r: &mut Reader<'_>) -> AutonomySettings {
    AutonomySettings {
        bar: Bar {
            propose_from: r.float("autonomy.propose_from", 0.5..=1.0),
            propose_after: r.int("autonomy.propose_after", 1..=100_000),
            fall_back_from: r.float("autonomy.fall_back_from", 0.0..=1.0),
            fall_back_after: r.int("autonomy.fall_back_after", 1..=100_000),
        },
        window: r.int("autonomy.window", 10..=10_000) as usize,
        keep: r.duration("autonomy.keep", UP_TO_A_YEAR),
        propose_again: r.duration("autonomy.propose_again", UP_TO_A_YEAR),
        overruled_within: r.duration("autonomy.overruled_within", UP_TO_A_DAY),
        complained_within: r.duration("autonomy.complained_within", UP_TO_A_DAY),
        compare_within: r.duration("autonomy.compare_within", UP_TO_A_YEAR),
        review_every: r.duration("autonomy.review_every", ms(1)..=ms(3_600_000)),
    }
}

fn learning(r: &mut Reader<'_>) -> LearningSettings {
    LearningSettings {
        offer: r.flag("learning.offer"),
        retry_after: r.duration("learning.retry_after", UP_TO_A_DAY),
        try_for: r.duration("learning.try_for", UP_TO_A_DAY),
        look_every: r.duration("learning.look_every", ms(1)..=ms(3_600_000)),
        keep: r.duration("learning.keep", UP_TO_A_YEAR),
        keep_max: r.int("learning.keep_max", 1..=1_000_000) as usize,
    }
}

fn listen(r: &mut Reader<'_>, key: &str) -> String {
    r.parsed(key, String::new(), |text| {
        let parts = text.rsplit_once(':').filter(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok());
        parts.map(|_| text.to_owned()).ok_or_else(|| {
            Misfit::new(format!("= \"{text}\" is no address to listen on"), "write it like \"0.0.0.0:8080\"")
        })
    })
}

fn header_name(text: &str) -> Result<String, Misfit> {
    if text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_') {
        return Ok(text.to_lowercase());
    }
    Err(Misfit::new(format!("= \"{text}\" is no header name"), "letters, digits and - only"))
}

const REDIS_URL: Kind = Kind {
    check: |text| match text.parse::<RedisUrl>() {
        Ok(_) => Ok(()),
        Err(error) => Err(Misfit::new(error.to_string(), error.fix())),
    },
    mask: |text| text.parse::<RedisUrl>().map_or_else(|_| MASK.to_owned(), |url| url.to_string()),
};

const TELEGRAM_TOKEN: Kind = Kind {
    check: |text| {
        let parts = text.split_once(':').filter(|(bot, secret)| !secret.is_empty() && bot.parse::<u64>().is_ok());
        // It becomes a part of a path.
        let whole = text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, ':' | '-' | '_'));
        parts.filter(|_| whole).map(|_| ()).ok_or_else(|| {
            Misfit::new("is no bot token", "copy it from @BotFather: a number, a colon, letters and digits")
        })
    },
    mask: |_| MASK.to_owned(),
};

const SERVICE_ACCOUNT: Kind = Kind {
    check: |text| {
        let json: Option<serde_json::Value> = serde_json::from_str(text).ok();
        let has = |field: &str| json.as_ref().is_some_and(|json| json[field].is_string());
        if has("client_email") && has("private_key") {
            return Ok(());
        }
        let fix = "give the JSON of a service account's key, as Google Cloud offers it for download";
        Err(Misfit::new("is no service account's key", fix))
    },
    mask: |_| MASK.to_owned(),
};
