//! What a buyer sends that has no words, as the seller sees it on the card: named, and with an address where Avito gives
//! one. Whether an address is one to link to is for whoever shows it (crate `telegram`).

use serde::{Deserialize, Serialize};

use crate::message::Content;

/// A thing without words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Attached {
    /// A photo.
    Photo {
        /// Where it can be seen.
        url: Option<String>,
    },
    /// A voice message.
    Voice {
        /// Avito's id of it.
        id: Option<String>,
        /// Where it can be heard, for a while.
        url: Option<String>,
    },
    /// A video; Avito does not tell where.
    Video,
    /// A file; Avito does not tell where.
    File,
    /// A place on the map.
    Place {
        /// The address in words.
        title: String,
    },
    /// A call that nobody took.
    MissedCall,
    /// Something that we do not know.
    Other,
}

impl Attached {
    /// What is attached to a card by a message; `None` where its words say all, or nothing is asked.
    pub fn of(content: &Content) -> Option<Self> {
        Some(match content {
            Content::Image { url } => Self::Photo { url: url.clone() },
            Content::Voice { voice_id } => Self::Voice { id: voice_id.clone(), url: None },
            Content::Video => Self::Video,
            Content::File => Self::File,
            Content::Location { title } => Self::Place { title: title.clone() },
            Content::Call { missed: true } => Self::MissedCall,
            Content::Unknown { .. } => Self::Other,
            Content::Text { .. }
            | Content::Link { .. }
            | Content::Item { .. }
            | Content::Call { missed: false }
            | Content::Deleted
            | Content::Desk { .. } => return None,
        })
    }
}
