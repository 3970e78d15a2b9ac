//! The policy offer by offer, and what holds over any row of offers.

use domain::catalog::{Cell, CellRef, PriceOfSeveral, Reduced, Stock};
use proptest::prelude::*;

use super::*;

const BAG: Terms = Terms {
    price: Money::roubles(3500),
    floor: Money::roubles(3000),
    step: Money::roubles(200),
    rounds: 2,
    accept_at_once: false,
};

/// The answers to a row of offers; 0 is a wish without a sum.
fn play(terms: Terms, offers: &[i64]) -> Vec<Stand> {
    let (bag, mut so_far) = (product("Сумка", "A"), Haggling::default());
    offers
        .iter()
        .map(|roubles| {
            let offer = (*roubles > 0).then_some(Money::roubles(*roubles));
            let (stand, after) = answer(&bag, terms.price, Some(&terms), &so_far, offer);
            so_far = after;
            stand
        })
        .collect()
}

fn product(title: &str, sku: &str) -> Product {
    let at = || CellRef("Товары!A2".into());
    Product {
        sku: sku.into(),
        title: Cell::new(title.into(), at()),
        price: None,
        stock: Cell::new(Stock::Plenty, at()),
        floor: None,
        step: None,
        attributes: Vec::new(),
        item: None,
        also_called: None,
        terms: Default::default(),
    }
}

#[test]
fn offers_are_answered_by_the_policy() {
    let (accept, counter) = (|r| Stand::Accept(Money::roubles(r)), |r| Stand::Counter(Money::roubles(r)));
    let hold = |r| Stand::Hold(Some(Money::roubles(r)));
    let at_once = Terms { accept_at_once: true, ..BAG };
    for (terms, offers, stands) in [
        (BAG, vec![3500], vec![accept(3500)]),
        (BAG, vec![4000], vec![accept(3500)]),
        (BAG, vec![1000], vec![counter(3300)]),
        (BAG, vec![1000, 1000], vec![counter(3300), counter(3300)]),
        (BAG, vec![1000, 1000, 1000, 1000], vec![counter(3300); 4]),
        (BAG, vec![1000, 1000, 2000], vec![counter(3300), counter(3300), counter(3100)]),
        (BAG, vec![1000, 2000, 2500], vec![counter(3300), counter(3100), hold(3100)]),
        (BAG, vec![3100], vec![counter(3300)]),
        (BAG, vec![3400], vec![accept(3400)]),
        (BAG, vec![1000, 3300], vec![counter(3300), accept(3300)]),
        (BAG, vec![1000, 3500], vec![counter(3300), accept(3300)]),
        (BAG, vec![1000, 2000, 3000], vec![counter(3300), counter(3100), accept(3000)]),
        (BAG, vec![1000, 2000, 2999], vec![counter(3300), counter(3100), hold(3100)]),
        (BAG, vec![0], vec![counter(3300)]),
        (BAG, vec![0, 0, 0], vec![counter(3300), counter(3300), counter(3300)]),
        (at_once, vec![3000], vec![accept(3000)]),
        (at_once, vec![2999], vec![counter(3300)]),
        (Terms { rounds: 0, ..BAG }, vec![2999, 3000], vec![Stand::Hold(None), accept(3000)]),
        // A step of nothing: the seller never gives way, however long one tries.
        (Terms { step: Money::ZERO, ..BAG }, vec![2999, 3200, 3499], vec![Stand::Hold(None); 3]),
        // No step fits above the floor: the offer itself is weighed.
        (Terms { step: Money::roubles(600), ..BAG }, vec![2999, 3000], vec![Stand::Hold(None), accept(3000)]),
        (
            BAG,
            vec![1, 2, 3, 4, 5, 3000, 3100],
            vec![counter(3300), counter(3100), hold(3100), hold(3100), hold(3100), hold(3100), accept(3100)],
        ),
    ] {
        assert_eq!(play(terms, &offers), stands, "{offers:?}");
    }
}

#[test]
fn steps_are_round() {
    for (price, percent, step) in
        [(3500, 5, 200), (2900, 5, 150), (590, 5, 30), (45_000, 5, 2300), (100, 5, 5), (10, 5, 1)]
    {
        let price = Money::roubles(price);
        assert_eq!(round_step(price.percent(percent), price), Money::roubles(step), "{price}");
    }
}

#[test]
fn a_step_of_nothing_stays_nothing() {
    assert_eq!(round_step(Money::roubles(3500).percent(0), Money::roubles(3500)), Money::ZERO);
}

#[test]
fn who_comes_back_to_a_product_goes_on_where_he_left_off() {
    let (bag, belt) = (product("Сумка", "A"), product("Ремень", "B"));
    let mut so_far = Haggling::default();
    let mut offers = |product: &Product, roubles: i64| {
        let (stand, after) = answer(product, BAG.price, Some(&BAG), &so_far, Some(Money::roubles(roubles)));
        so_far = after;
        stand
    };
    let counter = |roubles| Stand::Counter(Money::roubles(roubles));
    assert_eq!(offers(&bag, 1000), counter(3300));
    assert_eq!(offers(&bag, 2000), counter(3100));
    assert_eq!(offers(&belt, 1000), counter(3300));
    assert_eq!(offers(&bag, 1000), Stand::Hold(Some(Money::roubles(3100))), "no counter rises again");
    // The same bag in another size is the same matter.
    assert_eq!(offers(&product("сумка ", "A-2"), 1500), Stand::Hold(Some(Money::roubles(3100))));
}

#[test]
fn several_cost_what_the_columns_say_and_never_less_than_the_floor_each() {
    let at = CellRef("Товары!C2".into());
    let line = |count, reduced| Cell::new(PriceOfSeveral { count, reduced }, CellRef("Товары!H2".into()));
    let cup = |floor: i64, several| {
        let mut cup = product("Кружка", "K");
        cup.floor = Some(Cell::new(Money::roubles(floor), CellRef("Товары!D2".into())));
        cup.terms.several = several;
        cup
    };
    let percents = || vec![line(3, Reduced::Percent(10)), line(10, Reduced::Percent(20))];
    for (several, count, total, is_reduced) in [
        (vec![], 2, 2000, false),
        (percents(), 2, 2000, false),
        (percents(), 3, 2700, true),
        (percents(), 10, 8000, true),
        (vec![line(2, Reduced::Together(Money::roubles(1800)))], 2, 1800, true),
        (vec![line(2, Reduced::Together(Money::roubles(1800)))], 3, 3000, false),
        (vec![line(5, Reduced::Each(Money::roubles(900)))], 6, 5400, true),
        (vec![line(3, Reduced::Percent(0))], 3, 3000, true),
    ] {
        let OfSeveral::Total { total: found, is_reduced: reduced, .. } =
            of_several(&cup(800, several), Money::roubles(1000), &at, count)
        else {
            panic!("{count}")
        };
        assert_eq!((found, reduced), (Money::roubles(total), is_reduced), "{count}");
    }
    for several in [vec![line(3, Reduced::Percent(30))], vec![line(3, Reduced::Each(Money::roubles(1100)))]] {
        assert_eq!(of_several(&cup(800, several), Money::roubles(1000), &at, 3), OfSeveral::Contradiction);
    }
}

/// Somebody who knows the price and the policy and halves the range with every answer. Returns what he is left
/// with, as a share of the price.
fn searched(terms: Terms, tries: usize, products: usize) -> f64 {
    let goods: Vec<Product> = (0..products).map(|n| product(&format!("Товар {n}"), &n.to_string())).collect();
    let mut so_far = Haggling::default();
    let mut narrowest = 1.0_f64;
    for good in &goods {
        let (mut low, mut high) = (Money::ZERO, terms.price);
        for _ in 0..tries {
            let middle = Money::kopecks((low.as_kopecks() + high.as_kopecks()) / 2);
            let before = so_far.clone();
            let (stand, after) = answer(good, terms.price, Some(&terms), &so_far, Some(middle));
            let was_weighed = after.weighed > before.weighed;
            so_far = after;
            match stand {
                // A deal: the chat is a human's from here on; the searcher comes back as if nothing had been.
                Stand::Accept(_) => {
                    high = middle;
                    break;
                }
                _ if was_weighed => low = middle,
                _ => {}
            }
        }
        narrowest = narrowest.min((high - low).as_roubles() / terms.price.as_roubles());
    }
    narrowest
}

fn terms() -> impl Strategy<Value = Terms> {
    (100i64..100_000, 1i64..100, 0i64..50, 0u32..6, any::<bool>()).prop_map(
        |(price, floor, step, rounds, accept_at_once)| Terms {
            price: Money::roubles(price),
            floor: Money::roubles(price * floor / 100),
            step: Money::roubles(price * step / 100),
            rounds,
            accept_at_once,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_below_the_floor_is_taken_or_said_and_counters_never_rise(terms in terms(), shares in prop::collection::vec(0i64..130, 0..20)) {
        let offers: Vec<i64> = shares.iter().map(|share| terms.price.as_kopecks() / 100 * share / 100).collect();
        let mut asked = terms.price;
        let mut counters = 0;
        for stand in play(terms, &offers) {
            match stand {
                Stand::Accept(money) => prop_assert!(money >= terms.floor && money <= terms.price),
                Stand::Counter(money) => {
                    prop_assert!(money >= terms.floor && money <= asked && money < terms.price);
                    counters += u32::from(money < asked);
                    asked = money;
                }
                Stand::Hold(standing) => prop_assert_eq!(standing.unwrap_or(terms.price), asked),
            }
        }
        prop_assert!(counters <= terms.rounds);
    }

    #[test]
    fn within_the_rounds_no_answer_tells_one_floor_from_another(terms in terms(), shares in prop::collection::vec(0i64..130, 0..6), other in 0i64..100) {
        // Any two floors that leave room for all the steps, and a seller who does not accept at once.
        let room = terms.price - Money::kopecks(terms.step.as_kopecks() * i64::from(terms.rounds));
        prop_assume!(room > Money::ZERO);
        let first = Terms { floor: terms.floor.min(room), accept_at_once: false, ..terms };
        let second = Terms { floor: room.percent(other), ..first };
        let offers: Vec<i64> = shares.iter().take(terms.rounds as usize).map(|share| terms.price.as_kopecks() / 100 * share / 100).collect();
        let told = |terms| {
            let stands = play(terms, &offers);
            let deal = stands.iter().position(|stand| matches!(stand, Stand::Accept(_))).map_or(stands.len(), |at| at + 1);
            stands[..deal].to_vec()
        };
        prop_assert_eq!(told(first), told(second));
    }

    #[test]
    fn the_floor_is_not_found_by_halving_over_any_number_of_products(terms in terms(), products in 1usize..6) {
        // Three answers halve the range three times, over all products together, and a deal, which a human sees,
        // once more.
        let left = searched(terms, 60, products);
        prop_assert!(left >= 1.0 / 16.0 - 0.001, "left with {left}");
    }

    #[test]
    fn over_products_at_once_no_counter_rises_and_nothing_is_below_its_floor(terms in terms(), offers in prop::collection::vec((0usize..4, 0i64..130), 0..40)) {
        let goods: Vec<Product> = (0..4).map(|n| product(&format!("Товар {n}"), &n.to_string())).collect();
        let mut asked = [terms.price; 4];
        let mut so_far = Haggling::default();
        for (which, share) in offers {
            let offer = terms.price.percent(share);
            let (stand, after) = answer(&goods[which], terms.price, Some(&terms), &so_far, Some(offer));
            so_far = after;
            match stand {
                Stand::Accept(money) => prop_assert!(money >= terms.floor && money <= terms.price),
                Stand::Counter(money) => {
                    prop_assert!(money >= terms.floor && money <= asked[which]);
                    asked[which] = money;
                }
                Stand::Hold(standing) => prop_assert_eq!(standing.unwrap_or(terms.price), asked[which]),
            }
            prop_assert!(so_far.weighed <= PATIENCE);
        }
    }
}
