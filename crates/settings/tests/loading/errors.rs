//! What is said about a wrong configuration: everything at once, with place, key and fix.

use crate::harness::{OPERATOR, SELLER, load, with};

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    let config = r#"
[telemetry]
format = "xml"
[queue]
leese = "5s"
lease = 5
heartbeat = "1 fortnight"
shards = 0
max_batch = "many"
[gateway]
allow_open = "yes"
listen = "8080"
answer_within = "5s"
[gateway.signature]
secret = ""
[avito]
base_url = "ftp://api.avito.ru"
max_text_chars = 4000
lease = "5s"
[llm]
base_url = "https://key:word@example.org/v1/"
router = "gpt"
[sheets]
service_account = "my key"
[telegram]
token = 1234567
[seller_defaults]
time_zone = "Moscow"
[seller_defaults.thresholds]
default = 80
[strange]
key = 1
"#;
    let seller = r#"
name = "Лавка"
sheet_id = "https://docs.google.com/spreadsheets/d/1abc/edit"
telegram_chat = "@shop"
[avito]
account = "353200000"
client_id = "client"
client_secret = "secret"
webhook_token = "short"
[hours]
open = "9"
days = ["monday"]
[thresholds]
stock = 0.9
[pricing]
rounds = -1
"#;
    let env = [
        ("SALESPHERE__WORKER__PERMITS", "sixty"),
        ("SALESPHERE__WORKER__PERMIT", "60"),
        ("SALESPHERE_QUEUE__LEASE", "5s"),
        ("SALESPHERE_VERSION", "not ours to judge"),
    ];
    insta::assert_snapshot!(load(config, &[("shop", seller), ("Shop Two", seller)], &env).unwrap_err());
}

#[test]
fn no_secret_is_quoted_in_a_problem() {
    let config = r#"
redis.url = "http://:hunter2@redis"
telegram.token = "hunter2"
sheets.service_account = "hunter2"
"#;
    let seller = SELLER.replace("0123456789abcdef", "hunter2");
    let told = load(config, &[("shop", &seller)], &[]).unwrap_err().to_string();
    assert!(!told.contains("hunter2"), "{told}");
    assert_eq!(told.matches("hint:").count(), 4 + 3, "{told}");
}

#[test]
fn an_address_of_redis_that_is_none_is_told_with_the_forms_there_are() {
    let told: Vec<_> =
        ["postgres://redis", "rediss://redis", "redis://a,b", "redis+sentinel://a,b", "redis+cluster://a/1"]
            .iter()
            .map(|url| with(&format!("redis.url = \"{url}\""), &[]).unwrap_err().to_string())
            .collect();
    insta::assert_snapshot!(told.join("\n\n"));
    for url in ["redis://:x@a:1/2", "redis+sentinel://a:1,b:2,c:3/shop", "redis+cluster://a:1,b:2"] {
        let settings = with(&format!("redis.url = \"{url}\""), &[]).unwrap();
        assert_eq!(Ok(settings.redis.url), url.parse());
    }
}

#[test]
fn values_that_do_not_fit_each_other_are_told_where_the_operator_set_them() {
    let told: Vec<_> = [
        ("queue.lease = \"2s\"", &[][..]),
        ("", &[("SALESPHERE__AVITO__SEND_TIMEOUT", "4s")]),
        ("queue.retry_base = \"2m\"", &[]),
        ("queue.retry_cap = \"500ms\"", &[]),
        ("queue.block = \"10s\"", &[]),
        ("queue.shards = 33", &[]),
        ("redis.wait_within = \"500ms\"", &[]),
        ("gateway.redis_within = \"1500ms\"", &[]),
        ("gateway.keep_recent = \"1m\"\nqueue.seen_ttl = \"30s\"", &[]),
        ("worker.route_within = \"1700ms\"", &[]),
        ("worker.turn_budget = \"1s\"", &[]),
        ("sheets.fresh = \"1h\"", &[]),
        ("queue.seen_max = 60", &[]),
        ("worker.sweep_within = \"7d\"", &[]),
        ("gateway.signature.mode = \"require\"", &[]),
        ("gateway.signature.mode = \"log\"", &[]),
        ("telegram.token_file = \"token\"\ntelegram.token = \"1:a\"", &[]),
        ("queue = 5", &[]),
    ]
    .into_iter()
    .map(|(more, env)| {
        format!(
            "# {more}{}\n{}",
            env.iter().map(|(k, v)| format!("{k}={v}")).collect::<String>(),
            with(more, env).unwrap_err()
        )
    })
    .collect();
    insta::assert_snapshot!(told.join("\n\n"));
}

#[test]
fn a_door_without_a_gate_is_refused_unless_it_is_meant() {
    let open = SELLER.replace("avito.webhook_token", "#");
    let second = open.replace("353200000", "353200001");
    let sellers = [("shop", open.as_str()), ("second", second.as_str())];
    let at_door = |mode: &str, more: &str| {
        load(&format!("{OPERATOR}\ngateway.signature.mode = \"{mode}\"\n{more}"), &sellers, &[])
    };
    let secret = "gateway.signature.secret = \"key\"";
    for (mode, more, holds) in [
        ("require", secret, true),
        ("log", secret, false),
        ("off", secret, false),
        ("off", "", false),
        ("off", "gateway.allow_open = true", true),
    ] {
        assert_eq!(at_door(mode, more).is_ok(), holds, "{mode} {more}");
    }
    insta::assert_snapshot!(at_door("log", secret).unwrap_err());
}
