//! Any body as a webhook: read or refused, never a panic, and a message that is read travels on as it was said.
#![no_main]

use avito::webhook::{Event, parse};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| {
    let Ok(event) = parse(body) else { return };
    assert_eq!(parse(body).ok().as_ref(), Some(&event), "one body is read in one way");
    let Event::Message(inbound) = event else { return };
    let seller = "demo".parse().expect("a slug");
    let (side, said) = (inbound.side(), inbound.content.clone());
    let message = inbound.into_message(seller, side, 1_700_000_000_000);
    assert_eq!((message.side, message.content), (side, said));
});
