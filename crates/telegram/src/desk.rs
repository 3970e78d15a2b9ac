//! The client: one call of the Bot API, one outcome.
//!
//! Not here: what a card says (`card`), the short messages beside it (`say`), and what an error means (`outcome`).

use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::desk::{Card, Place};
use futures::future::BoxFuture;
use secrecy::ExposeSecret;
use settings::TelegramSettings;
use teloxide::net::default_reqwest_settings;
use teloxide::payloads::{EditMessageTextSetters, SendMessageSetters};
use teloxide::requests::Requester;
use teloxide::types::{ChatAction, ChatId, InlineKeyboardMarkup, LinkPreviewOptions, Message, MessageId, ParseMode};
use teloxide::{ApiError, RequestError};

use crate::card::{self, Showing};
use crate::keyboard;
use crate::outcome::{self, CardOutcome, EditOutcome, Refusal};
use crate::pace::Pace;

/// Teloxide sleeps ten seconds when the server answers 5xx, and then reads the answer's text without its
/// status, so that it looks like a plain refusal. Ending the call before that keeps the outcome unknown, which
/// it is.
const BEFORE_TELOXIDE_FORGETS: Duration = Duration::from_secs(9);

/// The bot, ready to write to the sellers.
#[derive(Debug, Clone)]
pub struct Desk {
    pub(crate) bot: teloxide::Bot,
    /// The same bot with more patience: it waits for news.
    pub(crate) ear: teloxide::Bot,
    pub(crate) deadline: Duration,
    /// How long it waits for news.
    pub(crate) poll: Duration,
    pub(crate) pace: Arc<Pace>,
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
    /// Another program asks for this bot's news, or they are delivered somewhere.
    #[error("Telegram tells this bot's news to another program ({why})")]
    Elsewhere {
        /// In Telegram's words.
        why: String,
    },
    /// No answer from Telegram.
    #[error("cannot reach Telegram at telegram.base_url: {why}")]
    Unreachable {
        /// What happened instead.
        why: String,
    },
}

/// Whether a message rings on the phones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sound {
    /// It does.
    #[default]
    Rings,
    /// It comes without a sound.
    Silent,
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
        let mut api = settings.base_url.clone();
        // Teloxide appends to the path, and would leave an empty segment before what it appends.
        if let Ok(mut segments) = api.path_segments_mut() {
            segments.pop_if_empty();
        }
        let bot = |timeout: Duration| {
            // Half of a call's time for connecting: a connection that fails in time is known to have sent nothing.
            let client = default_reqwest_settings()
                .connect_timeout(deadline / 2)
                .timeout(timeout)
                .no_proxy()
                .referer(false)
                .build()
                .map_err(|error| DeskError::Client { why: runtime::chain(&error) })?;
            Ok(teloxide::Bot::with_client(settings.token.expose_secret(), client).set_api_url(api.clone()))
        };
        let pace = Arc::new(Pace::new(settings.per_second, settings.chat_gap));
        let poll = settings.poll;
        Ok(Self { bot: bot(deadline)?, ear: bot(poll + deadline)?, deadline, poll, pace })
    }

    /// The bot's number, by which it is known whatever its name.
    pub fn bot_id(&self) -> &str {
        self.bot.token().split(':').next().unwrap_or_default()
    }

    /// Shows a card in `chat`, with its buttons. One call, no retry; too early for the chat it is not sent, and says for
    /// how long.
    pub fn show<'a>(&'a self, chat: i64, card: &'a Card, showing: Showing, sound: Sound) -> BoxFuture<'a, CardOutcome> {
        Box::pin(async move {
            if let Err(refusal) = self.take_turn(chat) {
                return CardOutcome::NotSent(refusal);
            }
            let started = Instant::now();
            let buttons = keyboard::markup(&keyboard::of_card(card));
            let outcome = self.send(chat, card::face(card, showing), buttons, sound).await;
            let labels = [("reason", card.escalation.reason.name()), ("outcome", outcome.name())];
            metrics::counter!("telegram_cards_total", &labels).increment(1);
            metrics::histogram!("telegram_card_seconds").record(started.elapsed());
            outcome
        })
    }

    /// Changes a card that is shown there into what it is now. One call, no retry; too early for the chat it is not
    /// done, and says for how long.
    pub fn update<'a>(&'a self, at: Place, card: &'a Card) -> BoxFuture<'a, EditOutcome> {
        Box::pin(async move {
            if let Err(refusal) = self.take_turn(at.chat) {
                return EditOutcome::NotDone(refusal);
            }
            let html = card::face(card, Showing::First);
            let request = self.bot.edit_message_text(ChatId(at.chat), MessageId(at.message), html);
            let request = request.parse_mode(ParseMode::Html).link_preview_options(NO_PREVIEW);
            let request = request.reply_markup(keyboard::markup(&keyboard::of_card(card)));
            self.edited(request.into_future()).await
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

    async fn send(&self, chat: i64, html: String, buttons: InlineKeyboardMarkup, sound: Sound) -> CardOutcome {
        let mut request =
            self.bot.send_message(ChatId(chat), html).parse_mode(ParseMode::Html).link_preview_options(NO_PREVIEW);
        if sound == Sound::Silent {
            request = request.disable_notification(true);
        }
        if !buttons.inline_keyboard.is_empty() {
            request = request.reply_markup(buttons);
        }
        self.sent(request.into_future()).await
    }

    /// What became of a message on its way.
    pub(crate) async fn sent(&self, call: impl Future<Output = Result<Message, RequestError>>) -> CardOutcome {
        match tokio::time::timeout(self.deadline, call).await {
            Ok(Ok(message)) => CardOutcome::Sent { message_id: message.id.0 },
            Ok(Err(error)) => outcome::classify(&error),
            Err(_) => CardOutcome::Unknown { why: outcome::silence(self.deadline) },
        }
    }

    /// What became of a change.
    pub(crate) async fn edited(&self, call: impl Future<Output = Result<Message, RequestError>>) -> EditOutcome {
        let outcome = match tokio::time::timeout(self.deadline, call).await {
            Ok(Ok(_)) => EditOutcome::Done,
            Ok(Err(error)) => outcome::classify_edit(&error),
            Err(_) => EditOutcome::NotDone(Refusal::Retry { why: outcome::silence(self.deadline) }),
        };
        metrics::counter!("telegram_edits_total", "outcome" => outcome.name()).increment(1);
        outcome
    }

    /// Leave to send one message into `chat` now.
    pub(crate) fn take_turn(&self, chat: i64) -> Result<(), Refusal> {
        self.pace.take(chat, Instant::now()).map_err(|wait| {
            metrics::counter!("telegram_paced_total").increment(1);
            Refusal::RetryAfter(wait)
        })
    }
}

/// A card with three links would otherwise be followed by a picture of the first.
pub(crate) const NO_PREVIEW: LinkPreviewOptions = LinkPreviewOptions {
    is_disabled: true,
    url: None,
    prefer_small_media: false,
    prefer_large_media: false,
    show_above_text: false,
};
