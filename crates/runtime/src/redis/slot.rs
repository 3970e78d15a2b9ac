//! Which of a cluster's 16 384 slots a key is in.

/// How many there are.
pub(super) const SLOTS: u16 = 16_384;

/// The slot of a key: CRC-16 (XMODEM) of its hash tag, or of all of it where it has none
/// (<https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/#key-distribution-model>).
pub(super) fn slot_of(key: &[u8]) -> u16 {
    crc16(tag(key)) % SLOTS
}

/// What stands between the first `{` and the next `}`, if that is something.
fn tag(key: &[u8]) -> &[u8] {
    let Some(open) = key.iter().position(|&byte| byte == b'{') else { return key };
    let rest = &key[open + 1..];
    match rest.iter().position(|&byte| byte == b'}') {
        None | Some(0) => key,
        Some(close) => &rest[..close],
    }
}

fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |crc, &byte| {
        (0..8).fold(
            crc ^ (u16::from(byte) << 8),
            |crc, _| {
                if crc & 0x8000 == 0 { crc << 1 } else { (crc << 1) ^ 0x1021 }
            },
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_lie_where_redis_says() {
        // By `CLUSTER KEYSLOT` of Redis 7.0; the first is the specification's own example.
        assert_eq!(crc16(b"123456789"), 0x31c3);
        for (key, same) in [("q:{s00}:ready", "s00"), ("q:{s00}:mb:u2i-{x}", "s00"), ("{}a", "{}a"), ("a{b", "a{b")] {
            assert_eq!(tag(key.as_bytes()), same.as_bytes(), "{key}");
        }
        assert_eq!((slot_of(b"foo"), slot_of(b"{foo}bar")), (12182, 12182));
    }
}
