//! Trust earned and lost: looks at the counts that changed, proposes to answer by itself, goes back to drafts.
//!
//! Any worker does it for all; a seller is looked at by one at a time, and what was begun and not told is told by the
//! next. Not here: the counting (`domain::autonomy`, [`crate::turn`]), and what the buttons do ([`super::modes`]).

use domain::autonomy::{self, Step};
use domain::ids::SellerId;
use runtime::shutdown::Shutdown;
use telegram::trust;
use telegram::{CardOutcome, Saying};

use super::{Trouble, modes, sound, who};
use crate::room::{CurrentRoom, Room, Seller};

/// So many sellers are looked at in one round.
const AT_ONCE: usize = 50;

/// Looks at the counts again and again until the shutdown.
pub(crate) async fn run(rooms: &CurrentRoom, shutdown: &Shutdown) {
    let mut failing = false;
    while !shutdown.is_requested() {
        let room = rooms.get();
        match round(&room).await {
            Ok(()) => failing = false,
            // Once: the next rounds will say the same.
            Err(_) if failing => {}
            Err(trouble) => {
                failing = true;
                tracing::warn!(error = %runtime::chain(&trouble), "cannot look at how far the bot is trusted; it is tried again");
            }
        }
        tokio::select! {
            () = tokio::time::sleep(room.settings.autonomy.review_every) => {}
            () = shutdown.requested() => {}
        }
    }
}

async fn round(room: &Room) -> Result<(), Trouble> {
    for id in room.store.take_reviews(AT_ONCE).await? {
        let Some(seller) = room.sellers.get(&id) else { continue };
        let reviewed = review(room, &id, seller).await;
        if !matches!(reviewed, Ok(Told::All)) {
            room.store.ask_for_review(&id).await?;
        }
        reviewed?;
    }
    Ok(())
}

/// Whether the seller knows all there is to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    All,
    NotAll,
}

/// What the counts of one seller call for.
async fn review(room: &Room, id: &SellerId, seller: &Seller) -> Result<Told, Trouble> {
    let limits = &room.settings.autonomy;
    let all = room.store.all_modes(id).await?;
    let mut told = Told::All;
    for intent in trust::KINDS {
        let mode = modes::mode_of(&all, seller, Some(intent));
        let tally = room.store.tally(id, intent, all.counts_since(intent)).await?;
        let now_ms = room.clock.now_ms();
        match autonomy::step(intent, mode, &tally, &limits.bar) {
            Step::Stay => {}
            Step::Propose(agreement) => {
                let again_ms = limits.propose_again.as_millis() as i64;
                if !room.store.claim_proposal(id, intent, now_ms, again_ms).await? {
                    continue;
                }
                let buttons = trust::proposal_buttons(id.as_str(), intent, mode);
                if !say_to_all(room, id, seller, &trust::proposal(intent, agreement), buttons).await? {
                    room.store.return_proposal(id, intent).await?;
                    told = Told::NotAll;
                    continue;
                }
                metrics::counter!("worker_autonomy_total", "step" => "proposed", "intent" => intent.name())
                    .increment(1);
                tracing::info!(seller = %id, intent = intent.name(), agreed = agreement.hits, of = agreement.of, "proposed to answer without a tap");
            }
            Step::FallBack(interventions) => {
                if room.store.fall_back(id, intent, interventions, now_ms).await? {
                    metrics::counter!("worker_autonomy_total", "step" => "fell_back", "intent" => intent.name())
                        .increment(1);
                    tracing::warn!(seller = %id, intent = intent.name(), interventions = interventions.hits, of = interventions.of, "too many interventions: back to drafts");
                }
            }
        }
    }
    if tell_of_falls(room, id, seller).await? == Told::NotAll {
        told = Told::NotAll;
    }
    Ok(told)
}

/// Tells the seller of the steps back that he does not know of.
async fn tell_of_falls(room: &Room, id: &SellerId, seller: &Seller) -> Result<Told, Trouble> {
    for untold in room.store.all_modes(id).await?.untold {
        let text = trust::fallen_back(untold.intent, untold.interventions);
        let buttons = trust::fallen_back_buttons(id.as_str(), untold.intent);
        if !say_to_all(room, id, seller, &text, buttons).await? {
            return Ok(Told::NotAll);
        }
        room.store.told_of_fall_back(id, untold.intent).await?;
    }
    Ok(Told::All)
}

/// Says something in all chats of a seller; whether one of them may have heard it.
async fn say_to_all(
    room: &Room,
    id: &SellerId,
    seller: &Seller,
    text: &str,
    buttons: Vec<Vec<telegram::Button>>,
) -> Result<bool, Trouble> {
    let mut heard = false;
    for chat in who::chats(room, id, seller).await? {
        let saying = Saying::new(chat, text).with_buttons(buttons.clone()).with_sound(sound::now(room, seller));
        heard |= !matches!(room.desk.say(&saying).await, CardOutcome::NotSent(_));
    }
    Ok(heard)
}
