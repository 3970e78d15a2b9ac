//! Who speaks to the buyer: the bot, the bot after a tap, or the seller alone.
//!
//! The seller sets it for everything, for one kind of question, for one listing or for one chat; the nearer word
//! counts. A pause stops the bot wherever it holds. Pure: where all this is kept, and what a mode does to a turn, is
//! not here.

use serde::{Deserialize, Serialize};

use crate::ids::{ChatId, ItemId};
use crate::intent::Intent;

/// How the bot answers. The more careful one is the greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// The bot answers by itself.
    Auto,
    /// Every answer waits on a card until the seller taps it.
    Draft,
    /// Nothing is sent. What the bot would have said is held against what the seller says.
    Shadow,
}

impl Mode {
    /// All of them, the least careful first.
    pub const ALL: [Mode; 3] = [Self::Auto, Self::Draft, Self::Shadow];

    /// The name in settings, records and metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Draft => "draft",
            Self::Shadow => "shadow",
        }
    }

    /// The mode of this name, in settings' words.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.name() == name)
    }
}

/// What a mode or a pause is set for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reach {
    /// Everything the seller sells.
    Seller,
    /// One kind of question.
    Intent(Intent),
    /// One listing.
    Listing(ItemId),
    /// One chat.
    Chat(ChatId),
}

/// What one turn needs to know of a seller's modes and pauses, as the seller set them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Modes {
    /// For everything. `None`: as the seller's file says.
    pub seller: Option<Mode>,
    /// For kinds of questions.
    pub intents: Vec<(Intent, Mode)>,
    /// For the listing of the chat.
    pub listing: Option<Mode>,
    /// For the chat.
    pub chat: Option<Mode>,
    /// Until when the bot says nothing by itself anywhere, in milliseconds since 1970.
    pub paused_until_ms: Option<i64>,
    /// The same for the listing of the chat.
    pub listing_paused_until_ms: Option<i64>,
    /// The same for the chat.
    pub chat_paused_until_ms: Option<i64>,
}

/// How a turn is carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// As the mode says.
    As(Mode),
    /// The seller paused the bot: what it would say waits on a card.
    Paused,
}

impl Manner {
    /// Whether the bot may speak by itself.
    pub fn speaks(self) -> bool {
        self == Self::As(Mode::Auto)
    }
}

impl Modes {
    /// The mode of a turn about `intents`, none where nobody knows what it is about. Of several the most careful one.
    pub fn mode(&self, start: Mode, intents: &[Intent]) -> Mode {
        if let Some(near) = self.chat.or(self.listing) {
            return near;
        }
        let for_all = self.seller.unwrap_or(start);
        intents.iter().map(|intent| self.of_intent(*intent).unwrap_or(for_all)).max().unwrap_or(for_all)
    }

    /// The mode set for one kind of question.
    pub fn of_intent(&self, intent: Intent) -> Option<Mode> {
        self.intents.iter().find(|(of, _)| *of == intent).map(|(_, mode)| *mode)
    }

    /// Until when a pause holds that is in force at `now_ms`: the longest of them.
    pub fn paused(&self, now_ms: i64) -> Option<i64> {
        let pauses = [self.paused_until_ms, self.listing_paused_until_ms, self.chat_paused_until_ms];
        pauses.into_iter().flatten().filter(|until| *until > now_ms).max()
    }

    /// How a turn about `intents` is carried out at `now_ms`. Where the bot only looks on, a pause changes nothing.
    pub fn manner(&self, start: Mode, intents: &[Intent], now_ms: i64) -> Manner {
        match self.mode(start, intents) {
            Mode::Shadow => Manner::As(Mode::Shadow),
            _ if self.paused(now_ms).is_some() => Manner::Paused,
            mode => Manner::As(mode),
        }
    }

    /// Whether some turn in this chat may be one that the bot only looks on at: before anybody knows what it is about.
    pub fn may_look_on(&self, start: Mode) -> bool {
        Intent::ALL.into_iter().any(|intent| self.mode(start, &[intent]) == Mode::Shadow)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Intent::{DeliveryQuestion, Other, PriceNegotiation, StockInquiry};

    #[test]
    fn the_nearer_word_counts() {
        let of = |seller, intent: Option<Mode>, listing, chat| Modes {
            seller,
            intents: intent.map(|mode| (StockInquiry, mode)).into_iter().collect(),
            listing,
            chat,
            ..Modes::default()
        };
        let (auto, draft, shadow) = (Some(Mode::Auto), Some(Mode::Draft), Some(Mode::Shadow));
        for (modes, expected) in [
            (of(None, None, None, None), Mode::Auto),
            (of(shadow, None, None, None), Mode::Shadow),
            (of(shadow, draft, None, None), Mode::Draft),
            (of(shadow, draft, auto, None), Mode::Auto),
            (of(shadow, draft, auto, draft), Mode::Draft),
            (of(None, draft, None, auto), Mode::Auto),
        ] {
            assert_eq!(modes.mode(Mode::Auto, &[StockInquiry]), expected, "{modes:?}");
        }
        assert_eq!(of(None, auto, None, None).mode(Mode::Shadow, &[]), Mode::Shadow, "nobody knows what it is about");
    }

    #[test]
    fn of_two_questions_the_more_careful_mode_counts() {
        let modes = Modes {
            intents: vec![(StockInquiry, Mode::Auto), (DeliveryQuestion, Mode::Draft), (Other, Mode::Shadow)],
            ..Modes::default()
        };
        for (intents, expected) in [
            (&[StockInquiry, PriceNegotiation][..], Mode::Auto),
            (&[StockInquiry, DeliveryQuestion], Mode::Draft),
            (&[DeliveryQuestion, Other], Mode::Shadow),
        ] {
            assert_eq!(modes.mode(Mode::Auto, intents), expected, "{intents:?}");
        }
    }

    #[test]
    fn a_pause_ends_by_itself_and_the_longest_of_several_counts() {
        let modes = Modes { paused_until_ms: Some(100), chat_paused_until_ms: Some(200), ..Modes::default() };
        for (now_ms, until) in [(0, Some(200)), (99, Some(200)), (150, Some(200)), (200, None)] {
            assert_eq!(modes.paused(now_ms), until, "at {now_ms}");
        }
        assert_eq!(modes.manner(Mode::Auto, &[], 150), Manner::Paused);
        assert_eq!(modes.manner(Mode::Shadow, &[], 150), Manner::As(Mode::Shadow), "nothing is said anyway");
        assert_eq!(modes.manner(Mode::Draft, &[], 200), Manner::As(Mode::Draft));
    }

    #[test]
    fn a_mode_is_known_by_its_name() {
        for mode in Mode::ALL {
            assert_eq!(Mode::named(mode.name()), Some(mode));
        }
        assert_eq!(Mode::named("avto"), None);
    }
}
