//! Who waits: noted with the card, changed by one worker at a time.

use std::time::Duration;

use domain::desk::{Card, CardState, Person};
use domain::escalation::{Escalation, EscalationReason};
use domain::waiting::Waiting;

use crate::harness::{Memory, chat, seller};

const TTL: Duration = Duration::from_secs(3600);

fn card(state: CardState, updated_ms: i64) -> Card {
    let escalation = Escalation {
        conversation: chat(),
        reason: EscalationReason::LowConfidence,
        question: "Ау?".to_owned(),
        attached: Vec::new(),
        before: Vec::new(),
        buyer: None,
        listing: None,
        draft: None,
        trouble: None,
    };
    Card { state, updated_ms, ..Card::new("c1".parse().unwrap(), escalation, 1) }
}

#[tokio::test]
async fn who_waits_is_noted_with_the_card_and_waits_from_the_first_question() {
    let memory = Memory::start().await;
    let store = &memory.store;
    let by = || Person { id: 1, name: "Лев".to_owned() };
    for (state, at_ms, expected) in [
        (CardState::Open, 5, Some(5)),
        (CardState::Open, 9, Some(5)),
        (CardState::Taken { by: by() }, 11, Some(5)),
        (CardState::Answered { by: by(), text: "Да.".to_owned() }, 12, None),
        (CardState::Answered { by: by(), text: "Да.".to_owned() }, 12, None),
        (CardState::Open, 20, Some(20)),
    ] {
        store.save_card(&card(state.clone(), at_ms), TTL).await.unwrap();
        let expected: Vec<_> = expected.map(|since| (chat().chat, Waiting::since(since))).into_iter().collect();
        assert_eq!(store.waiting(&seller()).await.unwrap(), expected, "{state:?}");
    }
    memory.assert_lives("waiting:demo", TTL);
}

#[tokio::test]
async fn of_two_workers_one_calls() {
    let memory = Memory::start().await;
    let (store, other) = (&memory.store, memory.another().await);
    store.save_card(&card(CardState::Open, 5), TTL).await.unwrap();
    let before = Waiting::since(5);
    assert!(store.change_waiting(&chat(), &before, Some(&before.called(7))).await.unwrap());
    assert!(!other.change_waiting(&chat(), &before, Some(&before.called(8))).await.unwrap());
    assert_eq!(other.waiting(&seller()).await.unwrap(), [(chat().chat, before.called(7))]);

    assert!(other.change_waiting(&chat(), &before.called(7), None).await.unwrap());
    assert!(!store.change_waiting(&chat(), &before.called(7), Some(&before)).await.unwrap(), "nobody waits any more");
    assert_eq!(store.waiting(&seller()).await.unwrap(), []);
}
