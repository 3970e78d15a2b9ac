//! Who sits at whose desk: Telegram chats bound to sellers, the codes that bind them, how far the updates are dealt
//! with. Not what anybody may do there.

use std::collections::BTreeMap;
use std::time::Duration;

use domain::ids::SellerId;
use redis::cmd;
use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::json::millis;
use crate::keys::{DESK_CODE, DESK_OFFSET, DESK_PEOPLE, DESK_SELLERS, DESK_TOLD};
use crate::{Store, json};

/// A Telegram chat that was bound to a seller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bound {
    /// Who did it, as Telegram calls him.
    pub by: String,
    /// When, in milliseconds since 1970.
    pub since_ms: i64,
}

/// After a week without updates Telegram goes on with any number: an old one must be forgotten before.
const OFFSET_TTL: Duration = Duration::from_secs(3 * 24 * 3600);

/// How long a hint is not repeated.
const TOLD_TTL: Duration = Duration::from_secs(24 * 3600);

impl Store {
    /// Makes a code by which somebody binds his chat to `seller`, once, within `ttl`. It is secret, and fits into a
    /// link of Telegram's.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn new_desk_code(&self, seller: &SellerId, ttl: Duration) -> Result<String, StoreError> {
        let code = format!("{:032x}", rand::random::<u128>());
        let mut set = cmd("SET");
        set.arg(DESK_CODE.named(&code)).arg(seller.as_str()).arg("PX").arg(millis(ttl));
        self.redis.run::<()>("make a code for the desk", set).await?;
        Ok(code)
    }

    /// Whose code this is, if it is one and not used yet.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn desk_code(&self, code: &str) -> Result<Option<SellerId>, StoreError> {
        let mut get = cmd("GET");
        get.arg(DESK_CODE.named(code));
        let seller: Option<String> = self.redis.run("look a code up", get).await?;
        Ok(seller.and_then(|seller| seller.parse().ok()))
    }

    /// The code is used.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn drop_desk_code(&self, code: &str) -> Result<(), StoreError> {
        let mut del = cmd("DEL");
        del.arg(DESK_CODE.named(code));
        self.redis.run::<()>("use a code up", del).await
    }

    /// Binds a chat to a seller, for good. Doing it twice binds it once.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer; it may be half done then: do it again.
    pub async fn bind_desk(&self, seller: &SellerId, chat: i64, bound: &Bound) -> Result<(), StoreError> {
        let (mut people, mut sellers) = (cmd("HSET"), cmd("SADD"));
        people.arg(DESK_PEOPLE.seller(seller)).arg(chat).arg(json::write(bound));
        sellers.arg(DESK_SELLERS.named(&chat.to_string())).arg(seller.as_str());
        self.redis.run::<()>("bind a chat to a seller", people).await?;
        self.redis.run::<()>("bind a seller to a chat", sellers).await
    }

    /// The chat is not the seller's any more.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer; it may be half done then: do it again.
    pub async fn unbind_desk(&self, seller: &SellerId, chat: i64) -> Result<(), StoreError> {
        let (mut people, mut sellers) = (cmd("HDEL"), cmd("SREM"));
        people.arg(DESK_PEOPLE.seller(seller)).arg(chat);
        sellers.arg(DESK_SELLERS.named(&chat.to_string())).arg(seller.as_str());
        self.redis.run::<()>("unbind a chat from a seller", people).await?;
        self.redis.run::<()>("unbind a seller from a chat", sellers).await
    }

    /// The chats bound to a seller.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn desk_people(&self, seller: &SellerId) -> Result<BTreeMap<i64, Bound>, StoreError> {
        let mut get = cmd("HGETALL");
        get.arg(DESK_PEOPLE.seller(seller));
        let bound: BTreeMap<i64, Vec<u8>> = self.redis.run("read who is at a seller's desk", get).await?;
        let read = |(chat, text): (i64, Vec<u8>)| Some((chat, json::read(&DESK_PEOPLE, Some(&text))?));
        Ok(bound.into_iter().filter_map(read).collect())
    }

    /// The sellers a chat is bound to.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn desk_sellers(&self, chat: i64) -> Result<Vec<SellerId>, StoreError> {
        let mut get = cmd("SMEMBERS");
        get.arg(DESK_SELLERS.named(&chat.to_string()));
        let sellers: Vec<String> = self.redis.run("read whose desk a chat is", get).await?;
        let mut sellers: Vec<SellerId> = sellers.iter().filter_map(|seller| seller.parse().ok()).collect();
        sellers.sort();
        Ok(sellers)
    }

    /// The first update of this bot's that is not dealt with yet, if that is known.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn desk_offset(&self, bot: &str) -> Result<Option<u32>, StoreError> {
        let mut get = cmd("GET");
        get.arg(DESK_OFFSET.named(bot));
        self.redis.run("read how far the desk is heard", get).await
    }

    /// All updates before `offset` are dealt with.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn save_desk_offset(&self, bot: &str, offset: u32) -> Result<(), StoreError> {
        let mut set = cmd("SET");
        set.arg(DESK_OFFSET.named(bot)).arg(offset).arg("PX").arg(millis(OFFSET_TTL));
        self.redis.run::<()>("note how far the desk is heard", set).await
    }

    /// Whether a chat is yet to be told of `what`: true once a day.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn tell_desk_once(&self, what: &str, chat: i64) -> Result<bool, StoreError> {
        let mut set = cmd("SET");
        set.arg(DESK_TOLD.named(&format!("{what}:{chat}"))).arg(1).arg("NX").arg("PX").arg(millis(TOLD_TTL));
        let done: Option<String> = self.redis.run("note what a chat was told", set).await?;
        Ok(done.is_some())
    }
}
