//! Google answers 500 for ten minutes: the copy serves while it may, then nothing does, and then it is over.

use std::time::Duration;

use domain::clock::Clock;
use sandbox::google::{Fault, Order};
use sheets::SheetsError;

use crate::harness::{Office, STALE, price, seller, set_price};

const STEP: Duration = Duration::from_secs(10);

#[tokio::test]
async fn ten_minutes_of_errors_are_bridged_then_said_and_then_over() {
    let office = Office::open().await;
    let workers = [office.worker().await, office.worker().await];
    workers[0].snapshot(&seller()).await.unwrap();
    // Nobody asked for some minutes: the copy is older than fresh when the trouble begins.
    office.pass(Duration::from_secs(400));
    office.google.order(Order::from(Fault::ServerError).always());
    set_price(&office.google, "3600");
    let asked = office.asked();

    let (mut served, mut refused) = (0, 0);
    for n in 0..60 {
        match workers[n % 2].snapshot(&seller()).await {
            Ok(copy) => {
                let age_ms = u128::try_from(office.clock.now_ms() - copy.read_at_ms).unwrap();
                assert!(age_ms <= STALE.as_millis() && price(&copy) == 3500.0, "message {n}: {age_ms} ms old");
                assert_eq!(refused, 0, "message {n}: an old copy after a refusal");
                served += 1;
            }
            Err(SheetsError::TooOld { age, .. }) => {
                assert!(age > STALE, "message {n}: {age:?}");
                refused += 1;
            }
            Err(other) => panic!("message {n}: {other}"),
        }
        office.pass(STEP);
    }
    let tried = office.asked().1 - asked.1;
    println!("{served} served, {refused} refused, Google was asked {tried} times");
    assert!(served >= 49 && refused >= 9 && served + refused == 60, "{served} and {refused}");
    assert!(tried <= 62, "asked at every message and more: {tried}");

    office.google.clear_orders();
    office.pass(STEP);
    for worker in &workers {
        assert_eq!(price(&worker.snapshot(&seller()).await.unwrap()), 3600.0, "it comes back by itself");
    }
}
