//! Durations as an operator writes them: one number and a unit.
//!
//! Not here: sums of units (`1h30m` is `90m`), and bare numbers, which leave the unit to be guessed.

use std::time::Duration;

use crate::problem::Misfit;

const UNITS: [(&str, f64); 5] = [("ms", 0.001), ("s", 1.0), ("m", 60.0), ("h", 3_600.0), ("d", 86_400.0)];

/// Longer than anything here should last, short enough for every clock and for Redis.
const LONGEST: Duration = Duration::from_secs(10 * 365 * 86_400);

/// Reads `300s`, `1.5s`, `600ms`, `15m`, `2h` or `7d`.
pub(crate) fn parse(text: &str) -> Result<Duration, Misfit> {
    let wrong = |what: &str| {
        Misfit::new(format!("= \"{text}\" {what}"), "write it like \"600ms\", \"1.5s\", \"15m\" or \"7d\"")
    };
    let at = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = (&text[..at], text[at..].trim());
    if unit.is_empty() {
        return Err(wrong("has no unit"));
    }
    let number: f64 = number.parse().map_err(|_| wrong("is no duration"))?;
    let (_, seconds) = UNITS.iter().find(|(name, _)| *name == unit).ok_or_else(|| wrong("is no duration"))?;
    match Duration::try_from_secs_f64(number * seconds) {
        Ok(duration) if duration <= LONGEST => Ok(duration),
        _ => Err(wrong("is too long")),
    }
}

/// The duration in the largest unit that makes a whole number of it.
pub(crate) fn written(duration: Duration) -> String {
    let ms = duration.as_millis();
    for (unit, size) in [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000)] {
        if ms > 0 && ms.is_multiple_of(size) {
            return format!("{}{unit}", ms / size);
        }
    }
    format!("{ms}ms")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_with_a_unit_is_a_duration() {
        for (text, ms) in [
            ("600ms", 600),
            ("1.5s", 1_500),
            ("300s", 300_000),
            ("15m", 900_000),
            ("2h", 7_200_000),
            ("7d", 604_800_000),
            ("0s", 0),
            ("2 s", 2_000),
        ] {
            assert_eq!(parse(text), Ok(Duration::from_millis(ms)), "{text}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for text in ["", "5", "s", "1h30m", "-1s", "1e3s", "5 minutes", "1.2.3s", "99999999d", "٣s", "nans", "infs"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn it_is_written_in_the_unit_that_fits() {
        for (ms, text) in [(600, "600ms"), (1_500, "1500ms"), (60_000, "1m"), (604_800_000, "7d"), (0, "0ms")] {
            assert_eq!(written(Duration::from_millis(ms)), text);
        }
    }
}
