//! Every template of every decision passes the checks: the last thing that may go wrong is a refused template.

use domain::decision::Decision;
use domain::intent::Intent;
use domain::money::Money;

use super::sample::{Scene, catalog};
use crate::checks::{CheckContext, HandingOver, review};
use crate::library::Library;

/// No decision has more variants than this; a pick beyond the last begins again.
const PICKS: usize = 6;

fn decisions(intent: Intent, texts: &[&str]) -> Vec<(String, Decision)> {
    let catalog = catalog();
    let mut decided: Vec<(String, Decision)> = Vec::new();
    for sku in ["", "SUM-RED", "SUM-BLU", "CHE-13", "KRO-42", "NAU-BT", "SHA-GRY", "STK-13", "REM-115", "KUR-M"] {
        for text in texts {
            let scene = if sku.is_empty() { Scene::default() } else { Scene::after(sku) };
            let finding = scene.ask(intent, text, &catalog);
            if let Some(decision) = finding.decision()
                && !decided.iter().any(|(_, other)| other == decision)
            {
                decided.push((format!("{sku}: {text}"), decision.clone()));
            }
        }
    }
    decided
}

fn all() -> Vec<(String, Decision)> {
    [
        decisions(
            Intent::StockInquiry,
            &[
                "в наличии?",
                "сколько осталось?",
                "а синяя?",
                "а 43?",
                "кроссовки есть?",
                "есть чехол на 15 айфон?",
                "какие цвета есть?",
            ],
        ),
        decisions(
            Intent::DeliveryQuestion,
            &["в Москву", "в Питер", "в Новосибирск", "в Норильск", "Сибирь", "Омск", "доставка есть?", "самовывоз?"],
        ),
        decisions(
            Intent::PriceNegotiation,
            &[
                "сколько стоит?",
                "за 2 штуки сколько?",
                "за 100 отдадите?",
                "скинете 3%?",
                "торг?",
                "за 100000 возьму",
                "скинь 10 рублей",
                "3 кружки сколько?",
                "3 кружки за 1350 заберу",
                "3 кружки за 1000 отдадите?",
                "сколько за красную сумку и коричневый кошелек?",
                "красная сумка и коричневый кошелек за 5000 забираю",
            ],
        ),
        decisions(
            Intent::Other,
            &[
                "здравствуйте",
                "спасибо",
                "когда работаете?",
                "адрес?",
                "как оплатить?",
                "гарантия?",
                "вернуть можно?",
                "кожа натуральная?",
                "чек есть?",
                "товар новый?",
                "материал?",
                "упакуете как подарок?",
            ],
        ),
    ]
    .concat()
}

#[test]
fn every_template_of_every_decision_passes_the_checks() {
    let library = Library::embedded().unwrap();
    let floors: Vec<Money> =
        catalog().products.iter().filter_map(|product| Some(product.floor.as_ref()?.value)).collect();
    let context = CheckContext {
        floors: &floors,
        licensed: &[],
        buyer_text: "Здравствуйте",
        max_text_chars: 1000,
        handing_over: HandingOver::No,
    };
    let decided = all();
    assert!(decided.len() > 90, "{}", decided.len());
    let mut wrong = Vec::new();
    for (question, decision) in &decided {
        for pick in 0..PICKS {
            let text = library.replies.reply(decision, pick).unwrap();
            if let Err(refusals) = review(&text, std::slice::from_ref(decision), &context) {
                wrong.push(format!(
                    "{question}\n  {text}\n  {:?}",
                    refusals.iter().map(|r| (&r.check, &r.why)).collect::<Vec<_>>()
                ));
            }
        }
    }
    wrong.dedup();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn two_answers_in_one_reply_pass_the_checks() {
    let library = Library::embedded().unwrap();
    let context = CheckContext {
        floors: &[],
        licensed: &[],
        buyer_text: "Здравствуйте",
        max_text_chars: 1000,
        handing_over: HandingOver::No,
    };
    let first = [
        decisions(Intent::StockInquiry, &["в наличии?", "а синяя?"]),
        decisions(Intent::PriceNegotiation, &["сколько стоит?", "за 100 отдадите?", "за 100000 возьму"]),
    ]
    .concat();
    let second = [
        decisions(Intent::DeliveryQuestion, &["в Питер", "в Омск", "в Норильск", "самовывоз?"]),
        decisions(Intent::Other, &["адрес?", "чек есть?"]),
        decisions(Intent::StockInquiry, &["в наличии?", "а 43?", "есть чехол на 15 айфон?"]),
    ]
    .concat();
    let mut wrong = Vec::new();
    for (asked, one) in first.iter().step_by(2) {
        for (also, other) in &second {
            for pick in 0..2 {
                let text = [one, other].map(|decision| library.replies.reply(decision, pick).unwrap()).join(" ");
                if let Err(refusals) = review(&text, &[one.clone(), other.clone()], &context) {
                    wrong.push(format!(
                        "{asked} / {also}\n  {text}\n  {:?}",
                        refusals.iter().map(|r| (&r.check, &r.why)).collect::<Vec<_>>()
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of them\n{}", wrong.len(), wrong[..wrong.len().min(12)].join("\n"));
}
