//! Each bad day of the world outside, and what the doctor says of it.

use std::sync::Arc;
use std::time::Duration;

use domain::clock::ShiftedClock;
use salesphere::system::SystemOptions;
use sandbox::avito::{Endpoint, Fault, Order, Paywall, Scope};
use sandbox::google::{DEMO_SHEET_ID, Sharing};
use sandbox::redis::RedisServer;
use sandbox::telegram::TelegramConfig;
use sandbox::{SandboxConfig, google, model, telegram};
use settings::SchemaMode;

use crate::clinic::{Clinic, told};

const OFTEN: u32 = 100_000;

#[tokio::test(flavor = "multi_thread")]
async fn a_system_that_is_well_is_all_green() {
    let clinic = Clinic::open().await;
    told("all_green", &clinic.page().await);
    let report = clinic.report(&clinic.system.settings).await;
    assert!(report.well && report.warnings == 0);
    let json = serde_json::to_string(&report).unwrap();
    let key = clinic.system.settings.sheets.service_account.as_ref().unwrap();
    let secrets = ["demo-client-secret", "demo-webhook-token-1", telegram::DEMO_TOKEN, "a-secret-between"];
    for secret in secrets.into_iter().chain([secrecy::ExposeSecret::expose_secret(key)]) {
        assert!(!json.contains(secret), "{secret} is in {json}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_avito_refuses_is_told_with_what_to_buy_and_which_key_is_needed() {
    let clinic = Clinic::open().await;
    let avito = &clinic.system.sandbox.avito;
    let account = clinic.system.settings.sellers[0].profile.account.0;
    let refuse = |fault: Fault, call: Endpoint| avito.order(Order::from(fault).on(Scope::Only(call)).times(OFTEN));

    avito.set_paywall(account, Paywall::Unpaid).unwrap();
    told("avito_402", &clinic.complaints().await);
    avito.set_paywall(account, Paywall::Paid).unwrap();

    refuse(Fault::ExpiredToken401, Endpoint::SelfAccount);
    told("avito_401", &clinic.complaints().await);
    avito.clear_faults();

    refuse(Fault::ExpiredToken403, Endpoint::Messages);
    told("avito_403", &clinic.complaints().await);
    avito.clear_faults();

    avito.other_program_subscribes(account);
    told("avito_another_program", &clinic.complaints().await);

    let mut settings = clinic.settings();
    settings.sellers[0].avito.client_secret = "wrong".to_owned().into();
    told("avito_wrong_key", &clinic.complaints_with(&settings).await);

    avito.down();
    told("avito_down", &clinic.complaints().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_of_another_account_a_clock_that_is_wrong_and_a_webhook_nowhere_are_told() {
    let clinic = Clinic::open().await;
    let mut settings = clinic.settings();
    settings.sellers[0].profile.account = domain::ids::UserId(7);
    told("avito_another_account", &clinic.complaints_with(&settings).await);

    let clock = ShiftedClock::default();
    clock.advance(Duration::from_secs(400));
    // A second more or less is a date's own.
    let page = clinic.complaints_at(&clinic.system.settings, Arc::new(clock)).await;
    told("clock", &page.replace("401 s", "400 s").replace("399 s", "400 s"));

    let mut settings = clinic.settings();
    settings.gateway.public_url = Some("https://bot.example.org/".parse().unwrap());
    told("webhook_elsewhere", &clinic.complaints_with(&settings).await);
    let url = clinic.system.sandbox.avito.look(|world| world.subscription(353_200_000).unwrap().url.clone());
    let messenger = avito::Messenger::new(&settings.avito, &settings.sellers[0]);
    messenger.unsubscribe(&url).await.unwrap();
    told("webhook_nowhere", &clinic.complaints().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sheet_that_cannot_be_read_is_told_with_whom_to_share_it() {
    let clinic = Clinic::open().await;
    let google = &clinic.system.sandbox.google;
    google.share(DEMO_SHEET_ID, Sharing::Nobody).unwrap();
    told("sheet_403", &clinic.complaints().await);
    google.share(DEMO_SHEET_ID, Sharing::Anyone).unwrap();

    let mut settings = clinic.settings();
    settings.sellers[0].sheet_id = "1nowhere".to_owned();
    told("sheet_404", &clinic.complaints_with(&settings).await);

    google.order(google::Order::from(google::Fault::ServerError).always());
    told("sheet_500", &clinic.complaints().await);
    google.clear_orders();

    google.set_cell("Товары", "G2", "дорого").unwrap();
    google.set_cell("Товары", "A3", "SUM-RED").unwrap();
    google.set_cell("Товары", "A5", "ПРИМЕР-1").unwrap();
    told("sheet_problems", &clinic.complaints().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_that_telegram_refuses_and_a_chat_it_may_not_write_into_are_told() {
    let clinic = Clinic::open().await;
    let mut settings = clinic.settings();
    settings.telegram.token = "1:wrong".to_owned().into();
    told("telegram_401", &clinic.complaints_with(&settings).await);

    let mut settings = clinic.settings();
    settings.sellers[0].telegram_chat = -42;
    told("telegram_no_chat", &clinic.complaints_with(&settings).await);

    let telegram = &clinic.system.sandbox.telegram;
    telegram.order(telegram::Order::from(telegram::Fault::Blocked).always().on("sendChatAction"));
    told("telegram_blocked", &clinic.complaints().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_is_down_or_cannot_do_what_is_asked_is_told_with_the_setting_that_mends_it() {
    let clinic = Clinic::open().await;
    let model = &clinic.system.sandbox.model;
    let always = |fault: model::Fault| model.order(model::Order::from(fault).always());

    always(model::Fault::NoSchemas);
    told("model_no_schema", &clinic.complaints().await);
    model.clear_orders();

    always(model::Fault::LogprobsRefused);
    told("model_logprobs_refused", &clinic.complaints().await);
    model.clear_orders();

    always(model::Fault::NoLogprobs);
    told("model_no_logprobs", &clinic.complaints().await);
    model.clear_orders();

    let mut settings = clinic.settings();
    settings.llm.router.logprobs = false;
    settings.llm.router.schema = SchemaMode::JsonObject;
    settings.worker.route_within = Duration::ZERO;
    told("model_too_slow", &clinic.complaints_with(&settings).await);

    model.down();
    told("model_down", &clinic.complaints().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_would_lose_messages_is_told_with_the_lines_that_it_lacks() {
    let mut clinic = Clinic::open().await;
    for (name, options) in [
        ("redis_no_log", ["--appendonly", "no"]),
        ("redis_evicts", ["--maxmemory-policy", "allkeys-lru"]),
        ("redis_everysec", ["--appendfsync", "everysec"]),
        ("redis_full", ["--maxmemory", "2mb"]),
    ] {
        let server = RedisServer::start_with(&options);
        let mut settings = clinic.settings();
        settings.redis.url = server.url().parse().unwrap();
        settings.redis.memory_alarm_percent = 25;
        told(name, &clinic.complaints_with(&settings).await);
    }
    clinic.system.redis.kill();
    told("redis_down", &clinic.complaints().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn prompts_that_are_missing_and_a_spool_that_cannot_be_written_are_told() {
    let clinic = Clinic::open().await;
    let mut settings = clinic.settings();
    let directory = clinic.system.redis.directory();
    settings.answers.prompts_dir = Some(directory.join("prompts"));
    told("prompts_missing", &clinic.complaints_with(&settings).await);

    let mut settings = clinic.settings();
    settings.gateway.spool_dir = directory.join("nowhere");
    told("spool_nowhere", &clinic.complaints_with(&settings).await);
    settings.gateway.spool_dir = "/proc".into();
    settings.gateway.spool_max_bytes = 0;
    // The system has another word for it where the tests do not run as root.
    let page = clinic.complaints_with(&settings).await;
    told(
        "spool_unwritable",
        &page.replace("Permission denied (os error 13)", "No such file or directory (os error 2)"),
    );
    let mut settings = clinic.settings();
    settings.gateway.spool_max_bytes = 1 << 60;
    told("spool_no_room", &clinic.complaints_with(&settings).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_says_nothing_ends_in_time_and_is_told_as_such() {
    let sandbox = SandboxConfig {
        telegram: TelegramConfig { chats: Vec::new(), ..TelegramConfig::demo() },
        ..SandboxConfig::demo()
    };
    let operator = "doctor.within = \"700ms\"\ntelegram.timeout = \"3s\"\n".to_owned();
    let clinic = Clinic::open_with(SystemOptions { sandbox, operator, ..SystemOptions::default() }).await;
    clinic.system.sandbox.telegram.set_latency(Duration::from_secs(60));
    let begun = std::time::Instant::now();
    let page = clinic.complaints().await;
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    assert!(page.contains("nothing came within 700 ms"), "{page}");
}
