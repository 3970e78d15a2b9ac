//! The files of a new seller: his settings, readable and commented, and his secrets beside them.
//!
//! The settings are written last and in one piece: a running system that looks for new sellers finds all or nothing.

use std::fs::{DirBuilder, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Component, Path, PathBuf};

use anyhow::Context;
use domain::ids::SellerId;
use secrecy::{ExposeSecret, SecretString};

use super::Keys;
use crate::failure::Failure;

/// All that is known of a new seller.
#[derive(Debug)]
pub(super) struct Given {
    pub(super) account: u64,
    pub(super) title: String,
    pub(super) sheet: String,
    pub(super) telegram_chat: i64,
    pub(super) keys: Keys,
    pub(super) webhook_token: SecretString,
}

/// Where they stand.
#[derive(Debug)]
pub(super) struct Files {
    pub(super) settings: PathBuf,
    client_secret: PathBuf,
    webhook_token: PathBuf,
}

/// What was written.
#[derive(Debug)]
pub(super) struct Written(pub(super) Vec<PathBuf>);

impl Files {
    pub(super) fn new(id: &SellerId, directory: &Path, secrets: Option<&Path>) -> Self {
        let secrets = secrets.map_or_else(|| usual_secrets(directory), Path::to_owned);
        Self {
            settings: directory.join(format!("{id}.toml")),
            client_secret: secrets.join(format!("{id}_avito")),
            webhook_token: secrets.join(format!("{id}_webhook")),
        }
    }

    /// Refuses to write over anything.
    pub(super) fn must_be_new(&self) -> Result<(), Failure> {
        let there = [&self.settings, &self.client_secret, &self.webhook_token].into_iter().find(|path| path.exists());
        match there {
            Some(path) if *path == self.settings => Err(Failure::new(
                format!("{} is there already", path.display()),
                "edit it, and look with `salesphere seller check`; or choose another name",
            )),
            // Somebody may have put the secret where it belongs.
            Some(path) if *path == self.client_secret => Err(Failure::new(
                format!("{} is there already", path.display()),
                format!("if it is this seller's secret, say --client-secret-file {}", path.display()),
            )),
            Some(path) => {
                Err(Failure::new(format!("{} is there already", path.display()), "remove it, or choose another name"))
            }
            None => Ok(()),
        }
    }

    /// Writes them; on any failure, none of them stays.
    pub(super) fn write(&self, given: &Given) -> anyhow::Result<Written> {
        let mut written = Vec::new();
        self.write_all(given, &mut written).inspect_err(|_| {
            for path in &written {
                // What cannot be removed was told of by the failure that came before.
                std::fs::remove_file(path).ok();
            }
        })?;
        Ok(Written(written))
    }

    fn write_all(&self, given: &Given, written: &mut Vec<PathBuf>) -> anyhow::Result<()> {
        let base = self.settings.parent().unwrap_or(Path::new("."));
        let client_secret = match &given.keys.in_file {
            Some(path) => path.clone(),
            None => {
                write_secret(&self.client_secret, &given.keys.client_secret)?;
                written.push(self.client_secret.clone());
                self.client_secret.clone()
            }
        };
        write_secret(&self.webhook_token, &given.webhook_token)?;
        written.push(self.webhook_token.clone());
        let text = in_file(given, &seen_from(base, &client_secret)?, &seen_from(base, &self.webhook_token)?);
        write_whole(&self.settings, &text).with_context(|| format!("cannot write {}", self.settings.display()))?;
        written.push(self.settings.clone());
        Ok(())
    }
}

/// Beside `config/`, where the sellers are in `config/sellers/`; beside the sellers' directory elsewhere.
fn usual_secrets(sellers: &Path) -> PathBuf {
    let config = sellers.parent().filter(|path| !path.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match config.parent() {
        Some(root) if config.ends_with("config") => root.join("secrets"),
        _ => config.join("secrets"),
    }
}

/// 48 hex digits: nobody guesses them.
pub(super) fn new_token() -> SecretString {
    let bytes: [u8; 24] = rand::random();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into()
}

fn write_secret(path: &Path, secret: &SecretString) -> anyhow::Result<()> {
    let write = || -> io::Result<()> {
        if let Some(parent) = path.parent() {
            DirBuilder::new().recursive(true).mode(0o700).create(parent)?;
        }
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        writeln!(file, "{}", secret.expose_secret())?;
        file.sync_all()
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}

fn write_whole(path: &Path, text: &str) -> io::Result<()> {
    let parent = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(parent)?;
    let mut file = tempfile::Builder::new().prefix(".seller-").suffix(".new").tempfile_in(parent)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    // Readable like the files that an editor makes: it holds no secret.
    file.as_file().set_permissions(Permissions::from_mode(0o644))?;
    file.persist_noclobber(path).map_err(|error| error.error)?;
    Ok(())
}

/// `path` as it is written in a file that stands in `base`.
fn seen_from(base: &Path, path: &Path) -> anyhow::Result<String> {
    let (base, path) = (std::path::absolute(base)?, std::path::absolute(path)?);
    let (base, path): (Vec<Component<'_>>, Vec<Component<'_>>) =
        (base.components().collect(), path.components().collect());
    let common = base.iter().zip(&path).take_while(|(one, other)| one == other).count();
    // Nothing but the root in common: then the whole path says more.
    let relative: PathBuf = if common <= 1 {
        path.iter().collect()
    } else {
        base[common..].iter().map(|_| Component::ParentDir).chain(path[common..].iter().copied()).collect()
    };
    Ok(relative.display().to_string())
}

/// The settings with the secrets in them: never on a disk.
pub(super) fn in_memory(given: &Given) -> String {
    let secret = quoted(given.keys.client_secret.expose_secret());
    let token = quoted(given.webhook_token.expose_secret());
    text(given, &format!("client_secret = {secret}"), &format!("webhook_token = {token}"))
}

fn in_file(given: &Given, client_secret: &str, webhook_token: &str) -> String {
    let (secret, token) = (quoted(client_secret), quoted(webhook_token));
    text(given, &format!("client_secret_file = {secret}"), &format!("webhook_token_file = {token}"))
}

fn text(given: &Given, secret: &str, token: &str) -> String {
    let Given { account, title, sheet, telegram_chat, keys, .. } = given;
    let (title, sheet, client_id) = (quoted(title), quoted(sheet), quoted(&keys.client_id));
    format!(
        "# One seller. The file's name is the seller's short name and must not change. Everything below
# [seller_defaults] of config/default.toml may be said here too, as the lines that are commented out show.

# The shop's name, as people read it.
name = {title}
# The id of the Google Sheet: the part of its address between /d/ and /edit.
sheet_id = {sheet}
# The Telegram chat that gets the cards: a person's number, or a group's, which begins with a minus.
telegram_chat = {telegram_chat}
#time_zone = \"Europe/Moscow\"

[avito]
# The number of the Avito account.
account = {account}
# The key pair of that account, the secret half in a file of its own.
client_id = {client_id}
{secret}
# The unguessable end of the webhook's address.
{token}

#[hours]
# When somebody is there to answer.
#open = \"09:00\"
#close = \"21:00\"

#[pricing]
# Whether to bargain where the table names a lowest price, and how many counter-offers a buyer gets.
#bargaining = true
#rounds = 2
"
    )
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_referred_to_from_where_the_settings_stand() {
        for (base, path, seen) in [
            ("/srv/app/config/sellers", "/srv/app/secrets/a", "../../secrets/a"),
            ("/srv/app/config/sellers", "/srv/app/config/sellers/a", "a"),
            ("/srv/app/config/sellers", "/run/secrets/a", "/run/secrets/a"),
        ] {
            assert_eq!(seen_from(Path::new(base), Path::new(path)).unwrap(), seen);
        }
    }

    #[test]
    fn secrets_stand_beside_the_configuration() {
        for (sellers, secrets) in [
            ("config/sellers", "secrets"),
            ("/app/config/sellers", "/app/secrets"),
            ("/etc/salesphere/sellers", "/etc/salesphere/secrets"),
            ("sellers", "./secrets"),
        ] {
            assert_eq!(usual_secrets(Path::new(sellers)), Path::new(secrets), "{sellers}");
        }
    }
}
