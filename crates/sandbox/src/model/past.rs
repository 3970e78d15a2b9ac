//! The lines before a message, and what they say about the short words in it.

use super::product;
use super::routing::Read;
use super::sense::Intent;
use super::text;

/// One line of the conversation so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) who: Who,
    pub(super) text: String,
}

/// Who wrote a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Who {
    Buyer,
    Seller,
}

/// What the lines before say about short words.
#[derive(Default)]
pub(super) struct Past {
    /// What the buyer asked last.
    pub(super) topic: Option<Intent>,
    /// Where to.
    pub(super) location: Option<String>,
    /// The thing it was about.
    pub(super) noun: Option<String>,
    /// The seller's last line asks where to.
    pub(super) asked_where: bool,
}

impl Past {
    pub(super) fn new(history: &[Line]) -> Self {
        let mut past = Self::default();
        for line in history {
            match line.who {
                Who::Buyer => past.hear(&line.text),
                Who::Seller => {
                    let plain = text::plain(&line.text);
                    past.asked_where =
                        plain.contains('?') && ["город", "куда", "where"].iter().any(|word| plain.contains(word));
                }
            }
        }
        past
    }

    fn hear(&mut self, line: &str) {
        let read = Read::new(line);
        let routed = read.plain().unwrap_or_else(|| read.in_context(self));
        if routed.intent != Intent::Other && routed.confidence >= 0.8 {
            self.topic = Some(routed.intent);
        }
        if let Some(place) = read.places.first() {
            self.location = Some(place.name.clone());
        }
        let thing = read.thing(0, read.words.len());
        if let Some(noun) = thing.as_ref().and_then(|thing| product::noun(&thing.name)) {
            self.noun = Some(noun.to_owned());
        }
    }
}
