//! The bargaining policy: accept, counter, or let the price stand.
//!
//! What we ask falls by fixed steps, and no step depends on the floor; the floor only forbids the step that would
//! go below it. So within the allowed rounds the answers are the same for every floor that leaves room for the
//! steps, and nobody can compute it from them. A buyer who offers the same again gets the same again.
//!
//! Only when there is nothing left to ask for less is an offer held against the floor, and only a few times in one
//! conversation, whatever it is about ([`PATIENCE`]). Then what we asked last is taken, and nothing under it:
//! nobody creeps up to the floor rouble by rouble, nor from one product or size to the next. Each such answer tells
//! whether the floor is above one sum; three of them leave an eighth of the range, and a fourth does not come.
//!
//! The haggling is remembered by chat, for longer than the rest of a conversation. What is left to an attacker is
//! a second chat, by another listing or another account: there it begins anew, and learns as much again, at the
//! price of striking a deal, which a human sees, whenever it guesses high enough.

mod several;
#[cfg(test)]
mod tests;

use domain::catalog::{Bargaining, Product};
use domain::conversation::{Bargain, Haggling};
use domain::money::Money;
use domain::seller::PricingPolicy;

pub(crate) use several::{OfSeveral, of_several};

/// How many offers of one buyer are held against a floor and turned down, over all products together.
pub const PATIENCE: u32 = 3;
/// How many offers over one matter are remembered: enough for every rule, and a bound.
const REMEMBERED: usize = 40;
/// Over how many matters one buyer haggles. Who goes on beyond that is told the price.
const MATTERS: usize = 24;

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

/// Whether an answer told that an offer is below the floor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Weighed {
    Yes,
    No,
}

/// The answer to `offer` for `product`, or to the wish for a discount that names no sum; and the haggling after it.
/// Without `terms` there is nothing to bargain about: the price stands.
pub fn answer(
    product: &Product,
    price: Money,
    terms: Option<&Terms>,
    so_far: &Haggling,
    offer: Option<Money>,
) -> (Stand, Haggling) {
    let matter = matter(product, price);
    let known = so_far.over(&matter);
    let is_new_to_a_full_memory = known.is_none() && so_far.bargains.len() >= MATTERS;
    let (stand, weighed) = match terms.filter(|_| !is_new_to_a_full_memory) {
        Some(terms) => terms.answer(&known.cloned().unwrap_or_default(), so_far.weighed, offer),
        None if offer.is_some_and(|offer| offer >= price) => (Stand::Accept(price), Weighed::No),
        None => (Stand::Hold(None), Weighed::No),
    };
    if is_new_to_a_full_memory {
        return (stand, so_far.clone());
    }
    (stand, after(so_far, matter, offer, stand, weighed))
}

/// All sizes and colours that share a name and a price are one matter: a floor is not found out size by size.
fn matter(product: &Product, price: Money) -> String {
    format!("{} {}", product.title.value.trim().to_lowercase(), price.as_kopecks())
}

impl Terms {
    /// The terms of `product`; `None` where there is nothing to bargain about: no floor, a floor at the price,
    /// a policy or a «торг» column that says no.
    pub fn of(product: &Product, policy: &PricingPolicy) -> Option<Self> {
        let price = product.price.as_ref()?.value;
        let floor = product.floor.as_ref()?.value;
        let open = product.terms.bargaining.as_ref().is_none_or(|cell| cell.value == Bargaining::Open);
        if !policy.bargaining || !open || floor >= price {
            return None;
        }
        let step = match &product.step {
            Some(step) => step.value,
            None => round_step(price.percent(i64::from(policy.step_percent)), price),
        };
        let rounds = product.terms.rounds.as_ref().map_or(policy.rounds, |cell| cell.value);
        Some(Self { price, floor, step, rounds, accept_at_once: policy.accept_at_once })
    }

    fn answer(&self, so_far: &Bargain, weighed: u32, offer: Option<Money>) -> (Stand, Weighed) {
        let last = so_far.counters.last().copied();
        let asks = last.unwrap_or(self.price);
        if let Some(offer) = offer.filter(|offer| *offer >= asks) {
            return (Stand::Accept(offer.min(asks)), Weighed::No);
        }
        let next = self.next(so_far, asks, offer);
        if let Some(offer) = offer.filter(|offer| *offer >= next) {
            return (Stand::Accept(offer), Weighed::No);
        }
        let is_final = self.has_nothing_left(so_far, asks);
        let weighs = offer.filter(|_| (self.accept_at_once || is_final) && weighed < PATIENCE);
        match weighs {
            Some(offer) if offer >= self.floor => (Stand::Accept(offer), Weighed::No),
            _ if !is_final && next < self.price => (Stand::Counter(next), Self::told(weighs)),
            _ => (Stand::Hold(last), Self::told(weighs)),
        }
    }

    fn told(weighs: Option<Money>) -> Weighed {
        if weighs.is_some() { Weighed::Yes } else { Weighed::No }
    }

    /// What we ask next: a step less, if there is one and the buyer came nearer.
    fn next(&self, so_far: &Bargain, asks: Money, offer: Option<Money>) -> Money {
        let best = so_far.offers.iter().copied().max();
        let nearer = so_far.counters.is_empty() || offer.is_some_and(|offer| best.is_none_or(|best| offer > best));
        if nearer && !self.has_nothing_left(so_far, asks) { asks - self.step } else { asks }
    }

    /// The rounds are used up, or one more step would go below the floor. A step of nothing is never used up.
    fn has_nothing_left(&self, so_far: &Bargain, asks: Money) -> bool {
        so_far.counters.len() >= self.rounds as usize || asks - self.step < self.floor
    }
}

fn after(so_far: &Haggling, matter: String, offer: Option<Money>, stand: Stand, weighed: Weighed) -> Haggling {
    let mut now = so_far.clone();
    now.weighed += u32::from(weighed == Weighed::Yes);
    let at = now.bargains.iter().position(|bargain| bargain.matter == matter).unwrap_or_else(|| {
        now.bargains.push(Bargain { matter, ..Bargain::default() });
        now.bargains.len() - 1
    });
    let bargain = &mut now.bargains[at];
    bargain.offers.extend(offer);
    if let Stand::Counter(counter) = stand
        && bargain.counters.last() != Some(&counter)
    {
        bargain.counters.push(counter);
    }
    // The best offer decides whether the next one comes nearer: it is kept.
    let surplus = bargain.offers.len().saturating_sub(REMEMBERED);
    if surplus > 0 {
        let best = bargain.offers.iter().copied().max();
        bargain.offers.drain(..surplus);
        if let (Some(best), Some(first)) = (best, bargain.offers.first_mut()) {
            *first = best;
        }
    }
    now
}

/// A step as a person would name it: 145 is 150, of a price of 2 900. At least one rouble, unless it is nothing.
fn round_step(step: Money, price: Money) -> Money {
    if step == Money::ZERO {
        return step;
    }
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
