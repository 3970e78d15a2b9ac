//! Numbers as Russians write them, read as typed values.
