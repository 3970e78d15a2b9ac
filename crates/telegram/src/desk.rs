//! The client: one call of the Bot API, one outcome.
//!
//! Not here: what a card says (`card`), and what an error means (`outcome`).

use std::time::{Duration, Instant};

use domain::escalation::Escalation;
use futures::future::BoxFuture;
use secrecy::ExposeSecret;
use settings::TelegramSettings;
use teloxide::net::default_reqwest_settings;
use teloxide::payloads::SendMessageSetters;
use teloxide::requests::Requester;
use teloxide::types::{ChatAction, ChatId, LinkPreviewOptions, ParseMode};
use teloxide::{ApiError, RequestError};

use crate::card::{self, Showing};
use crate::outcome::{self, CardOutcome};

/// Teloxide sleeps ten seconds when the server answers 5xx, and then reads the answer's text without its
/// status, so that it looks like a plain refusal. Ending the call before that keeps the outcome unknown, which
/// it is.
const BEFORE_TELOXIDE_FORGETS: Duration = Duration::from_secs(9);

/// The bot, ready to write to the sellers.
#[derive(Debug, Clone)]
pub struct Desk {
    bot: teloxide::Bot,
    deadline: Duration,
}

/// Why the bot cannot work at all.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// The HTTP client cannot be built.
    #[error("cannot build the client for Telegram: {why}")]
    Client {
        /// What stood in the way.
        why: String,
    },
    /// Telegram does not know the token.
    #[error("Telegram refuses the bot's token: copy it again from @BotFather into telegram.token")]
    Token,
    /// Telegram refuses for another reason.
    #[error("Telegram refuses the bot: {why}")]
    Refused {
        /// In Telegram's words.
        why: String,
    },
    /// The bot may not write into this chat.
    #[error("the bot cannot write into the chat {chat} ({why}): {fix}")]
    Chat {
        /// Which chat.
        chat: i64,
        /// In Telegram's words.
        why: String,
        /// What to do about it.
        fix: String,
    },
    /// Too many calls.
    #[error("Telegram wants to be left alone for {} s", after.as_secs())]
    TooMany {
        /// For how long.
        after: Duration,
    },
    /// No answer from Telegram.
    #[error("cannot reach Telegram at telegram.base_url: {why}")]
    Unreachable {
        /// What happened instead.
        why: String,
    },
}

/// Who the bot is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bot {
    /// Its name in the chats' lists.
    pub name: String,
    /// Its address, without the @.
    pub username: String,
}

impl Desk {
    /// A desk as the settings say. Calls nobody yet.
    ///
    /// # Errors
    /// When the client cannot be built.
    pub fn new(settings: &TelegramSettings) -> Result<Self, DeskError> {
        runtime::tls();
        let deadline = settings.timeout.min(BEFORE_TELOXIDE_FORGETS);
        // Half of it for connecting: a connection that fails in time is known to have sent nothing.
        let client = default_reqwest_settings()
            .connect_timeout(deadline / 2)
            .timeout(deadline)
            .no_proxy()
            .referer(false)
            .build()
            .map_err(|error| DeskError::Client { why: runtime::chain(&error) })?;
        let mut api = settings.base_url.clone();
        // Teloxide appends to the path, and would leave an empty segment before what it appends.
        if let Ok(mut segments) = api.path_segments_mut() {
            segments.pop_if_empty();
        }
        let bot = teloxide::Bot::with_client(settings.token.expose_secret(), client).set_api_url(api);
        Ok(Self { bot, deadline })
    }

    /// Sends the card about `escalation` into `chat`. One call, no retry.
    pub fn escalate<'a>(
        &'a self,
        chat: i64,
        escalation: &'a Escalation,
        showing: Showing,
    ) -> BoxFuture<'a, CardOutcome> {
        Box::pin(async move {
            let started = Instant::now();
            let outcome = self.send(chat, card::render(escalation, showing)).await;
            let labels = [("reason", escalation.reason.name()), ("outcome", outcome.name())];
            metrics::counter!("telegram_cards_total", &labels).increment(1);
            metrics::histogram!("telegram_card_seconds").record(started.elapsed());
            outcome
        })
    }

    /// Asks Telegram who the bot is: the way to try a token.
    ///
    /// # Errors
    /// When Telegram refuses or does not answer.
    pub fn get_me(&self) -> BoxFuture<'_, Result<Bot, DeskError>> {
        Box::pin(async move {
            match tokio::time::timeout(self.deadline, self.bot.get_me().into_future()).await {
                Ok(Ok(me)) => Ok(Bot { name: me.full_name(), username: me.username().to_owned() }),
                Ok(Err(RequestError::Api(ApiError::InvalidToken))) => Err(DeskError::Token),
                Ok(Err(RequestError::Api(error))) => Err(DeskError::Refused { why: error.to_string() }),
                Ok(Err(error)) => Err(DeskError::Unreachable { why: outcome::told(&error) }),
                Err(_) => Err(DeskError::Unreachable { why: outcome::silence(self.deadline) }),
            }
        })
    }

    /// Tries whether the bot may write into `chat`, without a message: for a moment the chat shows that somebody is
    /// typing.
    ///
    /// # Errors
    /// [`DeskError::Chat`] when it may not; or as [`Desk::get_me`].
    pub fn try_chat(&self, chat: i64) -> BoxFuture<'_, Result<(), DeskError>> {
        Box::pin(async move {
            let request = self.bot.send_chat_action(ChatId(chat), ChatAction::Typing);
            match tokio::time::timeout(self.deadline, request.into_future()).await {
                Ok(Ok(_)) => Ok(()),
                Ok(Err(RequestError::Api(ApiError::InvalidToken))) => Err(DeskError::Token),
                Ok(Err(RequestError::RetryAfter(after))) => Err(DeskError::TooMany { after: after.duration() }),
                Ok(Err(error)) => Err(match outcome::about_chat(&error) {
                    Some((why, fix)) => DeskError::Chat { chat, why, fix },
                    None => DeskError::Unreachable { why: outcome::told(&error) },
                }),
                Err(_) => Err(DeskError::Unreachable { why: outcome::silence(self.deadline) }),
            }
        })
    }

    async fn send(&self, chat: i64, html: String) -> CardOutcome {
        let request =
            self.bot.send_message(ChatId(chat), html).parse_mode(ParseMode::Html).link_preview_options(NO_PREVIEW);
        match tokio::time::timeout(self.deadline, request.into_future()).await {
            Ok(Ok(message)) => CardOutcome::Sent { message_id: message.id.0 },
            Ok(Err(error)) => outcome::classify(&error),
            Err(_) => CardOutcome::Unknown { why: outcome::silence(self.deadline) },
        }
    }
}

/// A card with three links would otherwise be followed by a picture of the first.
const NO_PREVIEW: LinkPreviewOptions = LinkPreviewOptions {
    is_disabled: true,
    url: None,
    prefer_small_media: false,
    prefer_large_media: false,
    show_above_text: false,
};
