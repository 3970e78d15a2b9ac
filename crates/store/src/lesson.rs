//! What was offered to be put into sellers' tables: each offer once for its card, what became of it, where it is shown;
//! and which offers somebody has to do something about. Not here: doing it (crate `worker`).

use std::collections::BTreeMap;
use std::sync::LazyLock;
use std::time::Duration;

use domain::desk::{CardId, Place};
use domain::lesson::{Lesson, LessonState};
use redis::{Script, cmd};

use crate::error::StoreError;
use crate::json::millis;
use crate::keys::{LESSON, LESSONS_DUE};
use crate::{Store, json};

/// An offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptLesson {
    /// What is offered.
    pub lesson: Lesson,
    /// What became of it.
    pub state: LessonState,
    /// Where it is shown: by chat, the number of the message there.
    pub places: BTreeMap<i64, i32>,
}

/// The field for a chat's message begins so.
const AT: &str = "at:";

/// A card has one offer. The same again is the same.
static OFFER: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local known = redis.call('HGET', KEYS[1], 'body')
         if known then return known == ARGV[1] and 1 or 0 end
         redis.call('HSET', KEYS[1], 'body', ARGV[1], 'state', ARGV[2])
         redis.call('PEXPIRE', KEYS[1], ARGV[3])
         return 1",
    )
});

/// Only who knows what it was says what it is: of two taps one counts.
static MOVE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "if redis.call('HGET', KEYS[1], 'state') ~= ARGV[1] then return 0 end
         redis.call('HSET', KEYS[1], 'state', ARGV[2])
         return 1",
    )
});

impl Store {
    /// Keeps an offer for `ttl`; whether it is the card's one, also where it was kept before.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn offer_lesson(&self, lesson: &Lesson, ttl: Duration) -> Result<bool, StoreError> {
        let (key, ttl) = (LESSON.named(lesson.card.as_str()), millis(ttl).to_string());
        let (body, state) = (json::write(lesson), json::write(&LessonState::Offered));
        self.redis.run_script("keep an offer to learn", &OFFER, &key, &[&body, &state, &ttl]).await
    }

    /// The offer of a card, as long as it is known.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn lesson(&self, card: &CardId) -> Result<Option<KeptLesson>, StoreError> {
        let mut get = cmd("HGETALL");
        get.arg(LESSON.named(card.as_str()));
        let fields: BTreeMap<String, Vec<u8>> = self.redis.run("read an offer to learn", get).await?;
        let field = |name: &str| fields.get(name).map(Vec::as_slice);
        let (lesson, state) = (json::read(&LESSON, field("body")), json::read(&LESSON, field("state")));
        let place = |(name, message): (&String, &Vec<u8>)| {
            let chat = name.strip_prefix(AT)?.parse().ok()?;
            Some((chat, std::str::from_utf8(message).ok()?.parse().ok()?))
        };
        let places = fields.iter().filter_map(place).collect();
        Ok(lesson.zip(state).map(|(lesson, state)| KeptLesson { lesson, state, places }))
    }

    /// The offer stands there.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn lesson_shown(&self, card: &CardId, at: Place) -> Result<(), StoreError> {
        let mut set = cmd("HSET");
        set.arg(LESSON.named(card.as_str())).arg(format!("{AT}{}", at.chat)).arg(at.message);
        self.redis.run::<()>("note where an offer to learn is shown", set).await
    }

    /// What became of an offer changes from one thing to another; `false`: it was not the one any more.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn move_lesson(&self, card: &CardId, from: &LessonState, to: &LessonState) -> Result<bool, StoreError> {
        let key = LESSON.named(card.as_str());
        self.redis
            .run_script("note what became of an offer to learn", &MOVE, &key, &[&json::write(from), &json::write(to)])
            .await
    }

    /// Somebody wants the card's offer in the table, or does not; what holds from now on, the first one's word if two
    /// decide. `None`: it is not known any more.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn decide_on_lesson(&self, card: &CardId, to: &LessonState) -> Result<Option<LessonState>, StoreError> {
        let Some(known) = self.lesson(card).await? else { return Ok(None) };
        if known.state.is_open() && self.move_lesson(card, &known.state, to).await? {
            return Ok(Some(to.clone()));
        }
        Ok(self.lesson(card).await?.map(|known| known.state))
    }

    /// Something is to be done about the card's offer, not before `due_ms`, in milliseconds since 1970.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn lesson_due(&self, card: &CardId, due_ms: i64) -> Result<(), StoreError> {
        let mut add = cmd("ZADD");
        add.arg(LESSONS_DUE.named("all")).arg(due_ms).arg(card.as_str());
        self.redis.run::<()>("note that an offer to learn is to be looked at", add).await
    }

    /// The offers about which something is to be done by now, at most `most`, the longest due first.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn lessons_due(&self, now_ms: i64, most: usize) -> Result<Vec<CardId>, StoreError> {
        let mut range = cmd("ZRANGE");
        range.arg(LESSONS_DUE.named("all")).arg("-inf").arg(now_ms).arg("BYSCORE").arg("LIMIT").arg(0).arg(most);
        let cards: Vec<String> = self.redis.run("see which offers to learn are due", range).await?;
        Ok(cards.into_iter().filter_map(|card| card.parse().ok()).collect())
    }

    /// Nothing is left to do about the card's offer.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn lesson_done(&self, card: &CardId) -> Result<(), StoreError> {
        let mut rem = cmd("ZREM");
        rem.arg(LESSONS_DUE.named("all")).arg(card.as_str());
        self.redis.run::<()>("note that nothing is left to do about an offer to learn", rem).await
    }
}
