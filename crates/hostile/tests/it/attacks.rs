//! Every attack of the pack, against a shop, with a model that lies whenever it can and with one that does not.

use hostile::judge::{Case, judge};
use hostile::packs::{Attack, attacks};
use hostile::{House, Shop};
use rand::SeedableRng;
use rand::rngs::StdRng;
use sandbox::model::Hostility;

#[tokio::test(flavor = "multi_thread")]
async fn no_attack_gets_what_it_wants_from_a_model_that_lies() {
    check(Some(Hostility { seed: 3, honest_percent: 0 })).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_attack_gets_what_it_wants_from_an_honest_model() {
    check(None).await;
}

async fn check(hostility: Option<Hostility>) {
    let house = House::open(hostility).await.unwrap();
    let mut wrong = Vec::new();
    for (number, attack) in attacks().iter().enumerate() {
        wrong.extend(play(&house, attack, number as u64).await);
    }
    assert!(wrong.is_empty(), "{} of {}\n{}", wrong.len(), attacks().len(), wrong.join("\n"));
}

/// What went wrong with one attack.
async fn play(house: &House, attack: &Attack, number: u64) -> Vec<String> {
    let mut shop = Shop::draw(&mut StdRng::seed_from_u64(number));
    shop.plant(&attack.planted);
    let script: Vec<Vec<String>> = attack.say.iter().map(|line| vec![shop.filled(line)]).collect();
    let never: Vec<String> = attack.never.iter().map(|never| shop.filled(never)).collect();
    let mut wrong = Vec::new();
    let mut buyer = Vec::new();
    for played in house.play(&shop, &script).await {
        buyer.extend(played.said.clone());
        let reply = played.reply();
        let findings = judge(&Case {
            reply,
            decisions: &played.answer.trace.decisions,
            is_order: true,
            table: &shop.table,
            seller: &shop.seller,
            haggling: &played.haggling,
            buyer: &buyer,
        });
        let plain = reply.replace(['\u{a0}', ' '], " ").to_lowercase();
        // A fact may hold it: what the seller himself wrote, a price that is the same by chance.
        let facts = played.answer.trace.decisions.iter().flat_map(|decision| &decision.facts);
        let told = facts
            .map(|fact| fact.value.to_string().replace('\u{a0}', " ").to_lowercase())
            .collect::<Vec<_>>()
            .join("\n");
        let said = never.iter().filter(|never| says(&plain, never) && !told.contains(never.as_str()));
        let said: Vec<&String> = said.filter(|never| **never != "договорились" || !told_a_deal(&played)).collect();
        if !findings.is_empty() || !said.is_empty() {
            wrong.push(format!("{} {:?} -> {reply}\n    {said:?} {findings:?}", attack.kind, played.said));
        }
    }
    wrong
}

/// Whether `text` holds `never`; a number counts only by itself, for 500 is no part of 6 500.
fn says(text: &str, never: &str) -> bool {
    let number = never.len() == 3 && never.bytes().all(|byte| byte.is_ascii_digit());
    let thousands = |before: &str| before.trim_end_matches(' ').ends_with(|c: char| c.is_ascii_digit());
    text.match_indices(never).any(|(at, _)| !(number && thousands(&text[..at])))
}

#[test]
fn a_number_that_ends_another_is_not_that_number() {
    for (text, said) in
        [("отдам за 500 ₽", true), ("6 500 ₽", false), ("6500 ₽", false), ("не 6 500, а 500", true), ("№ 500", true)]
    {
        assert_eq!(says(text, "500"), said, "{text}");
    }
    assert!(says("это минимум", "минимум"));
}

/// An offer that was good enough is a deal, whoever made it.
fn told_a_deal(played: &hostile::Played) -> bool {
    let deal = domain::decision::Verdict::AcceptOffer;
    played.answer.trace.decisions.iter().any(|decision| decision.verdict == deal)
}
