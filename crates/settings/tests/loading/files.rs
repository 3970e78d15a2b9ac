//! Settings, sellers and secrets in files.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use secrecy::ExposeSecret;
use settings::{Env, LoadOptions, Sellers, Settings, SettingsErrors, Source};

use crate::harness::{OPERATOR, SELLER, load};

const EXAMPLE: &str = include_str!("../../../../config/production.example.toml");
const SANDBOX: &str = include_str!("../../../../config/sandbox.toml");
const DEMO: &str = include_str!("../../../../config/sellers/demo.toml");

fn write(dir: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let path = dir.join(path);
        let parent = path.parent().expect("a file below the directory");
        fs::create_dir_all(parent).expect("a temporary directory can be written");
        fs::write(path, text).expect("a temporary directory can be written");
    }
}

fn load_from(config: &Path) -> Result<Settings, SettingsErrors> {
    let config = Some(Source::File(config.to_owned()));
    settings::load(LoadOptions { config, sellers: Sellers::Usual, env: Env::Given(BTreeMap::new()) })
}

#[test]
fn the_example_for_operators_loads_once_the_secrets_are_there() {
    let dir = tempfile::tempdir().unwrap();
    write(
        dir.path(),
        &[
            ("config/production.toml", EXAMPLE),
            ("config/sellers/lavka.toml", SELLER),
            ("config/sellers/notes.txt", "not a seller"),
            ("secrets/llm_key", "key\n"),
            ("secrets/google.json", r#"{"client_email": "a", "private_key": "b"}"#),
            ("secrets/telegram_token", "  1:abc\n"),
        ],
    );
    let settings = load_from(&dir.path().join("config/production.toml")).unwrap();
    assert_eq!(settings.telegram.token.expose_secret(), "1:abc", "trimmed");
    assert_eq!(settings.sellers[0].profile.id.as_str(), "lavka", "beside the operator's file");
    let token = settings::explain(&settings).into_iter().find(|line| line.key.starts_with("telegram.token")).unwrap();
    assert!(
        token.value.starts_with("*** (read from ") && token.value.ends_with("secrets/telegram_token)"),
        "{token:?}"
    );
}

#[test]
fn the_sandboxs_settings_and_the_demo_seller_fit_each_other() {
    let env = [("SALESPHERE__SHEETS__SERVICE_ACCOUNT", r#"{"client_email": "a", "private_key": "b"}"#)];
    let settings = load(SANDBOX, &[("demo", DEMO)], &env).unwrap();
    assert_eq!(settings.sellers.len(), 1);
}

#[test]
fn the_environments_way_of_giving_a_secret_counts_over_the_files() {
    let dir = tempfile::tempdir().unwrap();
    let config = format!("{}\ntelegram.token_file = \"token\"", OPERATOR.replace("telegram.token", "#"));
    write(dir.path(), &[("token", "1:file"), ("operator.toml", &config), ("sellers/shop.toml", SELLER)]);
    let token = |env: &[(&str, &str)]| {
        let env = env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let config = Some(Source::File(dir.path().join("operator.toml")));
        let settings = settings::load(LoadOptions { config, env: Env::Given(env), ..Default::default() }).unwrap();
        settings.telegram.token.expose_secret().to_owned()
    };
    assert_eq!(token(&[]), "1:file");
    assert_eq!(token(&[("SALESPHERE__TELEGRAM__TOKEN", "1:env")]), "1:env");
}

#[test]
fn files_that_cannot_be_read_are_told_together_and_by_name() {
    let dir = tempfile::tempdir().unwrap();
    write(
        dir.path(),
        &[
            ("operator.toml", "[queue]\nlease = 5s\n"),
            ("sellers/huge.toml", "telegram_chat = 99999999999999999999999\n"),
            ("sellers/twice.toml", "name = \"a\"\nname = \"b\"\n"),
        ],
    );
    let told = load_from(&dir.path().join("operator.toml")).unwrap_err().to_string();
    insta::assert_snapshot!(told.replace(&dir.path().display().to_string(), "DIR"));

    let told = load_from(&dir.path().join("none/production.toml")).unwrap_err().to_string();
    insta::assert_snapshot!(told.replace(&dir.path().display().to_string(), "DIR"));
}

#[test]
fn a_secret_file_that_is_missing_or_empty_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let seller = SELLER.replace("avito.client_secret = \"avito secret\"", "avito.client_secret_file = \"empty\"");
    let config = format!("{}\ntelegram.token_file = \"none\"", OPERATOR.replace("telegram.token", "#"));
    write(dir.path(), &[("operator.toml", &config), ("sellers/shop.toml", &seller), ("sellers/empty", "\n")]);
    let told = load_from(&dir.path().join("operator.toml")).unwrap_err().to_string();
    insta::assert_snapshot!(told.replace(&dir.path().display().to_string(), "DIR"));
}

#[test]
fn one_more_seller_can_be_tried_before_there_is_a_file_of_his() {
    let dir = tempfile::tempdir().unwrap();
    let config = dir.path().join("operator.toml");
    write(dir.path(), &[("operator.toml", OPERATOR)]);
    let env = Env::Given(BTreeMap::new());
    assert_eq!(settings::sellers_dir(Some(&config), &env), dir.path().join("sellers"));
    let named = Env::Given(BTreeMap::from([("SALESPHERE_SELLERS".to_owned(), "/srv/sellers".to_owned())]));
    assert_eq!(settings::sellers_dir(Some(&config), &named), Path::new("/srv/sellers"));
    assert_eq!(settings::sellers_dir(None, &env), Path::new("config/sellers"));

    let with = |name: &str| {
        let sellers = Sellers::UsualAnd(Source::Inline { name: name.to_owned(), text: SELLER.to_owned() });
        settings::load(LoadOptions { config: Some(Source::File(config.clone())), sellers, env: env.clone() })
    };
    let names = |settings: Settings| {
        let names = settings.sellers.iter().map(|seller| seller.profile.id.to_string());
        names.collect::<Vec<_>>()
    };
    assert_eq!(names(with("first").unwrap()), ["first"], "the first of all, without a directory");
    let other = SELLER.replace("353200000", "353200001").replace("0123456789abcdef", "fedcba9876543210");
    write(dir.path(), &[("sellers/shop.toml", &other)]);
    assert_eq!(names(with("second").unwrap()), ["shop", "second"]);
    write(dir.path(), &[("sellers/twin.toml", SELLER)]);
    assert!(with("second").unwrap_err().to_string().contains("is that of seller twin too"));
}
