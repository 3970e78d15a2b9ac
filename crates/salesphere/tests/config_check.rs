//! The operator's first command says what is in force, or all that is wrong.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::process::{Command, Output};

#[test]
fn config_check_prints_every_setting_and_no_secret() {
    let output = config_check(&[
        ("SALESPHERE__LLM__BASE_URL", "http://127.0.0.1:8090/v1/"),
        ("SALESPHERE__LLM__ROUTER__MODEL", "small"),
        ("SALESPHERE__LLM__WORDING__MODEL", "small"),
        ("SALESPHERE__AVITO__BASE_URL", "http://127.0.0.1:9001/"),
        ("SALESPHERE__SHEETS__BASE_URL", "http://127.0.0.1:9002/"),
        ("SALESPHERE__TELEGRAM__TOKEN", "12345:very-secret"),
    ]);
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    for piece in ["queue.lease", "worker.turn_budget", "SALESPHERE__TELEGRAM__TOKEN", "***"] {
        assert!(printed.contains(piece), "{piece} is not in\n{printed}");
    }
    assert!(!printed.contains("very-secret"), "{printed}");
}

#[test]
fn config_check_prints_all_problems_at_once_and_fails() {
    let output = config_check(&[("SALESPHERE__QUEUE__LEASE", "soon"), ("SALESPHERE__GATEWAY__PORTT", "1")]);
    let printed = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success());
    for piece in ["SALESPHERE__QUEUE__LEASE", "SALESPHERE__GATEWAY__PORTT", "hint:"] {
        assert!(printed.contains(piece), "{piece} is not in\n{printed}");
    }
}

/// Runs the real program from the repository's root, where the sellers' files are.
fn config_check(env: &[(&str, &str)]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_salesphere"))
        .args(["config", "check"])
        .envs(env.iter().copied())
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
        .output()
        .unwrap()
}
