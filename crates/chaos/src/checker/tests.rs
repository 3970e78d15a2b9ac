//! The checker over hand-made evidence.

use super::*;

fn asked(number: u32, tried_ms: u64, accepted_ms: Option<u64>) -> Asked {
    let (marker, id, chat) = (Marker::of(number), format!("m{number}"), "c".to_owned());
    let (matter, tried_ms) = (Matter::Question, Some(tried_ms));
    Asked { marker, id, chat, matter, tried_ms, accepted_ms, given_up: false }
}

fn buyers(number: u32) -> Line {
    Line::Buyers(format!("m{number}"))
}

fn ours(numbers: &[u32]) -> Line {
    let markers: Vec<String> = numbers.iter().map(|number| Marker::of(*number).to_string()).collect();
    Line::Ours(format!("Да. {}.", markers.join(", ")))
}

fn judged(asked: Vec<Asked>, lines: Vec<Line>, cards: &[&str]) -> (usize, usize, usize) {
    let verdict = verdict(asked, lines, cards);
    (verdict.lost.len(), verdict.duplicate.len(), verdict.out_of_order.len())
}

fn verdict(asked: Vec<Asked>, lines: Vec<Line>, cards: &[&str]) -> Verdict {
    let cards = cards.iter().map(|card| format!("{} {card}", Marker::of(1))).collect();
    judge(&Evidence { asked, chats: [("c".to_owned(), lines)].into(), cards })
}

#[test]
fn each_message_has_one_answer_after_it() {
    let two = || vec![asked(1, 0, Some(5)), asked(2, 10, Some(15))];
    for (lines, expected) in [
        (vec![buyers(1), ours(&[1]), buyers(2), ours(&[2])], (0, 0, 0)),
        (vec![buyers(1), buyers(2), ours(&[1, 2])], (0, 0, 0)),
        (vec![buyers(1), ours(&[1]), buyers(2)], (1, 0, 0)),
        (vec![buyers(1), buyers(2)], (2, 0, 0)),
        (vec![buyers(1), ours(&[1]), buyers(2), ours(&[1, 2])], (0, 1, 0)),
        (vec![buyers(1), ours(&[1]), buyers(2), ours(&[2]), ours(&[])], (0, 1, 0)),
        (vec![buyers(1), ours(&[1]), buyers(2), ours(&[2]), ours(&[3])], (0, 1, 0)),
        (vec![buyers(1), buyers(2), ours(&[2]), ours(&[1])], (0, 0, 1)),
        (vec![buyers(1), buyers(2), ours(&[2, 1])], (0, 0, 1)),
        (vec![ours(&[2]), buyers(1), ours(&[1]), buyers(2)], (1, 0, 0)),
    ] {
        assert_eq!(judged(two(), lines.clone(), &[]), expected, "{lines:?}");
    }
}

#[test]
fn what_was_under_way_at_once_may_come_in_any_order_and_what_was_never_accepted_may_get_nothing() {
    let at_once = vec![asked(1, 0, Some(20)), asked(2, 10, Some(15))];
    assert_eq!(judged(at_once, vec![buyers(1), buyers(2), ours(&[2]), ours(&[1])], &[]), (0, 0, 0));
    let not_accepted = vec![asked(1, 0, None)];
    assert_eq!(judged(not_accepted.clone(), vec![buyers(1)], &[]), (0, 0, 0));
    assert_eq!(judged(not_accepted, vec![buyers(1), ours(&[1])], &[]), (0, 0, 0));
}

#[test]
fn who_waits_for_each_answer_gets_one_after_each_question() {
    let same = || Line::Ours("Да, отправляем.".to_owned());
    let three = || (1..=3).map(|n| Asked { matter: Matter::SameAgain, ..asked(n, 0, Some(5)) }).collect();
    for (lines, expected) in [
        (vec![buyers(1), same(), buyers(2), same(), buyers(3), same()], (0, 0, 0)),
        (vec![buyers(1), same(), buyers(2), same(), buyers(3)], (1, 0, 0)),
        (vec![buyers(1), same(), same(), buyers(2), same(), buyers(3), same()], (0, 1, 0)),
        (vec![buyers(1), same(), buyers(2), same(), same(), same(), buyers(3), same()], (0, 1, 0)),
        (vec![same(), buyers(1), same(), buyers(2), same(), buyers(3), same()], (0, 1, 0)),
    ] {
        assert_eq!(judged(three(), lines.clone(), &[]), expected, "{lines:?}");
    }
}

#[test]
fn what_was_left_to_the_sweep_is_answered_too_and_may_come_late() {
    let first_given_up = || vec![Asked { given_up: true, ..asked(1, 0, None) }, asked(2, 10, Some(15))];
    for (lines, lost, unswept) in [
        (vec![buyers(1), buyers(2), ours(&[1, 2])], 0, 0),
        (vec![buyers(1), buyers(2), ours(&[2]), ours(&[1])], 0, 0),
        (vec![buyers(1), buyers(2), ours(&[2])], 1, 1),
        (vec![buyers(1), buyers(2), ours(&[1])], 1, 0),
    ] {
        let verdict = verdict(first_given_up(), lines.clone(), &[]);
        assert_eq!((verdict.lost.len(), verdict.unswept), (lost, unswept), "{lines:?}");
        assert_eq!((verdict.duplicate.len(), verdict.out_of_order.len()), (0, 0), "{lines:?}");
    }
}

#[test]
fn after_the_seller_nobody_speaks() {
    let interrupted = |number, tried, accepted| Asked { matter: Matter::Interrupted, ..asked(number, tried, accepted) };
    let seller = Asked { matter: Matter::SellersWords, ..asked(2, 10, Some(15)) };
    let asked = || vec![interrupted(1, 0, Some(12)), seller.clone(), interrupted(3, 20, Some(25))];
    let lines = |ours: &[Line]| [&[buyers(1), Line::Sellers, buyers(3)], ours].concat();
    for (said, duplicate, over) in [
        (vec![], 0, 0),
        (vec![ours(&[1])], 0, 0),
        (vec![ours(&[1]), ours(&[1])], 1, 0),
        (vec![ours(&[3])], 0, 1),
        (vec![ours(&[1, 3])], 0, 1),
    ] {
        let verdict = verdict(asked(), lines(&said), &[]);
        assert_eq!((verdict.duplicate.len(), verdict.over_the_seller.len()), (duplicate, over), "{said:?}");
        assert_eq!(verdict.lost.len(), 0, "{said:?}");
    }
    assert_eq!(verdict(vec![interrupted(1, 0, Some(12))], vec![buyers(1)], &[]).lost.len(), 1);
}

#[test]
fn what_the_seller_answers_from_the_desk_comes_once_and_in_order() {
    let asked = || {
        let answer = |number| Asked { matter: Matter::DeskAnswer, ..asked(number, 0, Some(5)) };
        vec![Asked { matter: Matter::Complaint, ..asked(1, 0, Some(5)) }, answer(2), answer(3)]
    };
    let hold = || Line::Ours("Сейчас позову продавца.".to_owned());
    for (said, expected) in [
        (vec![hold(), ours(&[2]), ours(&[3])], (0, 0, 0)),
        (vec![hold(), ours(&[3]), ours(&[2])], (0, 0, 1)),
        (vec![hold(), ours(&[2])], (1, 0, 0)),
        (vec![hold(), ours(&[2]), ours(&[2]), ours(&[3])], (0, 1, 0)),
        (vec![ours(&[2]), ours(&[3])], (1, 0, 0)),
        (vec![hold(), hold(), ours(&[2]), ours(&[3])], (0, 1, 0)),
    ] {
        let lines = [vec![buyers(1)], said].concat();
        assert_eq!(judged(asked(), lines.clone(), &["Жалоба"]), expected, "{lines:?}");
    }
}

#[test]
fn a_complaint_has_one_line_and_a_card() {
    let complaint = || vec![Asked { matter: Matter::Complaint, ..asked(1, 0, Some(5)) }];
    let hold = || Line::Ours("Сейчас позову продавца.".to_owned());
    for (lines, cards, expected) in [
        (vec![buyers(1), hold()], vec!["Жалоба"], (0, 0, 0)),
        (vec![buyers(1), hold()], vec!["Жалоба", "Жалоба (повторно)"], (0, 0, 0)),
        (vec![buyers(1), hold()], vec!["Жалоба", "Жалоба"], (0, 1, 0)),
        (vec![buyers(1), hold()], vec![], (1, 0, 0)),
        (vec![buyers(1)], vec!["Жалоба"], (1, 0, 0)),
        (vec![buyers(1), hold(), hold()], vec!["Жалоба"], (0, 1, 0)),
    ] {
        assert_eq!(judged(complaint(), lines.clone(), &cards), expected, "{lines:?} {cards:?}");
    }
}

#[test]
fn a_note_stands_on_the_card_and_never_in_the_chat() {
    let asked = || {
        let note = Asked { matter: Matter::Note, ..asked(2, 0, Some(5)) };
        vec![Asked { matter: Matter::Complaint, ..asked(1, 0, Some(5)) }, note]
    };
    let hold = || Line::Ours("Сейчас позову продавца.".to_owned());
    let noted = format!("Заметка: {}", Marker::of(2));
    assert_eq!(judged(asked(), vec![buyers(1), hold()], &[&noted]), (0, 0, 0));
    assert_eq!(judged(asked(), vec![buyers(1), hold()], &["Жалоба"]), (1, 0, 0));
    // Nobody asked for it in the chat either: a second line, and a note that the buyer reads.
    assert_eq!(judged(asked(), vec![buyers(1), hold(), ours(&[2])], &[&noted]), (0, 2, 0));
}

#[test]
fn a_chat_is_answered_in_while_it_is_ours_and_not_while_it_is_the_sellers() {
    const LATER: u64 = 2 * SPOOLED_MS;
    let press = |number, matter, at| Asked { matter, ..asked(number, at, Some(at + 5)) };
    let question = |number, at| press(number, Matter::Between, at);
    let asked = |third_at| {
        vec![
            press(1, Matter::Handed, 0),
            press(2, Matter::Returns, LATER),
            question(3, LATER + 10),
            press(4, Matter::Takes, 2 * LATER),
            question(5, third_at),
        ]
    };
    let hold = || Line::Ours("Сейчас позову продавца.".to_owned());
    for (said, third_at, lost, duplicate, over) in [
        (vec![ours(&[3])], 2 * LATER + 10, 0, 0, 0),
        (vec![], 2 * LATER + 10, 1, 0, 0),
        (vec![ours(&[3]), ours(&[3])], 2 * LATER + 10, 0, 1, 0),
        (vec![ours(&[3]), ours(&[5])], 2 * LATER + 10, 0, 0, 1),
        (vec![ours(&[3]), ours(&[5])], 2 * LATER + 2, 0, 0, 0),
        (vec![ours(&[3]), ours(&[5]), ours(&[5])], 2 * LATER + 2, 0, 1, 0),
        (vec![ours(&[3]), ours(&[])], 2 * LATER + 10, 0, 1, 0),
    ] {
        let lines = [vec![buyers(1), hold()], said].concat();
        let verdict = verdict(asked(third_at), lines.clone(), &["Жалоба"]);
        assert_eq!(
            (verdict.lost.len(), verdict.duplicate.len(), verdict.over_the_seller.len()),
            (lost, duplicate, over),
            "{third_at}: {lines:?}"
        );
    }
}
