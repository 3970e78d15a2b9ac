//! Duties that one worker does for all: who does it now, and before when nobody need. Not what they are.

use std::sync::LazyLock;
use std::time::Duration;

use redis::{Script, cmd};

use crate::Store;
use crate::error::StoreError;
use crate::json::millis;
use crate::keys::DUTY;

/// The right to do one duty. Goes by itself after its time, should its holder die.
#[derive(Debug)]
#[must_use = "end it with `end_duty`, or nobody does the duty until its time is over"]
pub struct Duty {
    name: String,
    secret: String,
}

/// Whether a duty is still its holder's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// It is.
    Ours,
    /// Its time was over: it may be another's by now.
    Lost,
}

/// A right that outlived its time may be another's by now.
static END: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end \
         if ARGV[2] == '0' then return redis.call('DEL', KEYS[1]) end \
         return redis.call('PEXPIRE', KEYS[1], ARGV[2])",
    )
});

impl Store {
    /// The right to do the duty of this name, for at most `ttl`; `None` while somebody else has it, or while it
    /// rests.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn take_duty(&self, name: &str, ttl: Duration) -> Result<Option<Duty>, StoreError> {
        let secret = format!("{:032x}", rand::random::<u128>());
        let mut set = cmd("SET");
        set.arg(DUTY.named(name)).arg(&secret).arg("NX").arg("PX").arg(millis(ttl));
        let done: Option<String> = self.redis.run("take a duty on", set).await?;
        Ok(done.map(|_| Duty { name: name.to_owned(), secret }))
    }

    /// The duty takes longer: the right to it goes on for `ttl` from now, unless it has ended meanwhile.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn keep_duty(&self, duty: &Duty, ttl: Duration) -> Result<Kept, StoreError> {
        let (key, ttl) = (DUTY.named(&duty.name), millis(ttl).to_string());
        let kept: i64 = self.redis.run_script("keep a duty", &END, &key, &[&duty.secret, &ttl]).await?;
        Ok(if kept == 1 { Kept::Ours } else { Kept::Lost })
    }

    /// The duty is done, and rests: nobody takes it on again before that. A rest of zero is none.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer; it then rests until its time is over.
    pub async fn end_duty(&self, duty: Duty, rest: Duration) -> Result<(), StoreError> {
        let (key, rest) = (DUTY.named(&duty.name), rest.as_millis().to_string());
        self.redis.run_script("end a duty", &END, &key, &[&duty.secret, &rest]).await
    }

    /// Something happened: the duty of this name rests no longer.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn wake_duty(&self, name: &str) -> Result<(), StoreError> {
        let mut del = cmd("DEL");
        del.arg(DUTY.named(name));
        self.redis.run::<()>("wake a duty", del).await
    }
}
