//! Faults ordered in advance, each played a number of times.
//!
//! Not here: what a fault does; each service has its own list.

use std::sync::Mutex;

use serde::{Deserialize, Serialize};

use super::held;

/// One fault, ordered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order<F> {
    /// What goes wrong.
    #[serde(flatten)]
    pub fault: F,
    /// Only on this call, by the service's own name for it; on any call if absent.
    #[serde(default)]
    pub on: Option<String>,
    /// How many times.
    #[serde(default = "once")]
    pub times: u32,
}

fn once() -> u32 {
    1
}

impl<F> From<F> for Order<F> {
    fn from(fault: F) -> Self {
        Self { fault, on: None, times: 1 }
    }
}

impl<F> Order<F> {
    /// As often as said.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = times;
        self
    }

    /// Until the orders are cleared.
    #[must_use]
    pub fn always(self) -> Self {
        self.times(u32::MAX)
    }

    /// Only on the call named so, in any case.
    #[must_use]
    pub fn on(mut self, call: &str) -> Self {
        self.on = Some(call.to_owned());
        self
    }
}

/// The orders still open, first come first played.
#[derive(Debug)]
pub(crate) struct Orders<F>(Mutex<Vec<Order<F>>>);

impl<F> Default for Orders<F> {
    fn default() -> Self {
        Self(Mutex::new(Vec::new()))
    }
}

impl<F: Clone> Orders<F> {
    /// Takes one more order.
    pub(crate) fn add(&self, order: impl Into<Order<F>>) {
        let order = order.into();
        if order.times > 0 {
            held(&self.0).push(order);
        }
    }

    /// The fault to play on this call, if one is ordered; it is used up by one.
    pub(crate) fn take(&self, call: &str) -> Option<F> {
        let mut orders = held(&self.0);
        let fits = |order: &Order<F>| order.on.as_ref().is_none_or(|on| on.eq_ignore_ascii_case(call));
        let place = orders.iter().position(fits)?;
        let order = orders.get_mut(place)?;
        let fault = order.fault.clone();
        if order.times != u32::MAX {
            order.times -= 1;
        }
        if order.times == 0 {
            orders.remove(place);
        }
        Some(fault)
    }

    /// Nothing goes wrong any more.
    pub(crate) fn clear(&self) {
        held(&self.0).clear();
    }

    /// What is still to come.
    pub(crate) fn open(&self) -> Vec<Order<F>> {
        held(&self.0).clone()
    }
}

#[cfg(test)]
mod tests {
    use super::{Order, Orders};

    #[test]
    fn orders_are_played_in_turn_and_only_on_their_call() {
        let orders = Orders::default();
        orders.add(Order::from("late").on("Send"));
        orders.add(Order::from("cut").times(2));
        let calls = ["read", "send", "send", "send"];
        assert_eq!(calls.map(|call| orders.take(call)), [Some("cut"), Some("late"), Some("cut"), None]);
    }

    #[test]
    fn a_standing_order_lasts_until_it_is_cleared() {
        let orders = Orders::default();
        orders.add(Order::from("down").always());
        assert_eq!([orders.take("a"), orders.take("b"), orders.take("c")], [Some("down"); 3]);
        orders.clear();
        assert_eq!(orders.take("a"), None);
    }
}
