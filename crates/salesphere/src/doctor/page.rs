//! The report as people read it: a line for each check, under a failure what was tried and how to mend it, and the
//! verdict as the last line.

use std::fmt::Write as _;

use super::check::{Check, Finding, Part, Report};
use crate::plain::{count, printable};

/// The page, with a line end.
pub fn of(report: &Report) -> String {
    let mut page = String::new();
    let width = report.parts.iter().map(width).max().unwrap_or(0);
    for part in &report.parts {
        write_part(&mut page, part, width);
        page.push('\n');
    }
    page.push_str(&verdict(report));
    page.push('\n');
    page
}

/// One part of it.
pub(crate) fn of_part(part: &Part) -> String {
    let mut page = String::new();
    write_part(&mut page, part, width(part));
    page
}

/// How wide the names are, those of the lines below a failure among them.
fn width(part: &Part) -> usize {
    part.checks.iter().map(|check| check.name.len()).chain(["expected".len()]).max().unwrap_or(0)
}

fn write_part(page: &mut String, part: &Part, width: usize) {
    // A String takes everything.
    writeln!(page, "{}", printable(&part.name)).ok();
    for Check { name, finding } in &part.checks {
        let (mark, said, below) = told(finding);
        let mut lines = said.lines();
        let first = lines.next().unwrap_or_default();
        writeln!(page, "  {mark:<6}  {name:<width$}  {}", printable(first)).ok();
        for line in lines {
            writeln!(page, "  {:<6}  {:<width$}  {}", "", "", printable(line)).ok();
        }
        for (what, text) in below {
            writeln!(page, "  {:<6}  {what:>width$}: {}", "", printable(text)).ok();
        }
    }
}

fn told(finding: &Finding) -> (&'static str, &str, Vec<(&'static str, &str)>) {
    match finding {
        Finding::Fine { found } => ("ok", found, Vec::new()),
        Finding::Warning { found, fix } => ("warn", found, vec![("fix", fix)]),
        Finding::Failed { found, tried, expected, fix } => {
            ("FAILED", found, vec![("tried", tried), ("expected", expected), ("fix", fix)])
        }
        Finding::NotTried { because } => ("-", because, Vec::new()),
    }
}

fn verdict(report: &Report) -> String {
    let warnings = match report.warnings {
        0 => String::new(),
        number => format!(", {}", count(number, "warning")),
    };
    let mut failed = report.parts.iter().flat_map(|part| {
        part.checks.iter().filter(|check| check.is_failed()).map(move |check| (&part.name, check.name))
    });
    match failed.next() {
        None if report.warnings == 0 => "verdict: all is well".to_owned(),
        None => format!("verdict: nothing failed{warnings}"),
        Some((part, check)) => {
            let number = count(report.failed, "check");
            format!("verdict: {number} failed{warnings}; begin with {}: {check}", printable(part))
        }
    }
}
