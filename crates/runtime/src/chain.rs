//! An error with all its causes, on one line of a log.
//!
//! Not here: what to do about it. Never shown to buyers or to callers of the gateway.

use std::error::Error;

/// The error's text and, after a colon each, those of its causes.
///
/// A cause that its parent already quotes is not said twice: libraries differ in whether they do.
pub fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let own = error.to_string();
        if !text.contains(&own) {
            text.push_str(": ");
            text.push_str(&own);
        }
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("{text}")]
    struct Layer {
        text: &'static str,
        source: Option<Box<Layer>>,
    }

    #[test]
    fn causes_follow_and_nothing_is_said_twice() {
        for (texts, chained) in [
            (&["cannot send"][..], "cannot send"),
            (&["cannot send", "no connection", "refused"], "cannot send: no connection: refused"),
            (&["cannot send: refused", "refused"], "cannot send: refused"),
        ] {
            let error = texts.iter().rev().fold(None, |source, text| Some(Box::new(Layer { text, source })));
            assert_eq!(chain(&*error.unwrap()), chained);
        }
    }
}
