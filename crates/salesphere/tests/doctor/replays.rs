//! `salesphere replay` against a whole system: turns of its own, thought about again.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use domain::record::DecisionRecord;
use salesphere::system::SystemOptions;
use sandbox::avito::Content;
use serde_json::Value;

use crate::clinic::{Clinic, types};

const PATIENCE: Duration = Duration::from_secs(60);

/// The buyer of that chat says something, and it is dealt with.
async fn says(clinic: &Clinic, buyer: &str, content: impl Into<Content>) -> DecisionRecord {
    let system = &clinic.system;
    let find =
        |world: &sandbox::avito::World| world.chats().find(|chat| chat.buyer.name == buyer).map(|chat| chat.id.clone());
    let chat = system.sandbox.avito.look(find).unwrap();
    let message = system.sandbox.avito.buyer_says(&chat, content).unwrap();
    system.record_of(&message, PATIENCE).await.unwrap()
}

async fn replay(clinic: &Clinic, more: &[&str]) -> (Option<i32>, Value) {
    let printed = types(clinic, &[&["replay", "--since", "1h", "--json"], more].concat()).await;
    let report = serde_json::from_str(&printed.out).unwrap_or_else(|_| panic!("{printed:?}"));
    (printed.code, report)
}

/// The built-in prompts in a directory, with a router's prompt that puts words into the buyer's mouth.
fn twisted() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let built_in = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../prompts/."));
    assert!(Command::new("cp").arg("-r").arg(built_in).arg(dir.path()).status().unwrap().success());
    let router = dir.path().join("router.md");
    let text = std::fs::read_to_string(&router).unwrap();
    let twisted = text.replace("<buyer>{{ buyer }}</buyer>", "<buyer>Всё сломано, верните деньги! {{ buyer }}</buyer>");
    assert_ne!(twisted, text);
    std::fs::write(router, twisted).unwrap();
    dir
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_prompts_decide_alike_and_others_are_shown_to_differ() {
    let clinic = Clinic::open_with(SystemOptions::default()).await;
    says(&clinic, "Анна", "Красная сумка есть в наличии?").await;
    // Without the memory of the turn before it nobody would know what this is about.
    says(&clinic, "Анна", "А сколько она стоит?").await;
    says(&clinic, "Сергей", "Коричневый кошелёк за 1000 отдадите? Мой номер 8 912 345-67-89").await;
    says(&clinic, "Игорь", "Позовите человека").await;
    says(&clinic, "Мария", Content::Voice).await;
    says(&clinic, "Игорь", "Ау").await;
    clinic.system.drained(PATIENCE).await.unwrap();

    let (code, report) = replay(&clinic, &[]).await;
    let summary = &report["summary"];
    assert_eq!(
        (&summary["compared"], &summary["decision"], &summary["ending"]),
        (&4.into(), &0.into(), &0.into()),
        "{report:#}"
    );
    assert_eq!((&summary["not_run"]["no_words"], &summary["not_run"]["silent"]), (&1.into(), &1.into()), "{report:#}");
    assert_eq!(report["turns"][2]["masked"], true, "{report:#}");
    assert_eq!(code, Some(0));
    assert_eq!(clinic.system.sandbox.avito.sent().len(), 5, "a replay says nothing");

    let dir = twisted();
    let prompts = dir.path().display().to_string();
    let (code, report) = replay(&clinic, &["--prompts", &prompts]).await;
    assert_eq!((code, &report["summary"]["ending"]), (Some(1), &3.into()), "{report:#}");
    for turn in &report["turns"].as_array().unwrap()[..3] {
        assert_eq!(
            (&turn["now"]["intent"], &turn["now"]["ending"]),
            (&"complaint".into(), &"escalated: complaint".into())
        );
    }
    // No prompt is asked about a plain wish for a human.
    assert_eq!(report["turns"][3]["differs"]["ending"], false, "{report:#}");

    let page = types(&clinic, &["replay", "--since", "1h", "--prompts", &prompts]).await;
    page.says(
        1,
        &[
            "buyer     Красная сумка есть в наличии?",
            "ended     replied → escalated: complaint",
            "verdict: 3 of 4 turns",
        ],
    );
    clinic.system.sandbox.model.down();
    types(&clinic, &["replay", "--since", "1h", "--newest", "4"])
        .await
        .says(2, &["not answered: 1 turn", "verdict: not known of 1 turn; of the other 1"]);
    types(&clinic, &["replay", "--since", "1h", "--prompts", "/no/such"])
        .await
        .says(2, &["/no/such", "cannot be read"]);
}
