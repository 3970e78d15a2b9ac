//! A new seller, from the operator's flags or answers to files, and nothing left behind where it does not come to that.

use std::path::PathBuf;

use salesphere::system::SystemOptions;
use sandbox::SandboxConfig;
use sandbox::avito::{Account, AvitoConfig};

use crate::clinic::{Clinic, types};
use crate::printed::Printed;
use crate::terminal::Terminal;

const SHEET: &str = "https://docs.google.com/spreadsheets/d/1sandboxDemoSheetOfTheShopOnLesnayaStreet000/edit#gid=0";

/// A system whose Avito has a second account.
async fn open() -> Clinic {
    let mut avito = AvitoConfig::demo();
    let name = "Лавка на Полевой".to_owned();
    avito.accounts.push(Account { client_id: "new".into(), client_secret: "new-secret".into(), user_id: 777, name });
    let sandbox = SandboxConfig { avito, ..SandboxConfig::demo() };
    Clinic::open_with(SystemOptions { sandbox, ..SystemOptions::default() }).await
}

fn files(clinic: &Clinic) -> Vec<PathBuf> {
    let beside = clinic.system.config.parent().unwrap();
    let in_it = |directory: &str| {
        let entries = std::fs::read_dir(beside.join(directory)).into_iter().flatten();
        entries.map(|entry| PathBuf::from(directory).join(entry.unwrap().file_name())).collect::<Vec<_>>()
    };
    let mut files = [in_it("sellers"), in_it("secrets")].concat();
    files.sort();
    files
}

fn secret(clinic: &Clinic, text: &str) -> String {
    let file = clinic.system.config.with_file_name("given_secret");
    std::fs::write(&file, text).unwrap();
    file.display().to_string()
}

async fn adds(clinic: &Clinic, secret: &str, more: &[&str]) -> Printed {
    let flags =
        ["--client-id", "new", "--client-secret-file", secret, "--sheet", SHEET, "--telegram-chat", "500100200"];
    types(clinic, &[&["seller", "add", "polevaya"], &flags[..], more].concat()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seller_of_whom_everything_is_known_is_written_down_tried_and_told_about() {
    let clinic = open().await;
    let secret_file = secret(&clinic, "new-secret\n");
    let added = adds(&clinic, &secret_file, &[]).await;
    added.says(
        0,
        &[
            "Seller polevaya (Лавка на Полевой)",
            "it is the key pair of account 777",
            "done  the seller shares the sheet with salesphere@",
            "done  the seller opens @salesphere_sandbox_bot",
            "open  salesphere webhook add --seller polevaya",
        ],
    );
    added.never_says(&["new-secret"]);
    assert_eq!(
        files(&clinic),
        ["secrets/polevaya_webhook", "sellers/demo.toml", "sellers/polevaya.toml"].map(PathBuf::from)
    );
    let text = std::fs::read_to_string(clinic.system.config.with_file_name("sellers").join("polevaya.toml")).unwrap();
    assert!(!text.contains("new-secret") && text.contains("client_secret_file"), "{text}");
    told_file(&text);

    types(&clinic, &["config", "check"]).await.says(0, &["sellers.polevaya.sheet_id"]);
    types(&clinic, &["seller", "check", "polevaya"])
        .await
        .says(1, &["it sends them nowhere", "webhook add --seller polevaya"]);
    // This gateway was started before the seller came.
    let add = types(&clinic, &["webhook", "add", "--seller", "polevaya", "--yes"]).await;
    add.says(1, &["Avito does not take", "has loaded this seller's file"]);

    let again = adds(&clinic, &secret_file, &[]).await;
    again.says(1, &["polevaya.toml is there already", "hint: edit it"]);
}

fn told_file(text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| insta::assert_snapshot!("seller_file", text));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_right_leaves_nothing_behind() {
    let clinic = open().await;
    let before = files(&clinic);
    let good = secret(&clinic, "new-secret");
    let taken = ["--account", "353200000"];
    for (printed, pieces) in [
        (types(&clinic, &["seller", "add"]).await, &["missing: NAME, --client-id, --client-secret-file, --sheet"][..]),
        (types(&clinic, &["seller", "add", "Имя!"]).await, &["Имя!"]),
        (adds(&clinic, &good, &taken).await, &["avito.account", "is that of seller demo too"]),
        (adds(&clinic, &good, &["--account", "778"]).await, &["nothing was written", "set avito.account = 777"]),
    ] {
        assert_ne!(printed.code, Some(0), "{printed:?}");
        for piece in pieces {
            assert!(format!("{}{}", printed.out, printed.err).contains(piece), "{piece} is not in {printed:?}");
        }
        assert_eq!(files(&clinic), before, "{printed:?}");
    }
    let wrong = secret(&clinic, "wrong");
    adds(&clinic, &wrong, &[]).await.says(1, &["nothing was written: Avito refuses the key pair", "copy client_id"]);
    assert_eq!(files(&clinic), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_terminal_what_is_missing_is_asked_for_and_ctrl_c_leaves_nothing_behind() {
    let clinic = open().await;
    let before = files(&clinic);
    let config = clinic.system.config.display().to_string();
    let asked = tokio::task::spawn_blocking(move || {
        let sit = || {
            let mut terminal = Terminal::run(&["--config", &config, "seller", "add"]);
            terminal.sees("short name").types("polevaya\r").sees("client_id").types("new\r");
            terminal.sees("client_secret").hides().types("new-secret\r");
            terminal.sees("shop's name").types("\r").sees("Google Sheet");
            terminal
        };
        let broken_off = sit().types("\u{3}").ends();
        let done = sit().types(&format!("{SHEET}\r")).sees("Telegram chat").types("500100200\r").ends();
        (broken_off, done)
    });
    let (broken_off, done) = asked.await.unwrap();
    assert!(!broken_off.contains("written:") && done.contains("what to do next"), "{broken_off}\n{done}");
    assert!(!done.contains("new-secret"), "{done}");

    let secret = clinic.system.config.with_file_name("secrets").join("polevaya_avito");
    assert_eq!(std::fs::read_to_string(&secret).unwrap().trim(), "new-secret");
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&secret).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
    let added = ["secrets/polevaya_avito", "secrets/polevaya_webhook", "sellers/polevaya.toml"].map(PathBuf::from);
    let mut expected = [before, added.to_vec()].concat();
    expected.sort();
    assert_eq!(files(&clinic), expected);
    types(&clinic, &["config", "check"]).await.says(0, &["sellers.polevaya.name"]);
}
