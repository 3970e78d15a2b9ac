//! Asking sentinels who the master is.

use domain::redis::Host;
use futures::FutureExt;
use futures::future::select_ok;
use redis::{ErrorKind, RedisError, RedisResult, Value};

use super::dial::{Manner, answers};

/// Those who watch over a set of servers.
#[derive(Debug, Clone)]
pub(super) struct Sentinels {
    pub(super) hosts: Vec<Host>,
    /// The name they know the set by.
    pub(super) master: String,
}

impl Sentinels {
    /// The master, by the word of the sentinels and its own. All are asked at once: a sentinel may be dead, or cut
    /// off and not know of a fail-over, and the server that most of them name may have ceased to be it just now.
    pub(super) async fn find(&self, manner: &Manner) -> RedisResult<Host> {
        let named = answers(self.hosts.iter().map(|sentinel| self.ask(manner, sentinel).boxed())).await?;
        let named: Vec<Host> = named.into_iter().flatten().collect();
        let Some(most) = most_named(&named) else {
            let name = self.master.clone();
            return Err((ErrorKind::MasterNameNotFoundBySentinel, "the sentinels do not know this master", name).into());
        };
        let checked = most.into_iter().map(|host| check(manner, host).boxed());
        select_ok(checked).await.map(|(host, _others)| host)
    }

    async fn ask(&self, manner: &Manner, sentinel: &Host) -> RedisResult<Option<Host>> {
        let mut question = redis::cmd("SENTINEL");
        question.arg("GET-MASTER-ADDR-BY-NAME").arg(&self.master);
        let address: Option<(String, u16)> = manner.towards_sentinels().ask(sentinel, question).await?;
        Ok(address.map(|(name, port)| Host { name, port }))
    }
}

/// The server that most name; several if as many name them.
fn most_named(named: &[Host]) -> Option<Vec<Host>> {
    let mut counted: Vec<(usize, Host)> = Vec::new();
    for host in named {
        match counted.iter_mut().find(|(_, known)| known == host) {
            Some((times, _)) => *times += 1,
            None => counted.push((1, host.clone())),
        }
    }
    let most = counted.iter().map(|(times, _)| *times).max()?;
    Some(counted.into_iter().filter(|(times, _)| *times == most).map(|(_, host)| host).collect())
}

/// Whether it takes itself for the master.
async fn check(manner: &Manner, host: Host) -> RedisResult<Host> {
    let role: Vec<Value> = manner.ask(&host, redis::cmd("ROLE")).await?;
    match role.first() {
        Some(Value::BulkString(role)) if role == b"master" => Ok(host),
        _ => Err(RedisError::from((ErrorKind::Io, "is said to be the master, and is not", host.to_string()))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_of_most_sentinels_counts() {
        let host = |port| Host { name: "redis".to_owned(), port };
        for (named, most) in
            [(&[][..], None), (&[1, 1, 2], Some(vec![1])), (&[2, 1, 1], Some(vec![1])), (&[1, 2], Some(vec![1, 2]))]
        {
            let named: Vec<Host> = named.iter().map(|&port| host(port)).collect();
            let expected = most.map(|ports| ports.into_iter().map(host).collect::<Vec<_>>());
            assert_eq!(most_named(&named), expected, "{named:?}");
        }
    }
}
