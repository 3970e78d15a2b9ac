//! What goes into a specialist and what comes out of it. No deciding here.

use domain::catalog::CatalogSnapshot;
use domain::conversation::{Asked, Conversation, Haggling};
use domain::decision::Decision;
use domain::escalation::{EscalationReason, Listing};
use domain::ids::ItemId;
use domain::intent::Routing;
use domain::seller::SellerProfile;
use jiff::Timestamp;

/// What a specialist gets to see, besides the table.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// Whose shop it is.
    pub seller: &'a SellerProfile,
    /// What is remembered of the conversation, before this turn.
    pub conversation: &'a Conversation,
    /// What the router made of the turn.
    pub routing: &'a Routing,
    /// The buyer's unanswered words, messages joined by line breaks.
    pub text: &'a str,
    /// The listing the chat belongs to, where it is known.
    pub listing: Option<&'a Listing>,
    /// Its number, where Avito names it.
    pub listing_item: Option<ItemId>,
    /// The time of the turn.
    pub now: Timestamp,
}

/// A specialist: the question and the table go in, a finding comes out. Pure: the same in, the same out.
pub type Specialist = fn(&Question<'_>, &CatalogSnapshot) -> Finding;

/// What a specialist comes to.
#[derive(Debug, Clone, PartialEq)]
pub enum Finding {
    /// The table answers it.
    Decided(Decided),
    /// It does not, or not surely: a human's question.
    Unsure(EscalationReason),
}

impl Finding {
    /// `decision`, with nothing to remember yet.
    pub fn decided(decision: Decision) -> Self {
        Self::Decided(Decided { decision, remember: Remember::default() })
    }

    /// The decision, where there is one.
    pub fn decision(&self) -> Option<&Decision> {
        match self {
            Self::Decided(decided) => Some(&decided.decision),
            Self::Unsure(_) => None,
        }
    }
}

/// A decision and what the conversation keeps of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Decided {
    /// The answer and its facts.
    pub decision: Decision,
    /// What to remember once it is said.
    pub remember: Remember,
}

/// What the conversation keeps of a turn. `None` leaves what was there.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Remember {
    /// The product talked about, by article number.
    pub product: Option<String>,
    /// The city or region, as we resolved it.
    pub city: Option<String>,
    /// The haggling as it stands now.
    pub haggling: Option<Haggling>,
    /// What we ask the buyer with this answer.
    pub asked: Option<Asked>,
}

impl Remember {
    /// Put it into the conversation's memory. An open question of ours is closed by its answer: a product
    /// closes [`Asked::WhichProduct`], a city [`Asked::WhichCity`].
    pub fn apply(&self, conversation: &mut Conversation) {
        if let Some(product) = &self.product {
            conversation.last_product = Some(product.clone());
            close(conversation, Asked::WhichProduct);
        }
        if let Some(city) = &self.city {
            conversation.city = Some(city.clone());
            close(conversation, Asked::WhichCity);
        }
        if let Some(haggling) = &self.haggling {
            conversation.haggling = haggling.clone();
        }
        if let Some(asked) = self.asked {
            conversation.asked = Some(asked);
        }
    }
}

fn close(conversation: &mut Conversation, asked: Asked) {
    if conversation.asked == Some(asked) {
        conversation.asked = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_closes_our_question_and_leaves_the_rest() {
        let mut memory =
            Conversation { asked: Some(Asked::WhichProduct), city: Some("Омск".into()), ..Default::default() };
        Remember { product: Some("A1".into()), ..Default::default() }.apply(&mut memory);
        assert_eq!((memory.asked, memory.last_product.as_deref()), (None, Some("A1")));
        assert_eq!(memory.city.as_deref(), Some("Омск"));
        Remember { asked: Some(Asked::WhichCity), ..Default::default() }.apply(&mut memory);
        Remember { product: Some("A2".into()), ..Default::default() }.apply(&mut memory);
        assert_eq!(memory.asked, Some(Asked::WhichCity), "a product does not answer where to");
    }
}
