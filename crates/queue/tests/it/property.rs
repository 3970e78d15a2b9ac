//! Random operations, by several workers, on the living and with the claims of the dead: after each, Redis
//! holds what the model holds, and the invariants hold.
//!
//! I1, I2 and I5 are seen from outside ([`Queue::invariants`](queue::Queue::invariants)). I4 is checked with
//! each claim. I3 and I6 follow from the mailboxes: they change exactly as the model's, which only a current
//! holder's `complete`, or a dead letter, can shorten. The operator, meanwhile, puts dead letters back.

use std::collections::BTreeMap;
use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use queue::{
    Attempt, Claim, DeadLetter, DeadLetterId, Dropped, Merge, QueueError, Retried, StepState, Token, WorkerId,
};
use sandbox::redis::RedisServer;
use settings::QueueSettings;

use crate::model::{Held, Model, Place};
use crate::system::{self, System, ids, message, token};

const CHATS: [&str; 3] = ["a", "b", "c"];
const WORKERS: usize = 3;
const NEED: Duration = Duration::from_secs(1);

/// What may happen next.
#[derive(Debug, Clone)]
enum Operation {
    /// A message arrives, new or again.
    Enqueue {
        chat: usize,
        id: u8,
    },
    /// A worker takes a token and opens it.
    Open {
        worker: usize,
    },
    /// A worker takes a token and, for now, does nothing.
    Take {
        worker: usize,
    },
    /// A worker claims what it has, or has not.
    Claim {
        worker: usize,
        chat: usize,
    },
    Refresh {
        claim: Pick,
    },
    BeginSend {
        claim: Pick,
        plan: Which,
        merge: Merge,
    },
    RecordStep {
        claim: Pick,
        step: u32,
    },
    TakeBack {
        claim: Pick,
        step: u32,
    },
    Complete {
        claim: Pick,
    },
    Nack {
        claim: Pick,
        attempt: Attempt,
    },
    Release {
        claim: Pick,
    },
    /// A worker dies, and another takes its place.
    Die {
        worker: usize,
    },
    Housekeep,
    /// Time passes, as far as tokens wait for it.
    DelaysEnd,
    /// The operator puts a dead letter back, the newest or an older one.
    RetryLetter {
        letter: usize,
    },
    /// The operator throws one away.
    DropLetter {
        letter: usize,
    },
    /// A human is told of the oldest one of which none was.
    Tell,
}

/// Which claim it happens to.
#[derive(Debug, Clone, Copy)]
enum Pick {
    /// The newest that still holds its conversation.
    Current,
    /// Any, counted from the newest, most of them over.
    Any(usize),
}

/// Which plan is begun.
#[derive(Debug, Clone, Copy)]
enum Which {
    /// The one in the journal, at its step.
    TheOldOne,
    /// One decided anew.
    ANewOne,
}

fn operation() -> impl Strategy<Value = Operation> {
    let chat = 0..CHATS.len();
    let worker = 0..WORKERS;
    let claim = || prop_oneof![3 => Just(Pick::Current), 1 => (0..6_usize).prop_map(Pick::Any)];
    let step = prop_oneof![2 => Just(0_u32), 1 => Just(1_u32)];
    let plan = prop_oneof![Just(Which::TheOldOne), Just(Which::ANewOne)];
    let merge = prop_oneof![Just(Merge::Allow), Just(Merge::Never)];
    let attempt = prop_oneof![Just(Attempt::Counted), Just(Attempt::Free)];
    prop_oneof![
        6 => (chat.clone(), 0..12_u8).prop_map(|(chat, id)| Operation::Enqueue { chat, id }),
        6 => worker.clone().prop_map(|worker| Operation::Open { worker }),
        1 => worker.clone().prop_map(|worker| Operation::Take { worker }),
        2 => (worker.clone(), chat).prop_map(|(worker, chat)| Operation::Claim { worker, chat }),
        1 => claim().prop_map(|claim| Operation::Refresh { claim }),
        5 => (claim(), plan, merge).prop_map(|(claim, plan, merge)| Operation::BeginSend { claim, plan, merge }),
        2 => (claim(), step.clone()).prop_map(|(claim, step)| Operation::RecordStep { claim, step }),
        2 => (claim(), step).prop_map(|(claim, step)| Operation::TakeBack { claim, step }),
        3 => claim().prop_map(|claim| Operation::Complete { claim }),
        3 => (claim(), attempt).prop_map(|(claim, attempt)| Operation::Nack { claim, attempt }),
        1 => claim().prop_map(|claim| Operation::Release { claim }),
        2 => worker.prop_map(|worker| Operation::Die { worker }),
        3 => Just(Operation::Housekeep),
        1 => Just(Operation::DelaysEnd),
        3 => (0..3_usize).prop_map(|letter| Operation::RetryLetter { letter }),
        1 => (0..3_usize).prop_map(|letter| Operation::DropLetter { letter }),
        1 => Just(Operation::Tell),
    ]
}

/// An operation, and whether it is repeated at once, as after a lost answer.
fn operations() -> impl Strategy<Value = Vec<(Operation, bool)>> {
    prop::collection::vec((operation(), prop::bool::weighted(0.25)), 1..60)
}

#[test]
fn whatever_happens_the_queue_does_what_the_model_does() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let settings = QueueSettings {
        shards: 2,
        max_batch: 3,
        mailbox_max: 5,
        flood_per_minute: 7,
        max_attempts: 2,
        max_crashes: 2,
        ..system::settings()
    };
    // Nothing is restarted here, so nothing need be on the disk.
    let server = RedisServer::start_with(&["--appendonly", "no"]);
    let system = runtime.block_on(System::start_with(settings, server));
    let config = Config { cases: 64, failure_persistence: None, ..Config::default() };
    TestRunner::new(config)
        .run(&operations(), |operations| {
            runtime.block_on(play(&system, &operations));
            Ok(())
        })
        .unwrap();
}

async fn play(system: &System, operations: &[(Operation, bool)]) {
    system.redis::<()>(&["FLUSHALL"]).await;
    let mut play = Play { system, model: Model::new(system.settings.clone()), workers: Vec::new(), claims: Vec::new() };
    for _ in 0..WORKERS {
        play.workers.push(system.worker().await);
    }
    for (operation, repeated) in operations {
        for _ in 0..1 + usize::from(*repeated) {
            play.run(operation).await;
            play.compare().await;
        }
    }
    play.drain().await;
}

struct Play<'a> {
    system: &'a System,
    model: Model,
    /// The living.
    workers: Vec<WorkerId>,
    /// Every claim ever made, oldest first, with what the model knows of it.
    claims: Vec<(Claim, Held)>,
}

impl Play<'_> {
    async fn run(&mut self, operation: &Operation) {
        match *operation {
            Operation::Enqueue { chat, id } => self.enqueue(CHATS[chat], &format!("m{id}")).await,
            Operation::Open { worker } => {
                let worker = self.workers[worker].clone();
                if let Some(taken) = self.take(&worker).await {
                    self.claim(&worker, &taken).await;
                }
            }
            Operation::Take { worker } => {
                let worker = self.workers[worker].clone();
                self.take(&worker).await;
            }
            Operation::Claim { worker, chat } => self.claim(&self.workers[worker].clone(), &token(CHATS[chat])).await,
            Operation::Die { worker } => {
                let heir = self.system.worker().await;
                let dead = std::mem::replace(&mut self.workers[worker], heir);
                self.system.dies(&dead).await;
                self.model.dead_workers.insert(dead);
            }
            Operation::Housekeep => {
                self.system.housekeep().await;
                self.model.housekeep();
            }
            Operation::DelaysEnd => {
                self.system.delays_end().await;
                self.model.delays_end();
            }
            Operation::RetryLetter { letter } => self.retry(letter).await,
            Operation::DropLetter { letter } => self.drop_letter(letter).await,
            Operation::Tell => self.tell().await,
            Operation::Refresh { claim }
            | Operation::BeginSend { claim, .. }
            | Operation::RecordStep { claim, .. }
            | Operation::TakeBack { claim, .. }
            | Operation::Complete { claim }
            | Operation::Nack { claim, .. }
            | Operation::Release { claim } => {
                if let Some(index) = self.pick(claim) {
                    self.on_claim(operation, index).await;
                }
            }
        }
    }

    fn pick(&self, claim: Pick) -> Option<usize> {
        match claim {
            Pick::Current => self.claims.iter().rposition(|(_, held)| self.model.holds(held)),
            Pick::Any(from_the_newest) => self.claims.len().checked_sub(1 + from_the_newest),
        }
    }

    async fn enqueue(&mut self, chat: &str, id: &str) {
        let expected = self.model.enqueue(&token(chat), id);
        assert_eq!(self.system.queue.enqueue(&message(chat, id)).await.unwrap(), expected);
    }

    async fn take(&mut self, worker: &WorkerId) -> Option<Token> {
        let taken = self.system.take(worker).await?;
        self.model.take(worker, &taken);
        Some(taken)
    }

    async fn claim(&mut self, worker: &WorkerId, token: &Token) {
        let claim = self.system.queue.claim(worker, token).await.unwrap();
        let expected = self.model.claim(worker, token, claim.as_ref().map(|claim| claim.epoch));
        assert_eq!(claim.as_ref().map(ids), expected.as_ref().map(|ids| ids.iter().map(String::as_str).collect()));
        let Some(claim) = claim else { return };
        let conversation = self.model.of(token);
        assert_eq!(claim.attempts, conversation.attempts);
        let journal = claim
            .journal
            .as_ref()
            .map(|journal| (journal.plan.clone(), journal.step, journal.state == StepState::Begun, journal.messages));
        let plan = conversation.plan.as_ref().map(|plan| (plan.text.clone(), plan.step, plan.begun, plan.messages));
        assert_eq!(journal, plan);
        let held =
            Held { token: token.clone(), worker: worker.clone(), epoch: claim.epoch, messages: claim.messages.len() };
        self.claims.push((claim, held));
    }

    /// The `nth` dead letter from the newest, as the model knows it.
    async fn letter(&self, nth: usize) -> Option<(DeadLetterId, (Token, String))> {
        let letters = self.system.queue.dead_letters(nth + 1).await.unwrap();
        letters.get(nth).map(|letter| (letter.id, known(letter)))
    }

    async fn retry(&mut self, nth: usize) {
        let Some((id, (token, message))) = self.letter(nth).await else { return };
        let expected = self.model.retry(&token, &message);
        for _ in 0..2 {
            assert_eq!(self.system.queue.retry_dead_letter(id).await.unwrap(), expected, "also when told twice");
        }
        if expected == Retried::Done {
            assert_eq!(self.system.queue.drop_dead_letter(id).await.unwrap(), Dropped::Gone);
        }
    }

    async fn drop_letter(&mut self, nth: usize) {
        let Some((id, (token, message))) = self.letter(nth).await else { return };
        self.model.drop_letter(&token, &message);
        for _ in 0..2 {
            assert_eq!(self.system.queue.drop_dead_letter(id).await.unwrap(), Dropped::Done, "also when told twice");
        }
        assert_eq!(self.system.queue.retry_dead_letter(id).await.unwrap(), Retried::Gone);
    }

    async fn tell(&mut self) {
        let untold = self.system.queue.untold_dead_letters(1).await.unwrap();
        assert_eq!(untold.is_empty(), self.model.letters.values().all(|told| *told));
        let Some(letter) = untold.first() else { return };
        let told = self.model.letters.get_mut(&known(letter)).expect("a letter the model knows");
        assert!(!*told, "told before");
        *told = true;
        self.system.queue.mark_told(letter.id).await.unwrap();
    }

    async fn on_claim(&mut self, operation: &Operation, index: usize) {
        let (queue, model) = (&self.system.queue, &mut self.model);
        let (claim, held) = &mut self.claims[index];
        match *operation {
            Operation::Refresh { .. } => {
                let refreshed = queue.refresh(claim).await;
                let expected = model.refresh(held);
                assert_eq!(not_fenced(refreshed), expected.is_some());
                if let Some(expected) = expected {
                    assert_eq!(ids(claim), expected);
                    held.messages = expected.len();
                }
            }
            Operation::BeginSend { plan, merge, .. } => {
                let (text, step) = match (plan, &model.of(&held.token).plan) {
                    (Which::TheOldOne, Some(plan)) => (plan.text.clone(), plan.step),
                    _ => (format!("a plan for {} messages in epoch {}", held.messages, held.epoch), 0),
                };
                let expected = model.begin_send(held, &text, step, merge);
                assert_eq!(queue.begin_send(claim, &text, step, merge, NEED).await.unwrap(), expected);
            }
            Operation::RecordStep { step, .. } => {
                assert_eq!(not_fenced(queue.record_step(claim, step).await), model.record_step(held, step));
            }
            Operation::TakeBack { step, .. } => {
                assert_eq!(not_fenced(queue.take_back(claim, step).await), model.take_back(held, step));
            }
            Operation::Complete { .. } => {
                assert_eq!(queue.complete(claim).await.unwrap(), model.complete(held));
            }
            Operation::Nack { attempt, .. } => {
                let nacked = queue.nack(claim, Duration::ZERO, attempt, "why").await.unwrap();
                assert_eq!(nacked, model.nack(held, attempt));
            }
            Operation::Release { .. } => {
                assert_eq!(queue.release(claim).await.unwrap(), model.release(held));
            }
            _ => unreachable!("not an operation on a claim"),
        }
    }

    /// Redis holds what the model holds.
    async fn compare(&self) {
        self.system.is_sound().await;
        for chat in CHATS {
            let expected = self
                .model
                .conversations
                .get(&token(chat))
                .map_or(Vec::new(), |conversation| conversation.mailbox.iter().cloned().collect());
            assert_eq!(self.system.mailbox(chat).await, expected, "the mailbox of {chat}");
        }
        let at =
            |place: fn(&Place) -> bool| self.model.conversations.values().filter(|known| place(&known.place)).count();
        let depth = self.system.queue.depth().await.unwrap();
        assert_eq!(depth.ready, at(|place| *place == Place::Ready));
        assert_eq!(depth.delayed, at(|place| matches!(place, Place::Delayed | Place::DelayedByFlood)));
        assert_eq!(depth.processing, at(|place| matches!(place, Place::Held(_))));
        assert_eq!(depth.enqueued, self.model.enqueued);
        assert_eq!(depth.answered, self.model.answered.len() as u64);
        assert_eq!(depth.buried, self.model.buried.len() as u64);
        assert_eq!(depth.dead, self.model.letters.len());
        assert_eq!(depth.untold, self.model.letters.values().filter(|told| !**told).count());
        assert_eq!(depth.retried, self.model.retried);
        assert_eq!(depth.dropped, self.model.dropped.len() as u64);
        let letters = self.system.queue.dead_letters(100).await.unwrap();
        let letters: BTreeMap<_, _> = letters.iter().map(|letter| (known(letter), letter.told)).collect();
        assert_eq!(letters, self.model.letters);
    }

    /// In the end everybody is answered: all workers die, and one comes that works.
    async fn drain(&mut self) {
        for worker in 0..WORKERS {
            self.run(&Operation::Die { worker }).await;
        }
        loop {
            self.run(&Operation::DelaysEnd).await;
            self.run(&Operation::Housekeep).await;
            self.run(&Operation::Housekeep).await;
            let claims = self.claims.len();
            self.run(&Operation::Open { worker: 0 }).await;
            if self.claims.len() == claims {
                break;
            }
            self.run(&Operation::Complete { claim: Pick::Current }).await;
            self.compare().await;
        }
        self.system.is_done().await;
        let model = &self.model;
        let mut ended: Vec<_> = model.answered.iter().chain(model.letters.keys()).chain(&model.dropped).collect();
        ended.sort();
        ended.dedup();
        assert_eq!(ended.len() as u64, self.model.enqueued, "each message ends once");
    }
}

/// A dead letter as the model names it.
fn known(letter: &DeadLetter) -> (Token, String) {
    let message = letter.message().unwrap();
    (Token::from(&message.conversation), message.id.to_string())
}

fn not_fenced(noted: Result<(), QueueError>) -> bool {
    match noted {
        Ok(()) => true,
        Err(QueueError::Fenced { .. }) => false,
        Err(error) => panic!("{error:?}"),
    }
}
