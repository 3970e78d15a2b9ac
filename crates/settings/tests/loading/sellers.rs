//! Sellers: their defaults, their hours, and what no two of them may share.

use std::time::Duration;

use domain::intent::Intent;
use jiff::civil::{Time, time};

use crate::harness::{OPERATOR, SELLER, load};

const DEMO: &str = include_str!("../../../../config/sellers/demo.toml");

#[test]
fn a_seller_takes_what_he_does_not_say_from_the_defaults() {
    let config = format!("{OPERATOR}\nseller_defaults.quiet_after_seller = \"2h\"\nseller_defaults.pricing.rounds = 1");
    let more = "pricing.rounds = 4\nthresholds.price_negotiation = 0.95\nhours.close = \"24:00\"";
    let settings = load(&config, &[("shop", &format!("{SELLER}\n{more}")), ("other", &other())], &[]).unwrap();
    let [shop, other] = &settings.sellers[..] else { panic!("two sellers") };

    assert_eq!(shop.profile.id.as_str(), "shop");
    assert_eq!(shop.profile.quiet_after_seller, Duration::from_secs(7_200));
    assert_eq!((shop.profile.pricing.rounds, other.profile.pricing.rounds), (4, 1));
    assert_eq!(shop.profile.hours.close, Time::MAX);
    assert_eq!(shop.profile.time_zone.iana_name(), Some("Europe/Moscow"));
    assert!((shop.profile.thresholds.of(Intent::PriceNegotiation) - 0.95).abs() < 1e-9);
    assert!((shop.profile.thresholds.of(Intent::StockInquiry) - 0.8).abs() < 1e-9);
}

#[test]
fn what_a_seller_wants_of_his_desk_is_read_and_checked() {
    let shop = |more: &str| load(OPERATOR, &[("shop", &format!("{SELLER}\n{more}"))], &[]);
    let more = "night_orders = true\nreminders.again = \"0s\"\nreminders.second = [500100201, -1002003]\n\
                digest.at = \"08:30\"\ndigest.per_answer = \"2m\"";
    let desk = shop(more).unwrap().sellers.remove(0).desk;
    assert!(desk.night_orders && desk.digest.on);
    assert_eq!((desk.reminders.first, desk.reminders.again), (Duration::from_secs(900), Duration::ZERO));
    assert_eq!(desk.reminders.second, [500_100_201, -1_002_003]);
    assert_eq!((desk.digest.at, desk.digest.per_answer), (Some(time(8, 30, 0, 0)), Duration::from_secs(120)));

    for (wrong, told) in [
        ("reminders.second = [0]", "names no chat: \"0\""),
        ("reminders.second = 500100201", "is no list"),
        ("reminders.first = \"2d\"", "is out of its range"),
        ("digest.at = \"morning\"", "is no time of day"),
        ("digest.on = \"yes\"", "is neither true nor false"),
    ] {
        let errors = shop(wrong).unwrap_err().to_string();
        assert!(errors.contains(told), "{wrong}: {errors}");
    }
}

#[test]
fn what_would_make_two_sellers_one_is_refused() {
    let twin = SELLER.to_owned();
    insta::assert_snapshot!(load(OPERATOR, &[("shop", SELLER), ("twin", &twin)], &[]).unwrap_err());
}

#[test]
fn the_demo_seller_is_left_out_at_the_real_avito() {
    let errors = load(OPERATOR, &[("demo", DEMO)], &[]).unwrap_err();
    insta::assert_snapshot!(errors);

    let both = load(OPERATOR, &[("demo", DEMO), ("other", &other())], &[]).unwrap();
    assert_eq!(both.sellers.len(), 1);

    let sandbox = format!("{OPERATOR}\navito.base_url = \"http://sandbox:9001/\"");
    let settings = load(&sandbox, &[("demo", DEMO)], &[]).unwrap();
    assert_eq!(settings.sellers[0].profile.account.0, 353_200_000);
    assert!(settings.sellers[0].avito.webhook_token.is_some());
}

fn other() -> String {
    SELLER.replace("353200000", "353200001").replace("0123456789abcdef", "fedcba9876543210")
}
