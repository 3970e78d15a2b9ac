//! Whose desk a Telegram chat is: the ones the seller's file names, for himself and for the second person, and those
//! that somebody bound with a code.
//!
//! A chat is bound, not a person: of a private chat the one person in it, of a group all who are in it. Not here: how a
//! chat gets bound ([`super::commands`]).

use std::sync::Arc;

use domain::ids::SellerId;
use store::StoreError;
use telegram::{ChatKind, Spot};

use crate::room::{Room, Seller};

/// The sellers whose desk this chat is, by name. None: a stranger's.
///
/// # Errors
/// When Redis does not answer.
pub(crate) async fn sellers(room: &Room, chat: i64) -> Result<Vec<(SellerId, Arc<Seller>)>, StoreError> {
    let bound = room.store.desk_sellers(chat).await?;
    let is_theirs = |id: &SellerId, seller: &Seller| {
        let settings = &seller.settings;
        settings.telegram_chat == chat || settings.desk.reminders.second.contains(&chat) || bound.contains(id)
    };
    let theirs = room.sellers.iter().filter(|(id, seller)| is_theirs(id, seller));
    let mut theirs: Vec<_> = theirs.map(|(id, seller)| (id.clone(), Arc::clone(seller))).collect();
    theirs.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(theirs)
}

/// The chats that get a seller's cards: the one of his file first.
///
/// # Errors
/// When Redis does not answer.
pub(crate) async fn chats(room: &Room, id: &SellerId, seller: &Seller) -> Result<Vec<i64>, StoreError> {
    let first = seller.settings.telegram_chat;
    let bound = room.store.desk_people(id).await?.into_keys().filter(|chat| *chat != first);
    Ok(std::iter::once(first).chain(bound).collect())
}

/// Whether somebody in this chat may act for the seller. In a private chat that is the one whose chat it is.
///
/// # Errors
/// When Redis does not answer.
pub(crate) async fn may_act(room: &Room, spot: &Spot, person: i64, id: &SellerId) -> Result<bool, StoreError> {
    if spot.kind == ChatKind::Private && spot.at.chat != person {
        return Ok(false);
    }
    Ok(sellers(room, spot.at.chat).await?.iter().any(|(theirs, _)| theirs == id))
}
