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
