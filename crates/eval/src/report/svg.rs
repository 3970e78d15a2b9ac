//! The plots of a page, as SVG text: they need no script and no network, and print.

use std::fmt::Write as _;

use super::Confidence;

const SIZE: f64 = 300.0;
/// Room for the axes' words.
const EDGE: f64 = 54.0;

/// A square plot with both axes from 0 to 1, in the axes' own units.
struct Plot {
    inside: String,
    top: f64,
}

impl Plot {
    /// `top` is the upper end of the upright axis.
    fn new(top: f64) -> Self {
        Self { inside: String::new(), top }
    }

    fn x(x: f64) -> f64 {
        EDGE + x * SIZE
    }

    fn y(&self, y: f64) -> f64 {
        10.0 + (1.0 - y / self.top) * SIZE
    }

    fn add(&mut self, element: &str) {
        self.inside.push_str(element);
        self.inside.push('\n');
    }

    fn line(&mut self, class: &str, from: (f64, f64), to: (f64, f64)) {
        let element = format!(
            r#"<line class="{class}" x1="{:.1}" y1="{:.1}" x2="{:.1}" y2="{:.1}"/>"#,
            Self::x(from.0),
            self.y(from.1),
            Self::x(to.0),
            self.y(to.1)
        );
        self.add(&element);
    }

    /// The whole, with its grid and the axes' words.
    fn close(self, title: &str, across: &str, up: &str) -> String {
        let (width, height) = (SIZE + EDGE + 16.0, SIZE + EDGE + 14.0);
        let mut svg = format!(
            "<svg viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\" aria-label=\"{title}\">\n"
        );
        for tick in 0..=5 {
            let share = f64::from(tick) / 5.0;
            let (x, y) = (Self::x(share), self.y(share * self.top));
            let _never_fails = writeln!(
                svg,
                "<line class=\"grid\" x1=\"{x:.1}\" y1=\"10\" x2=\"{x:.1}\" y2=\"{:.1}\"/>\
                 <line class=\"grid\" x1=\"{EDGE}\" y1=\"{y:.1}\" x2=\"{:.1}\" y2=\"{y:.1}\"/>\
                 <text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{share:.1}</text>\
                 <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{:.2}</text>",
                10.0 + SIZE,
                EDGE + SIZE,
                SIZE + 26.0,
                EDGE - 6.0,
                y + 4.0,
                share * self.top,
            );
        }
        let _never_fails = write!(
            svg,
            "{}<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{across}</text>\
             <text transform=\"translate(11 {:.1}) rotate(-90)\" text-anchor=\"middle\">{up}</text>\n</svg>",
            self.inside,
            EDGE + SIZE / 2.0,
            SIZE + 46.0,
            10.0 + SIZE / 2.0,
        );
        svg
    }
}

/// How often each tenth of confidence is right, with Wilson's intervals; the broken line is where it should be.
pub(super) fn reliability(confidence: &Confidence) -> String {
    let mut plot = Plot::new(1.0);
    plot.line("ideal", (0.0, 0.0), (1.0, 1.0));
    let most = confidence.bins.iter().map(|bin| bin.right.of).max().unwrap_or(1);
    for bin in &confidence.bins {
        let right = bin.right.share().unwrap_or(0.0);
        let (low, high) = bin.right.wilson();
        let radius = 3.0 + 6.0 * (bin.right.of as f64 / most as f64).sqrt();
        plot.line("interval", (bin.confidence, low), (bin.confidence, high));
        let point = format!(
            r#"<circle class="point" cx="{:.1}" cy="{:.1}" r="{radius:.1}"><title>confidence {:.2}: right {} of {}</title></circle>"#,
            Plot::x(bin.confidence),
            plot.y(right),
            bin.confidence,
            bin.right.hits,
            bin.right.of
        );
        plot.add(&point);
    }
    plot.close("Reliability", "confidence", "right")
}

/// How many of the answers are wrong if only the surest are given.
pub(super) fn risk_coverage(confidence: &Confidence) -> String {
    let worst = confidence.curve.iter().map(|point| point.risk).fold(0.0, f64::max);
    // In steps of a tenth, so that the curves of two runs have comparable axes.
    let mut plot = Plot::new(((worst * 10.0).ceil() / 10.0).max(0.1));
    let points: Vec<String> = confidence
        .curve
        .iter()
        .map(|point| format!("{:.1},{:.1}", Plot::x(point.coverage), plot.y(point.risk)))
        .collect();
    plot.add(&format!(r#"<polyline class="curve" points="{}"/>"#, points.join(" ")));
    if let [point] = confidence.curve.as_slice() {
        let (x, y) = (Plot::x(point.coverage), plot.y(point.risk));
        plot.add(&format!(r#"<circle class="point" cx="{x:.1}" cy="{y:.1}" r="4"/>"#));
    }
    plot.close("Risk and coverage", "answered (surest first)", "wrong among them")
}

/// One bar an intent.
pub(super) fn bars(shares: &[(&str, f64)]) -> String {
    const ROW: f64 = 24.0;
    const NAMES: f64 = 140.0;
    let (width, height) = (NAMES + SIZE + 50.0, ROW * shares.len() as f64 + 6.0);
    let mut svg =
        format!("<svg viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\">\n");
    for (row, (name, share)) in shares.iter().enumerate() {
        let y = row as f64 * ROW + 4.0;
        let _never_fails = writeln!(
            svg,
            "<text x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"end\">{name}</text>\
             <rect class=\"bar\" x=\"{NAMES}\" y=\"{y:.0}\" width=\"{:.1}\" height=\"16\"/>\
             <text x=\"{:.1}\" y=\"{:.0}\">{share:.3}</text>",
            NAMES - 8.0,
            y + 12.0,
            share * SIZE,
            NAMES + share * SIZE + 6.0,
            y + 12.0,
        );
    }
    svg.push_str("</svg>");
    svg
}
