//! Taking over what changed in the settings' files, without a restart.
//!
//! Not here: which changes can be taken over ([`settings::Keeper`] knows), and who is let in (`gates`).

use std::sync::Arc;

use runtime::hangup::Hangup;
use runtime::shutdown::Shutdown;
use settings::{Keeper, Occasion};

use crate::state::{Gateway, Rules};

/// Who knows of changes, and who hears that somebody wants them taken over now.
pub struct Renewing {
    /// Looks at the files.
    pub keeper: Keeper,
    /// Hears SIGHUP.
    pub hangup: Hangup,
}

/// Takes changes over until `shutdown`. A request that has passed the rules goes on as they were.
pub(crate) async fn run(gateway: &Gateway, renewing: Option<Renewing>, shutdown: &Shutdown) {
    let Some(Renewing { mut keeper, mut hangup }) = renewing else { return };
    loop {
        let asked = tokio::select! {
            asked = hangup.heard_within(keeper.every()) => asked,
            () = shutdown.requested() => return,
        };
        let occasion = if asked { Occasion::Asked } else { Occasion::Round };
        // Files and a thousand sellers take their time, and webhooks must not wait for it.
        let looked = tokio::task::spawn_blocking(move || {
            let renewal = keeper.look(occasion);
            let rules = renewal.as_ref().map(|renewal| Arc::new(Rules::new(&renewal.settings)));
            (keeper, renewal.zip(rules))
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
        if let Some((renewal, rules)) = found {
            gateway.rules.store(rules);
            keeper.took(&renewal);
        }
    }
}
