//! Whole turns through the assistant, its models asked over HTTP.

mod shop;

mod answers;
mod bad_days;
mod handing_over;
