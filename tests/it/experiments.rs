//! Two variants of a prompt under trial: a chat gets one of them and keeps it, and every record says which.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use domain::record::{DecisionRecord, Variant};
use it::Shop;
use salesphere::system::SystemOptions;

/// A directory of prompts as an operator makes it: the built-in ones, and what `variants` puts beside them.
pub(crate) fn prompts(variants: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    copy(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../prompts")), dir.path());
    for (variant, front) in variants {
        let base = fs::read_to_string(dir.path().join(variant.replace(".b.md", ".md"))).unwrap();
        let version = base.lines().find(|line| line.starts_with("version: ")).unwrap();
        let text = base.replacen(&format!("{version}\n"), front, 1);
        assert_ne!(text, base, "{variant} has the front matter that is replaced");
        fs::write(dir.path().join(variant), text).unwrap();
    }
    dir
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let (entry, name) = entry.map(|entry| (entry.path(), entry.file_name())).unwrap();
        if entry.is_dir() {
            fs::create_dir_all(to.join(&name)).unwrap();
            copy(&entry, &to.join(name));
        } else {
            fs::copy(&entry, to.join(name)).unwrap();
        }
    }
}

pub(crate) fn settings(dir: &tempfile::TempDir) -> String {
    format!("answers.prompts_dir = {:?}\n", dir.path().display().to_string())
}

/// The variant of each prompt under trial, by the prompt.
fn variants(record: &DecisionRecord) -> BTreeMap<&str, (Variant, &str)> {
    let trials = record.trace.trials.iter();
    trials.map(|trial| (trial.prompt.as_str(), (trial.variant, trial.version.as_str()))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_gets_one_variant_and_keeps_it_on_every_worker_and_each_record_says_which() {
    let dir =
        prompts(&[("agents/pricing.b.md", "version: 7\nshare: 50%\n"), ("router.b.md", "version: 3\nshare: 50%\n")]);
    let operator = format!("worker.burst_quiet = \"20ms\"\nworker.burst_max = \"100ms\"\n{}", settings(&dir));
    let shop = Shop::open(SystemOptions { operator, workers: 2, ..Default::default() }).await;
    let mut seen = BTreeMap::new();
    for name in ["Анна", "Игорь", "Мария", "Сергей", "Юлия", "Павел", "Елена", "Нина"]
    {
        let buyer = shop.buyer(name);
        let first = buyer.says("Сколько стоит чёрный рюкзак?").await;
        let second = buyer.says("А красная сумка сколько стоит?").await;
        assert_eq!(variants(&first).len(), 2, "{name}: {:?}", first.trace);
        assert_eq!(variants(&first), variants(&second), "{name}");
        for (prompt, (variant, version)) in variants(&first) {
            let used = match (prompt, variant) {
                ("router.md", Variant::A) => (prompt, "2"),
                ("router.md", Variant::B) => ("router.b.md", "3"),
                (_, Variant::A) => (prompt, "1"),
                (_, Variant::B) => ("agents/pricing.b.md", "7"),
            };
            assert_eq!(version, used.1);
            let used = (used.0.to_owned(), used.1.to_owned());
            assert!(first.trace.prompts.contains(&used), "{used:?} is not in {:?}", first.trace.prompts);
            *seen.entry((prompt.to_owned(), variant)).or_insert(0) += 1;
        }
        // Nobody tries anything with what this one asks.
        let stock = buyer.says("Красная сумка есть в наличии?").await;
        assert_eq!(variants(&stock).keys().copied().collect::<Vec<_>>(), ["router.md"], "{name}");
    }
    assert_eq!(seen.len(), 4, "both variants of both were seen: {seen:?}");
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_variant_is_an_error_at_the_start_that_names_its_file() {
    let dir = prompts(&[("agents/pricing.b.md", "version: 7\nshare: most\n")]);
    let options = SystemOptions { operator: settings(&dir), ..Default::default() };
    let mut system = salesphere::system::System::start(options).await.unwrap();
    let error = format!("{:#}", system.stop().await.unwrap_err());
    assert!(error.contains("agents/pricing.b.md: `share: most`"), "{error}");
}
