//! A buyer's turn: the messages that wait for an answer, and what they amount to in words.
//!
//! Not here: what the words mean. A turn without words is a human's, or nobody's.

use std::time::Instant;

use domain::conversation::{Asked, Conversation, Line};
use domain::escalation::{EscalationReason, Listing};
use domain::ids::{ConversationId, ItemId};
use domain::intent::{Intent, Routing};
use domain::message::{Content, Message};
use domain::record::{Grounds, SilentReason};
use domain::seller::SellerProfile;
use jiff::Timestamp;

use crate::finding::Question;
use crate::mask::mask;
use crate::outcome::Stop;
use crate::quoted::HISTORY_LINES;

/// Everything an answer rests on, apart from the seller's table.
#[derive(Debug, Clone, Copy)]
pub struct Turn<'a> {
    /// Whose shop it is.
    pub seller: &'a SellerProfile,
    /// What is remembered of the conversation, before this turn.
    pub conversation: &'a Conversation,
    /// The buyer's unanswered messages, oldest first.
    pub messages: &'a [Message],
    /// The listing the chat belongs to, where it is known.
    pub listing: Option<&'a Listing>,
    /// The time of the turn.
    pub now: Timestamp,
    /// When the work on it began: what the budget counts from.
    pub started: Instant,
}

/// The words of a turn.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Words {
    /// What was written, messages joined by line breaks.
    pub(crate) text: String,
    /// The address of a point on the map that came with it.
    pub(crate) place: Option<String>,
}

impl Words {
    /// The words as the specialists look through them: a point on the map is a place like a written one.
    pub(crate) fn with_place(&self) -> String {
        let lines = [self.text.as_str(), self.place.as_deref().unwrap_or_default()];
        lines.into_iter().filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
    }
}

impl Turn<'_> {
    /// The words of the turn.
    ///
    /// Something without words among them (a photo, a voice message, a missed call) makes the turn a human's,
    /// whatever else was written: «есть такая?» under a photo is a question about the photo.
    pub(crate) fn words(&self) -> Result<Words, Stop> {
        let mut lines = Vec::new();
        let mut place = None;
        for message in self.messages {
            match &message.content {
                Content::Text { text } | Content::Link { text, .. } => lines.push(text.trim()),
                Content::Location { title } => place = Some(title.clone()),
                Content::Call { missed: true } => return Err(EscalationReason::MissedCall.into()),
                Content::Image { .. }
                | Content::Voice { .. }
                | Content::Video
                | Content::File
                | Content::Unknown { .. } => return Err(EscalationReason::NotText.into()),
                Content::Call { missed: false } | Content::Item { .. } | Content::Deleted | Content::Desk { .. } => {}
            }
        }
        lines.retain(|line| !line.is_empty());
        match (lines.is_empty(), &place) {
            (true, None) => Err(self.why_nothing_is_asked().into()),
            (true, Some(_)) if !self.talks_of_delivery() => Err(EscalationReason::NotText.into()),
            _ => Ok(Words { text: lines.join("\n"), place }),
        }
    }

    /// Whether a bare point on the map answers a question of ours, or goes on with one about delivery.
    fn talks_of_delivery(&self) -> bool {
        self.conversation.asked == Some(Asked::WhichCity)
            || self.conversation.last_intent == Some(Intent::DeliveryQuestion)
    }

    fn why_nothing_is_asked(&self) -> SilentReason {
        let all_taken_back = self.messages.iter().all(|message| message.content == Content::Deleted);
        if all_taken_back { SilentReason::Deleted } else { SilentReason::NothingAsked }
    }

    /// The question that `text`, read as `routing` says, puts to the specialists.
    pub(crate) fn question<'q>(&'q self, routing: &'q Routing, text: &'q str) -> Question<'q> {
        Question {
            seller: self.seller,
            conversation: self.conversation,
            routing,
            text,
            listing: self.listing,
            listing_item: self.listing_item(),
            now: self.now,
        }
    }

    /// The chat it takes place in. A turn without messages has none, and nobody is asked about it.
    pub(crate) fn chat(&self) -> Option<&ConversationId> {
        self.messages.first().map(|message| &message.conversation)
    }

    /// The listing's number, where Avito names it.
    pub(crate) fn listing_item(&self) -> Option<ItemId> {
        self.messages.iter().rev().find_map(|message| message.item)
    }

    /// The turn's lines, as the conversation remembers them.
    pub(crate) fn lines(&self) -> impl Iterator<Item = Line> + '_ {
        self.messages.iter().filter_map(|message| {
            let text = match &message.content {
                Content::Location { title } | Content::Item { title } => title,
                _ => message.text()?,
            };
            Some(Line { side: message.side, text: text.to_owned(), at_ms: message.created_s * 1000 })
        })
    }

    /// What the turn rests on beside its question and the table, as the record keeps it: masked, and no more lines than
    /// a prompt shows.
    pub(crate) fn grounds(&self) -> Grounds {
        let mut memory = self.conversation.clone();
        memory.lines.drain(..memory.lines.len().saturating_sub(HISTORY_LINES));
        for line in &mut memory.lines {
            line.text = mask(&line.text).into_owned();
        }
        let is_point = |message: &Message| matches!(message.content, Content::Location { .. });
        Grounds {
            memory,
            listing: self.listing.map(|listing| listing.title.clone()),
            item: self.listing_item(),
            on_the_map: self.messages.iter().any(is_point),
        }
    }

    /// A number that is this turn's own, the same whenever it is thought about again: it picks among variants.
    pub(crate) fn pick(&self) -> usize {
        let newest = self.messages.last().map_or("", |message| message.id.as_str());
        newest.bytes().map(usize::from).sum()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use domain::ids::UserId;
    use domain::message::Side;

    use super::*;
    use crate::sample;

    fn words(conversation: &Conversation, contents: &[Content]) -> Result<Words, Stop> {
        let messages: Vec<Message> = contents
            .iter()
            .map(|content| Message {
                id: "m-1".parse().unwrap(),
                conversation: "demo:c-1".parse().unwrap(),
                side: Side::Buyer,
                author: UserId(7),
                created_s: 0,
                received_ms: 0,
                item: None,
                content: content.clone(),
            })
            .collect();
        let started = Instant::now().checked_sub(Duration::ZERO).unwrap();
        let seller = sample::seller();
        let now = Timestamp::UNIX_EPOCH;
        Turn { seller: &seller, conversation, messages: &messages, listing: None, now, started }.words()
    }

    fn text(text: &str) -> Content {
        Content::Text { text: text.into() }
    }

    #[test]
    fn a_record_keeps_what_a_turn_rests_on_with_nothing_that_tells_who_the_buyer_is() {
        let line = |text: String| Line { side: Side::Buyer, text, at_ms: 0 };
        let mut conversation = Conversation { last_product: Some("SKU-1".into()), ..Conversation::default() };
        (0..6).for_each(|n| conversation.push_line(line(format!("{n}: звоните +7 912 345-67-89"))));
        let listing = Listing { title: "Сумка".into(), price: Some("1 ₽".into()), url: None };
        let seller = sample::seller();
        let turn = Turn {
            seller: &seller,
            conversation: &conversation,
            messages: &[],
            listing: Some(&listing),
            now: Timestamp::UNIX_EPOCH,
            started: Instant::now(),
        };
        let grounds = turn.grounds();
        let lines: Vec<&str> = grounds.memory.lines.iter().map(|line| line.text.as_str()).collect();
        let masked = ["2: звоните [телефон]", "3: звоните [телефон]", "4: звоните [телефон]", "5: звоните [телефон]"];
        assert_eq!(lines, masked);
        assert_eq!(grounds.memory.last_product, conversation.last_product);
        assert_eq!((grounds.listing.as_deref(), grounds.on_the_map), (Some("Сумка"), false));
    }

    #[test]
    fn a_burst_is_one_question() {
        let burst = [text("Здравствуйте "), text(""), text("красная есть?"), Content::Item { title: "Сумка".into() }];
        assert_eq!(words(&Conversation::default(), &burst).unwrap().text, "Здравствуйте\nкрасная есть?");
    }

    #[test]
    fn what_has_no_words_is_a_humans_or_nobodys() {
        let photo = Content::Image { url: None };
        for (contents, stop) in [
            (vec![photo.clone()], Stop::Human(EscalationReason::NotText)),
            (vec![text("есть такая?"), photo], Stop::Human(EscalationReason::NotText)),
            (vec![Content::Voice { voice_id: None }], Stop::Human(EscalationReason::NotText)),
            (vec![Content::Unknown { kind: "poll".into() }], Stop::Human(EscalationReason::NotText)),
            (vec![Content::Call { missed: true }], Stop::Human(EscalationReason::MissedCall)),
            (vec![Content::Call { missed: false }], Stop::Silent(SilentReason::NothingAsked)),
            (vec![Content::Item { title: "Сумка".into() }], Stop::Silent(SilentReason::NothingAsked)),
            (vec![text("  ")], Stop::Silent(SilentReason::NothingAsked)),
            (vec![Content::Deleted, Content::Deleted], Stop::Silent(SilentReason::Deleted)),
        ] {
            assert_eq!(words(&Conversation::default(), &contents), Err(stop), "{contents:?}");
        }
    }

    #[test]
    fn a_point_on_the_map_is_a_city_when_delivery_is_the_matter() {
        let point = Content::Location { title: "Новосибирск, Красный проспект, 1".into() };
        let silent = Conversation::default();
        let asked = Conversation { asked: Some(Asked::WhichCity), ..Conversation::default() };
        let not_text = Err(Stop::Human(EscalationReason::NotText));
        assert_eq!(words(&silent, std::slice::from_ref(&point)), not_text);
        let answer = words(&asked, std::slice::from_ref(&point)).unwrap();
        assert_eq!(answer.with_place(), "Новосибирск, Красный проспект, 1");
        let both = words(&silent, &[text("сюда отправите?"), point]).unwrap();
        assert_eq!(both.with_place(), "сюда отправите?\nНовосибирск, Красный проспект, 1");
    }
}
