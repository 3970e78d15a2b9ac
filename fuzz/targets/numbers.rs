//! Any text as numbers, and as something to mask: spans lie within the text, in order, and no plain phone is left.
#![no_main]

use agents::{mask, numbers};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let mut last = 0;
    for number in numbers::read(text) {
        let (span, reach) = (&number.span, &number.reach);
        assert!(text.get(span.clone()).is_some_and(|said| !said.is_empty()), "{number:?} stands nowhere");
        assert!(text.get(reach.clone()).is_some(), "{number:?} reaches nowhere");
        assert!(reach.start <= span.start && span.end <= reach.end, "{number:?} does not reach over itself");
        // Two may share one character that stands for several: «⒈⒉», «㎏».
        assert!(last <= span.start, "{number:?} stands before the one before");
        last = span.start;
    }
    // What is hidden is hidden: no line of eleven digits that a phone begins with is left.
    let masked = mask(text);
    let phone = |word: &str| word.len() == 11 && word.starts_with("89") && word.bytes().all(|byte| byte.is_ascii_digit());
    assert!(!masked.split_whitespace().any(phone), "{masked}");
});
