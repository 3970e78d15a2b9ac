//! What the fake Google holds: spreadsheets, tokens, the quota, and the record of what was asked.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use serde::Serialize;

use super::answer::Refusal;
use super::spreadsheet::{SheetError, Spreadsheet};
use super::{Fault, GoogleConfig, Quota};
use crate::clock::SandboxClock;
use crate::service::orders::Orders;
use crate::service::watched::Watched;

/// How many calls the record keeps; the counters go on.
const CALLS_KEPT: usize = 1000;

/// Everything the handlers share.
#[derive(Debug)]
pub(super) struct World {
    pub(super) state: Watched<State>,
    pub(super) orders: Orders<Fault>,
    pub(super) clock: SandboxClock,
    pub(super) token_ttl: Duration,
}

impl World {
    pub(super) fn new(config: GoogleConfig) -> Self {
        let state = State {
            spreadsheets: config.spreadsheets,
            tokens: HashMap::new(),
            quota: config.quota,
            latency: config.latency,
            recent_reads: HashMap::new(),
            seen: Seen::default(),
        };
        Self { state: Watched::new(state), orders: Orders::default(), clock: config.clock, token_ttl: config.token_ttl }
    }
}

/// What changes.
#[derive(Debug)]
pub(super) struct State {
    pub(super) spreadsheets: Vec<Spreadsheet>,
    tokens: HashMap<String, Grant>,
    pub(super) quota: Quota,
    pub(super) latency: Duration,
    /// When each service account read, as far back as the quota looks.
    recent_reads: HashMap<String, VecDeque<i64>>,
    pub(super) seen: Seen,
}

/// What a token stands for.
#[derive(Debug, Clone)]
pub(super) struct Grant {
    /// The service account.
    pub(super) email: String,
    /// The scopes, separated by spaces.
    pub(super) scope: String,
    /// When it ends, in milliseconds since 1970.
    pub(super) expires_ms: i64,
}

impl Grant {
    /// Whether one of the scopes ends so: `/spreadsheets` for `https://www.googleapis.com/auth/spreadsheets`.
    pub(super) fn allows(&self, scopes: &[&str]) -> bool {
        self.scope.split(' ').any(|granted| scopes.iter().any(|scope| granted.ends_with(scope)))
    }
}

impl State {
    /// The spreadsheet that the short calls mean.
    pub(super) fn first(&mut self) -> Result<&mut Spreadsheet, SheetError> {
        self.spreadsheets.first_mut().ok_or_else(|| SheetError::NoSpreadsheet("(none at all)".to_owned()))
    }

    /// The spreadsheet with this id, or the first.
    pub(super) fn pick(&mut self, id: Option<&str>) -> Result<&mut Spreadsheet, SheetError> {
        match id {
            Some(id) => self.find_mut(id),
            None => self.first(),
        }
    }

    pub(super) fn find_mut(&mut self, id: &str) -> Result<&mut Spreadsheet, SheetError> {
        let found = self.spreadsheets.iter_mut().find(|sheet| sheet.id == id);
        found.ok_or_else(|| SheetError::NoSpreadsheet(id.to_owned()))
    }

    pub(super) fn put(&mut self, sheet: Spreadsheet) {
        match self.find_mut(&sheet.id) {
            Ok(place) => *place = sheet,
            Err(_) => self.spreadsheets.push(sheet),
        }
    }

    pub(super) fn grant(&mut self, token: String, grant: Grant) {
        self.tokens.insert(token, grant);
    }

    pub(super) fn granted(&self, token: &str, now_ms: i64) -> Option<&Grant> {
        self.tokens.get(token).filter(|grant| grant.expires_ms > now_ms)
    }

    pub(super) fn expire_tokens(&mut self) {
        self.tokens.clear();
    }

    /// Counts one read of a service account against its quota.
    pub(super) fn spend_read(&mut self, email: &str, now_ms: i64) -> Result<(), Refusal> {
        let window_ms = i64::try_from(self.quota.within.as_millis()).unwrap_or(i64::MAX);
        let recent = self.recent_reads.entry(email.to_owned()).or_default();
        while recent.front().is_some_and(|read| *read <= now_ms - window_ms) {
            recent.pop_front();
        }
        if recent.len() >= self.quota.reads {
            return Err(Refusal::quota());
        }
        recent.push_back(now_ms);
        Ok(())
    }
}

/// What was asked of it.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Seen {
    /// How many tokens were asked for.
    pub tokens: u64,
    /// How many times cells were read, refused ones too.
    pub reads: u64,
    /// How many times the tabs were listed.
    pub sheets: u64,
    /// How many times rows were appended.
    pub appends: u64,
    /// How many times a tab was added.
    pub changes: u64,
    /// The last calls, oldest first.
    pub calls: VecDeque<Call>,
}

/// One call.
#[derive(Debug, Clone, Serialize)]
pub struct Call {
    /// `token`, `read`, `sheet`, `append` or `change`.
    pub call: &'static str,
    /// The spreadsheet and the ranges; the service account and the scopes for a token.
    pub about: Vec<String>,
    /// The status answered, or that would have been had the connection not been cut.
    pub status: u16,
    /// When, in milliseconds since 1970.
    pub at_ms: i64,
    /// How long the answer took to make, without what was ordered to make it late.
    pub took: Duration,
}

impl Seen {
    pub(super) fn note(&mut self, call: Call) {
        match call.call {
            "token" => self.tokens += 1,
            "read" => self.reads += 1,
            "sheet" => self.sheets += 1,
            "change" => self.changes += 1,
            _ => self.appends += 1,
        }
        if self.calls.len() == CALLS_KEPT {
            self.calls.pop_front();
        }
        self.calls.push_back(call);
    }
}
