//! Finding the buyer's words in the seller's table: products and places. It decides nothing about them.

mod asked;
mod colours;
mod gazetteer;
mod index;
mod places;
mod products;
#[cfg(test)]
mod tests;
pub(crate) mod words;

pub use places::{Place, PlaceAsked, PlaceKind, is_split, pickup_row, place_asked, row_for};
pub use products::{Found, alternatives, display_title, find, find_in, kind_of};
