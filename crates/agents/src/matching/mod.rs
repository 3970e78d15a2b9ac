//! Finding the buyer's words in the seller's table: products and places. It decides nothing about them.

mod asked;
pub(crate) mod colours;
mod gazetteer;
mod goods;
mod index;
pub(crate) mod left_out;
pub(crate) mod phrase;
mod places;
mod products;
mod scoring;
mod shelf;
mod sizes;
pub(crate) mod talk;
#[cfg(test)]
mod tests;
mod titles;
pub(crate) mod words;

pub use asked::asks_for_another;
pub use places::{Place, PlaceAsked, PlaceKind, Served, is_split, pickup_row, place_asked, places_named, row_for};
pub use products::{
    Found, alternatives, counts_things, find, find_in, has_variants, is_one_of_several, is_understood, kind_of,
    knows_number, names_a_product, names_a_thing, variants,
};
pub use titles::display_title;
