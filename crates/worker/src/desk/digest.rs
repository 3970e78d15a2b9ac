//! The morning's digest: counted from the records, told in each chat of a seller once, whichever worker does it.
//!
//! It is claimed before it is said: one that may have been said is not said again, one that surely was not is tried in the
//! next round. Not here: when it is morning and what counts (`domain::digest`), and its words (`telegram::digest`).

use domain::digest::{Digest, Morning};
use domain::ids::SellerId;
use telegram::{CardOutcome, Saying, digest};

use super::{Trouble, sound};
use crate::room::{Room, Seller};

/// Tells the digest of this morning wherever it was not told yet.
pub(super) async fn tell(room: &Room, id: &SellerId, seller: &Seller) -> Result<(), Trouble> {
    let policy = &seller.settings.desk.digest;
    let profile = &seller.settings.profile;
    let Some(morning) = policy.morning(profile, room.clock.now()) else { return Ok(()) };
    let day = morning.day.to_string();
    let untold = untold(room, id, seller, &morning, &day).await?;
    if untold.is_empty() {
        return Ok(());
    }
    let digest = count(room, id, &morning).await?;
    let since = morning.since.to_zoned_datetime(profile.time_zone.clone());
    let since = format!("{:02}.{:02}, {:02}:{:02}", since.day(), since.month(), since.hour(), since.minute());
    let text = digest::text(&profile.name, &since, &digest, policy.per_answer);
    for chat in untold {
        if !room.store.claim_digest(id, chat, &day).await? {
            continue;
        }
        let outcome = if digest.is_empty() {
            "empty"
        } else {
            let saying = Saying::new(chat, text.as_str()).with_sound(sound::now(room, seller));
            let outcome = room.desk.say(&saying).await;
            if let CardOutcome::NotSent(refusal) = &outcome {
                tracing::debug!(seller = %id, ?refusal, "a digest was not told");
                room.store.return_digest(id, chat, &day).await?;
            }
            outcome.name()
        };
        metrics::counter!("worker_digests_total", "outcome" => outcome).increment(1);
    }
    Ok(())
}

/// The chats that are still to read it. Who came to the desk since reads the next one.
async fn untold(
    room: &Room,
    id: &SellerId,
    seller: &Seller,
    morning: &Morning,
    day: &str,
) -> Result<Vec<i64>, Trouble> {
    let told = room.store.digests(id).await?;
    let first = seller.settings.telegram_chat;
    let people = room.store.desk_people(id).await?;
    let there = people.into_iter().filter(|(_, bound)| bound.since_ms < morning.moment.as_millisecond());
    let bound = there.map(|(chat, _)| chat).filter(|chat| *chat != first);
    let chats = std::iter::once(first).chain(bound);
    Ok(chats.filter(|chat| told.get(chat).is_none_or(|last| last.as_str() < day)).collect())
}

async fn count(room: &Room, id: &SellerId, morning: &Morning) -> Result<Digest, Trouble> {
    let (since_ms, moment_ms) = (morning.since.as_millisecond(), morning.moment.as_millisecond());
    let records = room.store.records_between(id, since_ms, moment_ms - 1).await?;
    let waiting = room.store.waiting(id).await?;
    let unanswered = waiting.iter().filter(|(_, waiting)| waiting.since_ms < moment_ms).count();
    Ok(Digest::of(&records, unanswered as u32))
}
