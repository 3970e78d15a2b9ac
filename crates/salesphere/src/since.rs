//! `--since`: from when on something is looked at.

use std::str::FromStr;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;

/// From when on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Since {
    /// So long ago: `30m`, `6h`, `2d`.
    Ago(Duration),
    /// At a moment: `2026-11-24T20:30:00Z`, or a day from its beginning in UTC.
    At(Timestamp),
}

impl Since {
    /// The moment in milliseconds since 1970, where it is `now_ms`.
    pub(crate) fn ms(self, now_ms: i64) -> i64 {
        match self {
            Self::Ago(ago) => now_ms.saturating_sub_unsigned(ago.as_millis() as u64),
            Self::At(at) => at.as_millisecond(),
        }
    }
}

impl FromStr for Since {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let seconds = |unit: char, each: u64| {
            let number: u64 = text.strip_suffix(unit)?.trim().parse().ok()?;
            number.checked_mul(each).map(|seconds| Self::Ago(Duration::from_secs(seconds)))
        };
        let ago = seconds('m', 60).or_else(|| seconds('h', 3600)).or_else(|| seconds('d', 86_400));
        let at = || text.parse().ok().map(Self::At);
        let day = || {
            let midnight = text.parse::<Date>().ok()?.to_datetime(Time::midnight());
            Some(Self::At(midnight.to_zoned_datetime(TimeZone::UTC).ok()?.timestamp()))
        };
        ago.or_else(at)
            .or_else(day)
            .ok_or_else(|| "write 30m, 6h or 2d for so long ago, 2026-11-24 or 2026-11-24T20:30:00Z".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_beginning_is_a_span_a_day_or_a_moment() {
        let now: Timestamp = "2026-11-24T12:00:00Z".parse().unwrap();
        for (text, at) in [
            ("30m", "2026-11-24T11:30:00Z"),
            ("6h", "2026-11-24T06:00:00Z"),
            ("2d", "2026-11-22T12:00:00Z"),
            ("2026-11-20", "2026-11-20T00:00:00Z"),
            ("2026-11-20T10:30:00+03:00", "2026-11-20T07:30:00Z"),
        ] {
            let at: Timestamp = at.parse().unwrap();
            assert_eq!(text.parse::<Since>().unwrap().ms(now.as_millisecond()), at.as_millisecond(), "{text}");
        }
        for text in ["", "yesterday", "5", "-2d", "2w", "99999999999999999999d"] {
            assert!(text.parse::<Since>().is_err(), "{text}");
        }
    }
}
