//! A calibration as its operator reads it.

use std::fmt::Write as _;

use comfy_table::Table;
use comfy_table::presets::NOTHING;
use domain::intent::Intent;
use domain::seller::Thresholds;

use super::{Calibrated, Half, Human, Leaning};
use crate::report::terminal::share;
use crate::stats::separation::Separation;
use crate::thresholds;

/// All of it.
pub fn told(calibrated: &Calibrated, in_force: &Thresholds) -> String {
    let mut page = figures(calibrated);
    page.extend(calibrated.leaning.as_ref().map(leaning));
    page.extend(calibrated.human.map(human));
    let percent = percent(calibrated);
    let mut write = |text: String| {
        let _never_fails = writeln!(page, "{text}");
    };
    if calibrated.thresholds.is_empty() {
        write(format!(
            "No threshold can be proved to keep the errors below {percent} %: too few messages, or the confidence tells \
             too little. Those in force stay.\n  hint: more labelled messages, a larger --max-error, or a model that \
             gives logprobs"
        ));
        return page;
    }
    write(thresholds::shown(&calibrated.found()));
    for intent in Intent::ALL.into_iter().filter(|intent| *intent != Intent::Complaint) {
        if !calibrated.thresholds.contains_key(&intent) {
            write(format!(
                "{}: no threshold found, {} stays; its errors are not in the bound above",
                intent.name(),
                in_force.of(intent)
            ));
        }
    }
    let verdict = if calibrated.holds() { "holds" } else { "is missed, and nothing is promised" };
    write(format!(
        "Of the answers given to messages that had no part in it, at most {:.1} % are wrong (95 % certain): \
         {percent} % {verdict}.",
        calibrated.held_out.bound * 100.0
    ));
    page
}

/// The two halves, and what the signals are worth.
fn figures(calibrated: &Calibrated) -> String {
    let mut halves = table(["", "messages", "could be answered", "are answered", "of these wrong", "at most (95 %)"]);
    for (name, half) in [
        ("the half that fits", calibrated.fitted),
        ("the half that judges", calibrated.held_out),
        ("the same, as it was", calibrated.before),
    ] {
        halves.add_row(row(name, half));
    }
    let mut worth = table(["signal to probability, on the judging half", "Brier", "ECE", "AURC", "answered"]);
    for way in &calibrated.worth {
        worth.add_row([
            way.name.to_owned(),
            format!("{:.3}", way.brier),
            format!("{:.3}", way.ece),
            format!("{:.3}", way.aurc),
            format!("{:.1} %", way.coverage * 100.0),
        ]);
    }
    format!(
        "{}\n«answered» below: the most that would be, with no more than {} % wrong, seen afterwards.\n{}\n",
        trimmed(&halves),
        percent(calibrated),
        trimmed(&worth)
    )
}

fn leaning(leaning: &Leaning) -> String {
    let biases: String =
        leaning.bias.0.iter().map(|(intent, bias)| format!("{} = {bias:?}\n", intent.name())).collect();
    format!(
        "How the model leans, for the settings; without that it reads {} of the judging half right, with it {}:\n\n\
         [llm.router.bias]\n{biases}\n",
        share(leaning.after),
        share(leaning.before)
    )
}

fn human(human: Human) -> String {
    let of = |half: &str, separation: Separation| {
        format!(
            "  {half}: of those that a human must see handed over {}; of those to be answered not handed over {}\n",
            share(separation.found),
            share(separation.spared)
        )
    };
    format!(
        "A human is called from a likelihood of {} on:\n{}{}\n",
        human.fitted.threshold,
        of("the half that fits", human.fitted),
        of("the half that judges", human.held_out)
    )
}

fn percent(calibrated: &Calibrated) -> f64 {
    (calibrated.max_error * 1e4).round() / 100.0
}

fn row(name: &str, half: Half) -> [String; 6] {
    [
        name.to_owned(),
        half.messages.to_string(),
        half.candidates.to_string(),
        share(half.coverage()),
        share(half.wrong),
        format!("{:.1} %", half.bound * 100.0),
    ]
}

fn table<const N: usize>(heads: [&str; N]) -> Table {
    let mut table = Table::new();
    table.load_style(NOTHING).set_header(heads);
    table
}

fn trimmed(table: &Table) -> String {
    table.to_string().lines().map(|line| format!("{}\n", line.trim_end())).collect()
}
