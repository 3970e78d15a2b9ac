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
    /// Nothing: a word among the seller's people, in reply to the card of whoever complained.
    Note,
    /// A human, in a chat that the seller takes and gives back by the buttons of the card.
    Handed,
    /// An answer, if the chat is ours by then; else nothing.
    Between,
    /// Nothing: the seller takes such a chat.
    Takes,
    /// Nothing: he gives it back.
    Returns,
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

    /// Whether it was in its conversation before the other one was on its way: while Redis is away, what is accepted waits
    /// in the gateway's spool.
    fn was_long_before(&self, other: &Self) -> bool {
        self.accepted_ms.zip(other.tried_ms).is_some_and(|(accepted, tried)| accepted + SPOOLED_MS < tried)
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

/// How long an accepted message may take at the most until it is in Redis: longer than Redis and the gateway are away.
pub(crate) const SPOOLED_MS: u64 = 5_000;

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
                let (notes, answers): (Vec<&Asked>, Vec<&Asked>) =
                    answers.iter().partition(|asked| asked.matter == Matter::Note);
                judge_notes(&notes, lines, &evidence.cards, &mut verdict);
                let lines = judge_desk_answers(chat, &answers, lines, &mut verdict);
                judge_complaint(complaint, answers.len() + notes.len(), &lines, &evidence.cards, &mut verdict);
            }
            [complaint, rest @ ..] if complaint.matter == Matter::Handed => {
                let lines = judge_handed(chat, rest, lines, &mut verdict);
                judge_complaint(complaint, rest.len(), &lines, &evidence.cards, &mut verdict);
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

/// What was noted for colleagues stands on a card, and nowhere in the chat.
fn judge_notes(notes: &[&Asked], lines: &[Line], cards: &[String], verdict: &mut Verdict) {
    for Asked { marker, chat, .. } in notes {
        let stands = |text: &String| Marker::all_in(text).contains(marker);
        if lines.iter().any(|line| matches!(line, Line::Ours(text) if stands(text))) {
            verdict.duplicate.push(format!("{marker} in chat {chat}: a note reached the buyer"));
        }
        if !cards.iter().any(stands) {
            verdict.lost.push(format!("{marker} in chat {chat}: the note is on no card"));
        }
    }
}

/// What comes after the seller has given the chat back is answered, what comes after he has taken it is not. Where a
/// question and a press were under way at the same time nobody can say; twice it is not answered in any case. Gives the
/// lines that answer none of these questions.
fn judge_handed<'a>(chat: &str, asked: &[&Asked], lines: &'a [Line], verdict: &mut Verdict) -> Vec<&'a Line> {
    let said = |line: &Line| if let Line::Ours(text) = line { Marker::all_in(text) } else { Vec::new() };
    let (questions, presses): (Vec<&Asked>, Vec<&Asked>) =
        asked.iter().partition(|asked| asked.matter == Matter::Between);
    for question in &questions {
        let times = lines.iter().filter(|line| said(line).contains(&question.marker)).count();
        if times > 1 {
            verdict.duplicate.push(format!("{} in chat {chat}: answered {times} times", question.marker));
        }
        let at_once = |press: &&Asked| !press.was_in_before(question) && !question.was_long_before(press);
        if question.accepted_ms.is_none() || presses.iter().any(at_once) {
            continue;
        }
        let last = presses.iter().rfind(|press| press.was_in_before(question)).map(|press| press.matter);
        match (last, times) {
            (Some(Matter::Returns), 0) => verdict.lose(question, "not answered, though the chat was ours"),
            (Some(Matter::Takes), 1..) => {
                let taken = format!("{} in chat {chat}: answered after the seller had taken the chat", question.marker);
                verdict.over_the_seller.push(taken);
            }
            _ => {}
        }
    }
    let answers = |line: &&Line| questions.iter().any(|asked| said(line).contains(&asked.marker));
    lines.iter().filter(|line| !answers(line)).collect()
}

/// One line in the chat, and a card. A card whose fate was unknown is shown again and says so: Telegram has no
/// history to ask.
///
/// A card on which something was done was changed, and no longer says that it was shown twice.
fn judge_complaint(asked: &Asked, changes: usize, lines: &[&Line], cards: &[String], verdict: &mut Verdict) {
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
    if first > 1 && changes == 0 {
        verdict.duplicate.push(format!("{marker} in chat {chat}: {first} cards, as if each were the first"));
    }
}

#[cfg(test)]
mod tests;
