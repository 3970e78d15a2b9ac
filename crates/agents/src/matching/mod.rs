//! Finding the buyer's words in the seller's table: products and places.
