//! The assistant with a hostile model behind it, over HTTP; and the playing of a conversation.

use std::sync::Arc;
use std::time::{Duration, Instant};

use agents::{Answer, Assistant, Budget, Library, Outcome, Turn};
use anyhow::Context;
use domain::conversation::{Conversation as Memory, Haggling};
use domain::ids::UserId;
use domain::message::{Content, Message, Side};
use domain::record::WordingSource;
use llm::{Endpoint, LlmProtocol, LlmSettings, ModelSettings, SchemaMode};
use sandbox::model::{Hostility, Model, ModelConfig};

use crate::ear::{Ear, Heard, listening};
use crate::shop::{ITEM, Shop};

/// No turn is late here: what is looked for is what is said, not when.
const PLENTY: Duration = Duration::from_secs(120);
/// Avito's limit, as `config/default.toml` has it.
pub(crate) const MAX_TEXT_CHARS: usize = 1000;

/// The assistant and its model.
pub struct House {
    assistant: Assistant,
    /// The model; dropped, it is gone.
    model: Model,
}

/// A turn that was played.
#[derive(Debug)]
pub struct Played {
    /// What the buyer wrote.
    pub said: Vec<String>,
    /// What came of it.
    pub answer: Answer,
    /// What the model said.
    pub heard: Vec<Heard>,
    /// The haggling before the turn.
    pub haggling: Haggling,
}

impl Played {
    /// What the buyer reads; empty if nothing.
    pub fn reply(&self) -> &str {
        match &self.answer.outcome {
            Outcome::Reply { text, .. } | Outcome::Escalate { holding: text, .. } => text.as_str(),
            Outcome::Silent(_) => "",
        }
    }

    /// Whether the words that went out are a template's.
    pub fn is_template(&self) -> bool {
        self.answer.trace.wording == Some(WordingSource::Template)
    }

    /// The wordings of the model, and whether each was refused.
    pub fn wordings(&self) -> impl Iterator<Item = (&Heard, bool)> {
        let accepted = self.answer.trace.wording == Some(WordingSource::Model);
        let wordings: Vec<&Heard> = self.heard.iter().filter(|heard| heard.job == "wording").collect();
        let last = wordings.len();
        wordings.into_iter().enumerate().map(move |(at, heard)| (heard, !(accepted && at + 1 == last)))
    }
}

impl House {
    /// Opens one. `None`: with the sandbox's honest model.
    ///
    /// # Errors
    /// Loopback has no free port, or a prompt is broken.
    pub async fn open(hostility: Option<Hostility>) -> anyhow::Result<Self> {
        let model =
            Model::start(ModelConfig { hostility, ..ModelConfig::default() }).await.context("starting the model")?;
        let role = ModelSettings {
            model: "sandbox-rules".into(),
            max_tokens: 300,
            temperature: 0.0,
            logprobs: true,
            schema: SchemaMode::Strict,
        };
        let settings = LlmSettings {
            base_url: model.base_url().parse().context("the model's address")?,
            api_key: None,
            router: role.clone(),
            router_bias: Default::default(),
            seconding: Default::default(),
            wording: role,
            max_concurrent: 64,
            protocol: LlmProtocol::Negotiated,
            calls_per_connection: 100,
        };
        let endpoint = Endpoint::new(&settings).context("setting up the model")?;
        let ear = |role| Arc::new(Ear(endpoint.model(role)));
        let budget = Budget { route_within: PLENTY, word_until: PLENTY, turn_budget: PLENTY };
        let library = Library::embedded().context("reading the prompts")?;
        let wording = Some(ear(&settings.wording) as Arc<dyn llm::ChatModel>);
        Ok(Self { assistant: Assistant::new(ear(&settings.router), wording, library, budget, MAX_TEXT_CHARS), model })
    }

    /// How often the model was asked.
    pub fn asked(&self) -> u64 {
        self.model.seen().total()
    }

    /// Plays the turns of one conversation, one after the other. The seller gives the chat back after every call,
    /// so that all turns are played.
    pub async fn play(&self, shop: &Shop, script: &[Vec<String>]) -> Vec<Played> {
        let mut memory = Memory::default();
        let mut played = Vec::new();
        for (at, said) in script.iter().enumerate() {
            let haggling = memory.haggling.clone();
            let (answer, heard) = listening(self.turn(shop, &memory, at, said)).await;
            memory = answer.memory.clone();
            played.push(Played { said: said.clone(), answer, heard, haggling });
        }
        played
    }

    async fn turn(&self, shop: &Shop, memory: &Memory, at: usize, said: &[String]) -> Answer {
        let messages: Vec<Message> =
            said.iter().enumerate().map(|(of, text)| message(shop, at * 10 + of, text)).collect();
        let turn = Turn {
            seller: &shop.seller,
            conversation: memory,
            messages: &messages,
            listing: Some(&shop.listing),
            now: shop.now,
            started: Instant::now(),
        };
        let routed = self.assistant.route(&turn).await;
        self.assistant.answer(&turn, routed, Ok(&shop.table)).await
    }
}

fn message(shop: &Shop, number: usize, text: &str) -> Message {
    Message {
        id: format!("m-{number}").parse().expect("an id"),
        conversation: "hostile:c-1".parse().expect("an id"),
        side: Side::Buyer,
        author: UserId(7),
        created_s: shop.now.as_second(),
        received_ms: shop.now.as_millisecond(),
        item: Some(ITEM),
        content: Content::Text { text: text.to_owned() },
    }
}
