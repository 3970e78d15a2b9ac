//! What is told of dead letters.

use domain::ids::UserId;

use super::*;

fn letter(number: usize, chat: &str, error: &str, envelope: String) -> DeadLetter {
    DeadLetter {
        id: format!("0-{number}").parse().unwrap(),
        conversation: format!("demo:{chat}"),
        error: error.to_owned(),
        at_ms: number as i64,
        envelope,
        told: false,
    }
}

fn says(number: usize, chat: &str, text: &str) -> DeadLetter {
    letter(number, chat, "the model is down", envelope(chat, Side::Buyer, Content::Text { text: text.to_owned() }))
}

fn envelope(chat: &str, side: Side, content: Content) -> String {
    let message = Message {
        id: "m1".parse().unwrap(),
        conversation: format!("demo:{chat}").parse().unwrap(),
        side,
        author: UserId(7),
        created_s: 0,
        received_ms: 1_000,
        item: None,
        content,
    };
    serde_json::to_string(&message).unwrap()
}

#[test]
fn the_letters_of_a_chat_share_a_card_as_far_as_it_takes_them() {
    let long = "я".repeat(600);
    let letters = vec![
        says(1, "a", "раз"),
        says(2, "b", &long),
        says(3, "a", "два"),
        says(4, "b", &long),
        says(5, "b", "три"),
        says(6, "c", &"я".repeat(5_000)),
    ];
    let cards = into_cards(letters);
    let numbers: Vec<Vec<i64>> = cards.iter().map(|card| card.iter().map(|letter| letter.at_ms).collect()).collect();
    assert_eq!(numbers, [vec![1, 3], vec![2], vec![4, 5], vec![6]]);
    assert_eq!(question(&cards[0]), "раз\nдва");
}

#[test]
fn whatever_a_letter_holds_is_put_into_words() {
    let of = |side, content| letter(1, "a", "why", envelope("a", side, content));
    for (letter, expected) in [
        (says(1, "a", "Есть?"), "Есть?"),
        (of(Side::Buyer, Content::Voice { voice_id: None }), "[голосовое сообщение]"),
        (of(Side::Buyer, Content::Deleted), "[сообщение удалено]"),
        (of(Side::Account, Content::Text { text: "Да".to_owned() }), "Магазин: Да"),
        (letter(1, "a", "why", "rubbish".to_owned()), "[сообщение не читается]"),
    ] {
        assert_eq!(words(&letter), expected);
    }
}

#[test]
fn each_reason_is_told_once() {
    let letters = ["down", "poison", "down"].map(|error| letter(1, "a", error, String::new()));
    assert_eq!(errors(&letters), "down; poison");
}

#[test]
fn the_end_of_a_dead_letter_is_on_record() {
    let letters = [says(4, "a", "Позвоните +7 916 123-45-67")];
    let conversation = "demo:a".parse().unwrap();
    let escalation = Escalation {
        conversation: ConversationId::clone(&conversation),
        reason: EscalationReason::DeadLetter,
        question: question(&letters),
        attached: Vec::new(),
        before: Vec::new(),
        buyer: None,
        listing: None,
        draft: None,
        trouble: Some(errors(&letters)),
    };
    let record = record(5_000, &conversation, &letters, &escalation);
    assert_eq!(record.ending, Ending::Escalated(EscalationReason::DeadLetter));
    assert_eq!((record.turn.as_str(), record.total_ms), ("dead-0-4", 4_000));
    assert_eq!(record.messages, ["m1".parse().unwrap()]);
    assert!(!record.question.contains("916"), "{}", record.question);
    assert_eq!(record.trace.notes, ["the model is down"]);
}
