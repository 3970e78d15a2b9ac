//! The orders and the dice of a running server: whether a fault plays at a point of its work.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::fault::{Fault, Faults, Order, Point};

/// The orders and the dice of a running server.
#[derive(Debug)]
pub(super) struct FaultPlan {
    orders: Vec<Order>,
    rates: Vec<(Fault, f64)>,
    dice: StdRng,
}

impl FaultPlan {
    pub(super) fn new(faults: Faults) -> Self {
        Self { orders: Vec::new(), rates: faults.rates, dice: StdRng::seed_from_u64(faults.seed) }
    }

    pub(super) fn order(&mut self, order: Order) {
        self.orders.push(order);
    }

    pub(super) fn set_rates(&mut self, faults: Faults) {
        *self = Self { orders: std::mem::take(&mut self.orders), ..Self::new(faults) };
    }

    pub(super) fn add_rate(&mut self, fault: Fault, share: f64) {
        self.rates.push((fault, share));
    }

    pub(super) fn clear(&mut self) {
        self.orders.clear();
        self.rates.clear();
    }

    pub(super) fn open_orders(&self) -> &[Order] {
        &self.orders
    }

    /// The fault that plays here, if one does. What was ordered goes before what chance brings.
    pub(super) fn draw(&mut self, point: Point, chat: Option<&str>) -> Option<Fault> {
        self.draw_order(point, chat).or_else(|| self.draw_chance(point))
    }

    fn draw_order(&mut self, point: Point, chat: Option<&str>) -> Option<Fault> {
        let index = self.orders.iter_mut().position(|order| {
            let fits = order.fits(point, chat);
            let waits = fits && order.after > 0;
            order.after -= u32::from(waits);
            fits && !waits
        })?;
        let order = &mut self.orders[index];
        order.times = order.times.saturating_sub(1);
        let fault = order.fault.clone();
        self.orders.retain(|order| order.times > 0);
        Some(fault)
    }

    fn draw_chance(&mut self, point: Point) -> Option<Fault> {
        let dice = &mut self.dice;
        let drawn =
            self.rates.iter().find(|(fault, share)| fault.plays_at(point, None) && dice.random::<f64>() < *share);
        drawn.map(|(fault, _)| fault.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::avito::{Endpoint, Scope};

    const SEND: Point = Point::Call(Endpoint::Send);

    #[test]
    fn an_order_plays_as_often_as_it_says_where_it_says() {
        let mut plan = FaultPlan::new(Faults::none());
        plan.order(Order::from(Fault::Paywall).times(2).after(1).in_chat("a"));
        let drawn: Vec<bool> = [(SEND, "a"), (SEND, "b"), (Point::Echo, "a"), (SEND, "a"), (SEND, "a"), (SEND, "a")]
            .map(|(point, chat)| plan.draw(point, Some(chat)).is_some())
            .into();
        assert_eq!(drawn, [false, false, false, true, true, false]);
        assert!(plan.open_orders().is_empty());
    }

    #[test]
    fn a_calls_fault_keeps_to_its_calls() {
        let read = Point::Call(Endpoint::Read);
        let token = Point::Call(Endpoint::Token);
        for (order, point, plays) in [
            (Order::from(Fault::Paywall), SEND, true),
            (Order::from(Fault::Paywall), read, false),
            (Order::from(Fault::Paywall).on(Scope::Only(Endpoint::Read)), read, true),
            (Order::from(Fault::Paywall).on(Scope::Every), token, true),
            (Order::from(Fault::ExpiredToken401), read, true),
            (Order::from(Fault::ExpiredToken401), token, false),
            (Order::from(Fault::SlowHistory { ms: 1 }), Point::Call(Endpoint::Messages), true),
        ] {
            let mut plan = FaultPlan::new(Faults::none());
            plan.order(order.clone());
            assert_eq!(plan.draw(point, None).is_some(), plays, "{order:?} at {point:?}");
        }
    }

    #[test]
    fn chance_repeats_itself_from_the_same_seed() {
        let run = |seed| {
            let mut plan = FaultPlan::new(Faults::seeded(seed).rate(Fault::Duplicate, 0.3));
            (0..200).map(|_| plan.draw(Point::Delivery, None).is_some()).collect::<Vec<_>>()
        };
        assert_eq!(run(7), run(7));
        assert_ne!(run(7), run(8));
        let hits = run(7).iter().filter(|hit| **hit).count();
        assert!((35..=85).contains(&hits), "{hits} of 200 at 0.3");
    }

    #[test]
    fn an_order_is_written_as_the_control_api_documents_it() {
        for (json, order) in [
            (r#"{"kind":"duplicate"}"#, Order::from(Fault::Duplicate)),
            (
                r#"{"kind":"too_many_requests","retry_after_s":2,"times":3,"chat":"c","on":"read"}"#,
                Order::from(Fault::TooManyRequests { retry_after_s: Some(2) })
                    .times(3)
                    .in_chat("c")
                    .on(Scope::Only(Endpoint::Read)),
            ),
            (r#"{"kind":"paywall","on":"every"}"#, Order::from(Fault::Paywall).on(Scope::Every)),
        ] {
            assert_eq!(serde_json::from_str::<Order>(json).unwrap(), order, "{json}");
        }
    }
}
