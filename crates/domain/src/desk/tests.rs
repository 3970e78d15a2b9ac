//! What a card holds, and what is done about it.

use super::*;
use crate::attached::Attached;

fn escalation(question: &str, draft: Option<&str>) -> Escalation {
    Escalation {
        conversation: "demo:chat-1".parse().unwrap(),
        reason: EscalationReason::LowConfidence,
        question: question.to_owned(),
        attached: Vec::new(),
        before: Vec::new(),
        buyer: None,
        listing: None,
        draft: draft.map(str::to_owned),
        trouble: None,
    }
}

#[test]
fn a_card_grows_and_keeps_the_newest_words() {
    let mut card = Card::new("c1".parse().unwrap(), escalation("Ау?", Some("Да.")), 1);
    card.grow(escalation("Вы тут?", None), 2);
    assert_eq!((card.escalation.question.as_str(), card.updated_ms), ("Ау?\nВы тут?", 2));
    assert_eq!(card.escalation.draft.as_deref(), Some("Да."));

    card.grow(escalation(&"я".repeat(Card::QUESTION), Some("Нет.")), 3);
    assert_eq!(card.escalation.question.chars().count(), Card::QUESTION);
    assert!(card.escalation.question.ends_with('я') && !card.escalation.question.contains("Ау"));
    assert_eq!(card.escalation.draft.as_deref(), Some("Нет."));
}

#[test]
fn a_card_gathers_what_has_no_words_and_keeps_the_newest() {
    let photo = |number: usize| Attached::Photo { url: Some(format!("https://img.avito.st/{number}.jpg")) };
    let mut card = Card::new("c1".parse().unwrap(), escalation("[фото]", None), 1);
    for number in 0..Card::ATTACHED + 2 {
        card.grow(Escalation { attached: vec![photo(number)], ..escalation("[фото]", None) }, 2);
    }
    let kept = &card.escalation.attached;
    assert_eq!((kept.len(), &kept[0], kept.last()), (Card::ATTACHED, &photo(2), Some(&photo(Card::ATTACHED + 1))));
}

#[test]
fn a_card_remembers_the_last_notes_and_the_last_undone_answers() {
    let mut card = Card::new("c1".parse().unwrap(), escalation("Ау?", None), 1);
    for number in 0..9 {
        let by = Person { id: 1, name: "Лев".to_owned() };
        card.note(Note { by, text: number.to_string() });
        card.withdraw(format!("tg-{number}").parse().unwrap());
    }
    let notes: Vec<&str> = card.notes.iter().map(|note| note.text.as_str()).collect();
    assert_eq!(notes, ["4", "5", "6", "7", "8"]);
    assert_eq!(card.withdrawn.first().map(MessageId::as_str), Some("tg-4"));
}

#[test]
fn who_took_the_chat_is_reminded_alone() {
    let by = || Person { id: 1, name: "Лев".to_owned() };
    let paused = || CardState::Paused { by: by(), until_ms: 9 };
    for (state, shown, expected) in [
        (CardState::Open, &[1, 2, -3][..], &[-3, 1, 2][..]),
        (CardState::Taken { by: by() }, &[1, 2, -3], &[1]),
        (paused(), &[1, 2], &[1]),
        (CardState::Taken { by: by() }, &[2, -3], &[-3]),
        (CardState::Taken { by: by() }, &[2], &[2]),
    ] {
        let card = Card { state, ..Card::new("c1".parse().unwrap(), escalation("Ау?", None), 1) };
        let shown = shown.iter().map(|chat| (*chat, 7)).collect();
        let chats: Vec<i64> = card.reminded_in(&shown).iter().map(|at| at.chat).collect();
        assert_eq!(chats, expected, "{card:?}");
    }
}

#[test]
fn an_action_reads_back_as_it_was_written() {
    for action in [
        DeskAction::Answer { text: "Да".to_owned(), not_before_ms: 5, receipt: Some(Place { chat: -1, message: 2 }) },
        DeskAction::ReturnToBot,
        DeskAction::Undo { of: "tg-1".parse().unwrap(), receipt: None },
    ] {
        let text = serde_json::to_string(&action).unwrap();
        assert_eq!(serde_json::from_str::<DeskAction>(&text).unwrap(), action, "{text}");
    }
}

#[test]
fn a_cards_name_fits_onto_a_button() {
    for bad in ["", "a:b", "ж", &"a".repeat(CardId::MOST + 1)] {
        assert!(bad.parse::<CardId>().is_err(), "{bad:?}");
    }
}
