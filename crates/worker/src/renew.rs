//! Taking over what changed in the settings' files, without a restart.
//!
//! Not here: which changes can be taken over ([`settings::Keeper`] knows), and what of the room stays
//! ([`crate::room::Room::renewed`]).

use runtime::hangup::Hangup;
use settings::{Keeper, Occasion};

use crate::room::CurrentRoom;

/// Who knows of changes, and who hears that somebody wants them taken over now.
pub struct Renewing {
    /// Looks at the files.
    pub keeper: Keeper,
    /// Hears SIGHUP.
    pub hangup: Hangup,
}

/// Takes changes over until it is dropped. Turns under way end in the room they began in.
pub(crate) async fn run(rooms: &CurrentRoom, renewing: Option<Renewing>) {
    if let Some(renewing) = renewing {
        follow(rooms, renewing).await;
    }
    std::future::pending::<()>().await;
}

async fn follow(rooms: &CurrentRoom, Renewing { mut keeper, mut hangup }: Renewing) {
    loop {
        let asked = hangup.heard_within(keeper.every()).await;
        let occasion = if asked { Occasion::Asked } else { Occasion::Round };
        let room = rooms.get();
        // Files, prompts and a thousand sellers take their time, and turns must not wait for it.
        let looked = tokio::task::spawn_blocking(move || {
            let renewal = keeper.look(occasion);
            let renewed = renewal.as_ref().map(|renewal| room.renewed(renewal));
            (keeper, renewal.zip(renewed))
        });
        let found = match looked.await {
            Ok((back, found)) => {
                keeper = back;
                found
            }
            Err(error) => {
                tracing::error!(%error, "reading the settings again broke off; they stay as they are until a restart");
                return;
            }
        };
        match found {
            Some((renewal, Ok(room))) => {
                rooms.move_to(room);
                keeper.took(&renewal);
            }
            Some((_, Err(error))) => keeper.refused(&format!("{error:#}")),
            None => {}
        }
    }
}
