//! Conversations as data: each file of `tests/dialogues`, and the demo's own script, is played by a whole
//! system and held against what it expects.

use std::path::Path;

use it::{PATIENCE, Shop};
use salesphere::demo::{Script, Transcript, play};

#[tokio::test(flavor = "multi_thread")]
async fn the_demos_script_ends_as_it_must() {
    check(&Script::embedded().unwrap(), "").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_dialogue_ends_as_it_must() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("dialogues");
    let mut files: Vec<_> = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty());
    for file in files {
        println!("{}", file.display());
        let text = std::fs::read_to_string(&file).unwrap();
        check(&Script::parse(&text).unwrap(), "worker.burst_quiet = \"20ms\"\n").await;
    }
}

async fn check(script: &Script, operator: &str) {
    let options = salesphere::system::SystemOptions { operator: operator.to_owned(), ..Default::default() };
    let shop = Shop::open(options).await;
    let failures = play(&shop.system, script, &Transcript::on_standard_output()).await.unwrap();
    assert!(failures.is_empty(), "{failures:#?}");
    shop.system.drained(PATIENCE).await.unwrap();
    shop.close().await;
}
