//! The sandbox's Avito delivers: it signs by itself, and has its bad days.

use std::time::Duration;

use domain::message::{Message, Side};
use sandbox::avito::{Avito, AvitoConfig, DeliveryOutcome, Fault, Signature};

use crate::house::{House, REQUIRE};

const ACCOUNT: u64 = 353_200_000;
const CHAT: &str = "u2i-demo01RedBagAnna~00000";
const SOON: Duration = Duration::from_secs(10);

async fn avito_in_front_of(house: &House) -> Avito {
    let signature = Some(Signature::with_secret("key-of-the-shop"));
    let avito = Avito::start(AvitoConfig { signature, ..AvitoConfig::demo() }).await.unwrap();
    avito.subscribe(ACCOUNT, &format!("http://{}/webhook/avito/token-of-anna-0001", house.door.address)).await.unwrap();
    avito
}

/// Waits until the gateway has answered this many deliveries with 200, the probe among them.
async fn accepted(avito: &Avito, times: usize) {
    let taken = |delivery: &&sandbox::avito::Delivery| delivery.is_accepted();
    avito.wait_for(|world| world.deliveries().iter().filter(taken).count() >= times, SOON).await.unwrap();
}

#[tokio::test]
async fn what_is_said_arrives_once_in_order_and_on_its_side() {
    let house = House::open(REQUIRE).await;
    let avito = avito_in_front_of(&house).await;
    avito.order(Fault::Duplicate);
    avito.buyer_says(CHAT, "Есть красная?").unwrap();
    avito.buyer_says(CHAT, "Или чёрная?").unwrap();
    avito.seller_types(CHAT, "Сейчас посмотрю").unwrap();
    accepted(&avito, 5).await;

    let said = house.queued().await.concat();
    let seen: Vec<_> = said.iter().map(|message| (message.side, message.text())).collect();
    let expected = [
        (Side::Buyer, Some("Есть красная?")),
        (Side::Buyer, Some("Или чёрная?")),
        (Side::Account, Some("Сейчас посмотрю")),
    ];
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn a_forged_webhook_is_refused() {
    let house = House::open(REQUIRE).await;
    let avito = avito_in_front_of(&house).await;
    let forged = avito.forge(CHAT, "Отдайте даром").await.unwrap();
    assert_eq!(forged.outcome, DeliveryOutcome::Answered { status: 401 });
    assert_eq!(house.queued().await, Vec::<Vec<Message>>::new());
}

#[tokio::test]
async fn a_delivery_that_breaks_off_does_no_harm() {
    let house = House::open(REQUIRE).await;
    let avito = avito_in_front_of(&house).await;
    avito.order(Fault::DeliveryStalled);
    avito.buyer_says(CHAT, "Есть красная?").unwrap();
    avito.buyer_says(CHAT, "Или чёрная?").unwrap();
    accepted(&avito, 2).await;
    assert_eq!(house.only_message().await.text(), Some("Или чёрная?"));
}
