//! One webhook's delivery: signed, posted, timed, written down, or spoilt as ordered.

use std::time::Instant;

use hmac::{Hmac, KeyInit, Mac};
use reqwest::header::CONTENT_TYPE;
use sha2::Sha256;

use super::config::Signature;
use super::dispatch::Outgoing;
use super::fault::Fault;
use super::hang_up::{self, Manner};
use super::record::{Delivery, DeliveryOutcome};
use super::state::State;
use super::world::{Subscriber, Subscription};

/// The address that a replaced subscription shows. Nothing is ever sent there.
const OTHER_PROGRAM: &str = "https://crm.example/avito/webhook";

/// Delivers one webhook as its fault has it.
pub(super) async fn deliver(state: &State, out: Outgoing) {
    let letter = Letter { message: &out.message, chat: &out.chat, body: &out.body };
    match &out.fault {
        Some(Fault::DroppedDelivery) => {
            Attempt::begin(state, "", None).end(letter, DeliveryOutcome::Dropped);
        }
        Some(Fault::SubscriptionReplaced) => {
            replace_subscription(state, out.account);
            post(state, out.account, letter).await;
        }
        Some(Fault::Probe) => {
            post(state, out.account, Letter::PROBE).await;
            post(state, out.account, letter).await;
        }
        Some(Fault::Duplicate) => {
            post(state, out.account, letter).await;
            post(state, out.account, letter).await;
        }
        Some(Fault::DeliveryCut) => spoil(state, out.account, letter, Manner::AtOnce).await,
        Some(Fault::DeliveryStalled) => spoil(state, out.account, letter, Manner::HalfWay).await,
        _ => post(state, out.account, letter).await,
    }
    if let Some(done) = out.done {
        // The send call that waited may have been given up by its caller.
        let _nobody_waits = done.send(());
    }
}

/// Registers another program's address in place of what there is.
pub(super) fn replace_subscription(state: &State, account: u64) {
    state.change(|world| {
        if let Ok(account) = world.account_mut(account) {
            account.subscription = Some(Subscription { url: OTHER_PROGRAM.to_owned(), by: Subscriber::OtherProgram });
        }
    });
}

/// Posts a body of somebody else's making to the account's address, signed with the wrong key.
pub(super) async fn post_forged(state: &State, account: u64, body: &str) -> Delivery {
    let url = state.look(|world| world.subscription(account).map(|to| to.url.clone())).unwrap_or_default();
    let wrong = Signature::with_secret("not the key");
    let header = state.config.signature.as_ref().unwrap_or(&wrong).header.clone();
    let attempt = Attempt::begin(state, &url, Some((header, sign(&wrong, body))));
    let outcome = attempt.send(body).await;
    attempt.end(Letter { message: "", chat: "", body }, outcome)
}

/// Posts the empty probe to an address that need not be registered.
pub(super) async fn probe(state: &State, url: &str) -> Delivery {
    let attempt = Attempt::begin(state, url, signature(state, Letter::PROBE.body));
    let outcome = attempt.send(Letter::PROBE.body).await;
    attempt.end(Letter::PROBE, outcome)
}

/// What is posted, and about what.
#[derive(Clone, Copy)]
struct Letter<'a> {
    message: &'a str,
    chat: &'a str,
    body: &'a str,
}

impl Letter<'_> {
    const PROBE: Self = Letter { message: "", chat: "", body: "{}" };
}

async fn post(state: &State, account: u64, letter: Letter<'_>) {
    let Some(attempt) = open(state, account, letter) else { return };
    let outcome = attempt.send(letter.body).await;
    attempt.end(letter, outcome);
}

async fn spoil(state: &State, account: u64, letter: Letter<'_>, manner: Manner) {
    let Some(attempt) = open(state, account, letter) else { return };
    let (url, signature, patience) = (&attempt.url, attempt.signature.as_ref(), state.config.delivery_timeout);
    let outcome = match hang_up::post(url, signature, letter.body, manner, patience).await {
        Ok(()) => DeliveryOutcome::CutByUs,
        Err(error) => DeliveryOutcome::Failed { why: error.to_string() },
    };
    attempt.end(letter, outcome);
}

/// An attempt at the account's address. `None`: there is nobody to send to, which is written down.
fn open<'a>(state: &'a State, account: u64, letter: Letter<'_>) -> Option<Attempt<'a>> {
    match state.look(|world| world.subscription(account).cloned()) {
        Some(to) if to.by == Subscriber::Caller => Some(Attempt::begin(state, &to.url, signature(state, letter.body))),
        Some(to) => {
            Attempt::begin(state, &to.url, None).end(letter, DeliveryOutcome::OtherProgram);
            None
        }
        None => {
            Attempt::begin(state, "", None).end(letter, DeliveryOutcome::NoSubscription);
            None
        }
    }
}

/// The header and its value, where deliveries are signed.
fn signature(state: &State, body: &str) -> Option<(String, String)> {
    state.config.signature.as_ref().map(|signature| (signature.header.clone(), sign(signature, body)))
}

fn sign(signature: &Signature, body: &str) -> String {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(signature.secret.as_bytes()).expect("an HMAC takes a key of any length");
    mac.update(body.as_bytes());
    hex::encode(mac.finalize().into_bytes())
}

/// One attempt to reach an address.
struct Attempt<'a> {
    state: &'a State,
    url: String,
    signature: Option<(String, String)>,
    at_ms: u64,
    began: Instant,
}

impl<'a> Attempt<'a> {
    fn begin(state: &'a State, url: &str, signature: Option<(String, String)>) -> Self {
        let at_ms = state.look(|world| world.uptime_ms());
        Self { state, url: url.to_owned(), signature, at_ms, began: Instant::now() }
    }

    async fn send(&self, body: &str) -> DeliveryOutcome {
        let mut request =
            self.state.http.post(&self.url).header(CONTENT_TYPE, "application/json").body(body.to_owned());
        if let Some((name, value)) = &self.signature {
            request = request.header(name, value);
        }
        match request.timeout(self.state.config.delivery_timeout).send().await {
            Ok(answer) => DeliveryOutcome::Answered { status: answer.status().as_u16() },
            Err(error) if error.is_timeout() => DeliveryOutcome::TimedOut,
            Err(error) => DeliveryOutcome::Failed { why: chain(&error) },
        }
    }

    fn end(self, letter: Letter<'_>, outcome: DeliveryOutcome) -> Delivery {
        let delivery = Delivery {
            message: letter.message.to_owned(),
            chat: letter.chat.to_owned(),
            url: self.url,
            body: letter.body.to_owned(),
            signature: self.signature.map(|(_, value)| value),
            outcome,
            at_ms: self.at_ms,
            took_ms: u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX),
        };
        self.state.change(|world| world.note_delivery(delivery.clone()));
        delivery
    }
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}
