//! What a model answered, kept to be played again without it.
//!
//! An answer is found by a hash of everything it depends on: the model's name, the prompt, the turn, the schema. A
//! changed prompt finds nothing, which is the point: what was recorded with another prompt proves nothing about this
//! one. Of the tokens only those up to the flag are kept; what comes after is as long again and nobody reads it.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use domain::record::Usage;
use futures::future::BoxFuture;
use llm::{ChatAnswer, ChatModel, ChatRequest, ModelError, TokenProb};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

tokio::task_local! {
    /// How long the model took for the case under way, whether now or when it was recorded.
    static TOOK: std::cell::Cell<Duration>;
}

/// Runs `work` and tells how long the model took in it.
pub async fn timed<T>(work: impl Future<Output = T>) -> (T, Duration) {
    TOOK.scope(std::cell::Cell::default(), async {
        let done = work.await;
        (done, TOOK.with(std::cell::Cell::get))
    })
    .await
}

/// One answer, as its line has it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Recorded {
    key: String,
    /// The answer as it came; `None` where it could not be used.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    text: Option<String>,
    /// Why it could not.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    failed: Option<String>,
    ms: u64,
    /// Tokens sent, cached and received.
    usage: [u64; 3],
    /// Those up to the flag.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    tokens: Vec<Token>,
}

/// A token as a line has it: its text, its logarithm, its likeliest alternatives with theirs.
type Token = (String, f64, Vec<(String, f64)>);

/// The fields whose tokens tell how sure a model is.
const READ: [&str; 2] = ["intent", "flag"];

/// What a tape is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// What it has is played; what it has not is asked of the model and added.
    Record,
    /// What it has is played; the model is never asked.
    Play,
}

/// A model behind a tape.
pub struct Taped {
    model: Arc<dyn ChatModel>,
    /// The name that the answers are kept under.
    name: String,
    path: PathBuf,
    mode: Mode,
    state: Mutex<State>,
}

struct State {
    known: BTreeMap<String, Recorded>,
    file: Option<File>,
    missing: u64,
}

impl Taped {
    /// The tape in the file `path`, which need not be there to be recorded on.
    ///
    /// # Errors
    /// It cannot be read, or a line of it is none of ours.
    pub fn open(path: &Path, mode: Mode, name: &str, model: Arc<dyn ChatModel>) -> io::Result<Self> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound && mode == Mode::Record => String::new(),
            Err(error) => return Err(error),
        };
        let mut known = BTreeMap::new();
        for (number, line) in (1..).zip(text.lines()) {
            let recorded: Recorded = serde_json::from_str(line).map_err(|error| {
                io::Error::new(io::ErrorKind::InvalidData, format!("line {number} is no recorded answer: {error}"))
            })?;
            known.insert(recorded.key.clone(), recorded);
        }
        let state = Mutex::new(State { known, file: None, missing: 0 });
        Ok(Self { model, name: name.to_owned(), path: path.to_owned(), mode, state })
    }

    /// How many answers were wanted that it does not have.
    pub fn missing(&self) -> u64 {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).missing
    }

    async fn answer(&self, request: ChatRequest) -> Result<ChatAnswer, ModelError> {
        let key = key(&self.name, &request);
        let found = self.state.lock().unwrap_or_else(PoisonError::into_inner).known.get(&key).cloned();
        match found {
            Some(recorded) => {
                took(Duration::from_millis(recorded.ms));
                recorded.play(&self.name)
            }
            None if self.mode == Mode::Play => {
                self.state.lock().unwrap_or_else(PoisonError::into_inner).missing += 1;
                Err(ModelError::Fail { why: "it was not recorded".to_owned() })
            }
            None => self.record(key, request).await,
        }
    }

    async fn record(&self, key: String, request: ChatRequest) -> Result<ChatAnswer, ModelError> {
        let asked = Instant::now();
        let answer = self.model.chat(request).await;
        let elapsed = asked.elapsed();
        took(elapsed);
        // A model that was not there has said nothing that could be kept.
        if let Some(recorded) = Recorded::of(key, &answer, elapsed) {
            self.keep(recorded).map_err(|error| ModelError::Fail {
                why: format!("its answer could not be kept in {}: {error}", self.path.display()),
            })?;
        }
        answer
    }

    fn keep(&self, recorded: Recorded) -> io::Result<()> {
        let mut line = serde_json::to_string(&recorded)?;
        line.push('\n');
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let file = match &mut state.file {
            Some(file) => file,
            none => {
                if let Some(directory) = self.path.parent() {
                    std::fs::create_dir_all(directory)?;
                }
                none.insert(OpenOptions::new().create(true).append(true).open(&self.path)?)
            }
        };
        file.write_all(line.as_bytes())?;
        state.known.insert(recorded.key.clone(), recorded);
        Ok(())
    }
}

impl ChatModel for Taped {
    fn chat(&self, request: ChatRequest) -> BoxFuture<'_, Result<ChatAnswer, ModelError>> {
        Box::pin(self.answer(request))
    }

    fn shows_probabilities(&self) -> bool {
        self.model.shows_probabilities()
    }
}

/// A model whose time is measured, without a tape.
pub struct Timed(pub Arc<dyn ChatModel>);

impl ChatModel for Timed {
    fn chat(&self, request: ChatRequest) -> BoxFuture<'_, Result<ChatAnswer, ModelError>> {
        Box::pin(async move {
            let asked = Instant::now();
            let answer = self.0.chat(request).await;
            took(asked.elapsed());
            answer
        })
    }

    fn shows_probabilities(&self) -> bool {
        self.0.shows_probabilities()
    }
}

fn took(time: Duration) {
    // Outside of a case nobody wants to know.
    let _untold = TOOK.try_with(|took| took.set(took.get() + time));
}

/// The file of a model's recorded answers: its name, without what a file name may not hold.
pub fn file_name(model: &str) -> String {
    let safe = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '-' };
    format!("{}.jsonl", model.chars().map(safe).collect::<String>())
}

fn key(model: &str, request: &ChatRequest) -> String {
    digest(&[model, &request.system, &request.user, request.schema.name, &request.schema.schema.to_string()])
}

/// A short hash of several texts, the same on every machine.
pub fn digest(parts: &[&str]) -> String {
    /// Half of a SHA-256 is more than enough for a few thousand answers.
    const BYTES: usize = 12;
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    hex::encode(&hash.finalize()[..BYTES])
}

impl Recorded {
    fn of(key: String, answer: &Result<ChatAnswer, ModelError>, took: Duration) -> Option<Self> {
        let ms = took.as_millis() as u64;
        match answer {
            Ok(answer) => Some(Self {
                key,
                text: Some(answer.text.clone()),
                failed: None,
                ms,
                usage: [answer.usage.prompt_tokens, answer.usage.cached_tokens, answer.usage.completion_tokens],
                tokens: up_to_the_flag(answer.tokens.as_deref().unwrap_or_default()),
            }),
            Err(ModelError::Fail { why }) => {
                Some(Self { key, text: None, failed: Some(why.clone()), ms, usage: [0; 3], tokens: Vec::new() })
            }
            Err(ModelError::Late { .. } | ModelError::Retry { .. }) => None,
        }
    }

    fn play(self, model: &str) -> Result<ChatAnswer, ModelError> {
        let fail = |why: String| ModelError::Fail { why };
        let text = self.text.ok_or_else(|| fail(self.failed.unwrap_or_default()))?;
        // As the client reads it: an answer may be fenced, and talked around.
        let object = text.find('{').zip(text.rfind('}')).and_then(|(first, last)| text.get(first..=last));
        let json = serde_json::from_str(object.unwrap_or(&text))
            .map_err(|error| fail(format!("what was recorded is not JSON: {error}")))?;
        let [prompt_tokens, cached_tokens, completion_tokens] = self.usage;
        let token = |(token, logprob, top)| TokenProb { token, logprob, top };
        Ok(ChatAnswer {
            json,
            text,
            usage: Usage { calls: 1, prompt_tokens, cached_tokens, completion_tokens },
            tokens: (!self.tokens.is_empty()).then(|| self.tokens.into_iter().map(token).collect()),
            model: model.to_owned(),
        })
    }
}

/// The tokens until the last one whose alternatives somebody reads: in the intent's and the flag's first they are the
/// confidence, in all others only the text counts.
fn up_to_the_flag(tokens: &[TokenProb]) -> Vec<Token> {
    let short = |logprob: f64| (logprob * 1e4).round() / 1e4;
    let mut written = String::new();
    let mut open: Vec<&str> = READ.to_vec();
    let mut kept = Vec::new();
    for token in tokens {
        written.push_str(&token.token);
        let found = open.iter().position(|key| has_value(&written, key));
        let top = token.top.iter().filter(|_| found.is_some()).map(|(text, logprob)| (text.clone(), short(*logprob)));
        kept.push((token.token.clone(), short(token.logprob), top.collect()));
        found.map(|place| open.remove(place));
        if open.is_empty() {
            break;
        }
    }
    kept
}

fn has_value(written: &str, key: &str) -> bool {
    let value = written.split_once(&format!("\"{key}\"")).and_then(|(_, rest)| rest.split_once('"'));
    value.is_some_and(|(_, value)| !value.is_empty())
}

#[cfg(test)]
mod tests;
