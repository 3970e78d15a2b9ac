//! `config/default.toml` against the code: every key explained, every key known.

use std::collections::BTreeSet;

use settings::{DEFAULTS, Place};

use crate::harness::{OPERATOR, SELLER, load, with};

/// The keys of `config/default.toml`, those without a default (`#key = …`) included, each with the line above.
fn keys() -> Vec<(String, &'static str)> {
    let mut section = String::new();
    let mut above = "";
    let mut keys = Vec::new();
    for line in DEFAULTS.lines() {
        if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            name.clone_into(&mut section);
        } else if let Some((key, _)) = line.trim_start_matches('#').split_once(" = ")
            && key.chars().all(|c| c.is_ascii_lowercase() || c == '_')
        {
            keys.push((format!("{section}.{key}"), above));
        }
        above = line;
    }
    keys
}

#[test]
fn every_key_has_a_comment_of_its_own() {
    let keys = keys();
    assert!(keys.len() > 70, "{}", keys.len());
    for (key, above) in keys {
        assert!(above.starts_with("# "), "no comment above {key}, but: {above}");
    }
}

#[test]
fn the_file_and_the_code_know_the_same_keys() {
    let is_path = |key: &String| {
        ["url_file", "secret_file", "api_key_file", "token_file", "service_account_file"]
            .iter()
            .any(|path| key.ends_with(path))
    };
    let in_file: BTreeSet<_> = keys().into_iter().map(|(key, _)| key).filter(|key| !is_path(key)).collect();
    let settings = with("", &[]).unwrap();
    let in_code: BTreeSet<_> = settings::explain(&settings)
        .into_iter()
        .map(|line| line.key)
        .filter(|key| !key.starts_with("sellers."))
        .collect();
    assert_eq!(in_file, in_code);
}

#[test]
fn every_secret_can_stand_in_a_file() {
    for (key, _) in keys().iter().filter(|(key, _)| key.ends_with("_file")) {
        // Both ways in one place are refused, so the environment gives the path over the file's own secret.
        let variable = format!("SALESPHERE__{}", key.to_uppercase().replace('.', "__"));
        let errors = with("", &[(&variable, "/nowhere/at/all")]).unwrap_err();
        let told = errors.to_string();
        assert!(told.contains("/nowhere/at/all") && !told.contains("unknown"), "{key}: {told}");
    }
}

#[test]
fn what_is_in_force_is_told_with_its_origin_and_without_its_secrets() {
    let env = [("SALESPHERE__QUEUE__LEASE", "8s"), ("SALESPHERE__REDIS__URL", "redis://:hunter2@redis:6379/1")];
    let settings = with("queue.max_attempts = 3", &env).unwrap();
    let lines: Vec<_> = settings::explain(&settings)
        .iter()
        .map(|line| format!("{} = {}  [{}]", line.key, line.value, line.from))
        .collect();
    let told = lines.join("\n");
    for secret in ["hunter2", "AAtoken", "BEGIN", "avito secret", "0123456789abcdef"] {
        assert!(!told.contains(secret), "{secret} is told in\n{told}");
        assert!(!format!("{settings:?}").contains(secret), "{secret} is told by Debug");
    }
    insta::assert_snapshot!(told);
}

#[test]
fn a_later_layer_counts_over_an_earlier_one() {
    let origin = |settings: &settings::Settings| {
        let lines = settings::explain(settings);
        lines.into_iter().find(|line| line.key == "worker.permits").unwrap().from
    };
    let default = with("", &[]).unwrap();
    assert_eq!((default.worker.permits, origin(&default)), (64, Place::Default));

    let file = with("worker.permits = 5", &[]).unwrap();
    assert_eq!(file.worker.permits, 5);
    assert!(matches!(origin(&file), Place::File { name, line: Some(_) } if name == "operator"));

    let env = with("worker.permits = 5", &[("SALESPHERE__WORKER__PERMITS", "7")]).unwrap();
    assert_eq!(env.worker.permits, 7);
    assert_eq!(origin(&env), Place::Env { variable: "SALESPHERE__WORKER__PERMITS".into() });

    let empty = with("worker.permits = 5", &[("SALESPHERE__WORKER__PERMITS", "")]).unwrap();
    assert_eq!(empty.worker.permits, 5, "an empty variable counts as not set");
}

#[test]
fn a_key_of_digits_in_the_environment_stays_as_it_was_typed() {
    use secrecy::ExposeSecret;
    for key in ["007", "12e5", "true", "1_000"] {
        let settings = with("", &[("SALESPHERE__LLM__API_KEY", key)]).unwrap();
        assert_eq!(settings.llm.api_key.unwrap().expose_secret(), key);
    }
}

#[test]
fn an_address_without_its_last_slash_gets_it() {
    let settings = with("avito.base_url = \"http://localhost:9001/api\"", &[]).unwrap();
    assert_eq!(settings.avito.base_url.join("token").unwrap().as_str(), "http://localhost:9001/api/token");
    assert_eq!(settings.llm.base_url.as_str(), "http://127.0.0.1:8000/v1/");
}

#[test]
fn nothing_but_what_has_no_default_is_asked_for() {
    let errors = load("", &[("shop", "")], &[]).unwrap_err();
    let told: Vec<_> = errors.problems().iter().map(|problem| format!("{}: {}", problem.place, problem.key)).collect();
    insta::assert_snapshot!(told.join("\n"));
    assert!(load(OPERATOR, &[("shop", SELLER)], &[]).is_ok());
}
