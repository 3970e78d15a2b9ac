//! What the buyer sent that has no words, for the card: photos and voice messages with where to see and hear them.

use std::time::Duration;

use domain::attached::Attached;
use domain::message::Message;
use queue::Claim;

use crate::room::Seller;

/// Late is as good as never: a card without the link is a card all the same.
const ASK_FOR: Duration = Duration::from_millis(800);

/// What is attached to these messages, oldest first.
pub(super) async fn to(seller: &Seller, claim: &Claim, messages: &[Message]) -> Vec<Attached> {
    let mut attached: Vec<Attached> = messages.iter().filter_map(|message| Attached::of(&message.content)).collect();
    let voices: Vec<String> = attached.iter().filter_map(voice).cloned().collect();
    if voices.is_empty() {
        return attached;
    }
    let Ok(Ok(urls)) = tokio::time::timeout(ASK_FOR, seller.messenger.voices(&voices)).await else {
        tracing::debug!(conversation = %claim.token, "Avito does not tell where a voice message can be heard");
        return attached;
    };
    for thing in &mut attached {
        if let Attached::Voice { id: Some(id), url } = thing {
            *url = urls.get(id).cloned();
        }
    }
    attached
}

fn voice(thing: &Attached) -> Option<&String> {
    match thing {
        Attached::Voice { id, .. } => id.as_ref(),
        _ => None,
    }
}
