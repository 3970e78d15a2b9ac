//! The bargaining policy: accept, counter, or let the price stand.
//!
//! What we ask falls by fixed steps, and no step depends on the floor; the floor only forbids the step that would
//! go below it. So within the allowed rounds the answers are the same for every floor that leaves room for the
//! steps, and nobody can compute it from them. A buyer who offers the same again gets the same again. After the
//! rounds a few offers more are weighed, and then only what we asked last is taken: nobody creeps up to the floor
//! rouble by rouble.

use domain::catalog::Product;
use domain::conversation::Haggling;
use domain::money::Money;
use domain::seller::PricingPolicy;

/// How many offers beyond the allowed rounds are weighed against the floor.
const PATIENCE: usize = 3;
/// How many offers are remembered: enough for every rule, and a bound.
const REMEMBERED: usize = 40;

/// The terms of one product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// What it costs.
    pub price: Money,
    /// The least that is taken. Never said.
    pub floor: Money,
    /// By how much one counter-offer gives way.
    pub step: Money,
    /// How many counter-offers there are.
    pub rounds: u32,
    /// Whether an offer at or above the floor is taken at once.
    pub accept_at_once: bool,
}

/// What is answered to an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stand {
    /// A deal, for so much.
    Accept(Money),
    /// Not for that, but for this.
    Counter(Money),
    /// The price stands: what we asked last, where we asked something.
    Hold(Option<Money>),
}

impl Terms {
    /// The terms of `product`; `None` where there is nothing to bargain about: no floor, a floor at the price,
    /// a policy or a «торг» column that says no.
    pub fn of(product: &Product, policy: &PricingPolicy) -> Option<Self> {
        let price = product.price.as_ref()?.value;
        let floor = product.floor.as_ref()?.value;
        let refused = product.attribute("торг").is_some_and(|cell| says_no(&cell.value));
        if !policy.bargaining || refused || floor >= price {
            return None;
        }
        let step = match &product.step {
            Some(step) => step.value,
            None => round_step(price.percent(i64::from(policy.step_percent)), price),
        };
        Some(Self { price, floor, step, rounds: policy.rounds, accept_at_once: policy.accept_at_once })
    }

    /// The answer to `offer`, or to the wish for a discount that names no sum.
    pub fn answer(&self, so_far: &Haggling, offer: Option<Money>) -> Stand {
        let last = so_far.counters.last().copied();
        let asks = last.unwrap_or(self.price);
        if let Some(offer) = offer.filter(|offer| *offer >= asks) {
            return Stand::Accept(offer.min(asks));
        }
        if so_far.offers.len() >= self.rounds as usize + PATIENCE {
            return Stand::Hold(last);
        }
        let used_up = so_far.counters.len() >= self.rounds as usize;
        let next = if used_up { asks } else { self.next(so_far, asks, offer) };
        match offer {
            Some(offer) if offer >= next || offer >= self.floor && (self.accept_at_once || used_up) => {
                Stand::Accept(offer)
            }
            _ if !used_up && next < self.price => Stand::Counter(next),
            _ => Stand::Hold(last),
        }
    }

    /// What we ask next: a step less, if the buyer came a step nearer, and the step does not go below the floor.
    fn next(&self, so_far: &Haggling, asks: Money, offer: Option<Money>) -> Money {
        let best = so_far.offers.iter().copied().max();
        let nearer = so_far.counters.is_empty() || offer.is_some_and(|offer| best.is_none_or(|best| offer > best));
        let step_down = asks - self.step;
        if nearer && step_down >= self.floor { step_down } else { asks }
    }
}

/// The haggling after an answer.
pub fn after(so_far: &Haggling, product: &str, offer: Option<Money>, stand: Stand) -> Haggling {
    let mut now = so_far.clone();
    now.product = Some(product.to_owned());
    now.offers.extend(offer);
    if let Stand::Counter(counter) = stand {
        now.counters.push(counter);
    }
    let surplus = now.offers.len().saturating_sub(REMEMBERED);
    now.offers.drain(..surplus);
    now
}

/// A step as a person would name it: 145 is 150, of a price of 2 900. At least one rouble.
fn round_step(step: Money, price: Money) -> Money {
    let grain = match price.as_kopecks() / 100 {
        0..200 => 1,
        200..1000 => 10,
        1000..20_000 => 50,
        20_000..200_000 => 100,
        _ => 1000,
    } * 100;
    Money::kopecks(
        step.as_kopecks().div_euclid(grain).max(0) * grain + if step.as_kopecks() % grain > 0 { grain } else { 0 },
    )
    .max(Money::roubles(1))
}

fn says_no(cell: &str) -> bool {
    let cell = cell.trim().to_lowercase();
    ["нет", "без торга", "не уместен", "неуместен", "no", "0", "-", "—"]
        .iter()
        .any(|no| cell == *no || cell.starts_with("без торг") || cell.starts_with("нет"))
}

#[cfg(test)]
mod tests {
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
        let mut so_far = Haggling::default();
        offers
            .iter()
            .map(|roubles| {
                let offer = (*roubles > 0).then_some(Money::roubles(*roubles));
                let stand = terms.answer(&so_far, offer);
                so_far = after(&so_far, "A", offer, stand);
                stand
            })
            .collect()
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
            (BAG, vec![1000, 2000, 2500], vec![counter(3300), counter(3100), hold(3100)]),
            (BAG, vec![3100], vec![counter(3300)]),
            (BAG, vec![3400], vec![accept(3400)]),
            (BAG, vec![1000, 3300], vec![counter(3300), accept(3300)]),
            (BAG, vec![1000, 3500], vec![counter(3300), accept(3300)]),
            (BAG, vec![1000, 2000, 3000], vec![counter(3300), counter(3100), accept(3000)]),
            (BAG, vec![1000, 2000, 2999], vec![counter(3300), counter(3100), hold(3100)]),
            (BAG, vec![0], vec![counter(3300)]),
            (BAG, vec![0, 0, 0], vec![counter(3300), counter(3300), hold(3300)]),
            (at_once, vec![3000], vec![accept(3000)]),
            (at_once, vec![2999], vec![counter(3300)]),
            (Terms { rounds: 0, ..BAG }, vec![2999, 3000], vec![Stand::Hold(None), accept(3000)]),
            (Terms { step: Money::ZERO, ..BAG }, vec![2999], vec![Stand::Hold(None)]),
            (Terms { step: Money::roubles(600), ..BAG }, vec![2999], vec![Stand::Hold(None)]),
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
                        asked = money;
                        counters += 1;
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
    }
}
