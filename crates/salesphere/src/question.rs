//! One question like any buyer's, put to the model in force: before the demo begins, and when the doctor looks.
//!
//! It goes the way of every turn: the real prompt, the real schema, the real reading of the answer.

use std::time::{Duration, Instant};

use agents::{Routed, Turn};
use domain::conversation::Conversation;
use domain::ids::{ConversationId, UserId};
use domain::message::{Content, Message, Side};
use settings::Settings;

/// The question. No rule of ours understands it to the last word, so a model must be asked.
pub(crate) const QUESTION: &str = "Здравствуйте, это ещё продаётся?";

/// What the model makes of it within so long.
///
/// # Errors
/// When the prompts cannot be read, or no client be made.
pub(crate) async fn ask(settings: &Settings, within: Duration) -> anyhow::Result<Routed> {
    let mut patient = settings.clone();
    patient.worker.route_within = within;
    let assistant = worker::assistant(&patient)?;
    let seller = &settings.sellers[0].profile;
    let question = Message {
        id: "question".parse()?,
        conversation: ConversationId { seller: seller.id.clone(), chat: "question".parse()? },
        side: Side::Buyer,
        author: UserId(0),
        created_s: 0,
        received_ms: 0,
        item: None,
        content: Content::Text { text: QUESTION.to_owned() },
    };
    let turn = Turn {
        seller,
        conversation: &Conversation::default(),
        messages: &[question],
        listing: None,
        now: jiff::Timestamp::UNIX_EPOCH,
        started: Instant::now(),
    };
    Ok(assistant.route(&turn).await)
}
