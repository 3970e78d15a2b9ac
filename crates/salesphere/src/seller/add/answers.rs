//! What is known of a new seller: from the flags or, on a terminal, from whoever sits there.
//!
//! Not here: what is made of it.

use std::io::IsTerminal;
use std::path::Path;

use anyhow::Context;
use dialoguer::{Input, Password};
use domain::ids::SellerId;
use secrecy::SecretString;

use super::{Keys, Options};
use crate::failure::Failure;

pub(super) struct Answers<'a> {
    options: &'a Options,
    terminal: bool,
}

impl<'a> Answers<'a> {
    /// Where nobody can be asked, all that is missing is told at once.
    pub(super) fn new(options: &'a Options) -> anyhow::Result<Self> {
        let terminal = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
        let missing: Vec<&str> = [
            ("NAME", options.seller.is_none()),
            ("--client-id", options.client_id.is_none()),
            ("--client-secret-file", options.client_secret_file.is_none()),
            ("--sheet", options.sheet.is_none()),
            ("--telegram-chat", options.telegram_chat.is_none()),
        ]
        .into_iter()
        .filter_map(|(flag, missing)| missing.then_some(flag))
        .collect();
        if !terminal && !missing.is_empty() {
            let what = format!("missing: {}", missing.join(", "));
            return Err(Failure::new(what, "give them, or call it on a terminal to be asked").into());
        }
        Ok(Self { options, terminal })
    }

    pub(super) fn seller(&self) -> anyhow::Result<SellerId> {
        if let Some(seller) = &self.options.seller {
            return Ok(seller.clone());
        }
        let check = |text: &String| text.parse::<SellerId>().map(drop).map_err(|error| error.to_string());
        Ok(self.ask("short name (a-z, 0-9, - and _; for good)", None, check)?.parse()?)
    }

    pub(super) fn keys(&self) -> anyhow::Result<Keys> {
        let client_id = match &self.options.client_id {
            Some(id) => id.clone(),
            None => self.ask("Avito client_id", None, |text| filled(text))?,
        };
        if let Some(path) = &self.options.client_secret_file {
            return Ok(Keys { client_id, client_secret: secret_in(path)?, in_file: Some(path.clone()) });
        }
        let secret = Password::new().with_prompt("Avito client_secret (not shown)").interact()?;
        Ok(Keys { client_id, client_secret: SecretString::from(secret.trim()), in_file: None })
    }

    pub(super) fn title(&self, account: &str) -> anyhow::Result<String> {
        match &self.options.title {
            Some(title) => Ok(title.clone()),
            None if self.terminal => self.ask("shop's name", Some(account), |text| filled(text)),
            None => Ok(account.to_owned()),
        }
    }

    pub(super) fn sheet(&self) -> anyhow::Result<String> {
        let given = match &self.options.sheet {
            Some(sheet) => sheet.clone(),
            None => {
                self.ask("Google Sheet (its address, or its id)", None, |text: &String| sheet_id(text).map(drop))?
            }
        };
        sheet_id(&given).map_err(|what| Failure::new(what, "copy the address of the sheet from the browser").into())
    }

    pub(super) fn telegram_chat(&self) -> anyhow::Result<i64> {
        if let Some(chat) = self.options.telegram_chat {
            return Ok(chat);
        }
        let number = |text: &String| text.trim().parse::<i64>().ok().filter(|chat| *chat != 0);
        let check = |text: &String| number(text).map(drop).ok_or_else(|| "this is no chat's number".to_owned());
        let text = self.ask("Telegram chat (its number; @userinfobot tells a person his own)", None, check)?;
        number(&text).context("this is no chat's number")
    }

    fn ask(
        &self,
        what: &str,
        default: Option<&str>,
        check: impl Fn(&String) -> Result<(), String>,
    ) -> anyhow::Result<String> {
        let mut input = Input::<String>::new().with_prompt(what).validate_with(check);
        if let Some(default) = default.filter(|default| !default.is_empty()) {
            input = input.default(default.to_owned());
        }
        Ok(input.interact_text()?.trim().to_owned())
    }
}

fn filled(text: &str) -> Result<(), String> {
    if text.trim().is_empty() { Err("this must not be empty".to_owned()) } else { Ok(()) }
}

fn secret_in(path: &Path) -> anyhow::Result<SecretString> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    if text.trim().is_empty() {
        let fix = "write the key pair's secret half into it, and nothing else";
        return Err(Failure::new(format!("{} is empty", path.display()), fix).into());
    }
    Ok(SecretString::from(text.trim()))
}

/// The id in a sheet's address, or the id itself.
fn sheet_id(text: &str) -> Result<String, String> {
    let text = text.trim();
    let id = match text.split_once("/d/") {
        Some((_, rest)) => rest.split(['/', '?', '#']).next().unwrap_or_default(),
        None => text,
    };
    let whole = !id.is_empty() && id.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    if whole { Ok(id.to_owned()) } else { Err("this is no address of a Google Sheet, and no id of one".to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sheet_is_known_by_its_address_and_by_its_id() {
        for (text, id) in [
            ("https://docs.google.com/spreadsheets/d/1AbC-d_9/edit#gid=0", Some("1AbC-d_9")),
            ("https://docs.google.com/spreadsheets/d/1AbC?usp=sharing", Some("1AbC")),
            (" 1AbC-d_9 ", Some("1AbC-d_9")),
            ("https://docs.google.com/", None),
            ("моя таблица", None),
            ("", None),
        ] {
            assert_eq!(sheet_id(text).ok().as_deref(), id, "{text}");
        }
    }
}
