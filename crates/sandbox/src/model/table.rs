//! What the rules know, as data: phrases, places, things. Nothing here decides anything.

mod asks;
mod calls;
mod chat;
pub(super) mod goods;
pub(super) mod numbers;
pub(super) mod places;

use super::cue::Cue;

/// All phrases.
pub(super) fn cues() -> impl Iterator<Item = &'static Cue> {
    asks::CUES.iter().chain(calls::CUES).chain(chat::CUES)
}
