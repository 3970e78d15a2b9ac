//! The settings of a running program: what is taken over, what waits for a restart, and what a wrong file does.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::sync::Arc;

use secrecy::ExposeSecret;
use settings::{Env, Keeper, LoadOptions, Occasion, Renewal, Sellers, Settings, Source};
use tempfile::TempDir;

use crate::harness::{OPERATOR, SELLER};

/// A directory with the operator's files, and a program that keeps their settings.
struct Disk {
    dir: TempDir,
    keeper: Keeper,
    began_with: Arc<Settings>,
}

impl Disk {
    fn with(files: &[(&str, &str)]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("sellers")).unwrap();
        for (name, text) in files {
            fs::write(dir.path().join(name), text).unwrap();
        }
        let config = Some(Source::File(dir.path().join("operator.toml")));
        let options = LoadOptions { config, sellers: Sellers::Usual, env: Env::Given(BTreeMap::new()) };
        let (began_with, keeper) = Keeper::load(options).unwrap();
        let mut disk = Self { dir, keeper, began_with };
        assert!(disk.rests().is_none(), "nothing changed yet");
        disk
    }

    fn of_one_seller() -> Self {
        Self::with(&[("operator.toml", OPERATOR), ("sellers/shop.toml", SELLER)])
    }

    fn writes(&self, name: &str, text: &str) {
        fs::write(self.dir.path().join(name), text).unwrap();
    }

    fn removes(&self, name: &str) {
        fs::remove_file(self.dir.path().join(name)).unwrap();
    }

    /// Two rounds go by, and what is found is taken over.
    fn rests(&mut self) -> Option<Renewal> {
        let early = self.keeper.look(Occasion::Round);
        assert!(early.is_none(), "a file may still be in the middle of being written");
        let found = self.keeper.look(Occasion::Round);
        if let Some(renewal) = &found {
            self.keeper.took(renewal);
        }
        found
    }

    fn asked(&mut self) -> Option<Renewal> {
        let found = self.keeper.look(Occasion::Asked);
        if let Some(renewal) = &found {
            self.keeper.took(renewal);
        }
        found
    }
}

fn sellers(renewal: &Renewal) -> Vec<&str> {
    renewal.settings.sellers.iter().map(|seller| seller.profile.id.as_str()).collect()
}

fn other() -> String {
    SELLER.replace("353200000", "353200001").replace("0123456789abcdef", "fedcba9876543210")
}

#[test]
fn a_change_of_a_sellers_file_is_taken_over_once() {
    let mut disk = Disk::of_one_seller();
    disk.writes("sellers/shop.toml", &format!("{SELLER}\npricing.rounds = 7"));
    let renewal = disk.rests().unwrap();
    assert_eq!(renewal.settings.sellers[0].profile.pricing.rounds, 7);
    assert_eq!(renewal.at_once.iter().collect::<Vec<_>>(), ["sellers.shop.pricing.rounds"]);
    assert!(renewal.touches("sellers.shop.") && !renewal.touches("sellers.shop.avito."));
    assert!(disk.rests().is_none() && disk.rests().is_none());
}

#[test]
fn what_is_written_anew_without_a_change_is_no_change() {
    let mut disk = Disk::of_one_seller();
    disk.writes("sellers/shop.toml", &format!("# The same with a word of its own.\n{SELLER}"));
    assert!(disk.rests().is_none());
    let asked = disk.asked().unwrap();
    assert!(asked.at_once.is_empty() && asked.after_restart.is_empty(), "{asked:?}");
}

#[test]
fn sellers_come_and_go_but_never_all_of_them() {
    let mut disk = Disk::of_one_seller();
    disk.writes("sellers/other.toml", &other());
    assert_eq!(sellers(&disk.rests().unwrap()), ["other", "shop"]);
    disk.removes("sellers/shop.toml");
    let renewal = disk.rests().unwrap();
    assert_eq!(sellers(&renewal), ["other"]);
    assert!(renewal.touches("sellers.shop."));
    disk.removes("sellers/other.toml");
    assert!(disk.rests().is_none(), "a directory that is not mounted must not send everybody away");
}

#[test]
fn a_wrong_file_of_a_seller_holds_up_nobody_else() {
    let mut disk = Disk::of_one_seller();
    disk.writes("sellers/other.toml", "telegram_chat = ");
    assert!(disk.rests().is_none(), "a new one is left out");

    disk.writes("sellers/shop.toml", &format!("{SELLER}\npricing.rounds = 7"));
    let renewal = disk.rests().unwrap();
    assert_eq!(sellers(&renewal), ["shop"]);
    assert_eq!(renewal.settings.sellers[0].profile.pricing.rounds, 7);

    disk.writes("sellers/shop.toml", "what?");
    disk.writes("sellers/other.toml", &other());
    let renewal = disk.rests().unwrap();
    assert_eq!(sellers(&renewal), ["other", "shop"]);
    assert_eq!(renewal.settings.sellers[1].profile.pricing.rounds, 7, "as it was");

    disk.writes("sellers/shop.toml", &format!("{SELLER}\npricing.rounds = 12"));
    assert_eq!(disk.rests().unwrap().settings.sellers[1].profile.pricing.rounds, 12);
}

#[test]
fn where_the_fault_is_nobodys_alone_all_stays_as_it_was() {
    let mut disk = Disk::of_one_seller();
    // Two sellers that a webhook could not tell apart, and the one that was there is told to be the second.
    disk.writes("sellers/aaa.toml", &format!("{SELLER}\npricing.rounds = 7"));
    assert!(disk.rests().is_none());
    disk.removes("sellers/aaa.toml");
    disk.writes("operator.toml", &format!("{OPERATOR}\nanswers.max_chars = \"many\""));
    disk.writes("sellers/shop.toml", &format!("{SELLER}\npricing.rounds = 17"));
    assert!(disk.rests().is_none() && disk.asked().is_none());
    disk.writes("operator.toml", OPERATOR);
    assert_eq!(disk.rests().unwrap().settings.sellers[0].profile.pricing.rounds, 17);
}

#[test]
fn what_needs_a_restart_is_named_and_stays_as_it_was() {
    let mut disk = Disk::of_one_seller();
    disk.writes("operator.toml", &format!("{OPERATOR}\nqueue.block = \"1s\"\nanswers.max_chars = 1234"));
    let renewal = disk.rests().unwrap();
    assert_eq!(renewal.settings.answers.max_chars, 1234);
    assert_eq!(renewal.settings.queue.block, disk.began_with.queue.block);
    assert_eq!(renewal.after_restart.iter().collect::<Vec<_>>(), ["queue.block"]);
    let told = settings::explain(&renewal.settings);
    let value = |key: &str| told.iter().find(|line| line.key == key).unwrap().value.clone();
    assert_eq!((value("queue.block"), value("answers.max_chars")), ("2s".to_owned(), "1234".to_owned()));
    // It goes on waiting.
    assert_eq!(disk.asked().unwrap().after_restart.iter().collect::<Vec<_>>(), ["queue.block"]);
}

#[test]
fn a_secret_that_is_exchanged_is_noticed_and_not_told() {
    let config = format!("{}\ntelegram.token_file = \"token\"", OPERATOR.replace("telegram.token", "#"));
    let mut disk = Disk::with(&[("token", "1:old"), ("operator.toml", &config), ("sellers/shop.toml", SELLER)]);
    disk.writes("token", "1:newer-one");
    let renewal = disk.rests().unwrap();
    assert_eq!(renewal.settings.telegram.token.expose_secret(), "1:newer-one");
    assert!(renewal.touches("telegram."));
    assert!(!format!("{renewal:?}").contains("newer-one"));

    disk.writes("sellers/shop.toml", &SELLER.replace("avito secret", "another secret"));
    assert!(disk.rests().unwrap().touches("sellers.shop.avito."));
}

#[test]
fn what_a_program_cannot_use_is_tried_again_when_it_changes() {
    let mut disk = Disk::of_one_seller();
    disk.writes("operator.toml", &format!("{OPERATOR}\nanswers.prompts_dir = \"nowhere\""));
    assert!(disk.keeper.look(Occasion::Round).is_none());
    assert!(disk.keeper.look(Occasion::Round).is_some());
    disk.keeper.refused("there are no prompts");
    assert!(disk.rests().is_none(), "nothing changed");
    disk.writes("operator.toml", OPERATOR);
    let renewal = disk.rests().unwrap();
    assert!(renewal.at_once.is_empty(), "as it is in force");
}
