//! What travels to the worker: one message of one chat, or what somebody did about that chat at the seller's desk.

use serde::{Deserialize, Serialize};

use crate::desk::{CardId, DeskAction, Person};
use crate::ids::{ConversationId, ItemId, MessageId, UserId};

/// A message as the queue carries it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Avito's id, or `tg-` and the number of Telegram's update: the key of deduplication.
    pub id: MessageId,
    /// Whose chat it belongs to.
    pub conversation: ConversationId,
    /// Which side of the chat wrote it.
    pub side: Side,
    /// The account that wrote it.
    pub author: UserId,
    /// When Avito says it was written, in seconds since 1970.
    pub created_s: i64,
    /// When it reached us, in milliseconds since 1970: the start of the two seconds.
    pub received_ms: i64,
    /// The listing the chat is about, where Avito names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<ItemId>,
    /// What was said.
    pub content: Content,
}

/// Which side of the chat a message comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The buyer.
    Buyer,
    /// The seller's account: an echo of our own send, or the seller typing. The worker tells them apart.
    Account,
    /// Neither: somebody acted at the seller's desk in Telegram. Nobody in the chat has seen it.
    Desk,
}

/// What a message holds. Shapes from the Messenger API's `content` object.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Content {
    /// Plain text.
    Text {
        /// The text as typed.
        text: String,
    },
    /// A photo.
    Image {
        /// The largest size's address.
        url: Option<String>,
    },
    /// A voice message; its link takes another call.
    Voice {
        /// Avito's id of the recording.
        voice_id: Option<String>,
    },
    /// A video; the webhook carries nothing about it.
    Video,
    /// A file; the webhook carries nothing about it.
    File,
    /// A place on the map.
    Location {
        /// The address in words.
        title: String,
    },
    /// A call through Avito.
    Call {
        /// Nobody took it: a hot lead.
        missed: bool,
    },
    /// A link with its text.
    Link {
        /// The text around the link.
        text: String,
        /// Where it points.
        url: String,
    },
    /// A listing shared in the chat.
    Item {
        /// Its title.
        title: String,
    },
    /// The buyer took the message back.
    Deleted,
    /// A type we do not know: shown to a human, never guessed at.
    Unknown {
        /// The type's name.
        kind: String,
    },
    /// Something done at the seller's desk; comes from [`Side::Desk`] only.
    Desk {
        /// On which card.
        card: CardId,
        /// By whom.
        by: Person,
        /// What.
        action: DeskAction,
    },
}

impl Message {
    /// The words in it, where it has any.
    pub fn text(&self) -> Option<&str> {
        match &self.content {
            Content::Text { text } | Content::Link { text, .. } => Some(text),
            _ => None,
        }
    }
}
