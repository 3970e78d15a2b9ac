//! Handing a conversation to a human: why, and everything he needs at hand.

use serde::{Deserialize, Serialize};

use crate::attached::Attached;
use crate::conversation::Line;
use crate::ids::{ConversationId, ItemId};

/// Why a human is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EscalationReason {
    /// A complaint, a refund, a threat, a fraud.
    Complaint,
    /// The buyer asks for a person.
    WantsHuman,
    /// The buyer wants to buy, or a deal was struck.
    Order,
    /// The router is less sure than the seller wants.
    LowConfidence,
    /// The buyer points at something we do not have.
    UnclearReference,
    /// More than two requests, or sums over several things.
    TooComplex,
    /// We asked once and are none the wiser.
    StillUnclear,
    /// The table has nothing on it.
    NotInTable,
    /// The table says it, but not so that it can be said: a price is missing, a row was left out.
    TableIncomplete,
    /// A photo, a voice message, a file or another thing without words.
    NotText,
    /// Nobody took the buyer's call.
    MissedCall,
    /// The table cannot be read, and the copy we have is too old.
    TableUnreadable,
    /// The model is down, and the rules are not sure.
    ModelDown,
    /// A check refused the wording and the template.
    ChecksRefused,
    /// The turn failed again and again: a dead letter.
    DeadLetter,
    /// The buyer wrote again after the seller's answer from the desk.
    FollowUp,
    /// Redis forgot something, and somebody has written in the chat: perhaps we, perhaps the seller.
    MayBeAnswered,
    /// Nothing is wrong: the seller wants to see each answer before it goes out.
    AwaitsTap,
    /// Nothing is wrong: the seller paused the bot.
    Paused,
}

impl EscalationReason {
    /// The name in records and metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Complaint => "complaint",
            Self::WantsHuman => "wants_human",
            Self::Order => "order",
            Self::LowConfidence => "low_confidence",
            Self::UnclearReference => "unclear_reference",
            Self::TooComplex => "too_complex",
            Self::StillUnclear => "still_unclear",
            Self::NotInTable => "not_in_table",
            Self::TableIncomplete => "table_incomplete",
            Self::NotText => "not_text",
            Self::MissedCall => "missed_call",
            Self::TableUnreadable => "table_unreadable",
            Self::ModelDown => "model_down",
            Self::ChecksRefused => "checks_refused",
            Self::DeadLetter => "dead_letter",
            Self::FollowUp => "follow_up",
            Self::MayBeAnswered => "may_be_answered",
            Self::AwaitsTap => "awaits_tap",
            Self::Paused => "paused",
        }
    }
}

/// The card a human gets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Escalation {
    /// Which conversation.
    pub conversation: ConversationId,
    /// Why.
    pub reason: EscalationReason,
    /// What the buyer asked, whole.
    pub question: String,
    /// What he sent that has no words, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attached: Vec<Attached>,
    /// The last messages before it, oldest first, at most three.
    pub before: Vec<Line>,
    /// Who asks, as far as Avito tells.
    pub buyer: Option<Buyer>,
    /// The listing the chat is about, as far as Avito tells.
    pub listing: Option<Listing>,
    /// What we would have answered.
    pub draft: Option<String>,
    /// What went wrong, where something did: for whoever looks after the program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trouble: Option<String>,
}

/// The buyer, as `GET chat` shows him.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Buyer {
    /// The name shown in the chat.
    pub name: String,
    /// The public profile.
    pub profile_url: Option<String>,
}

/// The listing, as `GET chat` shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listing {
    /// Its title.
    pub title: String,
    /// Its price as Avito writes it.
    pub price: Option<String>,
    /// Its page.
    pub url: Option<String>,
}

impl Listing {
    /// Its number: Avito's pages of listings end with it, `https://www.avito.ru/kazan/sumki/sumka_krasnaya_2345678901`.
    pub fn item(&self) -> Option<ItemId> {
        let path = self.url.as_deref()?.split(['?', '#']).next()?.trim_end_matches('/');
        let digits = path.rsplit(|c: char| !c.is_ascii_digit()).next()?;
        digits.parse().ok().map(ItemId)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listing_is_known_by_the_end_of_its_page() {
        for (url, item) in [
            ("https://www.avito.ru/kazan/sumki/sumka_krasnaya_2345678901?context=H4sIA", Some(2_345_678_901)),
            ("https://avito.ru/moskva/item_17", Some(17)),
            ("https://avito.ru/17/", Some(17)),
            ("https://www.avito.ru/profile", None),
        ] {
            let listing = Listing { title: String::new(), price: None, url: Some(url.to_owned()) };
            assert_eq!(listing.item(), item.map(ItemId), "{url}");
        }
    }
}
