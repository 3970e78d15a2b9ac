//! A report as tables on a terminal.

use std::fmt::{self, Write as _};

use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, Table};
use domain::intent::Intent;

use super::{Escalations, Estimate, Report, Told, Variant};
use crate::stats::Proportion;

/// How many failures are told; the page has all of them.
const FAILURES: usize = 20;

/// All of it.
pub fn told(report: &Report) -> String {
    let mut page = String::new();
    let about = &report.about;
    let how = if about.recorded { "recorded answers of" } else { "answered by" };
    let count = report.ours().map_or(0, |ours| ours.messages.len());
    line(&mut page, format_args!("{}: {count} messages, {how} {}, {}\n", about.suite, about.model, about.at));
    block(&mut page, &headline(&report.variants));
    if let Some(against) = &report.against {
        let compared = against.compared;
        line(
            &mut page,
            format_args!(
                "against {}: macro F1 {} points; only ours right {}, only theirs {}, p = {:.4} (McNemar, exact)\n",
                against.name,
                points(against.macro_f1_gain),
                compared.only_first,
                compared.only_second,
                against.p
            ),
        );
    }
    if let Some(ours) = report.ours() {
        of_one(&mut page, ours);
    }
    page
}

fn of_one(page: &mut String, variant: &Variant) {
    line(page, format_args!("What is taken for what (rows: what the buyer wants)"));
    block(page, &confusion(variant));
    block(page, &classes(variant));
    if !variant.entities.is_empty() {
        block(page, &entities(variant));
    }
    if !variant.escalations.reasons.is_empty() {
        let reasons = variant.escalations.reasons.iter().map(|(reason, count)| format!("{reason} {count}"));
        line(page, format_args!("A human is called for {}\n", reasons.collect::<Vec<_>>().join(", ")));
    }
    reliability(page, variant);
    failures(page, variant);
}

/// One row a figure, one column a prompt.
fn headline(variants: &[Variant]) -> Table {
    let names = variants.iter().map(|variant| variant.name.clone());
    let mut table = table(std::iter::once(String::new()).chain(names));
    let mut row = |name: &str, figure: &dyn Fn(&Variant) -> String| {
        table.add_row(std::iter::once(name.to_owned()).chain(variants.iter().map(figure)));
    };
    row("accuracy", &|of| share(of.intents.accuracy));
    row("macro F1", &|of| estimate(of.intents.macro_f1));
    row("second questions seen", &|of| share(of.intents.second));
    row("must escalate: escalated", &|of| share(of.escalations.must_escalate));
    row("must answer: answered", &|of| share(of.escalations.must_answer));
    row(&at_best_name(), &|of| at_best(of));
    row("must be silent: silent", &|of| share(of.escalations.must_be_silent));
    row("calls for a human", &|of| share(of.escalations.called));
    let confidence = |pick: fn(&super::Confidence) -> f64| {
        move |of: &Variant| of.confidence.as_ref().map_or("-".to_owned(), |known| format!("{:.3}", pick(known)))
    };
    row("ECE", &confidence(|known| known.ece));
    row("Brier", &confidence(|known| known.brier));
    row("AURC", &confidence(|known| known.aurc));
    row("AURC at its best", &confidence(|known| known.best_aurc));
    row("model: p50, p90, p99, max", &|of| {
        of.latency.map_or("-".to_owned(), |took| format!("{}, {}, {}, {} ms", took.p50, took.p90, took.p99, took.max))
    });
    row("tokens: sent (cached), received", &|of| {
        let usage = of.cost.usage;
        format!("{} ({}), {}", usage.prompt_tokens, usage.cached_tokens, usage.completion_tokens)
    });
    row("money: all, a thousand messages", &|of| match (of.cost.money, of.cost.per_thousand) {
        (Some(all), Some(thousand)) => format!("{all:.4}, {thousand:.4}"),
        _ => "no prices named".to_owned(),
    });
    table
}

fn confusion(variant: &Variant) -> Table {
    let heads = Intent::ALL.iter().map(|intent| short(Some(*intent)).to_owned());
    let mut table = table(std::iter::once(String::new()).chain(heads).chain(["nothing".to_owned()]));
    for (intent, row) in Intent::ALL.iter().zip(variant.intents.confusion) {
        table.add_row(std::iter::once(intent.name().to_owned()).chain(row.map(|count| count.to_string())));
    }
    numbers(&mut table);
    table
}

fn classes(variant: &Variant) -> Table {
    let mut table = table(["intent", "precision", "recall", "F1"].map(str::to_owned));
    for class in &variant.intents.classes {
        table.add_row([
            class.intent.name().to_owned(),
            share(class.precision),
            share(class.recall),
            format!("{:.3}", class.f1),
        ]);
    }
    table
}

fn entities(variant: &Variant) -> Table {
    let mut table = table(["named", "precision", "recall", "F1"].map(str::to_owned));
    for entity in &variant.entities {
        let f1 = entity.f1.map_or("-".to_owned(), |f1| format!("{f1:.3}"));
        table.add_row([entity.name.clone(), share(entity.precision), share(entity.recall), f1]);
    }
    table
}

/// The diagram, one line a tenth.
fn reliability(page: &mut String, variant: &Variant) {
    const WIDTH: f64 = 30.0;
    let Some(confidence) = &variant.confidence else { return };
    line(page, format_args!("Confidence, and how often it is right (| is where it should be)"));
    for bin in &confidence.bins {
        let right = bin.right.share().unwrap_or(0.0);
        let place = |share: f64| (share * WIDTH).round() as usize;
        let mut bar: Vec<char> = (0..=WIDTH as usize).map(|at| if at < place(right) { '█' } else { '·' }).collect();
        bar[place(bin.confidence).min(WIDTH as usize)] = '|';
        let bar: String = bar.into_iter().collect();
        line(page, format_args!("  {:.1}  {bar} {right:.2}  of {}", bin.from, bin.right.of));
    }
    page.push('\n');
}

fn failures(page: &mut String, variant: &Variant) {
    let failures: Vec<&Told> = variant.failures().collect();
    if failures.is_empty() {
        line(page, format_args!("Nothing failed."));
        return;
    }
    line(page, format_args!("Failures: {}", failures.len()));
    for told in failures.iter().take(FAILURES) {
        line(page, format_args!("  {}  {}", told.id, one_line(&told.text)));
        line(page, format_args!("      {}", what_went_wrong(told)));
    }
    if let Some(more @ 1..) = failures.len().checked_sub(FAILURES) {
        line(page, format_args!("  and {more} more: --report page.html has them all"));
    }
}

/// What was taken for what, and what was done instead.
pub(super) fn what_went_wrong(told: &Told) -> String {
    let mut wrong = Vec::new();
    if !told.is_right() {
        let sure = told.confidence.map(|confidence| format!(" {confidence:.2}")).unwrap_or_default();
        wrong.push(format!("{} taken for {}{sure}", told.intent.name(), short(told.taken_for)));
    }
    if told.is_well_ended() == Some(false) {
        let done = match told.ending {
            super::Ending::Answered => "answered",
            super::Ending::Called => "a human was called",
            super::Ending::Silent => "nothing was said",
        };
        let why = told.why.as_ref().map(|why| format!(" ({why})")).unwrap_or_default();
        wrong.push(format!("should {}: {done}{why}", told.expect.name()));
    } else if let (None, Some(why)) = (told.taken_for, &told.why) {
        wrong.push(why.clone());
    }
    wrong.join("; ")
}

/// An intent in one word.
pub(super) const fn short(intent: Option<Intent>) -> &'static str {
    match intent {
        Some(Intent::StockInquiry) => "stock",
        Some(Intent::DeliveryQuestion) => "delivery",
        Some(Intent::PriceNegotiation) => "price",
        Some(Intent::Complaint) => "complaint",
        Some(Intent::Other) => "other",
        None => "nothing",
    }
}

/// `96.0 % (86.5–98.9), 48 of 50`
pub(crate) fn share(proportion: Proportion) -> String {
    let Some(share) = proportion.share() else { return "-".to_owned() };
    let (low, high) = proportion.wilson();
    let percent = |share: f64| share * 100.0;
    format!(
        "{:.1} % ({:.1}–{:.1}), {} of {}",
        percent(share),
        percent(low),
        percent(high),
        proportion.hits,
        proportion.of
    )
}

/// What the likelihood of a call would do at its best threshold.
pub(super) fn at_best_name() -> String {
    format!("must escalate, were {:.0} % of must answer answered", Escalations::SPARED * 100.0)
}

pub(super) fn at_best(variant: &Variant) -> String {
    variant
        .escalations
        .at_best
        .map_or("-".to_owned(), |best| format!("{}, from {:.2}", share(best.found), best.threshold))
}

fn estimate(figure: Estimate) -> String {
    format!("{:.3} ({:.3}–{:.3})", figure.value, figure.low, figure.high)
}

fn points(gain: Estimate) -> String {
    format!("{:+.1} ({:+.1} to {:+.1})", gain.value * 100.0, gain.low * 100.0, gain.high * 100.0)
}

/// What buyers wrote may hold line breaks, and whatever a terminal obeys.
fn one_line(text: &str) -> String {
    const CHARS: usize = 100;
    let mut shown: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(CHARS).collect();
    if text.chars().count() > CHARS {
        shown.push('…');
    }
    shown
}

fn table(heads: impl IntoIterator<Item = String>) -> Table {
    let mut table = Table::new();
    table.load_style(NOTHING).set_header(heads.into_iter().collect::<Vec<_>>());
    table
}

fn numbers(table: &mut Table) {
    table.column_iter_mut().skip(1).for_each(|column| column.set_cell_alignment(CellAlignment::Right));
}

fn block(page: &mut String, table: &Table) {
    for row in table.to_string().lines() {
        line(page, format_args!("{}", row.trim_end()));
    }
    page.push('\n');
}

fn line(page: &mut String, text: fmt::Arguments<'_>) {
    let never_fails = writeln!(page, "{text}");
    debug_assert!(never_fails.is_ok());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::report;

    #[test]
    fn a_report_on_a_terminal() {
        insta::assert_snapshot!(told(&report()));
    }

    #[test]
    fn what_a_buyer_writes_stays_on_its_line() {
        assert_eq!(one_line("две\nстроки\u{1b}[2J"), "две строки [2J");
        assert_eq!(one_line(&"я".repeat(200)).chars().count(), 101);
    }
}
