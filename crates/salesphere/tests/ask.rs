//! The operator asks what would be answered, and sees why.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::process::{Command, Output};

use sandbox::model::{Hostility, Model, ModelConfig};
use serde_json::Value;

#[test]
fn a_question_is_answered_with_its_decision_facts_cells_checks_and_times() {
    let printed = told(&["Есть синий рюкзак и доставите во Владик?"]);
    for piece in [
        "stock_inquiry 0.",
        "and delivery_question",
        "in_stock  RUK-BLU",
        "Товары!B5",
        "delivers",
        "Доставка!B6",
        "numbers ✓",
        "commitment ✓",
        "reply",
        "Владивосток",
        "route",
        "nothing was sent",
    ] {
        assert!(printed.contains(piece), "{piece} is not in\n{printed}");
    }
}

#[test]
fn a_program_gets_the_same_as_json() {
    let answer = json(&["Сколько стоит чёрная сумка?"], &[]);
    assert_eq!(answer["decisions"][0]["verdict"], "tell_price", "{answer:#}");
    assert_eq!(answer["checks"]["floor"], "passed");
    assert_eq!((&answer["ending"], &answer["sent"]), (&"reply".into(), &false.into()));
    assert!(answer["reply"].as_str().unwrap().contains("3\u{a0}700"), "{answer:#}");
    assert!(answer["steps_ms"]["total"].is_u64());
}

#[test]
fn the_listing_what_was_said_before_and_the_hour_are_taken_into_account() {
    let haggling = ["--listing", "Сумка чёрная кожаная", "--previous", "Сколько стоит?", "--previous", "За 1000?"];
    let answer = json(&["А за 2000 отдадите?"], &haggling);
    assert_eq!(answer["decisions"][0]["verdict"], "counter_offer", "{answer:#}");
    assert_eq!(answer["decisions"][0]["product"], "SUM-BLK");
    for (at, told) in [("03:00", true), ("12:00", false)] {
        let answer = json(&["Позовите человека"], &["--at", at]);
        assert_eq!(answer["card"], "wants_human", "{answer:#}");
        assert_eq!(answer["reply"].as_str().unwrap().contains("9:00"), told, "{at}: {answer:#}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn any_other_model_can_be_asked_and_what_it_may_not_say_is_told() {
    // This one lies whenever it words something.
    let hostility = Some(Hostility { seed: 2, honest_percent: 0 });
    let model = Model::start(ModelConfig { hostility, name: "liar".into(), ..ModelConfig::default() }).await.unwrap();
    let base_url = model.base_url().to_owned();
    let output = tokio::task::spawn_blocking(move || {
        ask(&["--json", "За 1000 отдадите красную сумку?"], &[("SALESPHERE__LLM__BASE_URL", &base_url)])
    });
    let output = output.await.unwrap();
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(answer["model"].as_str().unwrap().contains(model.base_url()), "{answer:#}");
    assert!(model.seen().total() > 0);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_seller_nobody_knows_and_a_time_that_is_none_are_told_with_a_hint() {
    let output = ask(&["--at", "soon", "Есть?"], &[]);
    let printed = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && printed.contains("hint: 23:30"), "{printed}");
    let output = ask(&["--seller", "nobody", "Есть?"], &[]);
    assert!(!output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

fn told(arguments: &[&str]) -> String {
    let output = ask(arguments, &[]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn json(question: &[&str], options: &[&str]) -> Value {
    let arguments = [options, &["--json"], question].concat();
    serde_json::from_str(&told(&arguments)).unwrap()
}

/// Runs the real program from the repository's root, as an operator without any settings of his own.
fn ask(arguments: &[&str], env: &[(&str, &str)]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_salesphere"))
        .arg("ask")
        .args(arguments)
        .envs(env.iter().copied())
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
        .output()
        .unwrap()
}
