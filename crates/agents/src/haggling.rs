//! The bargaining policy.
