//! The least an operator has to say, and short ways to say more.

use settings::{Env, LoadOptions, Settings, SettingsErrors};

/// Everything that has no default.
pub(crate) const OPERATOR: &str = r#"
llm.base_url = "http://127.0.0.1:8000/v1"
llm.router.model = "small"
llm.wording.model = "small"
sheets.service_account = '{"client_email": "bot@example.org", "private_key": "-----BEGIN"}'
telegram.token = "1234567:AAtoken"
"#;

/// A seller of whom everything is known.
pub(crate) const SELLER: &str = r#"
name = "Лавка"
sheet_id = "1sheet-Of_The-shop"
telegram_chat = -1001234567890
avito.account = 353200000
avito.client_id = "client"
avito.client_secret = "avito secret"
avito.webhook_token = "0123456789abcdef"
"#;

/// [`OPERATOR`] and `more`, one seller, and an environment.
pub(crate) fn with(more: &str, env: &[(&str, &str)]) -> Result<Settings, SettingsErrors> {
    // What is said in `more` replaces what the constant says: TOML refuses a key that is given twice.
    let said = |line: &&str| line.split_once(" =").is_none_or(|(key, _)| !more.contains(&format!("{key} =")));
    let least: Vec<_> = OPERATOR.lines().filter(said).collect();
    load(&format!("{}\n{more}", least.join("\n")), &[("shop", SELLER)], env)
}

/// Texts and an environment, and nothing else.
pub(crate) fn load(config: &str, sellers: &[(&str, &str)], env: &[(&str, &str)]) -> Result<Settings, SettingsErrors> {
    let env = env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    settings::load(LoadOptions { env: Env::Given(env), ..LoadOptions::inline(config, sellers) })
}
