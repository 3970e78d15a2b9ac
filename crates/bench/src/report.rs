//! The figures as one table for people and as JSON for programs.

use std::fmt;
use std::path::Path;

use anyhow::Context as _;
use comfy_table::{CellAlignment, Table, presets};
use serde_json::json;

use crate::context::Scale;
use crate::figures::{Figure, Gate};
use crate::machine::Machine;

/// Everything that was measured.
pub(crate) struct Report {
    machine: Machine,
    scale: Scale,
    figures: Vec<Figure>,
    failures: Vec<String>,
}

impl Report {
    pub(crate) fn new(machine: Machine, scale: Scale) -> Self {
        Self { machine, scale, figures: Vec::new(), failures: Vec::new() }
    }

    pub(crate) fn add(&mut self, figures: Vec<Figure>) {
        self.figures.extend(figures);
    }

    /// A measure came to nothing.
    pub(crate) fn fail(&mut self, why: String) {
        eprintln!("bench: {why}");
        self.failures.push(why);
    }

    /// Whether a measure came to nothing.
    pub(crate) fn is_incomplete(&self) -> bool {
        !self.failures.is_empty()
    }

    /// Whether a figure is not what it has to be.
    pub(crate) fn misses_a_gate(&self) -> bool {
        self.figures.iter().any(|figure| figure.is_met() == Some(false))
    }

    /// Writes all of it to a file.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn write_json(&self, path: &Path) -> anyhow::Result<()> {
        let figures: Vec<_> = self
            .figures
            .iter()
            .map(|figure| {
                let mut shown = json!(figure);
                shown["met"] = json!(figure.is_met());
                shown
            })
            .collect();
        let quick = self.scale == Scale::Quick;
        let failures = &self.failures;
        let all = json!({"machine": self.machine, "quick": quick, "figures": figures, "failures": failures});
        let text = format!("{all:#}\n");
        std::fs::write(path, text).with_context(|| format!("writing the figures to {}", path.display()))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table = Table::new();
        table.load_style(presets::ASCII_MARKDOWN);
        table.set_header(["measure", "what", "figure", "unit", "least … most", "gate", ""]);
        for figure in &self.figures {
            table.add_row([
                figure.measure.to_owned(),
                figure.what.clone(),
                number(figure.value),
                figure.unit.to_owned(),
                figure.spread.map_or_else(String::new, |(least, most)| format!("{} … {}", number(least), number(most))),
                figure.gate.map_or_else(String::new, gate),
                figure.is_met().map_or("", |met| if met { "met" } else { "NOT MET" }).to_owned(),
            ]);
        }
        if let Some(column) = table.column_mut(2) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        let Machine { at, processor, cores, kernel, redis, load } = &self.machine;
        let short = if self.scale == Scale::Quick { "; QUICK: too short for figures worth keeping" } else { "" };
        writeln!(f, "{table}")?;
        for failure in &self.failures {
            writeln!(f, "FAILED: {failure}")?;
        }
        write!(f, "{at}, {processor}, {cores} cores, Linux {kernel}, Redis {redis}, load {load} before{short}")
    }
}

fn gate(gate: Gate) -> String {
    match gate {
        Gate::AtMost(most) => format!("≤ {}", number(most)),
        Gate::AtLeast(least) => format!("≥ {}", number(least)),
    }
}

/// Three digits are what the measuring is worth; whole numbers stay whole.
fn number(value: f64) -> String {
    match value.abs() {
        _ if value.fract() == 0.0 => format!("{value:.0}"),
        100.0.. => format!("{value:.0}"),
        10.0.. => format!("{value:.1}"),
        1.0.. => format!("{value:.2}"),
        _ => format!("{value:.3}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_three_digits() {
        for (value, shown) in [(0.1154, "0.115"), (3.456, "3.46"), (34.56, "34.6"), (345.6, "346"), (500.0, "500")] {
            assert_eq!(number(value), shown);
        }
    }
}
