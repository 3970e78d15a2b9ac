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
        // All or none: with the rest forgotten the buyer is asked again, with the haggling the price rises again.
        let mut pipe = redis::pipe();
        if memory.haggling != Haggling::default() {
            pipe.add_command(json::set(self.key(&HAGGLING, id), &memory.haggling, self.settings.haggling_ttl));
        }
        let rest = Conversation { haggling: Haggling::default(), ..memory.clone() };
        pipe.add_command(json::set(self.key(&CONVERSATION, id), &rest, self.settings.conversation_ttl));
        self.redis.run_all("save a conversation", pipe).await
    }
}
