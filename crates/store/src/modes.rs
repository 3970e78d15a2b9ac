//! How the bot answers, as the seller set it in Telegram: modes and pauses for everything, for kinds of questions, for
//! listings and chats. One hash for each seller, of which a turn reads its own few fields. What a mode means is not
//! here (`domain::mode`).

use std::sync::LazyLock;

use domain::autonomy::Share;
use domain::ids::{ChatId, ItemId, SellerId};
use domain::intent::Intent;
use domain::mode::{Mode, Modes, Reach};
use redis::{Script, cmd};

use crate::Store;
use crate::error::StoreError;
use crate::keys::MODES;

/// A guard for Redis's memory: nobody sets so many modes by hand.
const FIELDS_MAX: usize = 2_000;

/// Everything that is set for one seller.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AllModes {
    /// For everything and for kinds of questions, with the pause of the whole shop.
    pub modes: Modes,
    /// For listings.
    pub listings: Vec<(ItemId, Mode)>,
    /// For chats.
    pub chats: Vec<(ChatId, Mode)>,
    /// Pauses of single listings, until when in milliseconds since 1970.
    pub paused_listings: Vec<(ItemId, i64)>,
    /// Pauses of single chats.
    pub paused_chats: Vec<(ChatId, i64)>,
    /// Since when agreement counts, where not from the beginning.
    pub since_ms: Vec<(Intent, i64)>,
    /// When it was last proposed to answer by ourselves.
    pub proposed_ms: Vec<(Intent, i64)>,
    /// Steps back that the seller has not been told of.
    pub untold: Vec<Untold>,
}

/// A step back to drafts that the seller has not been told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Untold {
    /// For which kind of question.
    pub intent: Intent,
    /// In how many of how many answers somebody had intervened.
    pub interventions: Share,
}

impl AllModes {
    /// Since when the agreement on one kind of question counts; from the beginning where nothing was set anew.
    pub fn counts_since(&self, intent: Intent) -> i64 {
        self.since_ms.iter().find(|(of, _)| *of == intent).map_or(0, |(_, since)| *since)
    }
}

/// Sets a field unless there are too many; pauses that are over go first.
static SET: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local now = tonumber(ARGV[1])
         if redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[2]) then
             local fields = redis.call('HGETALL', KEYS[1])
             for i = 1, #fields, 2 do
                 if fields[i]:sub(1, 5) == 'pause' and tonumber(fields[i + 1]) <= now then
                     redis.call('HDEL', KEYS[1], fields[i])
                 end
             end
         end
         local new = redis.call('HEXISTS', KEYS[1], ARGV[3]) == 0
         if new and redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[2]) then return 0 end
         redis.call('HSET', KEYS[1], ARGV[3], ARGV[4])
         return 1",
    )
});

/// Claims the right to propose: at `now`, unless it was done less than `again` ago.
static CLAIM: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local last = tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or '')
         if last and last + tonumber(ARGV[3]) > tonumber(ARGV[2]) then return 0 end
         redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
         return 1",
    )
});

/// Back to drafts, with the counts to tell, unless the seller has set another mode meanwhile.
static FALL_BACK: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local own = redis.call('HGET', KEYS[1], ARGV[1]) or redis.call('HGET', KEYS[1], 'mode')
         if own and own ~= 'auto' then return 0 end
         redis.call('HSET', KEYS[1], ARGV[1], 'draft', ARGV[2], ARGV[4], ARGV[3], ARGV[5])
         return 1",
    )
});

impl Store {
    /// What holds for a turn in `chat` about `listing`.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn modes(&self, seller: &SellerId, listing: Option<ItemId>, chat: &ChatId) -> Result<Modes, StoreError> {
        let (of_listing, of_chat) = (listing.map(Reach::Listing), Reach::Chat(chat.clone()));
        let mut get = cmd("HMGET");
        get.arg(MODES.seller(seller)).arg(mode_of(&Reach::Seller)).arg(pause_of(&Reach::Seller));
        get.arg(mode_of(&of_chat)).arg(pause_of(&of_chat));
        // A field that nobody sets stands in where there is no listing.
        get.arg(of_listing.as_ref().map_or("none".to_owned(), mode_of));
        get.arg(of_listing.as_ref().map_or("none".to_owned(), pause_of));
        Intent::ALL.map(Reach::Intent).iter().for_each(|reach| {
            get.arg(mode_of(reach));
        });
        let values: Vec<Option<String>> = self.redis.run("read how the bot answers", get).await?;
        let mode = |at: usize| values.get(at)?.as_deref().and_then(Mode::named);
        let until = |at: usize| values.get(at)?.as_deref()?.parse().ok();
        Ok(Modes {
            seller: mode(0),
            paused_until_ms: until(1),
            chat: mode(2),
            chat_paused_until_ms: until(3),
            listing: mode(4),
            listing_paused_until_ms: until(5),
            intents: Intent::ALL.iter().enumerate().filter_map(|(at, intent)| Some((*intent, mode(6 + at)?))).collect(),
        })
    }

    /// Everything that is set for a seller.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn all_modes(&self, seller: &SellerId) -> Result<AllModes, StoreError> {
        let mut get = cmd("HGETALL");
        get.arg(MODES.seller(seller));
        let fields: Vec<(String, String)> = self.redis.run("read all modes of a seller", get).await?;
        let mut all = AllModes::default();
        for (field, value) in &fields {
            read_field(&mut all, field, value);
        }
        all.listings.sort();
        all.chats.sort();
        Ok(all)
    }

    /// Sets a mode; `false` where too many are set already. For everything: kinds of questions then have none of their
    /// own. `anew` are the kinds of questions whose agreement counts from `now_ms` on.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn set_mode(
        &self,
        seller: &SellerId,
        reach: &Reach,
        mode: Mode,
        anew: &[Intent],
        now_ms: i64,
    ) -> Result<bool, StoreError> {
        if !self.set_field(seller, &mode_of(reach), mode.name(), now_ms).await? {
            return Ok(false);
        }
        let key = MODES.seller(seller);
        let mut pipe = redis::pipe();
        // A step back that was not told yet is no news any more.
        for intent in intents_of(reach) {
            pipe.cmd("HDEL").arg(&key).arg(format!("untold:{}", intent.name())).ignore();
        }
        if *reach == Reach::Seller {
            let fields = Intent::ALL.map(|intent| mode_of(&Reach::Intent(intent)));
            pipe.cmd("HDEL").arg(&key).arg(&fields[..]).ignore();
        }
        for intent in anew {
            pipe.cmd("HSET").arg(&key).arg(format!("since:{}", intent.name())).arg(now_ms).ignore();
        }
        // The key alone, so that there is something to run.
        pipe.cmd("HLEN").arg(&key).ignore();
        self.redis.run_all("set how the bot answers", pipe).await?;
        Ok(true)
    }

    /// Takes a mode back: the next wider one holds.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn clear_mode(&self, seller: &SellerId, reach: &Reach) -> Result<(), StoreError> {
        self.delete_field(seller, &mode_of(reach)).await
    }

    /// Pauses the bot until then; `false` where too much is set already.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn pause(
        &self,
        seller: &SellerId,
        reach: &Reach,
        until_ms: i64,
        now_ms: i64,
    ) -> Result<bool, StoreError> {
        self.set_field(seller, &pause_of(reach), &until_ms.to_string(), now_ms).await
    }

    /// Ends a pause.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn resume(&self, seller: &SellerId, reach: &Reach) -> Result<(), StoreError> {
        self.delete_field(seller, &pause_of(reach)).await
    }

    /// The right to propose at `now_ms` that the bot answers one kind of question by itself; not again before
    /// `again_ms` have passed.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn claim_proposal(
        &self,
        seller: &SellerId,
        intent: Intent,
        now_ms: i64,
        again_ms: i64,
    ) -> Result<bool, StoreError> {
        let (field, numbers) = (proposed(intent), [now_ms.to_string(), again_ms.to_string()]);
        let args = [field.as_str(), &numbers[0], &numbers[1]];
        self.redis.run_script("claim a proposal", &CLAIM, &MODES.seller(seller), &args).await
    }

    /// The proposal was not made after all.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn return_proposal(&self, seller: &SellerId, intent: Intent) -> Result<(), StoreError> {
        self.delete_field(seller, &proposed(intent)).await
    }

    /// Back to drafts for one kind of question, with the counts to be told; `false` where the seller has set another
    /// mode meanwhile.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn fall_back(
        &self,
        seller: &SellerId,
        intent: Intent,
        interventions: Share,
        now_ms: i64,
    ) -> Result<bool, StoreError> {
        let fields = [mode_of(&Reach::Intent(intent)), format!("since:{}", intent.name()), untold(intent)];
        let (now, counts) = (now_ms.to_string(), format!("{} {}", interventions.hits, interventions.of));
        let args = [fields[0].as_str(), &fields[1], &fields[2], &now, &counts];
        self.redis.run_script("go back to drafts", &FALL_BACK, &MODES.seller(seller), &args).await
    }

    /// The seller knows of the step back.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn told_of_fall_back(&self, seller: &SellerId, intent: Intent) -> Result<(), StoreError> {
        self.delete_field(seller, &untold(intent)).await
    }

    async fn set_field(&self, seller: &SellerId, field: &str, value: &str, now_ms: i64) -> Result<bool, StoreError> {
        let numbers = [now_ms.to_string(), FIELDS_MAX.to_string()];
        let args = [numbers[0].as_str(), &numbers[1], field, value];
        self.redis.run_script("set how the bot answers", &SET, &MODES.seller(seller), &args).await
    }

    async fn delete_field(&self, seller: &SellerId, field: &str) -> Result<(), StoreError> {
        let mut del = cmd("HDEL");
        del.arg(MODES.seller(seller)).arg(field);
        self.redis.run::<()>("change how the bot answers", del).await
    }
}

fn intents_of(reach: &Reach) -> Vec<Intent> {
    match reach {
        Reach::Seller => Intent::ALL.to_vec(),
        Reach::Intent(intent) => vec![*intent],
        Reach::Listing(_) | Reach::Chat(_) => Vec::new(),
    }
}

/// `draft` in `mode`, `mode:intent:stock_inquiry`, `mode:listing:17` or `mode:chat:u2i-…`.
fn mode_of(reach: &Reach) -> String {
    format!("mode{}", place(reach))
}

fn pause_of(reach: &Reach) -> String {
    format!("pause{}", place(reach))
}

fn place(reach: &Reach) -> String {
    match reach {
        Reach::Seller => String::new(),
        Reach::Intent(intent) => format!(":intent:{}", intent.name()),
        Reach::Listing(item) => format!(":listing:{item}"),
        Reach::Chat(chat) => format!(":chat:{}", chat.as_str()),
    }
}

fn proposed(intent: Intent) -> String {
    format!("proposed:{}", intent.name())
}

fn untold(intent: Intent) -> String {
    format!("untold:{}", intent.name())
}

/// What another version wrote and we cannot read counts as not there.
fn read_field(all: &mut AllModes, field: &str, value: &str) {
    let (kind, of) = field.split_once(':').unwrap_or((field, ""));
    let (near, name) = of.split_once(':').unwrap_or((of, ""));
    let (mode, number) = (Mode::named(value), value.parse::<i64>().ok());
    match (kind, near) {
        ("mode", "") => all.modes.seller = mode,
        ("mode", "intent") => all.modes.intents.extend(intent(name).zip(mode)),
        ("mode", "listing") => all.listings.extend(listing(name).zip(mode)),
        ("mode", "chat") => all.chats.extend(name.parse().ok().zip(mode)),
        ("pause", "") => all.modes.paused_until_ms = number,
        ("pause", "listing") => all.paused_listings.extend(listing(name).zip(number)),
        ("pause", "chat") => all.paused_chats.extend(name.parse().ok().zip(number)),
        ("since", of) => all.since_ms.extend(intent(of).zip(number)),
        ("proposed", of) => all.proposed_ms.extend(intent(of).zip(number)),
        ("untold", of) => all
            .untold
            .extend(intent(of).zip(share(value)).map(|(intent, interventions)| Untold { intent, interventions })),
        _ => {}
    }
}

fn intent(name: &str) -> Option<Intent> {
    Intent::ALL.into_iter().find(|intent| intent.name() == name)
}

fn listing(number: &str) -> Option<ItemId> {
    number.parse().ok().map(ItemId)
}

fn share(text: &str) -> Option<Share> {
    let (hits, of) = text.split_once(' ')?;
    Some(Share { hits: hits.parse().ok()?, of: of.parse().ok()? })
}
