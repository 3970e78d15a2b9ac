//! A master, two replicas, and three sentinels that watch over them.

use std::time::Duration;

use super::talk::{order, say, wait_until};
use super::{CONFIG_FILE, RedisServer};

/// The name the sentinels know the set by.
const NAME: &str = "shop";

/// A master that stays away so long is taken for dead.
const DOWN_AFTER_MS: u64 = 700;

/// How long a sentinel tries to make another one the master, before the next may try.
const FAILOVER_MS: u64 = 3_000;

/// How long it may take until all know each other (sentinels greet every two seconds), and a fail-over.
const PATIENCE: Duration = Duration::from_secs(30);

/// A master without one replica that keeps up refuses to write: what it accepted would be lost with it.
const REPLICATED: [&str; 6] =
    ["--min-replicas-to-write", "1", "--min-replicas-max-lag", "2", "--repl-diskless-sync-delay", "0"];

/// Three servers and three sentinels on loopback. Dropping it kills them all.
#[derive(Debug)]
pub struct SentinelSet {
    /// The servers. At first the master is the one at 0.
    pub servers: Vec<RedisServer>,
    sentinels: Vec<RedisServer>,
}

impl SentinelSet {
    /// Starts all, and waits until a master could be replaced.
    ///
    /// # Panics
    /// When they do not come up.
    pub fn start() -> Self {
        let master = RedisServer::start_with(&REPLICATED);
        let replica_of = format!("127.0.0.1 {}", master.port());
        let options: Vec<&str> = REPLICATED.iter().copied().chain(["--replicaof", &replica_of]).collect();
        let replicas = [RedisServer::start_with(&options), RedisServer::start_with(&options)];
        // A sentinel looks at the replicas when it starts, and then not before ten seconds have passed.
        wait_for_replicas(|| master.port());
        let sentinels = (0..3).map(|_| sentinel(master.port())).collect();
        let set = Self { servers: [master].into_iter().chain(replicas).collect(), sentinels };
        set.wait_until_ready();
        set
    }

    /// `redis+sentinel://…`, with all three sentinels.
    pub fn url(&self) -> String {
        let hosts: Vec<_> = self.sentinels.iter().map(|sentinel| format!("127.0.0.1:{}", sentinel.port())).collect();
        format!("redis+sentinel://{}/{NAME}", hosts.join(","))
    }

    /// Which server is the master, by the word of the sentinels.
    ///
    /// # Panics
    /// When the sentinels do not answer.
    pub fn master(&self) -> usize {
        let address = order(self.sentinels[0].port(), &format!("SENTINEL GET-MASTER-ADDR-BY-NAME {NAME}"));
        let port: u16 = address[1].parse().unwrap_or_default();
        self.servers.iter().position(|server| server.port() == port).expect("the master is one of ours")
    }

    /// The replicas.
    ///
    /// # Panics
    /// When the sentinels do not answer.
    pub fn replicas(&self) -> Vec<usize> {
        let master = self.master();
        (0..self.servers.len()).filter(|&server| server != master).collect()
    }

    /// Waits until another server than `old` is the master.
    ///
    /// # Panics
    /// When none becomes it.
    pub fn wait_for_another_master(&self, old: usize) {
        wait_until("another server is the master", PATIENCE, || {
            let master = self.master();
            master != old && say(self.servers[master].port(), "ROLE").is_ok_and(|role| role[0] == "master")
        });
    }

    /// Waits until both others follow the master. One that was the master before is told so by the sentinels after
    /// some ten seconds.
    ///
    /// # Panics
    /// When they do not.
    pub fn wait_for_replicas(&self) {
        wait_for_replicas(|| self.servers[self.master()].port());
    }

    fn wait_until_ready(&self) {
        wait_until("the sentinels know all servers and each other", PATIENCE, || {
            self.sentinels.iter().all(|sentinel| {
                let told = say(sentinel.port(), &format!("SENTINEL MASTER {NAME}")).unwrap_or_default();
                let is = |field: &str, value: &str| told.chunks(2).any(|pair| pair == [field, value]);
                is("num-slaves", "2") && is("num-other-sentinels", "2") && is("flags", "master")
            })
        });
    }
}

fn wait_for_replicas(master: impl Fn() -> u16) {
    wait_until("two replicas follow the master", PATIENCE, || {
        say(master(), "INFO replication").is_ok_and(|info| info[0].matches("state=online").count() == 2)
    });
}

fn sentinel(master: u16) -> RedisServer {
    let directory = tempfile::Builder::new().prefix("salesphere-sentinel-").tempdir();
    let directory = directory.unwrap_or_else(|error| panic!("{error}"));
    let config = format!(
        "sentinel monitor {NAME} 127.0.0.1 {master} 2\n\
         sentinel down-after-milliseconds {NAME} {DOWN_AFTER_MS}\n\
         sentinel failover-timeout {NAME} {FAILOVER_MS}\n"
    );
    std::fs::write(directory.path().join(CONFIG_FILE), config).unwrap_or_else(|error| panic!("{error}"));
    RedisServer::launch_in(directory, vec!["--sentinel".to_owned()]).unwrap_or_else(|error| panic!("{error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_killed_master_is_replaced() {
        let mut set = SentinelSet::start();
        assert_eq!((set.master(), set.replicas()), (0, vec![1, 2]));
        set.servers[0].kill();
        set.wait_for_another_master(0);
        assert_ne!(set.master(), 0);
    }
}
