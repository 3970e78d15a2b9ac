//! What a buyer can want, and how sure we are.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::money::Money;

/// What the buyer wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Intent {
    /// Is it there, which sizes, how many.
    StockInquiry,
    /// Where to, what it costs, how long it takes.
    DeliveryQuestion,
    /// What it costs, and for less.
    PriceNegotiation,
    /// Something went wrong.
    Complaint,
    /// Greetings, hours, payment, and all the rest.
    Other,
}

impl Intent {
    /// All of them, in the order of the schema.
    pub const ALL: [Intent; 5] =
        [Self::StockInquiry, Self::DeliveryQuestion, Self::PriceNegotiation, Self::Complaint, Self::Other];

    /// The name in prompts, records and metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::StockInquiry => "stock_inquiry",
            Self::DeliveryQuestion => "delivery_question",
            Self::PriceNegotiation => "price_negotiation",
            Self::Complaint => "complaint",
            Self::Other => "other",
        }
    }
}

/// By how much a model leans to some intents, whatever it reads: the natural logarithm of how many times too likely it
/// holds them. It belongs to one model and one prompt.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Bias(pub BTreeMap<Intent, f64>);

impl Bias {
    /// How it leans to `intent`.
    pub fn of(&self, intent: Intent) -> f64 {
        self.0.get(&intent).copied().unwrap_or(0.0)
    }
}

/// How far the second opinion is trusted: the program's own small classifier, held beside the router's model.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Seconding {
    /// How much it counts beside what the model shows: 0 nothing, 1 it alone. It belongs to one model.
    pub weight: f64,
    /// How sure it must be to stand in for a model that is down; without it, it never does.
    pub stand_in: Option<f64>,
    /// How sure it must be for the model not to be asked at all; without it, the model always is.
    pub unasked: Option<f64>,
}

impl Seconding {
    /// Whether it is asked for anything.
    pub fn is_wanted(&self) -> bool {
        self.weight > 0.0 || self.stand_in.is_some() || self.unasked.is_some()
    }
}

/// What the router made of a turn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Routing {
    /// The main wish.
    pub intent: Intent,
    /// How likely `intent` is right, 0 to 1.
    pub confidence: f64,
    /// Where `confidence` comes from.
    pub confidence_from: ConfidenceSource,
    /// How likely a human must see the message for another reason than `flags` say, 0 to 1; `None` where the endpoint
    /// gives no probabilities.
    #[serde(default)]
    pub call: Option<f64>,
    /// A second plain question in the same message.
    pub second_intent: Option<Intent>,
    /// The things and places named.
    pub entities: Entities,
    /// What calls for a human.
    pub flags: Flags,
}

/// Where a confidence comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConfidenceSource {
    /// The probability mass of the intent's token.
    Logprobs,
    /// The model's own word for it.
    Stated,
    /// A plain rule of ours.
    Rule,
    /// The second opinion, in the place of a model that was not asked or is down.
    Opinion,
}

/// The things and places a message names, as the model read them. Data from a buyer: never trusted as fact.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Entities {
    /// The product in the buyer's words.
    pub product_name: Option<String>,
    /// The place, nominative where the model managed it.
    pub location: Option<String>,
    /// The price the buyer would pay.
    pub desired_price: Option<Money>,
    /// How many.
    pub quantity: Option<u32>,
}

/// What in a message calls for the owner himself. One value instead of four yes or no: a model writes it in a few tokens,
/// and the probability of none is how sure it is that nobody needs to be called.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flag {
    /// A plain question, or two.
    #[default]
    None,
    /// Asks for a person.
    WantsHuman,
    /// Wants to buy now.
    ReadyToBuy,
    /// Points at something we do not have.
    UnclearReference,
    /// More than two requests, or sums over several things.
    TooComplex,
}

impl Flag {
    /// All of them, in the order of the schema.
    pub const ALL: [Self; 5] =
        [Self::None, Self::WantsHuman, Self::ReadyToBuy, Self::UnclearReference, Self::TooComplex];

    /// The name in prompts and examples.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::WantsHuman => "wants_human",
            Self::ReadyToBuy => "ready_to_buy",
            Self::UnclearReference => "unclear_reference",
            Self::TooComplex => "too_complex",
        }
    }
}

impl From<Flag> for Flags {
    fn from(flag: Flag) -> Self {
        Self {
            wants_human: flag == Flag::WantsHuman,
            ready_to_buy: flag == Flag::ReadyToBuy,
            unclear_reference: flag == Flag::UnclearReference,
            too_complex: flag == Flag::TooComplex,
        }
    }
}

/// What in a message calls for more than a plain answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flags {
    /// Asks for a person.
    pub wants_human: bool,
    /// Wants to buy now.
    pub ready_to_buy: bool,
    /// Points at something we do not have.
    pub unclear_reference: bool,
    /// More than two requests, or sums over several things.
    pub too_complex: bool,
}
