//! One measured figure, and the gate it has to pass.

use serde::Serialize;

use crate::samples::Rounds;

/// What was measured.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Figure {
    /// The measure it belongs to.
    pub(crate) measure: &'static str,
    /// What of it, with the load in it.
    pub(crate) what: String,
    /// How much.
    pub(crate) value: f64,
    /// Of what.
    pub(crate) unit: &'static str,
    /// The least and the most over the rounds, where there were several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) spread: Option<(f64, f64)>,
    /// What it has to be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) gate: Option<Gate>,
}

/// What a figure has to be.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Gate {
    /// This much or less.
    AtMost(f64),
    /// This much or more.
    AtLeast(f64),
}

impl Gate {
    /// Whether `value` is what it has to be.
    pub(crate) fn is_met(self, value: f64) -> bool {
        match self {
            Self::AtMost(most) => value <= most,
            Self::AtLeast(least) => value >= least,
        }
    }
}

impl Figure {
    /// A figure that was measured once.
    pub(crate) fn once(measure: &'static str, what: impl Into<String>, value: f64, unit: &'static str) -> Self {
        Self { measure, what: what.into(), value, unit, spread: None, gate: None }
    }

    /// The median of several rounds.
    pub(crate) fn median(measure: &'static str, what: impl Into<String>, rounds: &Rounds, unit: &'static str) -> Self {
        let spread = (rounds.len() > 1).then(|| rounds.range());
        Self { spread, ..Self::once(measure, what, rounds.median(), unit) }
    }

    /// With what it has to be.
    pub(crate) fn gate(mut self, gate: Gate) -> Self {
        self.gate = Some(gate);
        self
    }

    /// Whether it is what it has to be; `None` where nothing was demanded.
    pub(crate) fn is_met(&self) -> Option<bool> {
        self.gate.map(|gate| gate.is_met(self.value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gate_is_met_at_its_very_edge_and_not_by_nothing_measured() {
        for (gate, value, met) in [
            (Gate::AtMost(1.3), 1.3, true),
            (Gate::AtMost(1.3), 1.31, false),
            (Gate::AtLeast(99.0), 99.0, true),
            (Gate::AtLeast(99.0), 98.9, false),
            (Gate::AtMost(1.3), f64::NAN, false),
            (Gate::AtLeast(1.3), f64::NAN, false),
        ] {
            let figure = Figure::once("gateway", "p99", value, "ms").gate(gate);
            assert_eq!(figure.is_met(), Some(met), "{gate:?} {value}");
        }
        assert_eq!(Figure::once("gateway", "p99", 1.0, "ms").is_met(), None);
    }
}
