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
        let complaint = self.asked.iter().find(|asked| asked.chat == chat && asked.matter == Matter::Complaint);
        let Some(complaint) = complaint.map(|asked| asked.marker.clone()) else { return Ok(None) };
        let seen = telegram.seen();
        let about = |card: &&Message| card.buttons().count() > 0 && Marker::all_in(&card.text).contains(&complaint);
        let Some(card) = seen.from_bot().filter(about).last().map(|card| (card.chat, card.id)) else { return Ok(None) };
        let marker = Marker::of(u32::try_from(self.asked.len())?);
        let words = words(&marker, Matter::DeskAnswer, 0);
        let id = format!("telegram-{}", telegram.person_says(card.0, &words, Some(card.1))?);
        self.asked.push(Asked {
            marker: marker.clone(),
            id,
            chat: chat.to_owned(),
            matter: Matter::DeskAnswer,
            tried_ms: Some(0),
            accepted_ms: Some(0),
            given_up: false,
        });
        Ok(Some(marker))
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

/// All of a burst ask for the same place, or the shop would call a human to sort it out.
fn words(marker: &Marker, matter: Matter, number: u32) -> String {
    let questions = [
        format!("{marker}: доставите в Омск?"),
        format!("А в Омск отправите? {marker}"),
        format!("{marker}, доставка в Омск есть?"),
    ];
    match matter {
        Matter::Question | Matter::Interrupted => questions[number as usize % questions.len()].clone(),
        Matter::SameAgain => "Доставите в Омск?".to_owned(),
        Matter::DeskAnswer => format!("Вернём деньги, напишите адрес. {marker}"),
        Matter::SellersWords => format!("Здравствуйте, это продавец, отвечу сам. {marker}"),
        Matter::Complaint => format!("Верните деньги, она сломана! {marker}"),
    }
}
