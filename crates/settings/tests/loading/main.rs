//! Loading as an operator meets it: files, environment, and what is said about them.

mod defaults;
mod errors;
mod files;
mod harness;
mod keeping;
mod sellers;
