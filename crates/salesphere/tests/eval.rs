//! The operator measures how good the answers are, and what they may be trusted with. The first of these tests is the
//! gate that every change must pass.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// The program in a directory of its own, where no settings are but those of the demo.
fn salesphere(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_salesphere"));
    let recordings = repository().join("prompts/evals/recorded");
    let elsewhere = tempfile::tempdir().unwrap();
    command.args(arguments).arg("--recordings").arg(recordings).current_dir(elsewhere.path()).output().unwrap()
}

fn printed(output: &Output) -> String {
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    format!("{out}\n{err}")
}

fn gates() -> String {
    repository().join("prompts/evals/gates.toml").display().to_string()
}

#[test]
fn the_smoke_set_passes_its_gate_on_recorded_answers() {
    let output = salesphere(&["eval", "--suite", "smoke", "--recorded", "--gate", &gates()]);
    let told = printed(&output);
    assert!(output.status.success(), "{told}");
    assert!(told.contains("smoke: 50 messages, recorded answers of sandbox-rules"), "{told}");
    for piece in ["accuracy", "macro F1", "must escalate: escalated", "AURC", "✓ accuracy: lower bound"] {
        assert!(told.contains(piece), "{piece} is not in\n{told}");
    }
}

#[test]
fn the_haggles_go_as_they_should() {
    let output = salesphere(&["eval", "--suite", "haggling", "--gate", &gates()]);
    assert!(output.status.success(), "{}", printed(&output));
}

#[test]
fn a_run_becomes_a_page_a_file_and_a_baseline() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name).display().to_string();
    let (page, json) = (path("out.html"), path("out.json"));
    let output = salesphere(&["eval", "--suite", "smoke", "--recorded", "--report", &page, "--json", &json]);
    assert!(output.status.success(), "{}", printed(&output));
    assert!(std::fs::read_to_string(&page).unwrap().contains("</svg>"));
    let report: Value = serde_json::from_str(&std::fs::read_to_string(&json).unwrap()).unwrap();
    assert_eq!(report["variants"][0]["messages"].as_array().unwrap().len(), 50);

    let same = salesphere(&["eval", "--suite", "smoke", "--recorded", "--baseline", &json]);
    assert!(same.status.success() && printed(&same).contains("0 got worse, 0 better"), "{}", printed(&same));
    // A run of before that was right about everything.
    let mut better = report;
    for told in better["variants"][0]["messages"].as_array_mut().unwrap() {
        let right = told["intent"].clone();
        told["taken_for"] = right;
        let ending = match told["expect"].as_str() {
            Some("escalate") => "called",
            _ => "answered",
        };
        told["ending"] = ending.into();
    }
    std::fs::write(&json, better.to_string()).unwrap();
    let worse = salesphere(&["eval", "--suite", "smoke", "--recorded", "--baseline", &json]);
    let told = printed(&worse);
    assert!(told.contains("got worse"), "{told}");
    assert_eq!(worse.status.code(), Some(i32::from(told.contains("✗"))), "{told}");
}

#[test]
fn a_gate_that_is_missed_ends_with_an_error() {
    let directory = tempfile::tempdir().unwrap();
    let gate = directory.path().join("gates.toml");
    std::fs::write(&gate, "[smoke]\naccuracy = 0.999\n").unwrap();
    let gate = gate.display().to_string();
    let output = salesphere(&["eval", "--suite", "smoke", "--recorded", "--gate", &gate]);
    assert_eq!(output.status.code(), Some(1));
    assert!(printed(&output).contains("✗ accuracy: lower bound"), "{}", printed(&output));
    let output = salesphere(&["eval", "--suite", "router", "--recorded", "--gate", &gate]);
    assert!(printed(&output).contains("has no gate for the suite router\n  hint: it has some for smoke"));
}

#[test]
fn somebody_elses_messages_run_too() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("their.jsonl");
    let file = path.display().to_string();
    std::fs::write(
        &path,
        "{\"text\":\"Какая гарантия?\",\"intent\":\"warranty\"}\n{\"text\":\"Красная сумка есть?\",\"intent\":\"stock_inquiry\"}\n",
    )
    .unwrap();
    let output = salesphere(&["eval", "--file", &file]);
    let told = printed(&output);
    assert!(!output.status.success(), "{told}");
    assert!(
        told.contains("their.jsonl:1: its \"intent\" is \"warranty\"") && told.contains("--map warranty=other"),
        "{told}"
    );
    let output = salesphere(&["eval", "--file", &file, "--map", "warranty=other"]);
    let told = printed(&output);
    assert!(output.status.success() && told.contains("router: 2 messages"), "{told}");
}

#[test]
fn what_was_not_recorded_is_said_and_how_to_record_it() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("new.jsonl");
    std::fs::write(&path, "{\"text\":\"Этого ещё никто не спрашивал?\",\"intent\":\"other\"}\n").unwrap();
    let file = path.display().to_string();
    let told = printed(&salesphere(&["eval", "--file", &file, "--recorded"]));
    assert!(told.contains("1 answers of sandbox-rules are not recorded") && told.contains("--record"), "{told}");
    let told = printed(&salesphere(&["eval", "--recorded", "--model", "nobody"]));
    assert!(told.contains("nobody.jsonl") && told.contains("hint: record them"), "{told}");
}

#[test]
fn thresholds_are_promised_only_where_they_hold() {
    let output = salesphere(&["calibrate", "--max-error", "5%"]);
    let told = printed(&output);
    assert!(told.contains("the half that judges") && told.contains("all signals (logistic)"), "{told}");
    let holds = told.contains("5 % holds");
    assert_eq!(output.status.success(), holds, "{told}");
    if holds {
        assert!(told.contains("[thresholds]"), "{told}");
    }
    let wrong = printed(&salesphere(&["calibrate", "--max-error", "5"]));
    assert!(wrong.contains("hint: 5% or 0.05"), "{wrong}");
}
