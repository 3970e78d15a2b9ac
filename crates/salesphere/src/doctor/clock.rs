//! This machine's clock, measured against the dates of Avito's answers.
//!
//! Not here: asking Avito (`account`).

use settings::Settings;

use super::check::{Attempt, Check, Part};

/// The part about the clock, from what the sellers' Avito said. `skews_s`: how many seconds this machine is ahead.
pub(super) fn judge(skews_s: &[i64], settings: &Settings) -> Part {
    Part::new("Clock", vec![check(skews_s, settings)])
}

fn check(skews_s: &[i64], settings: &Settings) -> Check {
    // An answer that was long on its way makes us look ahead: the quickest is the truest.
    let Some(skew_s) = skews_s.iter().copied().min_by_key(|skew| skew.abs()) else {
        return Check::not_tried("clock", "Avito told no date to compare with");
    };
    let allowed = settings.doctor.clock_skew;
    // A date has whole seconds only.
    if skew_s.unsigned_abs() <= 1 {
        return Check::fine("clock", "agrees with Avito's");
    }
    let side = if skew_s > 0 { "ahead of" } else { "behind" };
    let found = format!("{} s {side} Avito's", skew_s.unsigned_abs());
    if skew_s.unsigned_abs() <= allowed.as_secs() {
        return Check::fine("clock", found);
    }
    let expected =
        format!("at most {} s of difference (doctor.clock_skew): Google refuses keys otherwise", allowed.as_secs());
    let attempt = Attempt { tried: "compared it with the date of Avito's answer", expected: &expected };
    Check::failed("clock", &attempt, found, "let the machine keep time: `timedatectl set-ntp true`, or chrony")
}
