//! A report as one page that holds everything it needs: no script, no font, no picture from elsewhere. It can be
//! mailed, kept with a commit, and opened in ten years.

use std::fmt::Write as _;

use domain::intent::Intent;

use super::terminal::{at_best, at_best_name, share, short, what_went_wrong};
use super::{Report, Told, Variant, svg};

const STYLE: &str = include_str!("page.css");

/// The page.
pub fn page(report: &Report) -> String {
    let mut html = Html::default();
    let about = &report.about;
    let title = format!("{} · {}", about.suite, about.model);
    html.raw(&format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{}</title>\n<style>{STYLE}</style></head><body>",
        escaped(&title)
    ));
    html.element("h1", &title);
    let count = report.ours().map_or(0, |ours| ours.messages.len());
    let how = if about.recorded { "recorded answers of" } else { "answered by" };
    html.element("p", &format!("{count} messages, {how} {}, {}. Intervals are of 95 %.", about.model, about.at));
    if let Some(against) = &report.against {
        let gain = against.macro_f1_gain;
        html.element(
            "p",
            &format!(
                "Against {}: macro F1 {:+.1} points ({:+.1} to {:+.1}). Only ours right {}, only theirs {}, p = {:.4} \
                 (McNemar, exact).",
                against.name,
                gain.value * 100.0,
                gain.low * 100.0,
                gain.high * 100.0,
                against.compared.only_first,
                against.compared.only_second,
                against.p
            ),
        );
    }
    for variant in &report.variants {
        variant_section(&mut html, variant);
    }
    html.raw("</body></html>\n");
    html.0
}

fn variant_section(html: &mut Html, variant: &Variant) {
    html.element("h2", &variant.name);
    figures(html, variant);
    html.raw("<div class=\"plots\">");
    if let Some(confidence) = &variant.confidence {
        plot(html, "Does the confidence mean what it says?", &svg::reliability(confidence));
        plot(html, "Wrong answers, if only the surest are given", &svg::risk_coverage(confidence));
    }
    let f1: Vec<(&str, f64)> = variant.intents.classes.iter().map(|class| (class.intent.name(), class.f1)).collect();
    plot(html, "F1 by intent", &svg::bars(&f1));
    html.raw("</div>");
    confusion(html, variant);
    classes(html, variant);
    failures(html, variant);
}

fn figures(html: &mut Html, variant: &Variant) {
    let f1 = variant.intents.macro_f1;
    let at_best_name = at_best_name();
    let mut rows = vec![
        ("accuracy", share(variant.intents.accuracy)),
        ("macro F1", format!("{:.3} ({:.3}–{:.3})", f1.value, f1.low, f1.high)),
        ("second questions seen", share(variant.intents.second)),
        ("must escalate: escalated", share(variant.escalations.must_escalate)),
        ("must answer: answered", share(variant.escalations.must_answer)),
        (at_best_name.as_str(), at_best(variant)),
        ("must be silent: silent", share(variant.escalations.must_be_silent)),
        ("calls for a human", share(variant.escalations.called)),
    ];
    if let Some(known) = &variant.confidence {
        rows.push(("ECE", format!("{:.3}", known.ece)));
        rows.push(("Brier", format!("{:.3}", known.brier)));
        rows.push(("AURC (at its best)", format!("{:.3} ({:.3})", known.aurc, known.best_aurc)));
    }
    if let Some(took) = variant.latency {
        rows.push(("model: p50, p90, p99, max", format!("{}, {}, {}, {} ms", took.p50, took.p90, took.p99, took.max)));
    }
    let usage = variant.cost.usage;
    rows.push((
        "tokens: sent (cached), received",
        format!("{} ({}), {}", usage.prompt_tokens, usage.cached_tokens, usage.completion_tokens),
    ));
    if let (Some(all), Some(thousand)) = (variant.cost.money, variant.cost.per_thousand) {
        rows.push(("money: all, a thousand messages", format!("{all:.4}, {thousand:.4}")));
    }
    html.table(&[], rows.into_iter().map(|(name, figure)| vec![name.to_owned(), figure]));
}

fn plot(html: &mut Html, title: &str, svg: &str) {
    html.raw("<figure>");
    html.element("figcaption", title);
    html.raw(svg);
    html.raw("</figure>");
}

/// Darker where more are; the right ones in another colour.
fn confusion(html: &mut Html, variant: &Variant) {
    html.element("h3", "What is taken for what");
    html.raw("<table class=\"confusion\"><tr><th></th>");
    let columns: Vec<Option<Intent>> = Intent::ALL.into_iter().map(Some).chain([None]).collect();
    for column in &columns {
        html.element("th", short(*column));
    }
    html.raw("</tr>");
    for (intent, row) in Intent::ALL.iter().zip(variant.intents.confusion) {
        let all = row.iter().sum::<u64>().max(1);
        html.raw("<tr>");
        html.element("th", intent.name());
        for (count, column) in row.iter().zip(&columns) {
            let class = if *column == Some(*intent) { "right" } else { "wrong" };
            let shade = *count as f64 / all as f64;
            html.raw(&format!("<td class=\"{class}\" style=\"--shade:{shade:.2}\">{count}</td>"));
        }
        html.raw("</tr>");
    }
    html.raw("</table>");
}

fn classes(html: &mut Html, variant: &Variant) {
    let rows = variant.intents.classes.iter().map(|class| {
        let f1 = format!("{:.3}", class.f1);
        vec![class.intent.name().to_owned(), share(class.precision), share(class.recall), f1]
    });
    html.table(&["intent", "precision", "recall", "F1"], rows);
    let named = variant.entities.iter().map(|entity| {
        let f1 = entity.f1.map_or("-".to_owned(), |f1| format!("{f1:.3}"));
        vec![entity.name.clone(), share(entity.precision), share(entity.recall), f1]
    });
    if !variant.entities.is_empty() {
        html.table(&["named", "precision", "recall", "F1"], named);
    }
    if !variant.escalations.reasons.is_empty() {
        let reasons = variant.escalations.reasons.iter().map(|(reason, count)| vec![reason.clone(), count.to_string()]);
        html.table(&["why a human is called", "messages"], reasons);
    }
}

fn failures(html: &mut Html, variant: &Variant) {
    let failures: Vec<&Told> = variant.failures().collect();
    html.element("h3", &format!("Failures: {}", failures.len()));
    let row = |told: &Told| {
        let said = told.said.clone().unwrap_or_default();
        let context = told.before.iter().map(|line| format!("{line} / ")).collect::<String>();
        vec![told.id.clone(), format!("{context}{}", told.text), what_went_wrong(told), said]
    };
    html.table(&["message", "text", "what went wrong", "would be said"], failures.into_iter().map(row));
}

/// Everything that is not ours to write goes through [`escaped`].
#[derive(Default)]
struct Html(String);

impl Html {
    fn raw(&mut self, html: &str) {
        self.0.push_str(html);
        self.0.push('\n');
    }

    fn element(&mut self, name: &str, text: &str) {
        let _never_fails = writeln!(self.0, "<{name}>{}</{name}>", escaped(text));
    }

    fn table(&mut self, heads: &[&str], rows: impl Iterator<Item = Vec<String>>) {
        self.raw("<table>");
        if !heads.is_empty() {
            self.raw("<tr>");
            heads.iter().for_each(|head| self.element("th", head));
            self.raw("</tr>");
        }
        for row in rows {
            self.raw("<tr>");
            row.iter().for_each(|cell| self.element("td", cell));
            self.raw("</tr>");
        }
        self.raw("</table>");
    }
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            c if c.is_control() && c != '\n' => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::report;

    #[test]
    fn the_page_needs_nothing_from_elsewhere_and_runs_nothing() {
        let page = page(&report());
        for foreign in ["http:", "https:", "<script", "@import", "url(", "src="] {
            assert!(!page.contains(foreign), "{foreign}");
        }
        assert_eq!(page.matches("<svg").count(), page.matches("</svg>").count());
        assert_eq!(page.matches("<svg").count(), 6, "three plots for each of the two prompts");
    }

    #[test]
    fn what_buyers_write_is_text() {
        let page = page(&report());
        assert!(page.contains("&lt;b&gt;есть?&lt;/b&gt;") && !page.contains("<b>"), "a buyer's tag is none of ours");
        assert_eq!(escaped("\"&\u{1b}\n"), "&quot;&amp;\u{fffd}\n");
    }

    #[test]
    fn every_failure_is_on_the_page() {
        let report = report();
        let page = page(&report);
        for told in report.variants.iter().flat_map(Variant::failures) {
            assert!(page.contains(&format!("<td>{}</td>", told.id)), "{}", told.id);
        }
    }
}
