//! The arrows between the rooms: who may know whom.

use std::collections::BTreeMap;
use std::process::Command;

use serde_json::Value;

/// What each room may depend on. `tests` may know everybody.
const ARROWS: [(&str, &[&str]); 19] = [
    ("domain", &[]),
    ("settings", &["domain"]),
    ("runtime", &["domain"]),
    ("avito", &["settings", "runtime", "domain"]),
    ("telegram", &["settings", "runtime", "domain"]),
    ("llm", &["settings", "runtime", "domain"]),
    ("queue", &["settings", "runtime", "domain"]),
    ("store", &["settings", "runtime", "domain"]),
    ("sheets", &["store", "settings", "runtime", "domain"]),
    ("opinion", &["domain"]),
    ("agents", &["llm", "opinion", "domain"]),
    ("eval", &["agents", "llm", "domain", "settings", "runtime"]),
    ("gateway", &["avito", "queue", "store", "settings", "runtime", "domain"]),
    ("worker", &["agents", "avito", "domain", "llm", "queue", "runtime", "settings", "sheets", "store", "telegram"]),
    (
        "salesphere",
        &[
            "agents", "avito", "domain", "eval", "gateway", "llm", "queue", "runtime", "sandbox", "settings", "sheets",
            "store", "telegram", "worker",
        ],
    ),
    (
        "bench",
        &[
            "agents", "avito", "domain", "gateway", "llm", "queue", "runtime", "sandbox", "settings", "sheets",
            "store", "telegram", "worker",
        ],
    ),
    ("chaos", &["queue", "sandbox", "settings"]),
    ("hostile", &["agents", "domain", "llm", "sandbox"]),
    ("sandbox", &[]),
];

#[test]
fn no_room_knows_more_rooms_than_the_arrows_allow() {
    let allowed: BTreeMap<&str, &[&str]> = ARROWS.into_iter().collect();
    for (room, knows) in rooms() {
        let Some(allowed) = allowed.get(room.as_str()) else {
            assert_eq!(room, "it", "a new room: draw its arrows here and in ARCHITECTURE.md");
            continue;
        };
        for other in knows {
            assert!(allowed.contains(&other.as_str()), "{room} must not know {other}");
        }
    }
}

/// The rooms and those they depend on outside of their tests.
fn rooms() -> BTreeMap<String, Vec<String>> {
    let cargo = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version", "1", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&cargo.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let name = |package: &Value| package["name"].as_str().unwrap().to_owned();
    let ours: Vec<String> = packages.iter().map(name).collect();
    let knows = |package: &Value| {
        let dependencies = package["dependencies"].as_array().unwrap().iter();
        dependencies
            .filter(|dependency| dependency["kind"].is_null())
            .map(name)
            .filter(|other| ours.contains(other))
            .collect()
    };
    packages.iter().map(|package| (name(package), knows(package))).collect()
}
