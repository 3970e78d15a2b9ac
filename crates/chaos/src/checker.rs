//! The checker: follows every message to its one effect, by what the outside world saw. Pure; it knows no
//! process, no queue and no record of ours.
//!
//! An answer repeats the markers of the messages it answers. So a marker that stands in no later text of its chat
//! is a lost message, one that stands in two is a duplicate, and a text without any was never asked for. Answers
//! that all read the same are counted instead, in chats whose buyers wait for each.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::marker::Marker;

/// What a buyer wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Matter {
    /// An answer.
    Question,
    /// The same answer as the last time, which has been given by then. No marker tells the answers apart.
    SameAgain,
    /// A human: one line to hold the buyer, and a card for the seller. It has a chat to itself.
    Complaint,
    /// Nothing: these are the seller's words to whoever complained, written in Telegram in reply to the card.
    DeskAnswer,
    /// An answer, in a chat in which the seller himself speaks up.
    Interrupted,
    /// Nothing: these are the seller's own words, in such a chat.
    SellersWords,
}

/// One message of a buyer, or of the seller.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Its word.
    pub marker: Marker,
    /// Its id in the chat.
    pub id: String,
    /// The chat.
    pub chat: String,
    /// What is wanted.
    pub matter: Matter,
    /// When its first delivery began.
    pub tried_ms: Option<u64>,
    /// When a delivery of it was first answered with 200.
    pub accepted_ms: Option<u64>,
    /// Whether the marketplace has given its webhook up: only the sweep can find it then.
    pub given_up: bool,
}

impl Asked {
    /// Whether something must come of it.
    fn is_owed(&self) -> bool {
        self.accepted_ms.is_some() || self.given_up
    }

    /// Whether it was ours before the other one was on its way.
    fn was_in_before(&self, other: &Self) -> bool {
        self.accepted_ms.zip(other.tried_ms).is_some_and(|(accepted, tried)| accepted < tried)
    }
}

/// One message as it stands in a chat.
#[derive(Debug, Clone)]
pub enum Line {
    /// The buyer's, by its id.
    Buyers(String),
    /// Ours.
    Ours(String),
    /// The seller's own.
    Sellers,
}

/// What the outside world saw.
#[derive(Debug, Default)]
pub struct Evidence {
    /// Everything buyers asked.
    pub asked: Vec<Asked>,
    /// The chats, each oldest first.
    pub chats: BTreeMap<String, Vec<Line>>,
    /// The cards in the seller's Telegram.
    pub cards: Vec<String>,
}

/// What a card says that may have been shown before.
const SHOWN_AGAIN: &str = "(повторно)";

/// What is wrong; nothing, if all is well. Each entry is a sentence about one message.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Accepted, or left to the sweep, and nothing came of it.
    pub lost: Vec<String>,
    /// How many of these the sweep may still find.
    pub unswept: usize,
    /// Answered more than once, or said without being asked.
    pub duplicate: Vec<String>,
    /// Answered before a message that had been accepted earlier.
    pub out_of_order: Vec<String>,
    /// Answered although the seller had spoken before.
    pub over_the_seller: Vec<String>,
}

impl Verdict {
    /// Whether every message had its one effect, in order.
    pub fn is_sound(&self) -> bool {
        *self == Self::default()
    }

    fn lose(&mut self, asked: &Asked, what: &str) {
        let Asked { marker, chat, .. } = asked;
        let how = if asked.accepted_ms.is_some() { "accepted" } else { "left to the sweep" };
        self.lost.push(format!("{marker} in chat {chat}: {how}, and {what}"));
        self.unswept += usize::from(asked.accepted_ms.is_none());
    }
}

/// Follows every message.
pub fn judge(evidence: &Evidence) -> Verdict {
    let mut verdict = Verdict::default();
    let mut by_chat: BTreeMap<&str, Vec<&Asked>> = BTreeMap::new();
    for asked in &evidence.asked {
        by_chat.entry(&asked.chat).or_default().push(asked);
    }
    for (chat, lines) in &evidence.chats {
        let asked = by_chat.remove(chat.as_str()).unwrap_or_default();
        match asked.as_slice() {
            [complaint, answers @ ..] if complaint.matter == Matter::Complaint => {
                let lines = judge_desk_answers(chat, answers, lines, &mut verdict);
                judge_complaint(complaint, answers, &lines, &evidence.cards, &mut verdict);
            }
            [first, ..] if first.matter == Matter::SameAgain => judge_waiting(chat, &asked, lines, &mut verdict),
            [first, ..] if first.matter == Matter::Interrupted => judge_interrupted(&asked, lines, &mut verdict),
            questions => judge_questions(chat, questions, lines, &mut verdict),
        }
    }
    let nowhere = by_chat.into_values().flatten();
    verdict.lost.extend(nowhere.map(|asked| format!("{}: its chat is not there", asked.marker)));
    verdict
}

/// Where a marker stands: in which line of the chat, as which word of it.
type Place = (usize, usize);

fn judge_questions(chat: &str, asked: &[&Asked], lines: &[Line], verdict: &mut Verdict) {
    let known: HashSet<&Marker> = asked.iter().map(|asked| &asked.marker).collect();
    let mut said: HashMap<Marker, Vec<Place>> = HashMap::new();
    let mut stands: HashMap<&str, usize> = HashMap::new();
    for (number, line) in lines.iter().enumerate() {
        match line {
            Line::Buyers(id) => drop(stands.insert(id, number)),
            Line::Sellers => {}
            Line::Ours(text) => {
                let markers = Marker::all_in(text);
                if !markers.iter().any(|marker| known.contains(marker)) {
                    verdict.duplicate.push(format!("chat {chat}: nobody asked for \"{text}\""));
                }
                for (word, marker) in markers.into_iter().enumerate() {
                    said.entry(marker).or_default().push((number, word));
                }
            }
        }
    }
    let mut answers: Vec<(&Asked, Place)> = Vec::new();
    for asked in asked {
        let after = stands.get(asked.id.as_str()).copied().unwrap_or(usize::MAX);
        let places = said.get(&asked.marker).map(Vec::as_slice).unwrap_or_default();
        let mut answering = places.iter().filter(|(line, _)| *line > after);
        match answering.next() {
            Some(first) => answers.push((asked, *first)),
            None if asked.is_owed() => verdict.lose(asked, "not answered"),
            None => {}
        }
        if places.len() > 1 {
            verdict.duplicate.push(format!("{} in chat {chat}: answered {} times", asked.marker, places.len()));
        }
    }
    judge_order(chat, &answers, verdict);
}

/// A message that was accepted before another's first delivery began is answered before it. Of two that were
/// under way at the same time nobody can say which was first.
fn judge_order(chat: &str, answers: &[(&Asked, Place)], verdict: &mut Verdict) {
    for (later, place) in answers {
        let overtaken = answers.iter().find(|(earlier, other)| earlier.was_in_before(later) && other > place);
        if let Some((earlier, _)) = overtaken {
            verdict.out_of_order.push(format!("{} in chat {chat}: answered before {}", later.marker, earlier.marker));
        }
    }
}

/// Between one question and the next stands one answer.
fn judge_waiting(chat: &str, asked: &[&Asked], lines: &[Line], verdict: &mut Verdict) {
    let mut answers: Vec<usize> = Vec::new();
    for line in lines {
        match line {
            Line::Buyers(_) => answers.push(0),
            Line::Sellers => {}
            Line::Ours(_) => match answers.last_mut() {
                Some(answers) => *answers += 1,
                None => verdict.duplicate.push(format!("chat {chat}: answered before anything was asked")),
            },
        }
    }
    for (number, (asked, answers)) in asked.iter().zip(answers).enumerate() {
        match answers {
            0 if asked.is_owed() => verdict.lose(asked, "not answered"),
            0 | 1 => {}
            times => verdict.duplicate.push(format!("question {number} in chat {chat}: answered {times} times")),
        }
    }
}

/// What the seller had said before a message came is the reason to be silent about it. What was under way when he
/// spoke may be answered or not, but not twice.
fn judge_interrupted(asked: &[&Asked], lines: &[Line], verdict: &mut Verdict) {
    let (sellers, buyers): (Vec<&Asked>, Vec<&Asked>) =
        asked.iter().copied().partition(|asked| asked.matter == Matter::SellersWords);
    let said =
        lines.iter().filter_map(|line| if let Line::Ours(text) = line { Some(Marker::all_in(text)) } else { None });
    let said: Vec<Marker> = said.flatten().collect();
    for Asked { marker, chat, .. } in &buyers {
        let times = said.iter().filter(|said| *said == marker).count();
        if times > 1 {
            verdict.duplicate.push(format!("{marker} in chat {chat}: answered {times} times"));
        }
    }
    let silenced = |asked: &&&Asked| sellers.iter().any(|seller| seller.was_in_before(asked));
    for Asked { marker, chat, .. } in buyers.iter().filter(silenced).filter(|asked| said.contains(&asked.marker)) {
        verdict.over_the_seller.push(format!("{marker} in chat {chat}: answered after the seller had spoken"));
    }
    if sellers.is_empty() {
        verdict.lost.extend(
            buyers.iter().filter(|asked| asked.is_owed() && !said.contains(&asked.marker)).map(|asked| {
                format!("{} in chat {}: not answered, and the seller never spoke", asked.marker, asked.chat)
            }),
        );
    }
}

/// What the seller answered from the desk stands in the chat, each answer once, in the order in which he gave them. Gives
/// the lines that are not his answers.
fn judge_desk_answers<'a>(chat: &str, answers: &[&Asked], lines: &'a [Line], verdict: &mut Verdict) -> Vec<&'a Line> {
    let said = |line: &Line| if let Line::Ours(text) = line { Marker::all_in(text) } else { Vec::new() };
    let mut last = 0;
    for asked in answers {
        let stands: Vec<usize> =
            lines.iter().enumerate().filter(|(_, line)| said(line).contains(&asked.marker)).map(|(at, _)| at).collect();
        match stands.as_slice() {
            [] => verdict.lose(asked, "the seller's answer did not reach the buyer"),
            [at, more @ ..] => {
                if !more.is_empty() {
                    let times = stands.len();
                    verdict
                        .duplicate
                        .push(format!("{} in chat {chat}: the seller's answer came {times} times", asked.marker));
                }
                if *at < last {
                    verdict.out_of_order.push(format!("{} in chat {chat}: before an earlier answer", asked.marker));
                }
                last = *at;
            }
        }
    }
    let is_answer = |line: &&Line| answers.iter().any(|asked| said(line).contains(&asked.marker));
    lines.iter().filter(|line| !is_answer(line)).collect()
}

/// One line in the chat, and a card. A card whose fate was unknown is shown again and says so: Telegram has no
/// history to ask.
///
/// A card that was answered was changed, and no longer says that it was shown twice.
fn judge_complaint(asked: &Asked, answers: &[&Asked], lines: &[&Line], cards: &[String], verdict: &mut Verdict) {
    let Asked { marker, chat, .. } = asked;
    match lines.iter().filter(|line| matches!(line, Line::Ours(_))).count() {
        0 if asked.is_owed() => verdict.lose(asked, "the buyer heard nothing"),
        0 | 1 => {}
        times => verdict.duplicate.push(format!("{marker} in chat {chat}: the buyer was told {times} times to wait")),
    }
    let about: Vec<&String> = cards.iter().filter(|card| Marker::all_in(card).contains(marker)).collect();
    if asked.is_owed() && about.is_empty() {
        verdict.lose(asked, "no human has a card");
    }
    let first = about.iter().filter(|card| !card.contains(SHOWN_AGAIN)).count();
    if first > 1 && answers.is_empty() {
        verdict.duplicate.push(format!("{marker} in chat {chat}: {first} cards, as if each were the first"));
    }
}

#[cfg(test)]
mod tests {
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
        let interrupted =
            |number, tried, accepted| Asked { matter: Matter::Interrupted, ..asked(number, tried, accepted) };
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
}
