//! How one message lies in a file: a mark, its length, a checksum over both length and message, the message.
//!
//! Bytes in memory only. Where the bytes come from is the matter of `segment`.

/// 0xFF is in no UTF-8 text, so no message can hold what looks like a frame, whatever a buyer writes.
const MARK: [u8; 4] = [0xFF, b'S', b'P', 1];

/// What stands before the payload: the mark, the length and the CRC-32C, the numbers little-endian.
pub(crate) const OVERHEAD: usize = 12;

/// Adds the frame of `payload` to `bytes`.
pub(crate) fn write(payload: &[u8], bytes: &mut Vec<u8>) {
    let length = u32::try_from(payload.len()).expect("a webhook's body is at most 16 MiB").to_le_bytes();
    bytes.extend_from_slice(&MARK);
    bytes.extend_from_slice(&length);
    bytes.extend_from_slice(&checksum(length, payload).to_le_bytes());
    bytes.extend_from_slice(payload);
}

/// The length is summed up, too: a wrong one must not make the next frame a part of this.
fn checksum(length: [u8; 4], payload: &[u8]) -> u32 {
    crc32c::crc32c_append(crc32c::crc32c(&length), payload)
}

/// What comes next in a file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    /// A frame as it was written: its payload.
    Whole(&'a [u8]),
    /// Bytes that were once frames, up to the next whole one or the end.
    Damaged,
    /// The file breaks off: this was being written when the power went, and nobody was told that it is safe.
    Torn,
}

/// Reads frames one after the other.
#[derive(Debug)]
pub(crate) struct Pieces<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Pieces<'a> {
    /// From offset `at` on.
    pub(crate) fn from(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at }
    }

    /// Where the next piece begins.
    pub(crate) fn at(&self) -> usize {
        self.at
    }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        let rest = self.bytes.get(self.at..).filter(|rest| !rest.is_empty())?;
        let beginning = look(rest);
        if let Beginning::Whole(payload) = beginning {
            self.at += OVERHEAD + payload.len();
            return Some(Piece::Whole(payload));
        }
        match whole_one_after(rest) {
            Some(skipped) => {
                self.at += skipped;
                Some(Piece::Damaged)
            }
            None => {
                self.at = self.bytes.len();
                Some(if matches!(beginning, Beginning::Wrong) { Piece::Damaged } else { Piece::Torn })
            }
        }
    }
}

/// What some bytes begin with.
enum Beginning<'a> {
    Whole(&'a [u8]),
    /// A frame as long as it says, with another checksum.
    Wrong,
    /// A frame that breaks off, or none.
    Broken,
}

fn look(bytes: &[u8]) -> Beginning<'_> {
    let Some((head, rest)) = bytes.split_first_chunk::<OVERHEAD>() else { return Beginning::Broken };
    let [m0, m1, m2, m3, l0, l1, l2, l3, c0, c1, c2, c3] = *head;
    let length = [l0, l1, l2, l3];
    if [m0, m1, m2, m3] != MARK {
        return Beginning::Broken;
    }
    match rest.get(..u32::from_le_bytes(length) as usize) {
        Some(payload) if checksum(length, payload) == u32::from_le_bytes([c0, c1, c2, c3]) => Beginning::Whole(payload),
        Some(_) => Beginning::Wrong,
        None => Beginning::Broken,
    }
}

/// How far into `bytes` the next whole frame begins, not counting one at their very beginning.
fn whole_one_after(bytes: &[u8]) -> Option<usize> {
    let marks = bytes.windows(MARK.len()).enumerate().skip(1).filter(|(_, some)| **some == MARK);
    marks.map(|(at, _)| at).find(|at| matches!(look(&bytes[*at..]), Beginning::Whole(_)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn file(payloads: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = Vec::new();
        payloads.iter().for_each(|payload| write(payload, &mut bytes));
        bytes
    }

    fn whole(bytes: &[u8]) -> Vec<Vec<u8>> {
        let payload = |piece| match piece {
            Piece::Whole(payload) => Some(payload.to_vec()),
            Piece::Damaged | Piece::Torn => None,
        };
        Pieces::from(bytes, 0).filter_map(payload).collect()
    }

    #[test]
    fn the_bytes_of_a_frame_stay_what_they_are() {
        // An update must read what the version before left behind. The sum was made by another program.
        assert_eq!(hex::encode(file(&[b"{}".to_vec()])), "ff53500102000000317bbc547b7d");
    }

    #[test]
    fn a_file_that_breaks_off_anywhere_in_its_last_frame_gives_all_before() {
        let payloads = [b"first".to_vec(), "второе".into(), b"{\"the\":\"last\"}".to_vec()];
        let bytes = file(&payloads);
        let before = file(&payloads[..2]).len();
        assert_eq!(whole(&bytes[..before]), payloads[..2]);
        for end in before + 1..bytes.len() {
            let mut pieces = Pieces::from(&bytes[..end], 0);
            assert_eq!(pieces.next(), Some(Piece::Whole(b"first")));
            assert_eq!(pieces.next(), Some(Piece::Whole("второе".as_bytes())));
            assert_eq!((pieces.at(), pieces.next(), pieces.next()), (before, Some(Piece::Torn), None), "{end}");
        }
    }

    #[test]
    fn a_tail_of_zeros_is_torn_and_a_last_frame_of_full_length_is_damaged() {
        let mut bytes = file(&[b"first".to_vec()]);
        let end = bytes.len();
        bytes.extend_from_slice(&[0; 4096]);
        assert_eq!(Pieces::from(&bytes, end).collect::<Vec<_>>(), [Piece::Torn]);

        let mut bytes = file(&[b"first".to_vec(), b"second".to_vec()]);
        *bytes.last_mut().unwrap() ^= 1;
        assert_eq!(Pieces::from(&bytes, end).collect::<Vec<_>>(), [Piece::Damaged]);
    }

    proptest! {
        #[test]
        fn one_wrong_byte_costs_one_frame(
            payloads in prop::collection::vec(prop::collection::vec(0..0xFF_u8, 0..40), 1..8),
            place in any::<prop::sample::Index>(),
            flip in 1..=255_u8,
        ) {
            let mut bytes = file(&payloads);
            let place = place.index(bytes.len());
            bytes[place] ^= flip;
            let mut end = 0;
            let hit = payloads.iter().position(|payload| {
                end += OVERHEAD + payload.len();
                place < end
            });
            let mut expected = payloads;
            expected.remove(hit.unwrap());
            prop_assert_eq!(whole(&bytes), expected);
        }

        #[test]
        fn no_bytes_at_all_are_too_strange(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut pieces = Pieces::from(&bytes, 0);
            while pieces.next().is_some() {}
            prop_assert_eq!(pieces.at(), bytes.len());
        }
    }
}
