//! One seller: the profile, and where his table, his chats and his account are.

use domain::digest::DigestPolicy;
use domain::mode::Mode;
use domain::seller::SellerProfile;
use domain::waiting::ReminderPolicy;
use secrecy::SecretString;

/// One seller.
#[derive(Debug, Clone)]
pub struct SellerSettings {
    /// What the agents and the worker go by.
    pub profile: SellerProfile,
    /// The Avito credentials.
    pub avito: SellerAvito,
    /// The id of the Google Sheet, as in its address.
    pub sheet_id: String,
    /// The Telegram chat that gets the cards.
    pub telegram_chat: i64,
    /// How the bot answers until the seller says otherwise in Telegram.
    pub mode: Mode,
    /// When his people are called again, what he is told in the morning, and what rings at night.
    pub desk: SellerDesk,
}

/// What a seller wants of his desk.
#[derive(Debug, Clone, Default)]
pub struct SellerDesk {
    /// When whom to remind of a card that waits.
    pub reminders: ReminderPolicy,
    /// What he is told in the morning.
    pub digest: DigestPolicy,
    /// Whether a card about an order rings outside of the working hours as well.
    pub night_orders: bool,
}

/// One seller's Avito credentials.
#[derive(Debug, Clone)]
pub struct SellerAvito {
    /// The key pair's public half.
    pub client_id: String,
    /// The key pair's secret half.
    pub client_secret: SecretString,
    /// The unguessable part of the webhook's path.
    pub webhook_token: Option<SecretString>,
}
