//! How long a review takes, as a bound with room to spare; the figure is measured elsewhere.

use std::time::Instant;

use super::sample;

#[test]
fn a_review_takes_a_fraction_of_a_turn() {
    let situation = sample::both();
    let text = "Да, «Рюкзак городской 30 л» есть, 3 500 ₽, осталось 2. Доставка в Новосибирск — 500 ₽, 5–7 дней.";
    assert!(situation.review(text).is_ok());
    let started = Instant::now();
    for _ in 0..20 {
        let _ = situation.review(text);
    }
    // Unoptimised, on a busy machine: the release build is a hundred times quicker.
    let each = started.elapsed() / 20;
    assert!(each.as_millis() < 100, "{each:?}");
}
