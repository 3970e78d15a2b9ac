//! The words every room shares: types and rules, no IO.
//!
//! Nothing here reads a file, a socket or the wall clock (only [`clock`] may, and only through the
//! [`clock::Clock`] that is passed in). A checked value has another type than an unchecked one, so that
//! the compiler keeps the laws: a [`ids::SellerId`] is always a valid slug, a [`money::Money`] is always
//! kopecks, a [`decision::Fact`] always says where it comes from.

pub mod attached;
pub mod autonomy;
pub mod catalog;
pub mod clock;
pub mod conversation;
pub mod decision;
pub mod desk;
pub mod digest;
pub mod escalation;
pub mod ids;
pub mod intent;
pub mod lesson;
pub mod message;
pub mod mode;
pub mod money;
pub mod proportion;
pub mod record;
pub mod redis;
pub mod seller;
pub mod training;
pub mod waiting;
