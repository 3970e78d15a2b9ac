//! Short messages beside the cards, the answers to presses, and the news from Telegram.
//!
//! Not here: cards (`desk`), and what is worth saying (crate `worker`).

use std::time::{Duration, Instant};

use domain::desk::Place;
use futures::future::BoxFuture;
use teloxide::payloads::{AnswerCallbackQuerySetters, EditMessageTextSetters, GetUpdatesSetters, SendMessageSetters};
use teloxide::requests::Requester;
use teloxide::types::{
    AllowedUpdate, BotCommand, CallbackQueryId, ChatId, ForceReply, MessageId, ReplyMarkup, ReplyParameters, ThreadId,
};
use teloxide::{ApiError, RequestError};

use crate::desk::{Desk, DeskError, NO_PREVIEW, Sound};
use crate::keyboard::{self, Button};
use crate::outcome::{self, CardOutcome, EditOutcome, Refusal};
use crate::updates::{self, Spot, Update};

/// A short message, as plain text.
#[derive(Debug, Clone, Default)]
pub struct Saying {
    chat: i64,
    thread: Option<i32>,
    reply_to: Option<i32>,
    text: String,
    buttons: Vec<Vec<Button>>,
    placeholder: Option<String>,
    sound: Sound,
}

impl Saying {
    /// A message into a chat.
    pub fn new(chat: i64, text: impl Into<String>) -> Self {
        Self { chat, text: text.into(), ..Self::default() }
    }

    /// A message that answers another, in its topic if it is in one.
    pub fn in_reply(to: &Spot, text: impl Into<String>) -> Self {
        Self { thread: to.thread, reply_to: Some(to.at.message), ..Self::new(to.at.chat, text) }
    }

    /// In answer to a message of the same chat, where there is one.
    pub fn answering(self, message: Option<i32>) -> Self {
        Self { reply_to: message, ..self }
    }

    /// With these buttons below, by row.
    pub fn with_buttons(self, buttons: Vec<Vec<Button>>) -> Self {
        Self { buttons, ..self }
    }

    /// With or without a sound; usually with one.
    pub fn with_sound(self, sound: Sound) -> Self {
        Self { sound, ..self }
    }

    /// The reader's phone opens the keyboard for a reply at once, with this hint in the empty line. No buttons then.
    pub fn expecting_a_reply(self, hint: &str) -> Self {
        Self { placeholder: Some(hint.chars().take(64).collect()), ..self }
    }

    fn markup(&self) -> Option<ReplyMarkup> {
        match &self.placeholder {
            Some(hint) => {
                Some(ReplyMarkup::ForceReply(ForceReply::new().input_field_placeholder(hint.clone()).selective()))
            }
            None if self.buttons.is_empty() => None,
            None => Some(ReplyMarkup::InlineKeyboard(keyboard::markup(&self.buttons))),
        }
    }
}

impl Desk {
    /// Says something. Waits for its turn where the chat was written to just now, at most as long as a call may take.
    pub fn say<'a>(&'a self, saying: &'a Saying) -> BoxFuture<'a, CardOutcome> {
        Box::pin(async move {
            let outcome = match self.wait_for_turn(saying.chat).await {
                Ok(()) => self.say_now(saying).await,
                Err(refusal) => CardOutcome::NotSent(refusal),
            };
            metrics::counter!("telegram_sayings_total", "outcome" => outcome.name()).increment(1);
            outcome
        })
    }

    /// Changes a short message of ours. Too early for the chat it is not done, and says for how long.
    pub fn edit<'a>(&'a self, at: Place, text: &'a str, buttons: &'a [Vec<Button>]) -> BoxFuture<'a, EditOutcome> {
        Box::pin(async move {
            if let Err(refusal) = self.take_turn(at.chat) {
                return EditOutcome::NotDone(refusal);
            }
            let request = self.bot.edit_message_text(ChatId(at.chat), MessageId(at.message), text);
            let request = request.link_preview_options(NO_PREVIEW).reply_markup(keyboard::markup(buttons));
            self.edited(request.into_future()).await
        })
    }

    /// The same in its turn: waits where the chat was written to just now or Telegram wants to be left alone, at most as
    /// long as a call may take.
    pub fn edit_in_turn<'a>(
        &'a self,
        at: Place,
        text: &'a str,
        buttons: &'a [Vec<Button>],
    ) -> BoxFuture<'a, EditOutcome> {
        Box::pin(async move {
            let until = Instant::now() + self.deadline;
            loop {
                match self.edit(at, text, buttons).await {
                    EditOutcome::NotDone(Refusal::RetryAfter(wait)) if Instant::now() + wait <= until => {
                        tokio::time::sleep(wait).await;
                    }
                    outcome => return outcome,
                }
            }
        })
    }

    /// Ends the waiting on the button that somebody pressed, with a line that pops up for a moment.
    ///
    /// # Errors
    /// When Telegram refuses or does not answer. It does not matter much: the button's clock ends by itself.
    pub fn answer_press<'a>(&'a self, press: &'a str, line: Option<&'a str>) -> BoxFuture<'a, Result<(), DeskError>> {
        Box::pin(async move {
            let mut request = self.bot.answer_callback_query(CallbackQueryId(press.to_owned()));
            if let Some(line) = line {
                // Telegram takes 200 characters.
                request = request.text(line.chars().take(200).collect::<String>());
            }
            self.told(self.deadline, request.into_future()).await.map(drop)
        })
    }

    /// Tells Telegram which commands there are: it offers them to whoever types a slash.
    ///
    /// # Errors
    /// When Telegram refuses or does not answer.
    pub fn announce<'a>(&'a self, commands: &'a [(&str, &str)]) -> BoxFuture<'a, Result<(), DeskError>> {
        Box::pin(async move {
            let commands = commands.iter().map(|(name, text)| BotCommand::new(*name, *text));
            self.told(self.deadline, self.bot.set_my_commands(commands).into_future()).await.map(drop)
        })
    }

    /// The news from `offset` on, or all that Telegram does not know to be dealt with; with an offset it forgets what
    /// came before. Waits for news as long as `telegram.poll` says.
    ///
    /// # Errors
    /// [`DeskError::Elsewhere`] where another program asks too; or as [`Desk::get_me`].
    pub fn updates(&self, offset: Option<u32>) -> BoxFuture<'_, Result<Vec<Update>, DeskError>> {
        Box::pin(async move {
            let seconds = u32::try_from(self.poll.as_secs()).unwrap_or(u32::MAX);
            let kinds = [AllowedUpdate::Message, AllowedUpdate::CallbackQuery];
            let mut request = self.ear.get_updates().timeout(seconds).allowed_updates(kinds);
            if let Some(offset) = offset {
                request = request.offset(i32::try_from(offset).unwrap_or(i32::MAX));
            }
            let updates = self.told(self.poll + self.deadline, request.into_future()).await?;
            Ok(updates.into_iter().map(updates::read).collect())
        })
    }

    async fn say_now(&self, saying: &Saying) -> CardOutcome {
        let mut request = self.bot.send_message(ChatId(saying.chat), &saying.text).link_preview_options(NO_PREVIEW);
        if saying.sound == Sound::Silent {
            request = request.disable_notification(true);
        }
        if let Some(thread) = saying.thread {
            request = request.message_thread_id(ThreadId(MessageId(thread)));
        }
        if let Some(message) = saying.reply_to {
            request = request.reply_parameters(ReplyParameters::new(MessageId(message)).allow_sending_without_reply());
        }
        if let Some(markup) = saying.markup() {
            request = request.reply_markup(markup);
        }
        self.sent(request.into_future()).await
    }

    async fn wait_for_turn(&self, chat: i64) -> Result<(), Refusal> {
        let until = Instant::now() + self.deadline;
        loop {
            match self.pace.take(chat, Instant::now()) {
                Ok(()) => return Ok(()),
                Err(wait) if Instant::now() + wait > until => return Err(Refusal::RetryAfter(wait)),
                Err(wait) => tokio::time::sleep(wait).await,
            }
        }
    }

    /// The answer to a call that may be repeated.
    async fn told<T>(
        &self,
        within: Duration,
        call: impl Future<Output = Result<T, RequestError>>,
    ) -> Result<T, DeskError> {
        match tokio::time::timeout(within, call).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(RequestError::Api(ApiError::InvalidToken))) => Err(DeskError::Token),
            Ok(Err(RequestError::Api(error @ (ApiError::TerminatedByOtherGetUpdates | ApiError::CantGetUpdates)))) => {
                Err(DeskError::Elsewhere { why: error.to_string() })
            }
            Ok(Err(RequestError::Api(error))) => Err(DeskError::Refused { why: error.to_string() }),
            Ok(Err(RequestError::RetryAfter(after))) => Err(DeskError::TooMany { after: after.duration() }),
            Ok(Err(error)) => Err(DeskError::Unreachable { why: outcome::told(&error) }),
            Err(_) => Err(DeskError::Unreachable { why: outcome::silence(within) }),
        }
    }
}
