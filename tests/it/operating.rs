//! docs/operating.md against the code: every metric it names is counted somewhere, every metric that is counted is
//! described there, and every line of the log it explains can be logged.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const PAGE: &str = include_str!("../../docs/operating.md");

/// What the running programs are made of. The other rooms drive them, or stand in for the world.
const ROOMS: [&str; 13] = [
    "agents",
    "avito",
    "domain",
    "gateway",
    "llm",
    "queue",
    "runtime",
    "salesphere",
    "settings",
    "sheets",
    "store",
    "telegram",
    "worker",
];

/// By how they end most metrics are known for what they are.
const ENDS: [&str; 3] = ["_total", "_seconds", "_bytes"];

#[test]
fn the_metrics_of_the_page_are_those_of_the_code() {
    let counted: BTreeSet<String> = sources().iter().flat_map(|source| metrics_in(source)).collect();
    assert!(counted.len() > 40, "{counted:?}");
    let described: BTreeSet<String> = first_cells("## Metrics").flat_map(|cell| names_in(&cell)).collect();
    assert_eq!(described, counted, "on the left the page, on the right the code");

    let of_alarms = first_cells("## Alarms").flat_map(|cell| names_in(&cell));
    let anywhere = names_in(PAGE).into_iter().filter(|name| ENDS.iter().any(|end| name.ends_with(end)));
    let unknown: Vec<String> = of_alarms.chain(anywhere).filter(|name| !counted.contains(name)).collect();
    assert_eq!(unknown, Vec::<String>::new());
}

#[test]
fn the_lines_of_the_log_that_the_page_explains_can_be_logged() {
    let sources = sources().concat();
    let lines: Vec<String> = first_cells("## Lines in the log").flat_map(|cell| quoted(&cell)).collect();
    assert!(lines.len() > 20, "{lines:?}");
    for line in lines {
        let said = line.trim_end_matches([' ', '…']);
        assert!(sources.contains(said), "nothing logs {said:?}");
    }
}

/// The texts of all source files, as far as they are no tests.
fn sources() -> Vec<String> {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates");
    let mut files = Vec::new();
    ROOMS.iter().for_each(|room| walk(&crates.join(room).join("src"), &mut files));
    let text = |path: &PathBuf| {
        let text = fs::read_to_string(path).unwrap();
        text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default().to_owned()
    };
    files.iter().map(text).collect()
}

fn walk(directory: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// The names that a source gives its metrics.
fn metrics_in(source: &str) -> Vec<String> {
    let calls = ["counter!(", "gauge!(", "histogram!("].iter().flat_map(|call| source.match_indices(call));
    let named = calls.filter_map(|(at, call)| source[at + call.len()..].trim_start().strip_prefix('"'));
    named.filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
}

/// The first cells of the tables in the section with this heading, headings of tables left out.
fn first_cells(section: &str) -> impl Iterator<Item = String> {
    let from = PAGE.split_once(&format!("\n{section}\n")).unwrap_or_else(|| panic!("no {section}")).1;
    let section = from.split("\n## ").next().unwrap_or_default();
    let rows = section.lines().filter_map(|line| line.strip_prefix("| "));
    rows.filter_map(|row| row.split(" | ").next()).map(str::to_owned)
}

/// What stands between backticks.
fn quoted(text: &str) -> Vec<String> {
    text.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The names of metrics between backticks, without their labels.
fn names_in(text: &str) -> Vec<String> {
    let is_name = |name: &str| {
        !name.starts_with('_') && name.contains('_') && name.chars().all(|c| c.is_ascii_lowercase() || c == '_')
    };
    let name = |quoted: String| quoted.split('{').next().map(str::to_owned);
    quoted(text).into_iter().filter_map(name).filter(|name| is_name(name)).collect()
}
