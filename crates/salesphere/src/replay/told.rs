//! The report as people read it: what would differ, turn by turn, and what could not be held against one another.

use std::fmt::Write;

use super::Report;
use super::compare::{Reading, Replayed, Thought};
use crate::plain::{count, moment, printable};

/// The whole report.
pub(super) fn to_a_person(report: &Report, texts: bool) -> String {
    let mut page = String::new();
    for turn in &report.turns {
        if turn.differs.matters() || turn.differs.reading || (texts && turn.differs.text) {
            one(&mut page, turn);
        }
    }
    summary(&mut page, report, texts);
    page
}

fn one(page: &mut String, turn: &Replayed) {
    let mut row = |what: &str, text: &str| {
        for (number, line) in text.lines().enumerate() {
            // A String takes everything.
            writeln!(page, "{:<10}{}", if number == 0 { what } else { "" }, printable(line.trim_end())).ok();
        }
    };
    row("turn", &format!("{} in {}, {} UTC", turn.turn, turn.conversation, moment(turn.at_ms)));
    row("buyer", &turn.question);
    let (then, now) = (&turn.then, &turn.now);
    if turn.differs.reading {
        row("read", &format!("{} → {}", reading(then), reading(now)));
    }
    if turn.differs.decision {
        row("decided", &format!("{}\n→ {}", decisions(then), decisions(now)));
    }
    if turn.differs.ending {
        row("ended", &format!("{} → {}", then.ending, now.ending));
    }
    if turn.differs.text {
        row("said", &format!("{}\n→ {}", then.text, now.text));
    }
    if turn.table_changed {
        row("but", "the table has changed since, and that may be why");
    }
    if turn.masked {
        row("but", "something was masked: the model reads other words than the buyer's");
    }
    for note in &turn.notes {
        row("then", note);
    }
    page.push('\n');
}

fn reading(thought: &Thought) -> String {
    let Some(Reading { intent, second, flags }) = thought.reading else { return "not read".to_owned() };
    let mut told = intent.name().to_owned();
    if let Some(second) = second {
        write!(told, " and {}", second.name()).ok();
    }
    for (flag, holds) in [
        ("wants a human", flags.wants_human),
        ("takes it", flags.ready_to_buy),
        ("unclear reference", flags.unclear_reference),
        ("too complex", flags.too_complex),
    ] {
        if holds {
            write!(told, ", {flag}").ok();
        }
    }
    if let Some(confidence) = thought.confidence {
        write!(told, " {confidence:.2}").ok();
    }
    told
}

fn decisions(thought: &Thought) -> String {
    if thought.decisions.is_empty() { "nothing".to_owned() } else { thought.decisions.join("; ") }
}

fn summary(page: &mut String, report: &Report, texts: bool) {
    let turns = |number: usize| count(number, "turn");
    let number = |is: &dyn Fn(&Replayed) -> bool| report.turns.iter().filter(|turn| is(turn)).count();
    let matters = number(&|turn| turn.differs.matters());
    let read = number(&|turn| turn.differs.reading && !turn.differs.matters());
    let worded = number(&|turn| turn.differs.text && !turn.differs.matters() && !turn.differs.reading);
    let mut row = |text: String| writeln!(page, "{text}").ok();
    row(format!("{} run again with {}", turns(report.turns.len()), report.with));
    for (number, what) in [
        (number(&|turn| turn.differs.decision), "decided otherwise"),
        (number(&|turn| turn.differs.ending), "ended otherwise"),
        (read, "read otherwise, with the same decision and ending"),
        (worded, if texts { "in other words only" } else { "in other words only; --texts shows them" }),
        (number(&|turn| !turn.differs.at_all()), "the same"),
    ] {
        row(format!("  {number:>5}  {what}"));
    }
    for (why, number) in &report.not_run {
        row(format!("not run again: {}, {}", turns(*number), why.told()));
    }
    if let Some((number, why)) = &report.failed {
        row(format!("not answered: {}; the last reason: {}", turns(*number), printable(why)));
    }
    for (number, what) in [
        (number(&|turn| turn.table_changed), "rested on a table that has changed since"),
        (number(&|turn| turn.masked), "had words masked, which the model now reads as masks"),
    ] {
        if number > 0 {
            row(format!("mind: {} {what}", turns(number)));
        }
    }
    row(match (report.turns.len(), matters, &report.failed) {
        (0, ..) => "verdict: nothing could be compared".to_owned(),
        (all, 0, Some((failed, _))) => {
            format!(
                "verdict: not known of {}; of the other {all} every decision and ending would be the same",
                turns(*failed)
            )
        }
        (_, 0, None) => "verdict: every decision and ending would be the same".to_owned(),
        (all, some, _) => format!("verdict: {some} of {} would be decided or end otherwise", turns(all)),
    });
}
