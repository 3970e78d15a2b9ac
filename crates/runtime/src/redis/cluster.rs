//! A cluster: one line to each node, and the knowledge of which node owns what.
//!
//! A node that does not answer holds up what belongs to it and nothing else. While a slot is moved from one node to
//! another, what belongs to it may fail, until the move is done.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use domain::redis::Host;
use futures::FutureExt;
use futures::future::select_ok;
use redis::{ErrorKind, RedisResult, Value};
use tokio::task::JoinSet;

use super::call::{Fault, Sent};
use super::dial::Manner;
use super::line::{Line, Losses};
use super::nodes::{Owners, host_of};
use super::places::{Places, no_owner};
use super::slot::slot_of;

/// How often a command follows where it is sent to.
const REDIRECTIONS: usize = 3;

/// The nodes are not asked more often than this.
const LOOK_EVERY: Duration = Duration::from_millis(100);

#[derive(Debug)]
pub(super) struct Cluster {
    /// Who is asked first, as the operator named them.
    seeds: Vec<Host>,
    manner: Manner,
    losses: Losses,
    lines: Mutex<HashMap<Host, Line>>,
    owners: Mutex<Known>,
    /// Held by who asks the nodes; the time of their last answer, or of their silence.
    looking: tokio::sync::Mutex<Option<Instant>>,
    /// Who asks because of a doubt, at most one.
    doubts: Mutex<JoinSet<()>>,
}

#[derive(Debug, Default)]
struct Known {
    owners: Owners,
    /// Counts how often they were told anew.
    version: u64,
}

impl Cluster {
    pub(super) fn new(seeds: Vec<Host>, manner: Manner, losses: Losses) -> Self {
        Self {
            seeds,
            manner,
            losses,
            lines: Mutex::default(),
            owners: Mutex::default(),
            looking: tokio::sync::Mutex::default(),
            doubts: Mutex::default(),
        }
    }

    /// Learns who owns what.
    pub(super) async fn open(&self) -> RedisResult<()> {
        self.look(0).await
    }

    /// Sends it to the owner of its key, wherever that is by now.
    pub(super) async fn send(self: &Arc<Self>, what: &Sent) -> RedisResult<Value> {
        let Some(slot) = what.key().map(slot_of) else { return self.send_to_any(what).await };
        let mut failed = no_owner(slot);
        for _ in 0..REDIRECTIONS {
            let (owner, version) = self.owner(slot).await?;
            let error = match self.line(&owner).send(what).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            let goes_on = match Fault::of(&error) {
                Fault::Moved(to) => self.follow(slot, &to, &owner),
                // The time of this one is up. The next one shall know better.
                Fault::Doubtful => {
                    self.doubt(version);
                    false
                }
                // Perhaps another has taken over.
                Fault::Broken | Fault::NoMaster => {
                    self.look(version).await.is_ok() && self.known().owners.of(slot) != Some(&owner)
                }
                Fault::Command => false,
            };
            if !goes_on {
                return Err(error);
            }
            failed = error;
        }
        Err(failed)
    }

    /// Sends it to every node that owns something. Each answers for itself.
    pub(super) async fn send_to_all(&self, what: &Sent) -> RedisResult<Vec<(Host, RedisResult<Value>)>> {
        let nodes = self.nodes().await?;
        let one = |host: Host| async move {
            let answer = self.line(&host).send(what).await;
            (host, answer)
        };
        Ok(futures::future::join_all(nodes.into_iter().map(one)).await)
    }

    /// The first node's answer that is one.
    async fn send_to_any(&self, what: &Sent) -> RedisResult<Value> {
        let nodes = self.nodes().await?;
        let asked = nodes.into_iter().map(|host| async move { self.line(&host).send(what).await }.boxed());
        select_ok(asked).await.map(|(answer, _others)| answer)
    }

    async fn nodes(&self) -> RedisResult<Vec<Host>> {
        if self.known().version == 0 {
            self.look(0).await?;
        }
        Ok(self.known().owners.hosts())
    }

    async fn owner(&self, slot: u16) -> RedisResult<(Host, u64)> {
        let known = || {
            let known = self.known();
            (known.owners.of(slot).cloned(), known.version)
        };
        let (owner, version) = known();
        if let Some(owner) = owner {
            return Ok((owner, version));
        }
        self.look(version).await?;
        let (owner, version) = known();
        owner.map(|owner| (owner, version)).ok_or_else(|| no_owner(slot))
    }

    /// Goes where a node says, unless it says nothing new.
    fn follow(&self, slot: u16, to: &str, from: &Host) -> bool {
        match host_of(to, from) {
            Some(to) if to != *from => {
                self.known().owners.set(slot, to);
                true
            }
            _ => false,
        }
    }

    /// Asks the nodes, while the one who doubts need not wait.
    fn doubt(self: &Arc<Self>, seen: u64) {
        let mut doubts = self.doubts.lock().unwrap_or_else(PoisonError::into_inner);
        while doubts.try_join_next().is_some() {}
        if doubts.is_empty() {
            let cluster = Arc::downgrade(self);
            doubts.spawn(async move {
                if let Some(cluster) = cluster.upgrade() {
                    // Who needs the answer asks again.
                    cluster.look(seen).await.ok();
                }
            });
        }
    }

    /// Asks the nodes who owns what, unless that was done since `seen`, or just now.
    async fn look(&self, seen: u64) -> RedisResult<()> {
        let mut looked = self.looking.lock().await;
        let known = self.known().version;
        if known > seen {
            return Ok(());
        }
        if looked.is_some_and(|at| at.elapsed() < LOOK_EVERY) {
            return if known > 0 { Ok(()) } else { Err(nobody()) };
        }
        let mut nodes = self.known().owners.hosts();
        nodes.retain(|host| !self.seeds.contains(host));
        nodes.extend_from_slice(&self.seeds);
        let asked = Owners::ask(&nodes, &self.manner).await;
        *looked = Some(Instant::now());
        let owners = asked?;
        let hosts = owners.hosts();
        self.lines().retain(|host, _| hosts.contains(host));
        let mut known = self.known();
        known.owners = owners;
        known.version += 1;
        Ok(())
    }

    fn line(&self, host: &Host) -> Line {
        let mut lines = self.lines();
        let line = lines
            .entry(host.clone())
            .or_insert_with(|| Line::new(Places::Fixed(host.clone()), self.manner.clone(), self.losses.clone()));
        line.clone()
    }

    fn lines(&self) -> MutexGuard<'_, HashMap<Host, Line>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.owners.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn nobody() -> redis::RedisError {
    (ErrorKind::ClusterConnectionNotFound, "no node of the cluster has answered").into()
}
