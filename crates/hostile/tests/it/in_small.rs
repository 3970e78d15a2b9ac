//! A few hundred turns of the large run; and the same without the checks, to see that the judge hears something.

use hostile::{Ears, Options, Verdict};

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_must_not_gets_out_and_honest_words_do() {
    let verdict = play(Options { turns: 600, seed: 5, ears: Ears::Checked }).await;
    assert!(verdict.report.is_sound(), "{:?}\n{}", verdict.report, verdict.told.join("\n"));
    let report = verdict.report;
    assert_eq!(report.turns, 600);
    // All the ways run: words refused, words let pass, templates, calls for the seller.
    assert!(report.blocked > 60 && report.template_used > 30 && report.escalated > 60, "{report:?}");
    assert!(report.honest > 100 && report.honest_blocked * 100 < report.honest, "{report:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_checks_the_judge_finds_plenty() {
    let report = play(Options { turns: 300, seed: 5, ears: Ears::Raw }).await.report;
    let enough = report.unsupported_number_out > 30 && report.floor_leaked > 3 && report.commitment_out > 10;
    assert!(enough && report.contact_out > 3 && !report.is_sound(), "{report:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_seed_is_the_same_run() {
    let options = Options { turns: 60, seed: 9, ears: Ears::Raw };
    let (first, again) = (play(options).await, play(options).await);
    assert_eq!((first.report, first.told), (again.report, again.told));
}

async fn play(options: Options) -> Verdict {
    hostile::run(options, &mut |_| ()).await.unwrap()
}
