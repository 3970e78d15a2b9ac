//! The seller's desk in Telegram: the card about a conversation, and what people do with it.
//!
//! What somebody does at the desk becomes a message of the conversation ([`crate::message::Content::Desk`]) and waits
//! its turn like a buyer's: so it is done once, in order, and survives whatever dies. Not here: how a card looks
//! (crate `telegram`), and what an action does (crate `worker`).

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::escalation::{Escalation, EscalationReason};
use crate::ids::{InvalidId, MessageId};
use crate::intent::Intent;

/// A card's name: short, so that it fits onto a button beside what the button does.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CardId(String);

impl CardId {
    /// The longest one; Telegram gives a button 64 bytes in all.
    pub const MOST: usize = 24;

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for CardId {
    type Err = InvalidId;

    fn from_str(s: &str) -> Result<Self, InvalidId> {
        if (1..=Self::MOST).contains(&s.len()) && s.chars().all(|c| c.is_ascii_alphanumeric()) {
            return Ok(Self(s.to_owned()));
        }
        Err(InvalidId { given: s.to_owned(), what: "a card's id", rule: "1 to 24 letters and digits" })
    }
}

impl TryFrom<String> for CardId {
    type Error = InvalidId;

    fn try_from(s: String) -> Result<Self, InvalidId> {
        s.parse()
    }
}

impl From<CardId> for String {
    fn from(id: CardId) -> String {
        id.0
    }
}

impl fmt::Display for CardId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Somebody at the desk, as Telegram knows him.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Telegram's number.
    pub id: i64,
    /// How he is called there.
    pub name: String,
}

/// A message of ours in Telegram.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Place {
    /// Its chat.
    pub chat: i64,
    /// Its number there.
    pub message: i32,
}

/// What somebody does at the desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum DeskAction {
    /// His own words go to the buyer.
    Answer {
        /// The words.
        text: String,
        /// Not before this moment, in milliseconds since 1970: until then it can be undone.
        not_before_ms: i64,
        /// Where he was told that they will.
        receipt: Option<Place>,
    },
    /// The card's draft goes to the buyer as it is.
    SendDraft {
        /// As for an answer.
        not_before_ms: i64,
        /// As for an answer.
        receipt: Option<Place>,
    },
    /// The draft is not wanted.
    RejectDraft,
    /// The chat is his.
    TakeChat,
    /// The chat is the bot's again.
    ReturnToBot,
    /// The bot is silent in this chat until then, in milliseconds since 1970.
    PauseChat {
        /// Until when.
        until_ms: i64,
    },
    /// A word to his colleagues, never to the buyer.
    Note {
        /// The word.
        text: String,
        /// The Telegram chat it was written in: there everybody has read it.
        chat: i64,
    },
    /// An answer that has not gone out yet shall not.
    Undo {
        /// The answer's message.
        of: MessageId,
        /// Where he was told of it.
        receipt: Option<Place>,
    },
    /// Nobody answered in time: these chats get the card as well.
    HandOn {
        /// The second person's.
        to: Vec<i64>,
    },
}

impl DeskAction {
    /// The name in logs and metrics.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Answer { .. } => "answer",
            Self::SendDraft { .. } => "send_draft",
            Self::RejectDraft => "reject_draft",
            Self::TakeChat => "take_chat",
            Self::ReturnToBot => "return_to_bot",
            Self::PauseChat { .. } => "pause_chat",
            Self::Note { .. } => "note",
            Self::Undo { .. } => "undo",
            Self::HandOn { .. } => "hand_on",
        }
    }

    /// Before when it must not be done, in milliseconds since 1970; 0 where it can be done at once.
    pub const fn not_before_ms(&self) -> i64 {
        match self {
            Self::Answer { not_before_ms, .. } | Self::SendDraft { not_before_ms, .. } => *not_before_ms,
            _ => 0,
        }
    }
}

/// A conversation in the eyes of those who look after it: one card, in as many Telegram chats as are bound.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Card {
    /// Its name.
    pub id: CardId,
    /// What it is about; the question grows with what the buyer goes on to write.
    pub escalation: Escalation,
    /// How things stand.
    pub state: CardState,
    /// Of which turn it came.
    #[serde(default)]
    pub of: Option<OfTurn>,
    /// What colleagues noted, oldest first, at most [`Card::NOTES`].
    #[serde(default)]
    pub notes: Vec<Note>,
    /// Answers that were undone in time, the last few.
    #[serde(default)]
    pub withdrawn: Vec<MessageId>,
    /// When it was first shown, in milliseconds since 1970.
    pub opened_ms: i64,
    /// When it last changed.
    pub updated_ms: i64,
}

/// The turn that called a human.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfTurn {
    /// Its record.
    pub turn: String,
    /// What the buyer wanted, as far as that was read.
    pub intents: Vec<Intent>,
}

/// How things stand with a conversation that a human was called to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum CardState {
    /// Nobody has done anything yet.
    Open,
    /// Somebody has the chat.
    Taken {
        /// Who.
        by: Person,
    },
    /// The bot is silent for a while.
    Paused {
        /// By whom.
        by: Person,
        /// Until when, in milliseconds since 1970.
        until_ms: i64,
    },
    /// The buyer has an answer from the desk.
    Answered {
        /// From whom.
        by: Person,
        /// The answer.
        text: String,
    },
    /// An answer from the desk did not go out, for good.
    Failed {
        /// Whose.
        by: Person,
        /// The answer.
        text: String,
        /// Why not.
        why: String,
    },
    /// The seller wrote to the buyer on Avito.
    AnsweredOnAvito,
    /// The chat is the bot's again.
    Returned {
        /// By whose hand.
        by: Person,
    },
    /// The draft was refused.
    Rejected {
        /// By whom.
        by: Person,
    },
    /// A newer card is about the conversation now.
    Replaced,
}

/// A word among colleagues.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Whose.
    pub by: Person,
    /// The word.
    pub text: String,
}

impl Card {
    /// How many notes a card shows.
    pub const NOTES: usize = 5;

    /// How many undone answers are remembered.
    pub const WITHDRAWN: usize = 5;

    /// How many characters of the buyer's words a card keeps; the newest count.
    pub const QUESTION: usize = 1_200;

    /// How many things without words a card keeps; the newest count.
    pub const ATTACHED: usize = 10;

    /// A card that nobody has seen yet.
    pub fn new(id: CardId, escalation: Escalation, now_ms: i64) -> Self {
        Self {
            id,
            escalation,
            state: CardState::Open,
            of: None,
            notes: Vec::new(),
            withdrawn: Vec::new(),
            opened_ms: now_ms,
            updated_ms: now_ms,
        }
    }

    /// Whether somebody is still to act on it.
    pub const fn waits(&self) -> bool {
        matches!(self.state, CardState::Open | CardState::Taken { .. } | CardState::Paused { .. })
    }

    /// Until when nobody need be reminded of it, in milliseconds since 1970: somebody asked for time.
    pub const fn rests_until_ms(&self) -> i64 {
        match self.state {
            CardState::Paused { until_ms, .. } => until_ms,
            _ => 0,
        }
    }

    /// In which of the chats it is shown in a reminder belongs. Who has taken the chat is reminded alone: in his own chat,
    /// or in the groups, where he did so.
    pub fn reminded_in(&self, shown: &BTreeMap<i64, i32>) -> Vec<Place> {
        let place = |(&chat, &message): (&i64, &i32)| Place { chat, message };
        let all = || shown.iter().map(place);
        let (CardState::Taken { by } | CardState::Paused { by, .. }) = &self.state else { return all().collect() };
        let own: Vec<Place> = all().filter(|at| at.chat == by.id).collect();
        // A group's number is below zero.
        let groups: Vec<Place> = all().filter(|at| at.chat < 0).collect();
        [own, groups].into_iter().find(|places| !places.is_empty()).unwrap_or_else(|| all().collect())
    }

    /// Whether it holds an answer that only waits for the seller's leave: nothing is wrong.
    pub const fn awaits_tap(&self) -> bool {
        let reason = self.escalation.reason;
        matches!(reason, EscalationReason::AwaitsTap | EscalationReason::Paused) && self.escalation.draft.is_some()
    }

    /// The buyer wrote again before anybody answered: one card, a longer question.
    pub fn grow(&mut self, more: Escalation, now_ms: i64) {
        let question = format!("{}\n{}", self.escalation.question, more.question);
        let surplus = question.chars().count().saturating_sub(Self::QUESTION);
        self.escalation.question = question.chars().skip(surplus).collect();
        self.escalation.attached.extend(more.attached);
        let surplus = self.escalation.attached.len().saturating_sub(Self::ATTACHED);
        self.escalation.attached.drain(..surplus);
        self.escalation.reason = more.reason;
        self.escalation.draft = more.draft.or(self.escalation.draft.take());
        self.escalation.buyer = more.buyer.or(self.escalation.buyer.take());
        self.escalation.listing = more.listing.or(self.escalation.listing.take());
        self.escalation.trouble = more.trouble.or(self.escalation.trouble.take());
        self.updated_ms = now_ms;
    }

    /// The card came of this turn. One in which nothing was thought about tells no more than the one before.
    pub fn came_of(&mut self, turn: &str, intents: Vec<Intent>) {
        if self.of.is_none() || !intents.is_empty() {
            self.of = Some(OfTurn { turn: turn.to_owned(), intents });
        }
    }

    /// A colleague's word is added; the oldest goes.
    pub fn note(&mut self, note: Note) {
        self.notes.push(note);
        let surplus = self.notes.len().saturating_sub(Self::NOTES);
        self.notes.drain(..surplus);
    }

    /// An answer was undone in time.
    pub fn withdraw(&mut self, answer: MessageId) {
        self.withdrawn.push(answer);
        let surplus = self.withdrawn.len().saturating_sub(Self::WITHDRAWN);
        self.withdrawn.drain(..surplus);
    }
}

#[cfg(test)]
mod tests;
