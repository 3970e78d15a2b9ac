//! The last line: what came of every message, counted from what the outside world saw.

use std::collections::BTreeMap;
use std::fmt;

use domain::record::{DecisionRecord, Ending};
use sandbox::avito::Origin;

use crate::system::System;

/// How many records are read: more than the demo makes.
const RECORDS: usize = 10_000;

/// What came of every message.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Summary {
    messages: usize,
    answered: usize,
    escalated: usize,
    silent: usize,
    lost: usize,
    duplicate: usize,
    p95_ms: i64,
}

impl Summary {
    /// Follows every message that a buyer or the seller wrote in the sandbox's Avito to its end, and every
    /// text that we sent back to the turn that decided it.
    ///
    /// # Errors
    /// When the records cannot be read.
    pub async fn of(system: &System) -> anyhow::Result<Self> {
        let records = system.store.records(system.seller(), RECORDS).await?;
        let (written, sent) = system.sandbox.avito.look(|world| {
            let people = world
                .chats()
                .flat_map(|chat| &chat.messages)
                .filter(|message| matches!(message.origin, Origin::Buyer | Origin::SellerTyped));
            let written: Vec<String> = people.map(|message| message.id.clone()).collect();
            (written, world.sent().len())
        });
        Ok(Self::count(&written, sent, &records))
    }

    fn count(written: &[String], sent: usize, records: &[DecisionRecord]) -> Self {
        let mut summary = Self { messages: written.len(), ..Self::default() };
        let mut turns: BTreeMap<&str, Vec<&DecisionRecord>> = BTreeMap::new();
        for record in records {
            for message in &record.messages {
                turns.entry(message.as_str()).or_default().push(record);
            }
        }
        for message in written {
            match turns.get(message.as_str()).map_or(&[][..], Vec::as_slice) {
                [] => summary.lost += 1,
                [record] => *summary.ending(record) += 1,
                [record, ..] => {
                    *summary.ending(record) += 1;
                    summary.duplicate += 1;
                }
            }
        }
        let decided: usize = records.iter().map(|record| record.said.len()).sum();
        summary.duplicate += sent.saturating_sub(decided);
        summary.lost += decided.saturating_sub(sent);
        // A person takes his time.
        let ours = records.iter().filter(|record| !record.said.is_empty() && record.ending != Ending::Answered);
        summary.p95_ms = p95(ours.map(|record| record.total_ms));
        summary
    }

    fn ending(&mut self, record: &DecisionRecord) -> &mut usize {
        match record.ending {
            Ending::Replied | Ending::Answered => &mut self.answered,
            Ending::Escalated(_) | Ending::RepliedAndEscalated(_) => &mut self.escalated,
            Ending::Silent(_) => &mut self.silent,
        }
    }

    /// Nothing was lost and nothing was said twice.
    pub fn is_sound(&self) -> bool {
        self.lost == 0 && self.duplicate == 0
    }

    /// The counts for the page.
    pub fn totals(&self) -> serde_json::Value {
        serde_json::json!({
            "messages": self.messages, "answered": self.answered, "escalated": self.escalated,
            "silent": self.silent, "p95_ms": self.p95_ms,
        })
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { messages, answered, escalated, silent, lost, duplicate, p95_ms } = self;
        write!(
            f,
            "demo: {messages} messages in, {answered} answered, {escalated} escalated, {silent} silent, \
             {lost} lost, {duplicate} duplicate, p95 {p95_ms} ms"
        )
    }
}

/// The value that 95 % do not exceed; 0 of none.
fn p95(values: impl Iterator<Item = i64>) -> i64 {
    let mut values: Vec<i64> = values.collect();
    values.sort_unstable();
    let rank = (values.len() * 95).div_ceil(100);
    values.get(rank.saturating_sub(1)).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::record::{SilentReason, Trace};

    fn record(messages: &[&str], ending: Ending, said: &[&str], total_ms: i64) -> DecisionRecord {
        DecisionRecord {
            turn: "t".into(),
            conversation: "demo:c".parse().unwrap(),
            messages: messages.iter().map(|id| id.parse().unwrap()).collect(),
            question: String::new(),
            at_ms: 0,
            ending,
            said: said.iter().map(|&text| text.to_owned()).collect(),
            trace: Trace::default(),
            total_ms,
        }
    }

    #[test]
    fn every_message_is_followed_to_its_end() {
        let records = [
            record(&["a", "b"], Ending::Replied, &["Да"], 100),
            record(&["c"], Ending::Silent(SilentReason::SellerSpeaks), &[], 5),
            record(&["d"], Ending::Replied, &["Да"], 200),
            record(&["d"], Ending::Replied, &["Да"], 300),
        ];
        let written = ["a", "b", "c", "d", "e"].map(str::to_owned);
        let cases = [(3, 1, 1), (4, 1, 2), (2, 2, 1)];
        for (sent, lost, duplicate) in cases {
            let summary = Summary::count(&written, sent, &records);
            let expected = Summary { messages: 5, answered: 3, escalated: 0, silent: 1, lost, duplicate, p95_ms: 300 };
            assert_eq!(summary, expected, "{sent} sent");
            assert!(!summary.is_sound());
        }
    }

    #[test]
    fn the_p95_is_the_value_that_nineteen_of_twenty_keep_to() {
        assert_eq!(p95(std::iter::empty()), 0);
        assert_eq!(p95([7].into_iter()), 7);
        assert_eq!(p95(1..=20), 19);
        assert_eq!(p95((1..=100).rev()), 95);
    }
}
