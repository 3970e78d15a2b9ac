//! The protocol a second time, in memory and without a thought for crashes between two lines: what the real
//! one must do is what this one does.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use queue::{Attempt, BeginSend, Completed, Enqueued, Merge, Nacked, Released, Retried, Token, WorkerId};
use settings::QueueSettings;

/// Where a conversation's token is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Place {
    /// There is none: nothing is unanswered.
    #[default]
    Nowhere,
    Ready,
    Delayed,
    /// Delayed by a flood, to a time that no test waits for.
    DelayedByFlood,
    Held(WorkerId),
}

/// What is written about a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) text: String,
    pub(crate) step: u32,
    pub(crate) begun: bool,
    pub(crate) messages: usize,
    /// An heir found it begun: it may be in the chat.
    unsure: bool,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Conversation {
    pub(crate) place: Place,
    pub(crate) mailbox: VecDeque<String>,
    pub(crate) attempts: u32,
    pub(crate) plan: Option<Plan>,
    /// How many of the oldest the last holder read.
    read: usize,
    seen: BTreeSet<String>,
    flood: bool,
    epoch: Option<u64>,
    crashes: u32,
}

/// How a claim ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Completed,
    Delayed,
    DeadLettered,
    Released,
}

/// A claim as far as the model cares.
#[derive(Debug, Clone)]
pub(crate) struct Held {
    pub(crate) token: Token,
    pub(crate) worker: WorkerId,
    pub(crate) epoch: u64,
    pub(crate) messages: usize,
}

pub(crate) struct Model {
    settings: QueueSettings,
    pub(crate) conversations: BTreeMap<Token, Conversation>,
    pub(crate) dead_workers: BTreeSet<WorkerId>,
    pub(crate) last_epoch: BTreeMap<Token, u64>,
    ends: BTreeMap<(Token, u64), End>,
    pub(crate) enqueued: u64,
    pub(crate) answered: Vec<(Token, String)>,
    /// Everything that ever became a dead letter.
    pub(crate) buried: Vec<(Token, String)>,
    /// The dead letters, with whether a human was told.
    pub(crate) letters: BTreeMap<(Token, String), bool>,
    pub(crate) retried: u64,
    pub(crate) dropped: Vec<(Token, String)>,
}

impl Conversation {
    /// After an end: a new life if something is left, or none.
    fn begin_anew(&mut self, batch: usize) {
        let flood = self.flood && !self.mailbox.is_empty();
        let place = match self.mailbox.len() {
            0 => Place::Nowhere,
            left if flood && left <= batch => Place::DelayedByFlood,
            _ => Place::Ready,
        };
        let (mailbox, seen) = (std::mem::take(&mut self.mailbox), std::mem::take(&mut self.seen));
        *self = Self { place, mailbox, seen, flood, ..Self::default() };
    }

    fn put_back(&mut self, place: Place) {
        self.place = place;
        self.epoch = None;
    }
}

impl Model {
    pub(crate) fn new(settings: QueueSettings) -> Self {
        Self {
            settings,
            conversations: BTreeMap::new(),
            dead_workers: BTreeSet::new(),
            last_epoch: BTreeMap::new(),
            ends: BTreeMap::new(),
            enqueued: 0,
            answered: Vec::new(),
            buried: Vec::new(),
            letters: BTreeMap::new(),
            retried: 0,
            dropped: Vec::new(),
        }
    }

    pub(crate) fn of(&mut self, token: &Token) -> &mut Conversation {
        self.conversations.entry(token.clone()).or_default()
    }

    /// Whether `claim` still holds its conversation.
    pub(crate) fn holds(&self, claim: &Held) -> bool {
        self.conversations.get(&claim.token).is_some_and(|known| known.epoch == Some(claim.epoch))
    }

    /// The conversation, if `claim` still holds it.
    fn held_by(&mut self, claim: &Held) -> Option<&mut Conversation> {
        let conversation = self.of(&claim.token);
        (conversation.epoch == Some(claim.epoch)).then_some(conversation)
    }

    pub(crate) fn enqueue(&mut self, token: &Token, id: &str) -> Enqueued {
        let (room, most) = (self.settings.mailbox_max, self.settings.flood_per_minute);
        let conversation = self.of(token);
        if conversation.seen.contains(id) {
            return Enqueued::Duplicate;
        }
        if conversation.mailbox.len() >= room {
            return Enqueued::MailboxFull;
        }
        conversation.seen.insert(id.to_owned());
        conversation.mailbox.push_back(id.to_owned());
        // No test lasts a minute.
        let flood = conversation.seen.len() > most;
        conversation.flood |= flood;
        if conversation.place == Place::Nowhere {
            conversation.place = if flood { Place::DelayedByFlood } else { Place::Ready };
        }
        self.enqueued += 1;
        Enqueued::New
    }

    pub(crate) fn take(&mut self, worker: &WorkerId, token: &Token) {
        let conversation = self.of(token);
        assert_eq!(conversation.place, Place::Ready, "{token} was taken from ready");
        conversation.place = Place::Held(worker.clone());
    }

    /// The ids the claim must hold, oldest first.
    pub(crate) fn claim(&mut self, worker: &WorkerId, token: &Token, epoch: Option<u64>) -> Option<Vec<String>> {
        let batch = self.settings.max_batch;
        let last = self.last_epoch.get(token).copied().unwrap_or(0);
        let conversation = self.of(token);
        if conversation.place != Place::Held(worker.clone()) {
            return None;
        }
        if let Some(plan) = &mut conversation.plan {
            plan.unsure |= plan.begun;
        }
        let count = conversation.plan.as_ref().map_or(batch, |plan| plan.messages);
        let ids: Vec<String> = conversation.mailbox.iter().take(count).cloned().collect();
        let epoch = epoch?;
        conversation.read = ids.len();
        assert!(epoch > last, "I4: epoch {epoch} after {last}");
        conversation.epoch = Some(epoch);
        self.last_epoch.insert(token.clone(), epoch);
        Some(ids)
    }

    pub(crate) fn refresh(&mut self, claim: &Held) -> Option<Vec<String>> {
        let count = self.settings.max_batch.max(claim.messages);
        let conversation = self.held_by(claim)?;
        let ids: Vec<String> = conversation.mailbox.iter().take(count).cloned().collect();
        conversation.read = ids.len();
        Some(ids)
    }

    pub(crate) fn begin_send(&mut self, claim: &Held, text: &str, step: u32, merge: Merge) -> BeginSend {
        let batch = self.settings.max_batch;
        let lease_runs = !self.dead_workers.contains(&claim.worker);
        let Some(conversation) = self.held_by(claim) else { return BeginSend::Fenced };
        if !lease_runs {
            return BeginSend::LeaseTooShort;
        }
        if merge == Merge::Allow && conversation.mailbox.len().min(batch) > claim.messages {
            return BeginSend::Newer;
        }
        let unsure = conversation.plan.as_ref().is_some_and(|old| old.text == text && old.step == step && old.unsure);
        conversation.plan = Some(Plan { text: text.to_owned(), step, begun: true, messages: claim.messages, unsure });
        BeginSend::Go
    }

    /// Whether the claim still holds.
    pub(crate) fn record_step(&mut self, claim: &Held, step: u32) -> bool {
        let Some(conversation) = self.held_by(claim) else { return false };
        if let Some(plan) = conversation.plan.as_mut().filter(|plan| plan.begun && plan.step == step) {
            (plan.begun, plan.step, plan.unsure) = (false, step + 1, false);
        }
        true
    }

    /// Whether the claim still holds.
    pub(crate) fn take_back(&mut self, claim: &Held, step: u32) -> bool {
        let Some(conversation) = self.held_by(claim) else { return false };
        let plan = conversation.plan.as_mut().filter(|plan| plan.begun && plan.step == step && !plan.unsure);
        match plan {
            Some(_) if step == 0 => conversation.plan = None,
            Some(plan) => plan.begun = false,
            None => {}
        }
        true
    }

    fn end(&mut self, claim: &Held, end: End) -> End {
        self.ends.insert((claim.token.clone(), claim.epoch), end);
        end
    }

    fn ended(&self, claim: &Held) -> Option<End> {
        self.ends.get(&(claim.token.clone(), claim.epoch)).copied()
    }

    pub(crate) fn complete(&mut self, claim: &Held) -> Completed {
        let batch = self.settings.max_batch;
        let Some(conversation) = self.held_by(claim) else {
            return if self.ended(claim) == Some(End::Completed) { Completed::Done } else { Completed::Fenced };
        };
        let answered: Vec<String> = conversation.mailbox.drain(..claim.messages).collect();
        conversation.begin_anew(batch);
        self.answered.extend(answered.into_iter().map(|id| (claim.token.clone(), id)));
        self.end(claim, End::Completed);
        Completed::Done
    }

    pub(crate) fn nack(&mut self, claim: &Held, attempt: Attempt) -> Nacked {
        let (max_attempts, batch) = (self.settings.max_attempts, self.settings.max_batch);
        let Some(conversation) = self.held_by(claim) else {
            return match self.ended(claim) {
                Some(End::Delayed) => Nacked::Delayed,
                Some(End::DeadLettered) => Nacked::DeadLettered,
                _ => Nacked::Fenced,
            };
        };
        conversation.attempts += u32::from(attempt == Attempt::Counted);
        if attempt == Attempt::Free || conversation.attempts < max_attempts {
            conversation.put_back(Place::Delayed);
            self.end(claim, End::Delayed);
            return Nacked::Delayed;
        }
        let buried: Vec<String> = conversation.mailbox.drain(..claim.messages).collect();
        conversation.begin_anew(batch);
        self.bury(buried.into_iter().map(|id| (claim.token.clone(), id)).collect());
        self.end(claim, End::DeadLettered);
        Nacked::DeadLettered
    }

    pub(crate) fn release(&mut self, claim: &Held) -> Released {
        let Some(conversation) = self.held_by(claim) else {
            return if self.ended(claim) == Some(End::Released) { Released::Done } else { Released::Fenced };
        };
        conversation.put_back(Place::Ready);
        self.end(claim, End::Released);
        Released::Done
    }

    fn bury(&mut self, messages: Vec<(Token, String)>) {
        self.letters.extend(messages.iter().cloned().map(|message| (message, false)));
        self.buried.extend(messages);
    }

    /// A dead letter goes back, unless the mailbox is full; its place is the one its number gives it among the
    /// messages that no holder and no plan counts on.
    pub(crate) fn retry(&mut self, token: &Token, id: &str) -> Retried {
        let room = self.settings.mailbox_max;
        let conversation = self.of(token);
        if conversation.mailbox.len() >= room {
            return Retried::MailboxFull;
        }
        let read = if conversation.epoch.is_some() { conversation.read } else { 0 };
        let planned = conversation.plan.as_ref().map_or(0, |plan| plan.messages);
        let number = |id: &str| id[1..].parse::<u32>().expect("an id is a letter and a number");
        let counted_on = read.max(planned);
        let free = conversation.mailbox.iter().skip(counted_on);
        let place = counted_on + free.take_while(|other| number(other) <= number(id)).count();
        conversation.mailbox.insert(place, id.to_owned());
        if conversation.place == Place::Nowhere {
            conversation.place = Place::Ready;
        }
        self.letters.remove(&(token.clone(), id.to_owned()));
        self.retried += 1;
        Retried::Done
    }

    pub(crate) fn drop_letter(&mut self, token: &Token, id: &str) {
        let letter = (token.clone(), id.to_owned());
        self.letters.remove(&letter);
        self.dropped.push(letter);
    }

    /// The time of everything delayed comes.
    pub(crate) fn delays_end(&mut self) {
        for conversation in self.conversations.values_mut() {
            if conversation.place == Place::DelayedByFlood {
                conversation.place = Place::Delayed;
            }
        }
    }

    /// Delayed tokens first, then those of the dead, as the real round does it.
    pub(crate) fn housekeep(&mut self) {
        let batch = self.settings.max_batch;
        let mut buried = Vec::new();
        for (token, conversation) in &mut self.conversations {
            if conversation.place == Place::Delayed {
                conversation.place = Place::Ready;
            }
            let Place::Held(holder) = &conversation.place else { continue };
            if !self.dead_workers.contains(holder) {
                continue;
            }
            conversation.crashes += u32::from(conversation.epoch.is_some());
            if conversation.crashes >= self.settings.max_crashes {
                buried.extend(conversation.mailbox.drain(..).map(|id| (token.clone(), id)));
                conversation.begin_anew(batch);
            } else if conversation.plan.as_ref().is_some_and(|plan| plan.begun) {
                conversation.put_back(Place::Delayed);
            } else {
                conversation.put_back(Place::Ready);
            }
        }
        self.bury(buried);
    }
}
