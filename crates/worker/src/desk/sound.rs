//! What rings on the phones of a seller's people: in the working hours everything, outside of them nothing, or orders
//! alone where he wants it so.

use domain::escalation::EscalationReason;
use telegram::Sound;

use crate::room::{Room, Seller};

/// For a card.
pub(crate) fn of_card(room: &Room, seller: &Seller, reason: EscalationReason) -> Sound {
    if reason == EscalationReason::Order && seller.settings.desk.night_orders {
        return Sound::Rings;
    }
    now(room, seller)
}

/// For everything else.
pub(crate) fn now(room: &Room, seller: &Seller) -> Sound {
    if seller.settings.profile.is_open(room.clock.now()) { Sound::Rings } else { Sound::Silent }
}
