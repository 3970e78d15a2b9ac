//! Modes, pauses and what became of answers: set, read, counted once.

use std::time::Duration;

use domain::autonomy::{Fate, Judged, LastAnswer, Share, Tally};
use domain::conversation::Haggling;
use domain::ids::{ChatId, ItemId};
use domain::intent::Intent;
use domain::mode::{Mode, Modes, Reach};
use store::{Untold, Window};

use crate::harness::{Memory, chat, seller};

const STOCK: Intent = Intent::StockInquiry;

fn here() -> ChatId {
    chat().chat
}

#[tokio::test]
async fn a_turn_reads_what_is_set_for_its_seller_listing_and_chat() {
    let memory = Memory::start().await;
    let store = &memory.store;
    let read = async |listing| store.modes(&seller(), listing, &here()).await;
    assert_eq!(read(Some(ItemId(17))).await.unwrap(), Modes::default());

    for (reach, mode) in [
        (Reach::Seller, Mode::Shadow),
        (Reach::Intent(STOCK), Mode::Draft),
        (Reach::Listing(ItemId(17)), Mode::Auto),
        (Reach::Listing(ItemId(18)), Mode::Shadow),
        (Reach::Chat(here()), Mode::Draft),
    ] {
        assert!(store.set_mode(&seller(), &reach, mode, &[], 1).await.unwrap(), "{reach:?}");
    }
    for (reach, until) in [(Reach::Seller, 100), (Reach::Listing(ItemId(17)), 200), (Reach::Chat(here()), 300)] {
        assert!(store.pause(&seller(), &reach, until, 1).await.unwrap(), "{reach:?}");
    }
    let expected = Modes {
        seller: Some(Mode::Shadow),
        intents: vec![(STOCK, Mode::Draft)],
        listing: Some(Mode::Auto),
        chat: Some(Mode::Draft),
        paused_until_ms: Some(100),
        listing_paused_until_ms: Some(200),
        chat_paused_until_ms: Some(300),
    };
    assert_eq!(read(Some(ItemId(17))).await.unwrap(), expected);
    let elsewhere = Modes { listing: None, listing_paused_until_ms: None, ..expected };
    assert_eq!(read(None).await.unwrap(), elsewhere);

    store.resume(&seller(), &Reach::Chat(here())).await.unwrap();
    store.clear_mode(&seller(), &Reach::Chat(here())).await.unwrap();
    let found = read(None).await.unwrap();
    assert_eq!((found.chat, found.chat_paused_until_ms), (None, None));
}

#[tokio::test]
async fn a_mode_for_everything_takes_the_place_of_those_for_kinds_of_questions() {
    let memory = Memory::start().await;
    let store = &memory.store;
    store.set_mode(&seller(), &Reach::Intent(STOCK), Mode::Auto, &[], 1).await.unwrap();
    store.set_mode(&seller(), &Reach::Chat(here()), Mode::Draft, &[], 1).await.unwrap();
    store.set_mode(&seller(), &Reach::Seller, Mode::Shadow, &[STOCK], 7).await.unwrap();
    let all = store.all_modes(&seller()).await.unwrap();
    assert_eq!((all.modes.seller, all.modes.intents.as_slice()), (Some(Mode::Shadow), &[][..]));
    assert_eq!(all.chats, [(here(), Mode::Draft)]);
    assert_eq!((all.counts_since(STOCK), all.counts_since(Intent::Other)), (7, 0));
    let ttl: i64 = memory.ask(&["PTTL", "modes:demo"]);
    assert_eq!(ttl, -1, "a mode does not go by itself");
}

#[tokio::test]
async fn a_step_back_is_told_and_does_not_overrule_the_seller() {
    let memory = Memory::start().await;
    let store = &memory.store;
    let share = Share { hits: 3, of: 10 };
    assert!(store.fall_back(&seller(), STOCK, share, 5).await.unwrap());
    assert!(!store.fall_back(&seller(), STOCK, share, 6).await.unwrap(), "it is in drafts already");
    let all = store.all_modes(&seller()).await.unwrap();
    assert_eq!(all.modes.of_intent(STOCK), Some(Mode::Draft));
    assert_eq!(all.untold, [Untold { intent: STOCK, interventions: share }]);
    assert_eq!(all.counts_since(STOCK), 5);
    store.told_of_fall_back(&seller(), STOCK).await.unwrap();
    assert_eq!(store.all_modes(&seller()).await.unwrap().untold, []);

    store.set_mode(&seller(), &Reach::Intent(STOCK), Mode::Shadow, &[], 9).await.unwrap();
    assert!(!store.fall_back(&seller(), STOCK, share, 10).await.unwrap());
}

#[tokio::test]
async fn a_proposal_is_made_once_in_its_time() {
    let memory = Memory::start().await;
    let store = &memory.store;
    let claim = async |now_ms| store.claim_proposal(&seller(), STOCK, now_ms, 100).await;
    assert!(claim(1_000).await.unwrap());
    assert!(!claim(1_099).await.unwrap());
    assert!(claim(1_100).await.unwrap());
    store.return_proposal(&seller(), STOCK).await.unwrap();
    assert!(claim(1_101).await.unwrap());
}

const WINDOW: Window = Window { newest: 3, keep: Duration::from_secs(3600) };

fn judged(turn: &str, fate: Fate, at_ms: i64) -> Judged {
    Judged { turn: turn.to_owned(), intent: STOCK, fate, at_ms }
}

#[tokio::test]
async fn a_turn_counts_once_as_it_was_judged_last() {
    let memory = Memory::start().await;
    let store = &memory.store;
    for (turn, fate, changes) in [
        ("t1", Fate::Stood, true),
        ("t1", Fate::Stood, false),
        ("t1", Fate::Overruled, true),
        ("t1", Fate::Overruled, false),
        // It comes late, from a worker that stood still.
        ("t1", Fate::Stood, false),
        ("t2", Fate::Same, true),
        ("t2", Fate::Different, true),
    ] {
        let changed = store.judge(&seller(), &judged(turn, fate, 10), WINDOW).await.unwrap();
        assert_eq!(changed, changes, "{turn} {fate:?}");
    }
    let expected: Tally = [Fate::Overruled, Fate::Different].into_iter().collect();
    assert_eq!(store.tally(&seller(), STOCK, 0).await.unwrap(), expected);
    assert_eq!(store.tally(&seller(), Intent::Other, 0).await.unwrap(), Tally::default());
    memory.assert_lives("agreement:demo:stock_inquiry", WINDOW.keep);
}

#[tokio::test]
async fn only_the_newest_answers_count_and_none_that_is_too_old_or_before_a_change() {
    let memory = Memory::start().await;
    let store = &memory.store;
    let keep_ms = 3_600_000;
    for (turn, at_ms) in [("a", 1), ("b", 1_000), ("c", 2_000), ("d", 3_000)] {
        store.judge(&seller(), &judged(turn, Fate::Same, at_ms), WINDOW).await.unwrap();
    }
    let count = async |since_ms| store.tally(&seller(), STOCK, since_ms).await.unwrap().of(Fate::Same);
    assert_eq!(count(0).await, 3, "the newest three");
    assert_eq!(count(1_000).await, 2, "after it, not at it");
    store.judge(&seller(), &judged("e", Fate::Same, 2_500 + keep_ms), WINDOW).await.unwrap();
    assert_eq!(count(0).await, 2, "d and e");
}

#[tokio::test]
async fn who_is_to_be_looked_at_is_named_once() {
    let memory = Memory::start().await;
    let store = &memory.store;
    for _ in 0..2 {
        store.ask_for_review(&seller()).await.unwrap();
    }
    assert_eq!(store.take_reviews(10).await.unwrap(), [seller()]);
    assert_eq!(store.take_reviews(10).await.unwrap(), []);
}

#[tokio::test]
async fn the_last_answer_waits_for_the_sellers_words() {
    let memory = Memory::start().await;
    let store = &memory.store;
    assert_eq!(store.last_answer(&chat()).await.unwrap(), None);
    let answer = LastAnswer {
        turn: "t1".into(),
        at_ms: 5,
        mode: Mode::Shadow,
        text: "Да, есть".into(),
        decisions: Vec::new(),
        haggling: Haggling::default(),
        asked: None,
        seller_said: vec!["Да".into()],
    };
    store.save_last_answer(&chat(), &answer, Duration::from_secs(600)).await.unwrap();
    assert_eq!(store.last_answer(&chat()).await.unwrap(), Some(answer));
    memory.assert_lives(&format!("last-answer:{{s00}}:{}", chat()), Duration::from_secs(600));
    store.forget_last_answer(&chat()).await.unwrap();
    assert_eq!(store.last_answer(&chat()).await.unwrap(), None);
}
