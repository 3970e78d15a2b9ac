//! What holds for every decision: what is remembered, which facts there are, and that the floor stays in.

use domain::catalog::Product;
use domain::conversation::{Asked, Bargain, Haggling};
use domain::decision::{FactValue, Source};
use domain::intent::Intent;
use domain::money::Money;
use proptest::prelude::*;

use super::super::sample::{Scene, catalog, seller, told};
use crate::finding::Finding;

#[test]
fn what_is_remembered_is_what_was_talked_about() {
    let catalog = catalog();
    let remembered = |intent, text: &str| match Scene::default().ask(intent, text, &catalog) {
        Finding::Decided(decided) => decided.remember,
        Finding::Unsure(reason) => panic!("{text}: {reason:?}"),
    };
    assert_eq!(remembered(Intent::StockInquiry, "красная сумка есть?").product.as_deref(), Some("SUM-RED"));
    assert_eq!(remembered(Intent::DeliveryQuestion, "в Питер").city.as_deref(), Some("Санкт-Петербург"));
    assert_eq!(remembered(Intent::DeliveryQuestion, "в Питер").product, None);
    assert_eq!(remembered(Intent::DeliveryQuestion, "красную сумку в Питер").product.as_deref(), Some("SUM-RED"));
    assert_eq!(remembered(Intent::DeliveryQuestion, "доставка есть?").asked, Some(Asked::WhichCity));
    assert_eq!(remembered(Intent::StockInquiry, "сумка есть?").asked, Some(Asked::WhichProduct));
    let haggling = remembered(Intent::PriceNegotiation, "красную сумку за 1000?").haggling;
    assert_eq!(
        haggling,
        Some(Haggling {
            bargains: vec![Bargain {
                matter: "сумка красная 350000".into(),
                offers: vec![Money::roubles(1000)],
                counters: vec![Money::roubles(3300)]
            }],
            weighed: 0,
        })
    );
}

#[test]
fn every_decision_names_the_facts_its_template_may_use() {
    let catalog = catalog();
    for (intent, text) in [
        (Intent::StockInquiry, "сколько красных сумок?"),
        (Intent::StockInquiry, "синяя сумка есть?"),
        (Intent::DeliveryQuestion, "в Питер"),
        (Intent::DeliveryQuestion, "самовывоз есть?"),
        (Intent::PriceNegotiation, "красную сумку за 1000?"),
        (Intent::PriceNegotiation, "красную сумку беру за 3400"),
        (Intent::Other, "какой адрес?"),
        (Intent::Other, "товар новый?"),
    ] {
        let finding = Scene::default().ask(intent, text, &catalog);
        let decision = finding.decision().unwrap();
        let names = super::super::FACTS.iter().find(|names| names.verdict == decision.verdict).unwrap();
        for fact in &decision.facts {
            assert!(
                names.always.contains(&fact.name.as_str()) || names.sometimes.contains(&fact.name.as_str()),
                "{}: {}",
                names.verdict.name(),
                fact.name
            );
        }
        assert!(names.always.iter().all(|name| decision.fact(name).is_some()), "{}", told(&finding));
        let sourced = |source: &Source| match source {
            Source::Computed(cells) => !cells.is_empty(),
            Source::Cell(_) | Source::Buyer | Source::Setting => true,
        };
        assert!(decision.facts.iter().all(|fact| sourced(&fact.source)));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn over_any_talk_no_fact_is_the_floor_or_below_it_but_a_deal(offers in prop::collection::vec((1i64..6000, 0usize..8), 1..12), goods in 0usize..23) {
        let mut catalog = catalog();
        catalog.products[goods].stock.value = domain::catalog::Stock::Plenty;
        let product = catalog.products[goods].clone();
        let mut scene = Scene::after(&product.sku);
        for (roubles, way) in offers {
            let text = match way {
                0 => format!("за {roubles} отдадите?"),
                1 => format!("скиньте {roubles}"),
                2 => format!("{roubles} и забираю"),
                3 => format!("скинете {}%?", roubles % 100),
                6 => format!("{} штуки за {roubles}", 2 + roubles % 9),
                7 => format!("{} штук по {roubles} отдадите?", 2 + roubles % 9),
                4 => format!("сколько стоит? {roubles} дам"),
                _ => "торг уместен?".to_owned(),
            };
            let Finding::Decided(decided) = scene.ask(Intent::PriceNegotiation, &text, &catalog) else { continue };
            let sums = decided.decision.facts.iter().filter_map(|fact| match fact.value {
                FactValue::Money(money) => Some((fact.name.as_str(), money)),
                _ => None,
            });
            // A number may name another product: «6 штук за 13», where there is an iPhone 13.
            let told_of = |other: &&Product| match decided.decision.fact("title").map(|fact| &fact.value) {
                Some(FactValue::Text(title)) => *title == other.title.value,
                _ => false,
            };
            let spoken_of = [&product].into_iter().chain(&catalog.products).find(told_of).unwrap_or(&product);
            let least = spoken_of.floor.as_ref().or(spoken_of.price.as_ref()).map(|cell| cell.value).unwrap_or_default();
            let count = decided.decision.facts.iter().find_map(|fact| match fact.value {
                FactValue::Quantity(count) => Some(count),
                _ => None,
            });
            let least_of_all = count.and_then(|count| least.times(count)).unwrap_or(least);
            for (name, sum) in sums {
                let least = if matches!(name, "offer" | "total") { least_of_all } else { least };
                prop_assert!(sum >= least, "{}: {}", text, told(&Finding::Decided(decided.clone())));
            }
            decided.remember.apply(&mut scene.memory);
        }
        let most = scene.memory.haggling.bargains.iter().map(|bargain| bargain.counters.len()).max().unwrap_or(0);
        prop_assert!(seller().pricing.rounds as usize >= most);
    }

    #[test]
    fn any_text_is_decided_without_a_panic(text in "[а-яё0-9a-z ?!.,₽%-]{0,80}", which in 0usize..4) {
        let intent = [Intent::StockInquiry, Intent::DeliveryQuestion, Intent::PriceNegotiation, Intent::Other][which];
        Scene::after("SUM-RED").ask(intent, &text, &catalog());
    }
}
