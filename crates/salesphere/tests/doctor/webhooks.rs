//! Registrations: shown before they are replaced, and never replaced unasked.

use sandbox::avito::Subscriber;

use crate::clinic::{Clinic, types};

const ACCOUNT: u64 = 353_200_000;

fn registered(clinic: &Clinic) -> Option<(String, Subscriber)> {
    clinic.system.sandbox.avito.look(|world| world.subscription(ACCOUNT).map(|found| (found.url.clone(), found.by)))
}

#[tokio::test(flavor = "multi_thread")]
async fn another_programs_address_is_replaced_only_when_somebody_says_so() {
    let clinic = Clinic::open().await;
    let ours = registered(&clinic).unwrap();
    assert!(ours.0.ends_with("/webhook/avito/demo-webhook-token-1"), "{ours:?}");
    types(&clinic, &["webhook", "list"]).await.says(0, &["demo", "353200000", "/webhook/avito/***", "ours"]);
    types(&clinic, &["webhook", "add"]).await.says(0, &["already"]);

    clinic.system.sandbox.avito.other_program_subscribes(ACCOUNT);
    let theirs = registered(&clinic).unwrap();
    types(&clinic, &["webhook", "list"]).await.says(1, &["https://crm.example/avito/webhook", "another program's"]);
    let refused = types(&clinic, &["webhook", "add", "--seller", "demo"]).await;
    refused.says(1, &["nothing was changed", "crm.example", "will get nothing any more", "--yes"]);
    assert_eq!(registered(&clinic), Some(theirs), "nobody agreed");

    let added = types(&clinic, &["webhook", "add", "--seller", "demo", "--yes"]).await;
    added.says(0, &["from now on Avito sends to", "/webhook/avito/***"]).never_says(&["demo-webhook-token"]);
    assert_eq!(registered(&clinic), Some(ours));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_ours_is_removed_and_only_when_somebody_says_so() {
    let clinic = Clinic::open().await;
    types(&clinic, &["webhook", "remove"]).await.says(1, &["nothing was changed", "--yes"]);
    assert!(registered(&clinic).is_some());
    types(&clinic, &["webhook", "remove", "--yes"]).await.says(0, &["any more"]);
    assert_eq!(registered(&clinic), None);
    types(&clinic, &["webhook", "list"]).await.says(1, &["nowhere"]);
    types(&clinic, &["webhook", "remove", "--yes"]).await.says(0, &["sends nothing to us"]);

    clinic.system.sandbox.avito.other_program_subscribes(ACCOUNT);
    types(&clinic, &["webhook", "remove", "--yes"]).await.says(0, &["sends nothing to us", "crm.example"]);
    assert!(registered(&clinic).is_some(), "another program's registration is its own matter");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_keeps_a_registration_from_being_made_is_told_with_what_to_do() {
    let clinic = Clinic::open().await;
    types(&clinic, &["webhook", "remove", "--yes"]).await.says(0, &[]);
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let refused = types(&clinic, &["webhook", "add", "--yes", "--url", &format!("http://{nobody}")]).await;
    refused.says(1, &["Avito does not take", "see that the gateway runs"]);
    types(&clinic, &["webhook", "add", "--seller", "nobody"])
        .await
        .says(1, &["no seller \"nobody\"", "the sellers are: demo"]);
    clinic.system.sandbox.avito.down();
    types(&clinic, &["webhook", "list"]).await.says(1, &["could not ask Avito", "hint: see that this machine reaches"]);
}
