//! The marketplace's side of a webhook: what was not answered with 200 is delivered again. So "accepted" has one
//! meaning, and no message is lost before it was ours.
//!
//! Of the deliveries that were never even begun it gives up some for good: then only a sweep of the unread chats can
//! find the message. All others it repeats until the end, because what is tested is what was accepted.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use sandbox::avito::{Avito, Delivery, DeliveryOutcome};
use sandbox::telegram::{Message, Telegram};

use crate::checker::{Asked, Matter};
use crate::marker::Marker;

/// The first pause before a delivery is repeated; it doubles up to the last.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LAST_PAUSE: Duration = Duration::from_secs(2);

/// Of the messages whose first delivery was dropped, each n-th is never delivered at all.
const GIVEN_UP: usize = 2;

/// Who speaks for the buyers and for the seller, and brings their messages.
#[derive(Debug, Default)]
pub struct Postman {
    asked: Vec<Asked>,
    by_id: HashMap<String, usize>,
    attempts: HashMap<usize, u32>,
    to_repeat: Vec<(Instant, usize)>,
    /// How many deliveries have been looked at.
    seen: usize,
}

impl Postman {
    /// A buyer writes, or the seller. Its webhook is on its way.
    ///
    /// # Errors
    /// When there is no such chat.
    pub fn says(&mut self, avito: &Avito, chat: &str, matter: Matter) -> anyhow::Result<Marker> {
        let number = u32::try_from(self.asked.len())?;
        let marker = Marker::of(number);
        let id = match matter {
            Matter::SellersWords => avito.seller_types(chat, words(&marker, matter, number))?,
            _ => avito.buyer_says(chat, words(&marker, matter, number))?,
        };
        self.by_id.insert(id.clone(), self.asked.len());
        let chat = chat.to_owned();
        let (tried_ms, accepted_ms, given_up) = (None, None, false);
        self.asked.push(Asked { marker: marker.clone(), id, chat, matter, tried_ms, accepted_ms, given_up });
        Ok(marker)
    }

    /// The seller replies in Telegram to the card about the complaint in `chat`: it is ours from then on, whatever becomes
    /// of us, since Telegram keeps it until we have it. `None` while there is no card to reply to.
    ///
    /// # Errors
    /// When the card is not there any more.
    pub fn answers(&mut self, telegram: &Telegram, chat: &str) -> anyhow::Result<Option<Marker>> {
        self.replies(telegram, chat, Matter::DeskAnswer)
    }

    /// The same with a note for colleagues.
    ///
    /// # Errors
    /// When the card is not there any more.
    pub fn notes(&mut self, telegram: &Telegram, chat: &str) -> anyhow::Result<Option<Marker>> {
        self.replies(telegram, chat, Matter::Note)
    }

    fn replies(&mut self, telegram: &Telegram, chat: &str, matter: Matter) -> anyhow::Result<Option<Marker>> {
        let Some(card) = self.card(telegram, chat) else { return Ok(None) };
        let marker = Marker::of(u32::try_from(self.asked.len())?);
        let id = telegram.person_says(card.chat, &words(&marker, matter, 0), Some(card.id))?;
        let (id, chat, at_ms) = (format!("telegram-{id}"), chat.to_owned(), Some(0));
        let asked =
            Asked { marker: marker.clone(), id, chat, matter, tried_ms: at_ms, accepted_ms: at_ms, given_up: false };
        self.asked.push(asked);
        Ok(Some(marker))
    }

    /// The seller presses a button on the card about `chat`, the `number`-th press there; it is accepted once he is told
    /// so. `false` while there is no such button, or an earlier press is still under way.
    ///
    /// # Errors
    /// When the card is not there any more.
    pub fn presses(&mut self, telegram: &Telegram, chat: &str, number: usize) -> anyhow::Result<bool> {
        let (matter, label) = button(number);
        let earlier = self.asked.iter().filter(|asked| asked.chat == chat && is_press(asked));
        if earlier.clone().any(|asked| asked.accepted_ms.is_none()) || earlier.count() != number {
            return Ok(false);
        }
        let Some(card) = self.card(telegram, chat) else { return Ok(false) };
        let data = card.buttons().find(|button| button.text == label).and_then(|button| button.data.clone());
        let Some(data) = data else { return Ok(false) };
        let id = telegram.person_presses(card.id, &data)?;
        let pressed = telegram.seen().presses.into_iter().find(|press| press.id == id);
        let tried_ms = pressed.and_then(|press| u64::try_from(press.at_ms).ok());
        let (marker, chat) = (Marker::of(u32::try_from(self.asked.len())?), chat.to_owned());
        self.asked.push(Asked { marker, id, chat, matter, tried_ms, accepted_ms: None, given_up: false });
        Ok(true)
    }

    /// The newest message with buttons about the complaint in `chat`.
    fn card(&self, telegram: &Telegram, chat: &str) -> Option<Message> {
        let complains = |asked: &&Asked| matches!(asked.matter, Matter::Complaint | Matter::Handed);
        let complaint = self.asked.iter().filter(complains).find(|asked| asked.chat == chat)?.marker.clone();
        let about = |card: &&Message| card.buttons().count() > 0 && Marker::all_in(&card.text).contains(&complaint);
        telegram.seen().from_bot().filter(about).last().cloned()
    }

    /// Looks which presses were noticed by now: something popped up, or the card says what was pressed (a worker that was
    /// frozen may not come to say it).
    ///
    /// # Errors
    /// When one was refused.
    pub fn looks_at_presses(&mut self, telegram: &Telegram) -> anyhow::Result<()> {
        if !self.asked.iter().any(|asked| is_press(asked) && asked.accepted_ms.is_none()) {
            return Ok(());
        }
        let seen = telegram.seen();
        // Not before it was noticed: the newest call.
        let by_ms = seen.calls.back().and_then(|call| u64::try_from(call.at_ms).ok());
        for asked in self.asked.iter_mut().filter(|asked| is_press(asked) && asked.accepted_ms.is_none()) {
            let Some(press) = seen.presses.iter().find(|press| press.id == asked.id) else { continue };
            let (pops_up, shows) = signs(asked.matter);
            let on_card = seen.message(press.message).is_some_and(|card| card.text.contains(shows));
            if let Some(told) = press.answered.as_deref() {
                anyhow::ensure!(told == pops_up, "a press in {} came to «{told}»", asked.chat);
            }
            if press.answered.is_some() || on_card {
                asked.accepted_ms = by_ms;
            }
        }
        Ok(())
    }

    /// Looks at the deliveries since the last round and repeats those that failed, when their time has come.
    ///
    /// # Errors
    /// When a message is not there any more.
    pub fn round(&mut self, avito: &Avito) -> anyhow::Result<()> {
        let seen = self.seen;
        let new = avito.look(|world| world.deliveries().get(seen..).map(<[Delivery]>::to_vec));
        let new = new.ok_or_else(|| anyhow::anyhow!("the run is longer than the sandbox's memory"))?;
        self.seen += new.len();
        new.iter().for_each(|delivery| self.note(delivery));

        let now = Instant::now();
        let due: Vec<usize> = self.to_repeat.extract_if(.., |(at, _)| *at <= now).map(|(_, number)| number).collect();
        for number in due {
            if self.asked[number].accepted_ms.is_none() {
                avito.redeliver(&self.asked[number].id)?;
            }
        }
        Ok(())
    }

    /// Everything that was asked so far.
    pub fn asked(&self) -> &[Asked] {
        &self.asked
    }

    /// How many messages were not accepted yet, and are brought again and again.
    pub fn not_accepted(&self) -> usize {
        self.asked.iter().filter(|asked| asked.accepted_ms.is_none() && !asked.given_up).count()
    }

    /// How many messages are never brought.
    pub fn given_up(&self) -> usize {
        self.asked.iter().filter(|asked| asked.given_up).count()
    }

    fn note(&mut self, delivery: &Delivery) {
        let Some(&number) = self.by_id.get(&delivery.message) else { return };
        let asked = &mut self.asked[number];
        if !delivery.url.is_empty() {
            let tried = asked.tried_ms.unwrap_or(delivery.at_ms);
            asked.tried_ms = Some(tried.min(delivery.at_ms));
        }
        if delivery.is_accepted() {
            let at = delivery.at_ms + delivery.took_ms;
            asked.accepted_ms = Some(asked.accepted_ms.unwrap_or(at).min(at));
        } else if delivery.outcome == DeliveryOutcome::Dropped && number.is_multiple_of(GIVEN_UP) {
            asked.given_up = true;
        } else if asked.accepted_ms.is_none() {
            let attempt = self.attempts.entry(number).or_default();
            let pause = FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(*attempt)).min(LAST_PAUSE);
            *attempt += 1;
            self.to_repeat.push((Instant::now() + pause, number));
        }
    }
}

fn is_press(asked: &Asked) -> bool {
    matches!(asked.matter, Matter::Takes | Matter::Returns)
}

/// The `number`-th press in a chat that is handed to and fro, and what stands on the button.
fn button(number: usize) -> (Matter, &'static str) {
    if number.is_multiple_of(2) {
        (Matter::Returns, "Вернуть боту")
    } else {
        (Matter::Takes, "Взять чат")
    }
}

/// What pops up for such a press, and what the card says then.
fn signs(matter: Matter) -> (&'static str, &'static str) {
    match matter {
        Matter::Takes => ("Чат у вас, бот молчит.", "Чат у человека"),
        _ => ("Бот снова отвечает в этом чате.", "Бот снова отвечает"),
    }
}

/// All of a burst ask for the same place, or the shop would call a human to sort it out.
fn words(marker: &Marker, matter: Matter, number: u32) -> String {
    let questions = [
        format!("{marker}: доставите в Омск?"),
        format!("А в Омск отправите? {marker}"),
        format!("{marker}, доставка в Омск есть?"),
    ];
    match matter {
        Matter::Question | Matter::Between | Matter::Interrupted => {
            questions[number as usize % questions.len()].clone()
        }
        Matter::SameAgain => "Доставите в Омск?".to_owned(),
        Matter::DeskAnswer => format!("Вернём деньги, напишите адрес. {marker}"),
        Matter::SellersWords => format!("Здравствуйте, это продавец, отвечу сам. {marker}"),
        Matter::Complaint | Matter::Handed => format!("Верните деньги, она сломана! {marker}"),
        Matter::Note => format!("// третий раз пишет {marker}"),
        // Presses have no words.
        Matter::Takes | Matter::Returns => String::new(),
    }
}
