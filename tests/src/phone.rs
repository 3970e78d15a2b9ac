//! The seller at his phone: commands, buttons, and what he reads. Everything goes through the sandbox's Bot API.

use std::time::Duration;

use domain::autonomy::{Fate, Tally};
use domain::intent::Intent;
use sandbox::telegram::{DEMO_CHAT_ID, Message, Seen};

use crate::{Buyer, PATIENCE, Shop};

/// The seller at his phone.
pub struct Phone<'a>(pub &'a Shop);

impl Phone<'_> {
    /// All that Telegram has seen.
    pub fn seen(&self) -> Seen {
        self.0.system.sandbox.telegram.seen()
    }

    /// The newest message of the bot's that has this in it, as soon as there is one.
    pub async fn shows(&self, part: &str) -> Message {
        let telegram = &self.0.system.sandbox.telegram;
        let has = |seen: &Seen| seen.from_bot().any(|message| message.text.contains(part));
        telegram.wait_for(has, PATIENCE).await.unwrap_or_else(|error| panic!("nothing says «{part}»: {error}"));
        self.seen().from_bot().filter(|message| message.text.contains(part)).last().cloned().unwrap()
    }

    /// Says a command, in answer to a message or not, and gives the bot's answer.
    pub async fn orders(&self, text: &str, reply_to: Option<i32>) -> String {
        let telegram = &self.0.system.sandbox.telegram;
        let id = telegram.person_says(DEMO_CHAT_ID, text, reply_to).unwrap();
        let answers = |message: &Message| message.reply_to == Some(id);
        telegram
            .wait_for(|seen| seen.from_bot().any(answers), PATIENCE)
            .await
            .unwrap_or_else(|error| panic!("no answer to {text}: {error}"));
        self.seen().from_bot().find(|message| answers(message)).unwrap().text.clone()
    }

    /// Presses the button with this on it below the message, and waits until its clock stops.
    pub async fn presses(&self, message: i32, label: &str) {
        let telegram = &self.0.system.sandbox.telegram;
        let below = self.seen().message(message).cloned().unwrap();
        let button = below.buttons().find(|button| button.text.contains(label));
        let data = button.unwrap_or_else(|| panic!("no «{label}» below {below:#?}")).data.clone().unwrap();
        let press = telegram.person_presses(message, &data).unwrap();
        let is_answered = |seen: &Seen| seen.presses.iter().any(|seen| seen.id == press && seen.answered.is_some());
        telegram.wait_for(is_answered, PATIENCE).await.unwrap();
    }
}

/// What became of the answers to one kind of question, once that is so.
pub async fn counted(shop: &Shop, intent: Intent, fates: &[(Fate, u32)]) {
    let expected: Tally = fates.iter().flat_map(|(fate, count)| vec![*fate; *count as usize]).collect();
    let look = async {
        while shop.system.store.tally(shop.system.seller(), intent, 0).await.unwrap() != expected {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    if tokio::time::timeout(PATIENCE, look).await.is_err() {
        let found = shop.system.store.tally(shop.system.seller(), intent, 0).await.unwrap();
        panic!("{found:?}, not {expected:?}");
    }
}

/// The buyer hears this many texts in all, once the desk has done its work.
pub async fn hears(buyer: &Buyer<'_>, count: usize) -> Vec<String> {
    let look = async {
        while buyer.heard().len() < count {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(PATIENCE, look).await.unwrap_or_else(|_| panic!("heard {:?}", buyer.heard()));
    buyer.heard()
}

/// The draft on a card.
pub fn draft_on(card: &Message) -> String {
    let (_, behind) = card.text.split_once("Черновик ответа:\n").unwrap_or_else(|| panic!("no draft on {}", card.text));
    behind.lines().next().unwrap().to_owned()
}
