//! What a phrase can mean, finer than the intents, because the flags need it.

/// The five intents, by their names in the schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Intent {
    Stock,
    Delivery,
    Price,
    Complaint,
    Other,
}

impl Intent {
    pub(super) const ALL: [Self; 5] = [Self::Stock, Self::Delivery, Self::Price, Self::Complaint, Self::Other];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Stock => "stock_inquiry",
            Self::Delivery => "delivery_question",
            Self::Price => "price_negotiation",
            Self::Complaint => "complaint",
            Self::Other => "other",
        }
    }
}

/// What a phrase means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sense {
    Stock,
    Delivery,
    /// A verb of sending: a question of its own begins with it.
    Send,
    Price,
    /// «Отдадите», «уступите»: a question of its own begins with it.
    Offer,
    Complaint,
    Human,
    /// Takes it, now.
    Buy,
    /// Would take it: counts if nothing is asked.
    Would,
    /// Does not take it.
    Decline,
    /// Points at something said elsewhere.
    Reference,
    Hours,
    Address,
    Payment,
    /// Guarantee, returns, material, condition, photos: what the shop's own answers are for.
    Terms,
    Greeting,
    Thanks,
    /// «Ок», «понятно», «до свидания».
    Ack,
    /// «Вы тут?»
    Ping,
    /// «Сколько?»: of what, the context tells.
    HowMuch,
}

impl Sense {
    pub(super) const fn intent(self) -> Intent {
        match self {
            Self::Stock => Intent::Stock,
            Self::Delivery | Self::Send => Intent::Delivery,
            Self::Price | Self::Offer | Self::HowMuch => Intent::Price,
            Self::Complaint => Intent::Complaint,
            Self::Human
            | Self::Buy
            | Self::Would
            | Self::Decline
            | Self::Reference
            | Self::Hours
            | Self::Address
            | Self::Payment
            | Self::Terms
            | Self::Greeting
            | Self::Thanks
            | Self::Ack
            | Self::Ping => Intent::Other,
        }
    }

    /// Politeness around the matter: it is the matter only where nothing else is.
    pub(super) const fn is_courtesy(self) -> bool {
        matches!(self, Self::Greeting | Self::Thanks | Self::Ack | Self::Ping)
    }

    /// Says something about the buyer, and asks nothing.
    pub(super) const fn is_sign(self) -> bool {
        matches!(self, Self::Human | Self::Buy | Self::Would | Self::Decline | Self::Reference)
    }

    /// Whether a question of its own begins with it, also without an «и» before.
    pub(super) const fn opens(self) -> bool {
        matches!(self, Self::Send | Self::Offer)
    }
}
