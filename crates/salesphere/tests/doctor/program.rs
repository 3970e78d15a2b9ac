//! The real programs against a running system, by the file it leaves for them.

use serde_json::Value;

use crate::clinic::{Clinic, types};
use crate::printed::Printed;

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_finds_a_running_system_by_its_file_and_all_is_well() {
    let clinic = Clinic::open().await;
    let Printed { code, out: page, err: error } = types(&clinic, &["doctor"]).await;
    assert_eq!(code, Some(0), "{page}{error}");
    assert_eq!(page.lines().last(), Some("verdict: all is well"), "{page}");

    let Printed { code, out: json, .. } = types(&clinic, &["doctor", "--json"]).await;
    let report: Value = serde_json::from_str(&json).unwrap();
    assert_eq!((code, &report["well"], &report["failed"]), (Some(0), &Value::Bool(true), &0.into()), "{report:#}");

    clinic.system.sandbox.model.down();
    let Printed { code, out: json, .. } = types(&clinic, &["doctor", "--json"]).await;
    let report: Value = serde_json::from_str(&json).unwrap();
    let checks = report["parts"].as_array().unwrap().iter().flat_map(|part| part["checks"].as_array().unwrap());
    let failed: Vec<&Value> = checks.filter(|check| check["verdict"] == "failed").collect();
    assert_eq!((code, failed.len()), (Some(1), 2), "{report:#}");
    for field in ["found", "tried", "expected", "fix"] {
        assert!(failed[0][field].as_str().is_some_and(|text| !text.is_empty()), "{report:#}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sellers_are_listed_and_one_is_checked_with_a_letter_for_him() {
    let clinic = Clinic::open().await;
    let Printed { code, out: letter, .. } = types(&clinic, &["seller", "check", "demo", "--for-seller"]).await;
    assert_eq!(code, Some(0), "{letter}");
    assert!(letter.contains("Всё в порядке") && letter.contains("товаров — 21"), "{letter}");

    let google = &clinic.system.sandbox.google;
    google.set_cell("Товары", "G2", "дорого").unwrap();
    let Printed { code, out: page, .. } = types(&clinic, &["seller", "check", "demo"]).await;
    assert_eq!(code, Some(1), "{page}");
    for piece in ["Seller demo", "Товары!G2", "for the seller", "• Товары, G2 (Сумка красная): Сумма «дорого»", "5 мин"]
    {
        assert!(page.contains(piece), "{piece} is not in\n{page}");
    }
    let Printed { code, out: list, err: error } = types(&clinic, &["seller", "list"]).await;
    assert_eq!(code, Some(0), "{list}{error}");
    for piece in ["demo", "Лавка на Лесной", "353200000", "1sandboxDemoSheet", "bargains, 2 rounds", "  1  "]
    {
        assert!(list.contains(piece), "{piece} is not in\n{list}");
    }

    google.share(sandbox::google::DEMO_SHEET_ID, sandbox::google::Sharing::Nobody).unwrap();
    let Printed { out: letter, .. } = types(&clinic, &["seller", "check", "demo", "--for-seller"]).await;
    assert!(
        letter.contains("Настройки доступа") && letter.contains(sandbox::google::SERVICE_ACCOUNT_EMAIL),
        "{letter}"
    );

    let Printed { code, err: error, .. } = types(&clinic, &["seller", "check", "nobody"]).await;
    assert!(code == Some(1) && error.contains("the sellers are: demo"), "{error}");
}
