//! The demo with a model of the operator's own: it is asked before the script begins, and a slow one is given the
//! time it needs, so that its answers can be seen.
//!
//! Not here: the model that the sandbox brings along. It is quick, and the script's expectations are made for it.

use std::time::Duration;

use agents::Routed;
use anyhow::bail;
use settings::Settings;

use super::script::Complaint;
use super::transcript::Transcript;
use crate::question;
use crate::system::Prepared;

/// How long the first answer may take. A local model on a few cores reads its instructions for a minute or two;
/// from then on it has them.
const FIRST: Duration = Duration::from_secs(300);

/// What a model gets, in units of what it was seen to need: some questions are longer, and two may come at once.
const ROOM: u32 = 4;

/// What is left for everything but the model.
const REST: Duration = Duration::from_millis(200);

/// Whose model the demo runs with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    /// The sandbox's.
    Sandboxs,
    /// One that the operator named.
    Operators,
}

impl Whose {
    pub(super) fn of(prepared: &Prepared) -> Self {
        let sandboxs = prepared.sandbox.model.base_url().trim_end_matches('/');
        let ours = prepared.settings.llm.base_url.as_str().trim_end_matches('/') == sandboxs;
        if ours { Self::Sandboxs } else { Self::Operators }
    }

    /// Whether the demo has failed for it. Another model may read a message in another way; what no model may
    /// bring about is a law broken.
    pub(super) fn must_not(self, complaint: &Complaint) -> bool {
        match (self, complaint) {
            (Self::Sandboxs, _) | (_, Complaint::Broken(_)) => true,
            (Self::Operators, Complaint::Differs(_)) => false,
        }
    }
}

/// Asks the model twice, and gives the turns the time that the second answer took.
///
/// # Errors
/// When it does not answer, with what to look at.
pub(super) async fn introduce(settings: &mut Settings, transcript: &Transcript) -> anyhow::Result<()> {
    let at = settings.llm.base_url.clone();
    transcript.remark(&format!("the model at {at} reads its instructions; a slow one takes a minute or two"));
    ask(settings, FIRST).await?;
    let took = ask(settings, FIRST).await?;
    let worker = &mut settings.worker;
    if took * 2 <= worker.route_within {
        transcript.remark(&format!("it answers in {} ms", took.as_millis()));
        return Ok(());
    }
    worker.route_within = worker.route_within.max(took * ROOM);
    worker.word_until = worker.word_until.max(worker.route_within + took * ROOM);
    worker.turn_budget = worker.turn_budget.max(worker.word_until + REST);
    transcript.remark(&format!(
        "it answers in {:.1} s: too slow for two seconds, so this demo lets a turn take {} s instead",
        took.as_secs_f64(),
        worker.turn_budget.as_secs()
    ));
    Ok(())
}

/// One question. Returns how long it took.
async fn ask(settings: &Settings, within: Duration) -> anyhow::Result<Duration> {
    match question::ask(settings, within).await? {
        Routed::Read(reading) => Ok(reading.took),
        Routed::Down(failure) => bail!(
            "asking the model at {} failed: {}\nhint: look at SALESPHERE__LLM__BASE_URL and at \
             SALESPHERE__LLM__ROUTER__MODEL (now {:?}); a key goes into SALESPHERE__LLM__API_KEY",
            settings.llm.base_url,
            failure.why,
            settings.llm.router.model
        ),
        Routed::NotAsked => bail!("the question before the demo did not need a model"),
    }
}
