//! What is kept per chat: the conversation, the takeover, our sends, buyer and listing.

use std::collections::HashSet;
use std::time::Duration;

use domain::conversation::{Asked, Bargain, Conversation, Haggling, Line};
use domain::escalation::{Buyer, Listing};
use domain::ids::MessageId;
use domain::intent::Intent;
use domain::message::Side;
use domain::money::Money;
use store::{ChatInfo, Remembered, TakenBy, Takeover};

use crate::harness::{Memory, chat};

#[tokio::test]
async fn a_conversation_is_empty_at_first_and_then_as_it_was_saved_for_an_hour() {
    let memory = Memory::start().await;
    assert_eq!(memory.store.conversation(&chat()).await.unwrap(), Conversation::default());

    let talked = Conversation {
        last_product: Some("SUM-RED".into()),
        last_intent: Some(Intent::PriceNegotiation),
        city: Some("Новосибирск".into()),
        haggling: Haggling {
            bargains: vec![Bargain {
                matter: "сумка красная".into(),
                offers: vec![Money::roubles(1000)],
                counters: vec![Money::roubles(3325)],
            }],
            weighed: 1,
        },
        asked: Some(Asked::WhichCity),
        lines: vec![Line { side: Side::Buyer, text: "За 1000 отдадите?".into(), at_ms: 1 }],
        updated_ms: 2,
    };
    memory.store.save_conversation(&chat(), &talked).await.unwrap();
    assert_eq!(memory.store.conversation(&chat()).await.unwrap(), talked);
    memory.assert_lives("conversation:{s00}:demo:u2i-a~b{c}:d", Duration::from_secs(3600));
    memory.assert_lives("haggling:{s00}:demo:u2i-a~b{c}:d", Duration::from_secs(30 * 24 * 3600));
}

#[tokio::test]
async fn the_haggling_outlives_the_rest_of_a_conversation() {
    let memory = Memory::start().await;
    let haggling = Haggling { bargains: Vec::new(), weighed: 3 };
    let talked = Conversation { city: Some("Омск".into()), haggling: haggling.clone(), ..Default::default() };
    memory.store.save_conversation(&chat(), &talked).await.unwrap();
    memory.ask::<()>(&["DEL", "conversation:{s00}:demo:u2i-a~b{c}:d"]);
    let left = memory.store.conversation(&chat()).await.unwrap();
    assert_eq!(left, Conversation { haggling, ..Default::default() });
}

#[tokio::test]
async fn what_another_version_wrote_counts_as_absent() {
    let memory = Memory::start().await;
    for text in ["not json", "[1, 2]", "{\"lines\": \"none\"}"] {
        for kind in ["conversation", "takeover", "chat"] {
            memory.ask::<()>(&["SET", &format!("{kind}:{}", chat()), text]);
        }
        assert_eq!(memory.store.conversation(&chat()).await.unwrap(), Conversation::default(), "{text}");
        assert_eq!(memory.store.takeover(&chat()).await.unwrap(), None, "{text}");
    }
    memory.ask::<()>(&["SET", &format!("chat:{{s00}}:{}", chat()), "{\"buyer\": 7}"]);
    assert_eq!(memory.store.chat_info(&chat()).await.unwrap(), None);
}

#[tokio::test]
async fn a_chat_is_the_sellers_until_it_is_given_back_or_the_time_is_over() {
    let memory = Memory::start().await;
    assert_eq!(memory.store.takeover(&chat()).await.unwrap(), None);

    let takeover = Takeover { by: TakenBy::Seller, since_ms: 1_764_000_000_000, until_ms: None };
    memory.store.set_takeover(&chat(), &takeover, Duration::from_secs(3600)).await.unwrap();
    assert_eq!(memory.store.takeover(&chat()).await.unwrap(), Some(takeover));
    memory.assert_lives(&format!("takeover:{{s00}}:{}", chat()), Duration::from_secs(3600));

    memory.store.clear_takeover(&chat()).await.unwrap();
    assert_eq!(memory.store.takeover(&chat()).await.unwrap(), None);

    memory.store.set_takeover(&chat(), &takeover, Duration::ZERO).await.unwrap();
}

#[tokio::test]
async fn our_own_sends_are_known_also_after_many_others_and_when_recorded_twice() {
    let memory = Memory::start().await;
    let id = |n: usize| format!("m{n}").parse::<MessageId>().unwrap();
    for n in [0, 1, 1, 0] {
        memory.store.record_sent(&chat(), &id(n)).await.unwrap();
    }
    assert_eq!(memory.store.sent_ids(&chat()).await.unwrap(), HashSet::from([id(0), id(1)]));
    assert!(memory.store.is_ours(&chat(), &id(1)).await.unwrap());
    assert!(!memory.store.is_ours(&chat(), &id(2)).await.unwrap());
    assert!(!memory.store.is_ours(&"demo:other".parse().unwrap(), &id(1)).await.unwrap());
    memory.assert_lives(&format!("sent:{{s00}}:{}", chat()), Duration::from_secs(24 * 3600));

    for n in 0..210 {
        memory.store.record_sent(&chat(), &id(n)).await.unwrap();
    }
    assert_eq!(memory.store.sent_ids(&chat()).await.unwrap().len(), 200);
    assert!(memory.store.is_ours(&chat(), &id(209)).await.unwrap());
}

#[tokio::test]
async fn what_avito_told_of_a_chat_is_kept_for_its_time() {
    let memory = Memory::start().await;
    assert_eq!(memory.store.chat_info(&chat()).await.unwrap(), None);
    let info = ChatInfo {
        buyer: Some(Buyer { name: "Анна".into(), profile_url: None }),
        listing: Some(Listing { title: "Сумка".into(), price: Some("3 500 ₽".into()), url: None }),
    };
    memory.store.save_chat_info(&chat(), &info).await.unwrap();
    assert_eq!(memory.store.chat_info(&chat()).await.unwrap(), Some(info));
    memory.assert_lives(&format!("chat:{{s00}}:{}", chat()), Duration::from_secs(600));
}

#[tokio::test]
async fn all_that_a_turn_begins_with_is_read_together_and_as_it_is_one_by_one() {
    let memory = Memory::start().await;
    assert_eq!(memory.store.remembered(&chat(), 5).await.unwrap(), Remembered::default());

    let haggling = Haggling { bargains: Vec::new(), weighed: 3 };
    let talked = Conversation { city: Some("Омск".into()), haggling, ..Default::default() };
    let takeover = Takeover { by: TakenBy::HandOver, since_ms: 9, until_ms: None };
    let told = ChatInfo { buyer: Some(Buyer { name: "Анна".into(), profile_url: None }), listing: None };
    memory.store.save_conversation(&chat(), &talked).await.unwrap();
    memory.store.set_takeover(&chat(), &takeover, Duration::from_secs(60)).await.unwrap();
    memory.store.save_chat_info(&chat(), &told).await.unwrap();
    for id in ["m1", "m2", "m3"] {
        memory.store.record_sent(&chat(), &id.parse().unwrap()).await.unwrap();
    }
    let known = memory.store.remembered(&chat(), 2).await.unwrap();
    assert_eq!((known.memory, known.takeover, known.chat), (talked, Some(takeover), Some(told)));
    assert_eq!(known.sent, ["m3".parse().unwrap(), "m2".parse().unwrap()], "the newest first");
}
