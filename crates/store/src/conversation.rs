//! The memory of a conversation between two messages.

use domain::conversation::{Conversation, Haggling};
use domain::ids::ConversationId;
use redis::cmd;

use crate::error::StoreError;
use crate::keys::{CONVERSATION, HAGGLING};
use crate::{Store, json};

impl Store {
    /// What we remember; an empty memory where there is none. The haggling is remembered for longer.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn conversation(&self, id: &ConversationId) -> Result<Conversation, StoreError> {
        let (mut get, mut get_haggling) = (cmd("GET"), cmd("GET"));
        get.arg(self.key(&CONVERSATION, id));
        get_haggling.arg(self.key(&HAGGLING, id));
        let (memory, haggling): (Option<Vec<u8>>, Option<Vec<u8>>) = futures::try_join!(
            self.redis.run("read a conversation", get),
            self.redis.run("read the haggling of a conversation", get_haggling),
        )?;
        let memory: Conversation = json::read(&CONVERSATION, memory.as_deref()).unwrap_or_default();
        let haggling = json::read(&HAGGLING, haggling.as_deref()).unwrap_or_default();
        Ok(Conversation { haggling, ..memory })
    }

    /// Remembers it for `store.conversation_ttl` from now, and the haggling, if there was any, for
    /// `store.haggling_ttl`.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn save_conversation(&self, id: &ConversationId, memory: &Conversation) -> Result<(), StoreError> {
        // First: with the rest forgotten the buyer is asked again, with this forgotten the price rises again.
        if memory.haggling != Haggling::default() {
            let set = json::set(self.key(&HAGGLING, id), &memory.haggling, self.settings.haggling_ttl);
            self.redis.run::<()>("save the haggling of a conversation", set).await?;
        }
        let rest = Conversation { haggling: Haggling::default(), ..memory.clone() };
        let set = json::set(self.key(&CONVERSATION, id), &rest, self.settings.conversation_ttl);
        self.redis.run("save a conversation", set).await
    }
}
