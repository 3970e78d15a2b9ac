//! Which node of a cluster owns which slots, by the word of its nodes.

use domain::redis::Host;
use futures::FutureExt;
use redis::{ErrorKind, RedisResult};

use super::dial::{Manner, answers};
use super::slot::SLOTS;

/// The owner of each slot.
#[derive(Debug, Clone, Default)]
pub(super) struct Owners(Vec<Owned>);

/// Some slots, and who owns them.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Owned {
    first: u16,
    last: u16,
    /// Of two that claim a slot, the one with the greater epoch has it.
    epoch: u64,
    host: Host,
}

impl Owners {
    /// Asks `nodes`, all at once. They may disagree for a moment, so that all who answer are listened to.
    pub(super) async fn ask(nodes: &[Host], manner: &Manner) -> RedisResult<Self> {
        let one = |node| {
            async move {
                let mut question = redis::cmd("CLUSTER");
                question.arg("NODES");
                let text: String = manner.ask(node, question).await?;
                Ok(read(&text, node))
            }
            .boxed()
        };
        let owned: Vec<Owned> = answers(nodes.iter().map(one)).await?.into_iter().flatten().collect();
        if owned.is_empty() {
            return Err((ErrorKind::ClusterConnectionNotFound, "the nodes know of no owners of slots").into());
        }
        Ok(Self(owned))
    }

    /// Who owns a slot.
    pub(super) fn of(&self, slot: u16) -> Option<&Host> {
        let claims = self.0.iter().filter(|owned| (owned.first..=owned.last).contains(&slot));
        claims.max_by_key(|owned| owned.epoch).map(|owned| &owned.host)
    }

    /// A node has told that this one owns the slot: nobody knows better.
    pub(super) fn set(&mut self, slot: u16, host: Host) {
        self.0.retain(|owned| owned.epoch != u64::MAX || owned.first != slot);
        self.0.push(Owned { first: slot, last: slot, epoch: u64::MAX, host });
    }

    /// All who own something.
    pub(super) fn hosts(&self) -> Vec<Host> {
        let mut hosts: Vec<Host> = self.0.iter().map(|owned| owned.host.clone()).collect();
        hosts.sort();
        hosts.dedup();
        hosts.retain(|host| self.0.iter().any(|owned| owned.host == *host && self.of(owned.first) == Some(host)));
        hosts
    }
}

/// Reads the answer to CLUSTER NODES
/// (<https://redis.io/docs/latest/commands/cluster-nodes/>). `asked` stands for a node that does not know its own
/// address yet.
fn read(text: &str, asked: &Host) -> Vec<Owned> {
    text.lines().flat_map(|line| line_of(line, asked).unwrap_or_default()).collect()
}

/// `id ip:port@bus[,name] flags master ping pong epoch link slots…`
fn line_of(line: &str, asked: &Host) -> Option<Vec<Owned>> {
    let mut fields = line.split_ascii_whitespace();
    let host = host_of(fields.nth(1)?, asked)?;
    let is_master = fields.next()?.split(',').any(|flag| flag == "master");
    let epoch = fields.nth(3)?.parse().ok()?;
    let slots = fields.skip(1).filter_map(slots_of).filter(|_| is_master);
    Some(slots.map(|(first, last)| Owned { first, last, epoch, host: host.clone() }).collect())
}

/// `ip:port@bus,name`, as MOVED has it too, without what follows the port.
pub(super) fn host_of(address: &str, asked: &Host) -> Option<Host> {
    let address = address.split(['@', ',']).next()?;
    let (name, port) = address.rsplit_once(':')?;
    let name = if name.is_empty() || name == "?" { &asked.name } else { name };
    Some(Host { name: name.to_owned(), port: port.parse().ok()? })
}

/// `7`, `0-5460`; what is in brackets is on its way to or from another node, and still or not yet here.
fn slots_of(field: &str) -> Option<(u16, u16)> {
    let (first, last) = field.split_once('-').unwrap_or((field, field));
    let (first, last) = (first.parse().ok()?, last.parse().ok()?);
    (first <= last && last < SLOTS).then_some((first, last))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NODES: &str = "\
a1 127.0.0.1:7000@17000 myself,master - 0 0 1 connected 0-5460 5462 [93-<-a2]
a2 :7001@17001 master - 0 1 2 connected 5461 5463-10922
a3 10.0.0.3:7002@17002,three.example master,fail - 0 1 3 disconnected 10923-16383
a4 127.0.0.1:7003@17003 slave a1 0 1 1 connected
a5 127.0.0.1:7004@17004 master,noaddr - 0 0 0 disconnected
";

    fn host(name: &str, port: u16) -> Host {
        Host { name: name.to_owned(), port }
    }

    #[test]
    fn a_slot_belongs_to_the_master_that_says_so_alive_or_not() {
        let owners = Owners(read(NODES, &host("asked", 1)));
        for (slot, owner) in [
            (0, host("127.0.0.1", 7000)),
            (5461, host("asked", 7001)),
            (5462, host("127.0.0.1", 7000)),
            (16383, host("10.0.0.3", 7002)),
        ] {
            assert_eq!(owners.of(slot), Some(&owner), "{slot}");
        }
        assert_eq!(owners.hosts().len(), 3);
    }

    #[test]
    fn of_two_that_claim_a_slot_the_later_one_has_it() {
        let old = "a1 h:1@2 master - 0 0 1 connected 0-16383";
        let new = "a1 h:1@2 slave a2 0 0 1 connected\na2 h:2@3 myself,master - 0 0 7 connected 0-16383";
        for answers in [[old, new], [new, old]] {
            let mut owners = Owners(answers.iter().flat_map(|text| read(text, &host("h", 9))).collect());
            assert_eq!(owners.of(5), Some(&host("h", 2)));
            assert_eq!(owners.hosts(), [host("h", 2)]);
            owners.set(5, host("h", 3));
            owners.set(5, host("h", 4));
            assert_eq!((owners.of(5), owners.of(6)), (Some(&host("h", 4)), Some(&host("h", 2))));
        }
    }

    #[test]
    fn nonsense_owns_nothing() {
        for text in
            ["", "x", "a1 h:1 master", "a1 h:x@2 master - 0 0 1 connected 0-1", "a1 h:1@2 master - 0 0 1 up 7-3"]
        {
            assert!(read(text, &host("h", 1)).is_empty(), "{text}");
        }
    }
}
