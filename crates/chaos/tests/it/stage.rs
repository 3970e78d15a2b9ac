//! A house for one scene: nothing strikes but what the scene says, and waiting is short.

use std::os::unix::process::ExitStatusExt;
use std::time::{Duration, Instant};

use chaos::checker::{Matter, Verdict};
use chaos::{Disk, House, HouseOptions};
use sandbox::model::Job;

use crate::programs;

/// Only a failing test waits so long.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);

/// The lease outlasts a send by as little as the settings allow.
const SHORT: &str = "\
queue.lease = \"1200ms\"
queue.heartbeat = \"150ms\"
queue.block = \"150ms\"
queue.settle = \"300ms\"
worker.drain = \"200ms\"
worker.burst_quiet = \"10ms\"
worker.burst_max = \"50ms\"
avito.send_timeout = \"400ms\"
telegram.timeout = \"400ms\"
telegram.retry_after = \"50ms\"
";

/// SIGABRT: the end that sabotage brings.
const ABORTED: i32 = 6;

/// One house, on stage.
pub(crate) struct Stage {
    /// The house.
    pub(crate) house: House,
    /// How many times the model had been asked what a buyer wants when the scene began.
    asked_before: u64,
}

impl Stage {
    /// With so many chats of each kind, and workers. No worker runs yet.
    pub(crate) async fn set(chats: usize, workers: usize) -> Self {
        Self::set_with(chats, workers, "").await
    }

    /// The same with settings of its own.
    pub(crate) async fn set_with(chats: usize, workers: usize, operator: &str) -> Self {
        let options = HouseOptions {
            programs: programs::directory().to_owned(),
            chats,
            waiting: chats + 1,
            complaints: chats,
            handed: chats,
            interruptions: chats,
            workers,
            operator: format!("{SHORT}{operator}"),
            model_latency: Duration::ZERO,
            disk: Disk::Memory,
        };
        let mut stage = Self { house: House::open(options).await.unwrap(), asked_before: 0 };
        stage.open_the_shop(chats).await;
        stage
    }

    /// One question is asked and answered, in a chat of its own: the seller's table is in Redis then, and no scene
    /// depends on how long that takes.
    async fn open_the_shop(&mut self, chat: usize) {
        self.enters(0);
        self.says(Matter::SameAgain, chat);
        self.is_answered(chat).await;
        assert!(self.drains().await, "the shop does not open");
        self.house.workers[0].kill();
        self.asked_before = self.asked();
    }

    /// The worker that will be started next breaks itself.
    pub(crate) fn sabotaged(&mut self, worker: usize, orders: &str) {
        self.house.sabotage_worker(worker, orders);
    }

    /// Starts a worker.
    pub(crate) fn enters(&mut self, worker: usize) {
        self.house.start_worker(worker).unwrap();
    }

    /// The model takes so long over what a buyer wants.
    pub(crate) fn the_model_takes(&self, latency: Duration) {
        self.house.sandbox.model.set_latency(Job::Routing, latency);
    }

    /// How many times the model was asked in this scene what a buyer wants.
    pub(crate) fn asked(&self) -> u64 {
        self.house.sandbox.model.seen().routing - self.asked_before
    }

    /// Waits until it is asked that for the n-th time.
    pub(crate) async fn the_model_is_asked(&self, times: u64) {
        let times = self.asked_before + times;
        self.house.sandbox.model.wait_for(|seen| seen.routing >= times, PATIENCE).await.unwrap();
    }

    /// Waits until a worker has written so.
    pub(crate) async fn reads_in_the_log(&self, worker: usize, text: &str) {
        let log = self.house.logs().join(format!("worker-{}.log", worker + 1));
        let look = async {
            while !std::fs::read_to_string(&log).unwrap().contains(text) {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(PATIENCE, look).await.unwrap_or_else(|_| panic!("worker {worker} never wrote {text}"));
    }

    /// Waits until the worker has died by its own hand. One that lost its lease on a busy machine gets another
    /// life before.
    pub(crate) async fn dies(&mut self, worker: usize, of: &str) {
        loop {
            self.house.postman.round(&self.house.sandbox.avito).unwrap();
            let ended = self.house.workers[worker].wait(PATIENCE).await;
            let ended = ended.unwrap_or_else(|error| panic!("{of} was not reached: {error:#}"));
            if ended.signal() == Some(ABORTED) {
                return;
            }
            self.house.start_worker(worker).unwrap();
        }
    }

    /// A buyer writes.
    pub(crate) fn says(&mut self, matter: Matter, chat: usize) {
        self.house.says(matter, chat).unwrap();
    }

    /// The seller answers a complaint by a reply to its card.
    pub(crate) fn answers(&mut self, chat: usize) {
        assert!(self.house.answers(chat).unwrap(), "there is no card to reply to");
    }

    /// The seller gives a chat back, or takes it: by turns.
    pub(crate) fn presses(&mut self, chat: usize, press: usize) {
        assert!(self.house.presses(chat, press).unwrap(), "there is no such button");
    }

    /// Waits until a buyer who asks the same again has his answer.
    pub(crate) async fn is_answered(&mut self, chat: usize) {
        let look = async {
            while !self.house.is_answered(chat) {
                self.house.postman.round(&self.house.sandbox.avito).unwrap();
                self.restart_who_left();
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(PATIENCE, look).await.unwrap();
    }

    /// As whoever watches over them would: a worker that loses its lease on a busy machine starts anew.
    fn restart_who_left(&mut self) {
        for worker in &mut self.house.workers {
            if worker.ended().is_some() {
                worker.start().unwrap();
            }
        }
    }

    /// Waits until nothing is left to do.
    pub(crate) async fn drains(&mut self) -> bool {
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            self.restart_who_left();
            if self.house.drained(Duration::from_secs(1)).await.unwrap() {
                return true;
            }
        }
        false
    }

    /// Waits until everything is done, and follows every message.
    pub(crate) async fn verdict(&mut self) -> (Verdict, Vec<String>) {
        self.drains().await;
        (self.house.verdict(), self.house.stuck().await.unwrap())
    }

    /// What we said in a chat, oldest first.
    pub(crate) fn said(&self, matter: Matter, chat: usize) -> Vec<String> {
        let sent = self.house.sandbox.avito.sent().into_iter().filter(|sent| sent.chat == chaos::chat(matter, chat));
        sent.map(|sent| sent.text).collect()
    }

    /// What the model worded last.
    pub(crate) fn worded(&self) -> String {
        let calls = self.house.sandbox.model.seen().calls;
        let answer = calls.iter().rev().filter(|call| call.job == Job::Wording).find_map(|call| call.answer.clone());
        let answer: serde_json::Value = serde_json::from_str(&answer.unwrap()).unwrap();
        answer["text"].as_str().unwrap().to_owned()
    }

    /// Every message had its one effect, in order, and nothing is left over.
    pub(crate) async fn ends_well(&mut self, scene: &str) {
        let (verdict, stuck) = self.verdict().await;
        assert!(verdict.is_sound() && stuck.is_empty(), "{scene}: {verdict:#?} {stuck:#?}");
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the logs are in {}", self.house.keep_logs().display());
        }
    }
}
