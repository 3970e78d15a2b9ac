//! Playing the script: act by act, each waited for, printed and held against what it must come to.

use std::time::Duration;

use anyhow::Context;
use domain::clock::Clock;
use jiff::civil::Time;
use jiff::tz::TimeZone;

use sandbox::avito::Content;

use super::script::{Act, Attachment, Complaint, Scene, Script};
use super::transcript::Transcript;
use crate::system::System;

/// The pause between the pieces of a burst: three of them are a second's typing.
const TYPING: Duration = Duration::from_millis(300);

/// How much longer than its own budget a turn may take before the demo gives up on it: a retry, and a machine
/// that is busy compiling.
const PATIENCE: Duration = Duration::from_secs(20);

/// Plays all scenes. Returns what was not as it must be.
///
/// # Errors
/// When the system does not answer at all.
pub async fn all(system: &System, script: &Script, transcript: &Transcript) -> anyhow::Result<Vec<Complaint>> {
    for cell in &script.cells {
        system.sandbox.google.set_cell(&cell.tab, &cell.at, &cell.text).with_context(|| format!("{cell:?}"))?;
    }
    for arranged in &script.arranged {
        system.sandbox.google.arrange(&arranged.tab, &arranged.order).with_context(|| format!("{arranged:?}"))?;
    }
    let mut failures = Vec::new();
    for scene in &script.scenes {
        let player = Player::enter(system, scene, transcript)?;
        for act in &scene.acts {
            let complaints = player.play(act).await?;
            for complaint in &complaints {
                transcript.wrong(&complaint.to_string());
            }
            failures.extend(complaints.into_iter().map(|complaint| complaint.within(&scene.title)));
        }
    }
    system.drained(PATIENCE).await?;
    Ok(failures)
}

/// One scene being played.
struct Player<'a> {
    system: &'a System,
    transcript: &'a Transcript,
    buyer: &'a str,
    chat: String,
}

impl<'a> Player<'a> {
    /// Finds the buyer's chat, sets the clock, prints the heading.
    fn enter(system: &'a System, scene: &'a Scene, transcript: &'a Transcript) -> anyhow::Result<Self> {
        let found = system.sandbox.avito.look(|world| {
            let chat = world.chats().find(|chat| chat.buyer.name == scene.buyer)?;
            Some((chat.id.clone(), chat.listing.as_ref().map(|listing| listing.title.clone())))
        });
        let (chat, listing) = found.with_context(|| format!("the sandbox has no chat with {}", scene.buyer))?;
        let clock = set_clock(system, scene.at.as_deref().unwrap_or("12:00"))?;
        let listing = listing.map_or("без объявления".to_owned(), |title| format!("«{title}»"));
        transcript.scene(&scene.title, &scene.buyer, &listing, &clock);
        Ok(Self { system, transcript, buyer: &scene.buyer, chat })
    }

    async fn play(&self, act: &Act) -> anyhow::Result<Vec<Complaint>> {
        if let Some(text) = &act.forge {
            return self.forge(text).await;
        }
        let avito = &self.system.sandbox.avito;
        let cards_before = self.system.cards().len();
        let message = if let Some(text) = &act.seller {
            self.transcript.says("Продавец", text);
            avito.seller_types(&self.chat, text.as_str())?
        } else {
            self.write(act).await?
        };
        if act.twice {
            avito.redeliver(&message)?;
            self.transcript.remark("(the same webhook comes once more)");
        }
        let patience = self.system.settings.worker.turn_budget + PATIENCE;
        let record = self.system.record_of(&message, patience).await?;
        let cards: Vec<String> =
            self.system.cards().split_off(cards_before).into_iter().map(|card| card.text).collect();
        self.transcript.ended(&record, &cards);
        Ok(act.complaints(&record))
    }

    /// The buyer writes. Returns the id of the last message.
    async fn write(&self, act: &Act) -> anyhow::Result<String> {
        let avito = &self.system.sandbox.avito;
        if let Some(attachment) = act.attach {
            self.transcript.says(self.buyer, &format!("[{attachment:?}]"));
            return Ok(avito.buyer_says(&self.chat, content(attachment))?);
        }
        if let Some(title) = &act.place {
            self.transcript.says(self.buyer, &format!("[{title}]"));
            return Ok(avito.buyer_says(&self.chat, Content::Location { title: title.clone() })?);
        }
        let mut last = String::new();
        for (number, text) in act.write.iter().chain(&act.burst).enumerate() {
            if number > 0 {
                tokio::time::sleep(TYPING).await;
            }
            self.transcript.says(self.buyer, text);
            last = avito.buyer_says(&self.chat, text.as_str())?;
        }
        Ok(last)
    }

    /// Somebody who does not know the secret posts a webhook: it must be turned away, and nothing queued.
    async fn forge(&self, text: &str) -> anyhow::Result<Vec<Complaint>> {
        self.transcript.says("?", text);
        let delivery = self.system.sandbox.avito.forge(&self.chat, text).await?;
        let status = delivery.outcome.status();
        let depth = self.system.queue.depth().await?;
        let queued = depth.ready + depth.processing + depth.delayed;
        let told = status.map_or("no answer".to_owned(), |status| format!("answered {status}"));
        self.transcript.remark(&format!("(forged webhook: {told}, {queued} queued)"));
        Ok((status != Some(401) || queued != 0)
            .then(|| Complaint::Broken(format!("a forged webhook was {told}, {queued} queued")))
            .into_iter()
            .collect())
    }
}

fn content(attachment: Attachment) -> Content {
    match attachment {
        Attachment::Image => Content::Image,
        Attachment::Voice => Content::Voice,
        Attachment::Video => Content::Video,
        Attachment::File => Content::File,
        Attachment::MissedCall => Content::missed_call(),
        Attachment::Deleted => Content::Deleted,
    }
}

/// Sets the system's clock to `time` today in the seller's town. Returns how it reads there.
fn set_clock(system: &System, time: &str) -> anyhow::Result<String> {
    let zone: TimeZone = system.settings.sellers[0].profile.time_zone.clone();
    let time: Time = format!("{time}:00").parse().with_context(|| format!("\"{time}\" is no time"))?;
    let today = system.clock.now().to_zoned_datetime(zone.clone()).date();
    let then = today.to_datetime(time).to_zoned_datetime(zone).context("setting the clock")?;
    system.clock.set(then.timestamp());
    Ok(format!("{:02}:{:02}", time.hour(), time.minute()))
}
