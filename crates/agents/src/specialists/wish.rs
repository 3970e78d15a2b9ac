//! What a buyer says about money: the sum he would pay, how much less, for how many. It answers nothing.

use domain::catalog::CatalogSnapshot;
use domain::intent::Intent;
use domain::money::Money;

use crate::finding::Question;
use crate::matching::phrase::{Token, tokens};
use crate::matching::{self, talk};
use crate::numbers::fold::fold;
use crate::numbers::{self, Amount, Bound, Number, ToldBy, Value};

/// A message about a price, read.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Wish {
    /// The sum or the share named.
    pub(super) offer: Option<Named>,
    /// He wants it for less, whether or not he says how much.
    pub(super) discount: bool,
    /// For how many.
    pub(super) quantity: Option<u32>,
    /// The sum named is for one of several: «по 300», «3000 за штуку».
    pub(super) each: bool,
    /// Several sums, or one that holds the delivery.
    pub(super) is_too_complex: bool,
    /// The message without its sums: a model number is not an offer, and an offer is no model number.
    pub(super) without_sums: String,
    words: Vec<Token>,
}

/// A sum as the buyer names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Named {
    /// He would pay so much. `loose` where only the words around it make it a sum: «за 3» may be three thousand.
    Sum { money: Money, loose: Loose },
    /// So much less.
    Less(Money),
    /// So many percent less, in thousandths of a percent.
    Percent(Amount),
}

/// Whether a sum's unit was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Loose {
    No,
    Yes,
}

/// Read the message of `question`.
pub(super) fn read(question: &Question<'_>, catalog: &CatalogSnapshot) -> Wish {
    let folded = fold(question.text);
    let words = tokens(&folded);
    let mut wish = Wish {
        offer: None,
        discount: talk::says("discount", &words),
        quantity: None,
        each: talk::says("each", &words),
        is_too_complex: false,
        without_sums: folded.clone(),
        words,
    };
    let mut sums: Vec<Named> = Vec::new();
    for number in numbers::read_folded(&folded).iter().rev() {
        if let Value::Quantity(count) = number.value
            && (number.told_by == ToldBy::Unit || !matching::knows_number(&count.to_string(), catalog))
        {
            wish.quantity = u32::try_from(count).ok();
        }
        if let Some(count) = count_of_things(number, &folded, catalog) {
            wish.quantity = Some(count);
            wish.without_sums.replace_range(number.span.clone(), " ");
            continue;
        }
        let Some(named) = named(number, catalog) else { continue };
        let before = folded[..number.span.start].trim_end();
        wish.each |= before.ends_with(" по") || before == "по" || folded[number.span.clone()].starts_with("по ");
        wish.without_sums.replace_range(number.span.clone(), " ");
        if !sums.contains(&named) {
            sums.push(named);
        }
    }
    wish.settle(&sums, question.routing.entities.desired_price);
    wish
}

/// «три кружки», «за 10 кружек»: a bare number before a thing of the table.
fn count_of_things(number: &Number, folded: &str, catalog: &CatalogSnapshot) -> Option<u32> {
    let amount = match number.value {
        Value::Bare(amount) => amount,
        Value::Price(money) if number.told_by == ToldBy::Words => Amount::of_money(money),
        _ => return None,
    };
    let count = u32::try_from(amount.as_whole()?).ok().filter(|count| (2..100).contains(count))?;
    matching::counts_things(count, &folded[number.span.end..], catalog).then_some(count)
}

fn named(number: &Number, catalog: &CatalogSnapshot) -> Option<Named> {
    match number.value {
        // «сколько стоит чехол на 13?»
        Value::Price(money)
            if number.told_by == ToldBy::Words
                && money < Money::roubles(200)
                && matching::knows_number(&Amount::of_money(money).to_string(), catalog) =>
        {
            None
        }
        Value::Price(money) => {
            let loose = if number.told_by == ToldBy::Unit || number.written == numbers::Written::Words {
                Loose::No
            } else {
                Loose::Yes
            };
            Some(Named::Sum { money, loose })
        }
        // «скинете до 3000» names the price, not the discount.
        Value::Discount(money) if number.bound == Bound::UpTo => Some(Named::Sum { money, loose: Loose::Yes }),
        Value::Discount(money) => Some(Named::Less(money)),
        Value::Percent(percent) => Some(Named::Percent(percent)),
        Value::Bare(amount)
            if amount >= Amount::whole(100) && !matching::knows_number(&amount.to_string(), catalog) =>
        {
            Some(Named::Sum { money: amount.roubles(), loose: Loose::Yes })
        }
        _ => None,
    }
}

impl Wish {
    /// Of several sums the one the router read; the others may be the price itself.
    fn settle(&mut self, sums: &[Named], desired: Option<Money>) {
        let wants_less = !sums.is_empty() || self.discount;
        self.is_too_complex = wants_less && (self.is_said("with_delivery") || self.is_said("both"));
        self.offer = match sums {
            [] => None,
            [one] => Some(*one),
            several => {
                let read =
                    several.iter().find(|named| matches!(named, Named::Sum { money, .. } if Some(*money) == desired));
                self.is_too_complex |= read.is_none();
                read.copied()
            }
        };
    }

    fn is_said(&self, list: &str) -> bool {
        talk::says(list, &self.words)
    }

    /// «за 3500 вместе с ремнём»: something comes along that the sum is for as well.
    pub(super) fn brings_along(&self) -> bool {
        (self.offer.is_some() || self.discount) && self.is_said("along")
    }

    /// «Сколько?» after a place was talked about, or «Сколько доставка?»
    pub(super) fn is_about_delivery(&self, question: &Question<'_>) -> bool {
        let asks = self.is_said("price_question") && self.offer.is_none() && !self.discount;
        let delivery = self.is_said("delivery") && question.routing.second_intent != Some(Intent::DeliveryQuestion);
        let after_delivery = question.conversation.last_intent == Some(Intent::DeliveryQuestion)
            && self.words.len() <= 2
            && self.words.iter().all(|word| !matches!(word.text.as_str(), "цена" | "стоит"));
        asks && (delivery || after_delivery)
    }

    /// What is wanted of a product at `price`: `None` is to know the price; `Some(None)` a discount without a
    /// sum; `Some(Some(sum))` to have it for so much.
    pub(super) fn towards(&self, price: Money) -> Option<Option<Money>> {
        let offers = self.is_said("offer");
        match self.offer {
            Some(Named::Sum { money, loose }) => {
                let money = if loose == Loose::Yes { as_meant(money, price) } else { money };
                // «Цена 3500?», «3500 ещё актуально?» only ask.
                let asks = !offers && (money >= price || self.is_said("price_question"));
                (!asks).then_some(Some(money))
            }
            Some(Named::Less(money)) => Some(Some(price - money).filter(|sum| *sum > Money::ZERO)),
            Some(Named::Percent(percent)) => Some(less_percent(price, percent)),
            None => self.discount.then_some(None),
        }
    }
}

impl Wish {
    /// As [`towards`](Self::towards), for `count` at `price` each: a sum is for all of them unless it is said to be
    /// for each.
    pub(super) fn towards_all(&self, price: Money, count: u32) -> Option<Option<Money>> {
        let all = price.times(count)?;
        match self.offer {
            Some(Named::Sum { .. }) if self.each => Some(self.towards(price)?.and_then(|sum| sum.times(count))),
            _ => self.towards(all),
        }
    }
}

fn less_percent(price: Money, percent: Amount) -> Option<Money> {
    let percent = i64::try_from(percent.as_whole()?).ok().filter(|percent| (1..100).contains(percent))?;
    Some(price - price.percent(percent))
}

/// «за 3» of a thing for 3 500 is three thousand.
fn as_meant(money: Money, price: Money) -> Money {
    let thousands = Money::kopecks(money.as_kopecks().saturating_mul(1000));
    let near = |sum: Money| sum >= price.percent(20) && sum <= price.percent(130);
    if !near(money) && money < Money::roubles(1000) && near(thousands) { thousands } else { money }
}
