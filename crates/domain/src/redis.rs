//! Which Redis, in the operator's words: one server, a set that sentinels watch over, or a cluster.
//!
//! ```text
//! redis://[[user]:password@]host[:port][/db]
//! redis+sentinel://[[user]:password@]host[:port],host[:port],…/master[/db]
//! redis+cluster://[[user]:password@]host[:port],host[:port],…
//! ```
//!
//! Not here: connecting to it (`runtime::redis`).

use std::fmt;
use std::str::FromStr;

const REDIS_PORT: u16 = 6379;
const SENTINEL_PORT: u16 = 26379;

/// Where Redis is, and how to get in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedisUrl {
    /// Which servers.
    pub servers: Servers,
    /// Who we are to them. Sentinels are asked without it.
    pub login: Login,
    /// The database. A cluster has only the first.
    pub db: u16,
}

/// Which servers hold the data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Servers {
    /// This one.
    One(Host),
    /// Whichever the sentinels call the master.
    Sentinel {
        /// The sentinels.
        sentinels: Vec<Host>,
        /// The name they know the set by.
        master: String,
    },
    /// A cluster. These are asked who has which part of it; more may belong to it.
    Cluster(Vec<Host>),
}

/// A server's address.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Host {
    /// Its name or its IP address, the latter without brackets.
    pub name: String,
    /// Its port.
    pub port: u16,
}

/// A user and a password, either of which may be missing. `Debug` keeps the password to itself.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Login {
    /// The user, if it is not the default one.
    pub user: Option<String>,
    /// The password.
    pub password: Option<String>,
}

/// Why a text is no [`RedisUrl`]. The text is never quoted: it may hold a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidRedisUrl {
    /// Another protocol, or none.
    #[error("is no Redis address")]
    NotRedis,
    /// TLS.
    #[error("asks for TLS, which is not built in")]
    Tls,
    /// A host without a name, or a port that is none.
    #[error("names a host that is none")]
    BadHost,
    /// Several hosts of one server.
    #[error("names several hosts for one server")]
    SeveralHosts,
    /// Sentinels, and nothing to ask them for.
    #[error("names sentinels and not the master they watch")]
    NoMaster,
    /// The database is no number.
    #[error("names a database that is no number from 0 to 65535")]
    BadDatabase,
    /// A database in a cluster.
    #[error("names a database, and a cluster has only one")]
    ClusterDatabase,
    /// Something behind the address.
    #[error("has something behind the address")]
    TooMuch,
    /// A password with a stray percent sign.
    #[error("has a login that cannot be read")]
    BadLogin,
}

impl InvalidRedisUrl {
    /// What to do about it.
    pub fn fix(self) -> &'static str {
        match self {
            Self::NotRedis => {
                "write it like \"redis://redis:6379/0\", \"redis+sentinel://host1:26379,host2:26379,host3:26379/master\" \
                 or \"redis+cluster://host1:7000,host2:7000,host3:7000\""
            }
            Self::Tls => "use redis:// within a private network",
            Self::BadHost => "write each host like \"redis:6379\"",
            Self::SeveralHosts => "name one, or begin with redis+sentinel:// or redis+cluster://",
            Self::NoMaster => "end it with the name of the set, like \"…:26379/mymaster\"",
            Self::BadDatabase => "end it with /0, or with nothing",
            Self::ClusterDatabase => "end it after the last host",
            Self::TooMuch => "leave away what stands behind the database",
            Self::BadLogin => "write it like \":password@host\", with %40 for @, %2F for / and %25 for %",
        }
    }
}

impl FromStr for RedisUrl {
    type Err = InvalidRedisUrl;

    fn from_str(text: &str) -> Result<Self, InvalidRedisUrl> {
        let (scheme, rest) = text.split_once("://").ok_or(InvalidRedisUrl::NotRedis)?;
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        if path.contains(['?', '#']) || authority.contains(['?', '#']) {
            return Err(InvalidRedisUrl::TooMuch);
        }
        let (login, hosts) = match authority.rsplit_once('@') {
            Some((login, hosts)) => (login.parse()?, hosts),
            None => (Login::default(), authority),
        };
        match scheme {
            "redis" if hosts.contains(',') => Err(InvalidRedisUrl::SeveralHosts),
            "redis" => Ok(Self { servers: Servers::One(host(hosts, REDIS_PORT)?), login, db: database(path)? }),
            "redis+sentinel" => {
                let (master, db) = path.split_once('/').unwrap_or((path, ""));
                if master.is_empty() {
                    return Err(InvalidRedisUrl::NoMaster);
                }
                let servers = Servers::Sentinel { sentinels: all(hosts, SENTINEL_PORT)?, master: decoded(master)? };
                Ok(Self { servers, login, db: database(db)? })
            }
            "redis+cluster" if !path.is_empty() => Err(InvalidRedisUrl::ClusterDatabase),
            "redis+cluster" => Ok(Self { servers: Servers::Cluster(all(hosts, REDIS_PORT)?), login, db: 0 }),
            _ if scheme.starts_with("rediss") => Err(InvalidRedisUrl::Tls),
            _ => Err(InvalidRedisUrl::NotRedis),
        }
    }
}

fn all(hosts: &str, port: u16) -> Result<Vec<Host>, InvalidRedisUrl> {
    hosts.split(',').map(|one| host(one, port)).collect()
}

fn host(text: &str, port: u16) -> Result<Host, InvalidRedisUrl> {
    let host = match text.strip_prefix('[').and_then(|text| text.split_once(']')) {
        Some((ip, "")) => Some((ip, Ok(port))),
        Some((ip, port)) => port.strip_prefix(':').map(|port| (ip, port.parse())),
        None => match text.split_once(':') {
            Some((name, port)) => Some((name, port.parse())),
            None => Some((text, Ok(port))),
        },
    };
    let strange = |c: char| c.is_whitespace() || "[]:%@".contains(c);
    match host {
        Some((name, Ok(port))) if !name.is_empty() && (text.starts_with('[') || !name.contains(strange)) => {
            Ok(Host { name: name.to_owned(), port })
        }
        _ => Err(InvalidRedisUrl::BadHost),
    }
}

fn database(text: &str) -> Result<u16, InvalidRedisUrl> {
    if text.is_empty() {
        return Ok(0);
    }
    text.parse().map_err(|_| InvalidRedisUrl::BadDatabase)
}

impl FromStr for Login {
    type Err = InvalidRedisUrl;

    /// `user:password`, where each may be empty and is then missing.
    fn from_str(text: &str) -> Result<Self, InvalidRedisUrl> {
        let (user, password) = text.split_once(':').ok_or(InvalidRedisUrl::BadLogin)?;
        let part = |text: &str| Ok((!text.is_empty()).then_some(decoded(text)?));
        Ok(Self { user: part(user)?, password: part(password)? })
    }
}

/// The text with its `%40` turned into `@`.
fn decoded(text: &str) -> Result<String, InvalidRedisUrl> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut pieces = text.split('%');
    bytes.extend(pieces.next().unwrap_or_default().bytes());
    for piece in pieces {
        let digits = piece.get(..2).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()).ok_or(InvalidRedisUrl::BadLogin)?;
        bytes.push(byte);
        bytes.extend(piece[2..].bytes());
    }
    String::from_utf8(bytes).map_err(|_| InvalidRedisUrl::BadLogin)
}

/// As it would be written, with `***` for the password.
impl fmt::Display for RedisUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scheme, hosts, master) = match &self.servers {
            Servers::One(host) => ("redis", std::slice::from_ref(host), None),
            Servers::Sentinel { sentinels, master } => ("redis+sentinel", sentinels.as_slice(), Some(master)),
            Servers::Cluster(nodes) => ("redis+cluster", nodes.as_slice(), None),
        };
        write!(f, "{scheme}://")?;
        if self.login != Login::default() {
            let user = self.login.user.as_deref().unwrap_or_default();
            let password = self.login.password.as_ref().map_or("", |_| "***");
            write!(f, "{user}:{password}@")?;
        }
        for (index, host) in hosts.iter().enumerate() {
            write!(f, "{}{host}", if index == 0 { "" } else { "," })?;
        }
        if let Some(master) = master {
            write!(f, "/{master}")?;
        }
        match self.servers {
            Servers::Cluster(_) => Ok(()),
            _ => write!(f, "/{}", self.db),
        }
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name.contains(':') {
            true => write!(f, "[{}]:{}", self.name, self.port),
            false => write!(f, "{}:{}", self.name, self.port),
        }
    }
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let password = self.password.as_ref().map(|_| "***");
        f.debug_struct("Login").field("user", &self.user).field("password", &password).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_is_read_and_told_without_its_password() {
        for (text, told) in [
            ("redis://localhost", "redis://localhost:6379/0"),
            ("redis://redis:7001/3", "redis://redis:7001/3"),
            ("redis://:p%40ss@redis/", "redis://:***@redis:6379/0"),
            ("redis://bot:secret@[::1]:7001/1", "redis://bot:***@[::1]:7001/1"),
            ("redis://[::1]", "redis://[::1]:6379/0"),
            ("redis+sentinel://a,b:1,c:2/shop", "redis+sentinel://a:26379,b:1,c:2/shop/0"),
            ("redis+sentinel://:x@a/shop/5", "redis+sentinel://:***@a:26379/shop/5"),
            ("redis+cluster://a:7000,b", "redis+cluster://a:7000,b:6379"),
            ("redis+cluster://u:x@a:7000/", "redis+cluster://u:***@a:7000"),
        ] {
            let url: RedisUrl = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(url.to_string(), told);
            assert!(!format!("{url:?}").contains("secret"), "{url:?}");
        }
        let url: RedisUrl = "redis://b%3At:p%40s%2fs%25@redis".parse().unwrap();
        assert_eq!(url.login, Login { user: Some("b:t".to_owned()), password: Some("p@s/s%".to_owned()) });
    }

    #[test]
    fn what_is_none_is_refused_with_the_reason() {
        use InvalidRedisUrl as Bad;
        for (text, why) in [
            ("", Bad::NotRedis),
            ("redis", Bad::NotRedis),
            ("postgres://redis", Bad::NotRedis),
            ("rediss://redis", Bad::Tls),
            ("redis://", Bad::BadHost),
            ("redis://:6379", Bad::BadHost),
            ("redis://redis:port", Bad::BadHost),
            ("redis://redis:70000", Bad::BadHost),
            ("redis://::1", Bad::BadHost),
            ("redis://[::1", Bad::BadHost),
            ("redis://[::1]7000", Bad::BadHost),
            ("redis://a b", Bad::BadHost),
            ("redis://a,b", Bad::SeveralHosts),
            ("redis://redis/zero", Bad::BadDatabase),
            ("redis://redis/0/1", Bad::BadDatabase),
            ("redis://redis/0?protocol=resp3", Bad::TooMuch),
            ("redis://password@redis", Bad::BadLogin),
            ("redis://:100%@redis", Bad::BadLogin),
            ("redis+sentinel://a,b", Bad::NoMaster),
            ("redis+sentinel://a,b/", Bad::NoMaster),
            ("redis+sentinel://a,,b/shop", Bad::BadHost),
            ("redis+sentinel://a/shop/x", Bad::BadDatabase),
            ("redis+cluster://", Bad::BadHost),
            ("redis+cluster://a/0", Bad::ClusterDatabase),
        ] {
            assert_eq!(text.parse::<RedisUrl>(), Err(why), "{text}");
        }
    }
}
