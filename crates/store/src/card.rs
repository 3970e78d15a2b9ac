//! The cards at the sellers' desks: the newest one of each conversation, and where it is shown.
//!
//! Only the turn of a conversation writes its card, and turns run one after the other. Not here: what is on it.

use std::collections::BTreeMap;
use std::time::Duration;

use domain::desk::{Card, CardId, Place};
use domain::ids::ConversationId;
use redis::cmd;

use crate::error::StoreError;
use crate::json::millis;
use crate::keys::{CARD, CARD_AT, CARD_OF, CARD_PLACES};
use crate::{Store, json};

impl Store {
    /// The newest card about a conversation.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn card(&self, id: &ConversationId) -> Result<Option<Card>, StoreError> {
        let mut get = cmd("GET");
        get.arg(self.key(&CARD, id));
        let text: Option<Vec<u8>> = self.redis.run("read a card", get).await?;
        Ok(json::read(&CARD, text.as_deref()))
    }

    /// Keeps a card for `ttl` in place of the one there is, by its id the conversation, and whether its buyer waits.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn save_card(&self, card: &Card, ttl: Duration) -> Result<(), StoreError> {
        let conversation = &card.escalation.conversation;
        self.name_card(&card.id, conversation, ttl).await?;
        // Before the card: who is noted to wait and has no such card is found out, one with a card and no note is not.
        if card.waits() {
            self.begin_waiting(conversation, card.updated_ms, ttl).await?;
        }
        let set = json::set(self.key(&CARD, conversation), card, ttl);
        self.redis.run::<()>("save a card", set).await?;
        if card.waits() { Ok(()) } else { self.end_waiting(conversation).await }
    }

    /// A card of this name is about that conversation, for `ttl`.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn name_card(&self, card: &CardId, about: &ConversationId, ttl: Duration) -> Result<(), StoreError> {
        let mut set = cmd("SET");
        set.arg(CARD_OF.named(card.as_str())).arg(about.to_string()).arg("PX").arg(millis(ttl));
        self.redis.run("note what a card is about", set).await
    }

    /// Which conversation a card is about; `None` once it is too old.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn card_of(&self, card: &CardId) -> Result<Option<ConversationId>, StoreError> {
        let mut get = cmd("GET");
        get.arg(CARD_OF.named(card.as_str()));
        let conversation: Option<String> = self.redis.run("look up what a card is about", get).await?;
        Ok(conversation.and_then(|conversation| conversation.parse().ok()))
    }

    /// The card stands there now: its message in a chat, in place of an older one.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer; it may be half done then: do it again.
    pub async fn card_shown(&self, card: &CardId, at: Place, ttl: Duration) -> Result<(), StoreError> {
        self.belongs_to_card(card, at, ttl).await?;
        let key = CARD_PLACES.named(card.as_str());
        let mut pipe = redis::pipe();
        pipe.cmd("HSET").arg(&key).arg(at.chat).arg(at.message);
        pipe.cmd("PEXPIRE").arg(&key).arg(millis(ttl));
        self.redis.run_all("note where a card is shown", pipe).await
    }

    /// A message in Telegram belongs to a card: who replies to it means the card.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn belongs_to_card(&self, card: &CardId, at: Place, ttl: Duration) -> Result<(), StoreError> {
        let mut set = cmd("SET");
        set.arg(place(at)).arg(card.as_str()).arg("PX").arg(millis(ttl));
        self.redis.run::<()>("note which card a message is", set).await
    }

    /// Which card a message in Telegram is, or belongs to.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn card_at(&self, at: Place) -> Result<Option<CardId>, StoreError> {
        let mut get = cmd("GET");
        get.arg(place(at));
        let card: Option<String> = self.redis.run("look up which card a message is", get).await?;
        Ok(card.and_then(|card| card.parse().ok()))
    }

    /// Where a card is shown: by chat, the number of its message there.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn card_places(&self, card: &CardId) -> Result<BTreeMap<i64, i32>, StoreError> {
        let mut get = cmd("HGETALL");
        get.arg(CARD_PLACES.named(card.as_str()));
        self.redis.run("read where a card is shown", get).await
    }
}

fn place(at: Place) -> String {
    CARD_AT.named(&format!("{}:{}", at.chat, at.message))
}
