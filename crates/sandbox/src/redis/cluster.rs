//! A cluster of three masters, without replicas: what a killed one holds waits until it is back.

use std::net::Ipv4Addr;
use std::time::Duration;

use super::talk::{order, say, wait_until};
use super::{RedisServer, free_port};

const MASTERS: u16 = 3;
const SLOTS: u16 = 16_384;

/// A node that is silent for so long is taken for dead.
const NODE_TIMEOUT_MS: &str = "1000";

/// How long the nodes may take to agree.
const PATIENCE: Duration = Duration::from_secs(30);

/// Three masters on loopback, each with a third of the slots. Dropping it kills them.
#[derive(Debug)]
pub struct Cluster {
    /// The masters, in the order of their slots.
    pub servers: Vec<RedisServer>,
}

impl Cluster {
    /// Starts it, and waits until every node serves.
    ///
    /// # Panics
    /// When it does not come up.
    pub fn start() -> Self {
        let servers: Vec<RedisServer> = (0..MASTERS).map(|_| node()).collect();
        for (number, server) in (0..MASTERS).zip(&servers) {
            let (first, last) = slots_of(number);
            order(server.port(), &format!("CLUSTER ADDSLOTSRANGE {first} {last}"));
            order(server.port(), &format!("CLUSTER SET-CONFIG-EPOCH {}", number + 1));
        }
        let bus = order(servers[0].port(), "CONFIG GET cluster-port")[1].clone();
        for server in &servers[1..] {
            order(server.port(), &format!("CLUSTER MEET 127.0.0.1 {} {bus}", servers[0].port()));
        }
        let cluster = Self { servers };
        cluster.wait_until_whole();
        cluster
    }

    /// `redis+cluster://…`, with all three nodes.
    pub fn url(&self) -> String {
        let hosts: Vec<_> =
            self.servers.iter().map(|server| format!("{}:{}", Ipv4Addr::LOCALHOST, server.port())).collect();
        format!("redis+cluster://{}", hosts.join(","))
    }

    /// Which master owns a key.
    ///
    /// # Panics
    /// When no node answers.
    pub fn owner(&self, key: &str) -> usize {
        let asked = self.servers.iter().find_map(|server| say(server.port(), &format!("CLUSTER KEYSLOT {key}")).ok());
        let slot = asked.and_then(|answer| answer[0].parse::<u16>().ok()).expect("a node knows the slot of a key");
        let owns = |number: &u16| (slots_of(*number).0..=slots_of(*number).1).contains(&slot);
        usize::from((0..MASTERS).find(owns).expect("every slot has an owner"))
    }

    /// Empties all nodes.
    ///
    /// # Panics
    /// When a node refuses.
    pub fn clear(&self) {
        for server in &self.servers {
            order(server.port(), "FLUSHALL");
        }
    }

    /// Gives the slot of `key`, which must be empty, to another master.
    ///
    /// # Panics
    /// When a node refuses.
    pub fn hand_over(&self, key: &str, to: usize) {
        let slot = order(self.servers[to].port(), &format!("CLUSTER KEYSLOT {key}"))[0].clone();
        let owner = order(self.servers[to].port(), "CLUSTER MYID")[0].clone();
        // The new owner first: it then has the word of the highest epoch.
        order(self.servers[to].port(), &format!("CLUSTER SETSLOT {slot} NODE {owner}"));
        order(self.servers[to].port(), "CLUSTER BUMPEPOCH");
        for server in &self.servers {
            order(server.port(), &format!("CLUSTER SETSLOT {slot} NODE {owner}"));
        }
    }

    /// Waits until every node serves: after a restart one first makes sure that it was not replaced.
    ///
    /// # Panics
    /// When it does not.
    pub fn wait_until_whole(&self) {
        wait_until("all nodes of the cluster serve", PATIENCE, || {
            self.servers.iter().all(|server| {
                say(server.port(), "CLUSTER INFO").is_ok_and(|info| {
                    let whole = [
                        "cluster_state:ok".to_owned(),
                        format!("cluster_known_nodes:{MASTERS}"),
                        format!("cluster_slots_ok:{SLOTS}"),
                    ];
                    whole.iter().all(|line| info[0].lines().any(|told| told == line))
                })
            })
        });
    }
}

/// The first and the last slot of a master.
fn slots_of(number: u16) -> (u16, u16) {
    let from = |number: u16| (u32::from(number) * u32::from(SLOTS) / u32::from(MASTERS)) as u16;
    (from(number), from(number + 1) - 1)
}

fn node() -> RedisServer {
    let bus = free_port().unwrap_or_else(|error| panic!("{error}")).to_string();
    // Without full coverage one dead master does not silence the others.
    RedisServer::start_with(&[
        "--cluster-enabled",
        "yes",
        "--cluster-port",
        &bus,
        "--cluster-node-timeout",
        NODE_TIMEOUT_MS,
        "--cluster-require-full-coverage",
        "no",
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_master_owns_a_third_and_a_killed_one_comes_back() {
        let mut cluster = Cluster::start();
        let keys: Vec<String> = (0..16).map(|shard| format!("q:{{s{shard:02}}}:ready")).collect();
        for key in &keys {
            let owner = cluster.servers[cluster.owner(key)].port();
            order(owner, &format!("LPUSH {key} token"));
        }
        cluster.servers[1].kill();
        let others = keys.iter().filter(|key| cluster.owner(key) != 1);
        for key in others {
            assert_eq!(order(cluster.servers[cluster.owner(key)].port(), &format!("LLEN {key}")), ["1"]);
        }
        cluster.servers[1].restart();
        cluster.wait_until_whole();
        for key in &keys {
            assert_eq!(order(cluster.servers[cluster.owner(key)].port(), &format!("LLEN {key}")), ["1"]);
        }
    }
}
