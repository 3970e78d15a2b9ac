//! One file of the spool: a head, then frames. It is written once from front to back, and only its head's
//! cursor changes: where replay goes on after a crash.
//!
//! Not here: which files there are (`shelf`), and what is in a frame (`frame`).

use std::fs::File;
use std::io;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};

use super::frame::{Piece, Pieces};

/// Says whose file this is, and in which version of its layout.
const MAGIC: [u8; 8] = *b"SPOOL\0\0\x01";

/// The magic, the cursor, the cursor's CRC-32C, all little-endian, and room for later.
pub(crate) const HEAD: u64 = 24;

/// A file that is being written.
#[derive(Debug)]
pub(crate) struct Segment {
    file: File,
    number: u64,
    length: u64,
}

impl Segment {
    /// A new file; when this returns, it outlasts a power cut.
    pub(crate) fn create(directory: &Path, number: u64) -> io::Result<Self> {
        let path = path(directory, number);
        let file = File::options().write(true).create_new(true).open(&path)?;
        let begun = file.write_all_at(&head(HEAD), 0).and_then(|()| file.sync_all());
        if let Err(error) = begun.and_then(|()| sync_directory(directory)) {
            // There will be other attempts, and each would leave one more.
            std::fs::remove_file(&path).ok();
            return Err(error);
        }
        Ok(Self { file, number, length: HEAD })
    }

    /// Adds frames; when this returns, they are on the disk.
    ///
    /// After an error the file is done for: nobody knows what of it the kernel still holds.
    pub(crate) fn append(&mut self, frames: &[u8]) -> io::Result<()> {
        self.file.write_all_at(frames, self.length)?;
        self.file.sync_data()?;
        if self.file.metadata()?.nlink() == 0 {
            return Err(io::Error::new(io::ErrorKind::NotFound, "the file was removed by somebody else"));
        }
        self.length += frames.len() as u64;
        Ok(())
    }

    /// Takes what a failed [`append`](Self::append) may have left off again, as far as the disk lets us.
    pub(crate) fn cut_back(&self) -> io::Result<()> {
        self.file.set_len(self.length)
    }

    /// Which of the files it is.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// Up to where it is on the disk.
    pub(crate) fn length(&self) -> u64 {
        self.length
    }
}

/// What was found in a file that an earlier process left.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Left {
    /// Where replay goes on.
    pub(crate) cursor: u64,
    /// The end of the last piece that is not torn.
    pub(crate) end: u64,
    /// Whole frames from the cursor on.
    pub(crate) waiting: u64,
    /// Whether there are damaged pieces anywhere.
    pub(crate) damaged: bool,
}

/// Looks through a whole file.
pub(crate) fn survey(bytes: &[u8]) -> Left {
    let cursor = cursor(bytes);
    let mut left = Left { cursor, end: 0, waiting: 0, damaged: false };
    let mut pieces = Pieces::from(bytes, HEAD.min(cursor) as usize);
    loop {
        left.end = pieces.at() as u64;
        match pieces.next() {
            Some(Piece::Whole(_)) => left.waiting += u64::from(left.end >= cursor),
            Some(Piece::Damaged) => left.damaged = true,
            Some(Piece::Torn) | None => return left,
        }
    }
}

/// Where replay goes on. With a cursor that cannot be right it begins anew, with a head that cannot be right
/// all the more: the queue knows what it has.
fn cursor(bytes: &[u8]) -> u64 {
    let Some(head) = bytes.first_chunk::<{ HEAD as usize }>().filter(|head| head.starts_with(&MAGIC)) else {
        return 0;
    };
    let [.., c0, c1, c2, c3, c4, c5, c6, c7, s0, s1, s2, s3, _, _, _, _] = *head;
    let cursor = [c0, c1, c2, c3, c4, c5, c6, c7];
    let is_right = crc32c::crc32c(&cursor) == u32::from_le_bytes([s0, s1, s2, s3]);
    let cursor = u64::from_le_bytes(cursor);
    if is_right && (HEAD..=bytes.len() as u64).contains(&cursor) { cursor } else { HEAD }
}

fn head(cursor: u64) -> [u8; HEAD as usize] {
    let cursor = cursor.to_le_bytes();
    let mut head = [0; HEAD as usize];
    head[..8].copy_from_slice(&MAGIC);
    head[8..16].copy_from_slice(&cursor);
    head[16..20].copy_from_slice(&crc32c::crc32c(&cursor).to_le_bytes());
    head
}

/// Notes how far replay has come. Not synced: after a power cut a part is replayed twice, and the queue knows it.
pub(crate) fn write_cursor(path: &Path, cursor: u64) -> io::Result<()> {
    File::options().write(true).open(path)?.write_all_at(&head(cursor), 0)
}

/// The bytes between two offsets.
pub(crate) fn read(path: &Path, from: u64, to: u64) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; (to - from) as usize];
    File::open(path)?.read_exact_at(&mut bytes, from)?;
    Ok(bytes)
}

/// Makes what was created, renamed or removed in a directory outlast a power cut.
pub(crate) fn sync_directory(directory: &Path) -> io::Result<()> {
    File::open(directory)?.sync_all()
}

/// Makes a directory that outlasts a power cut, if there is none.
pub(crate) fn make_directory(directory: &Path) -> io::Result<()> {
    std::fs::create_dir_all(directory)?;
    match directory.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        Some(parent) => sync_directory(parent),
        None => Ok(()),
    }
}

/// The file's name. Enough digits for every number to sort as it counts.
pub(crate) fn path(directory: &Path, number: u64) -> PathBuf {
    directory.join(format!("{number:020}.spool"))
}

/// Where a file goes in which something could not be read: out of the way, for a human.
pub(crate) fn path_of_damaged(directory: &Path, number: u64) -> PathBuf {
    directory.join(format!("{number:020}.damaged"))
}

/// The number in a file's name, where it is one of ours, and whether it was put aside.
pub(crate) fn number_of(path: &Path) -> Option<(u64, Kept)> {
    let number = path.file_stem()?.to_str()?.parse().ok()?;
    match path.extension()?.to_str()? {
        "spool" => Some((number, Kept::ForReplay)),
        "damaged" => Some((number, Kept::ForAHuman)),
        _ => None,
    }
}

/// What a file is kept for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kept {
    /// Its messages go to Redis.
    ForReplay,
    /// It was replayed, and not all of it could be read.
    ForAHuman,
}

#[cfg(test)]
mod tests {
    use super::super::frame;
    use super::*;

    /// A head with a cursor, and three frames; and where each piece begins.
    fn file(cursor: impl Fn([u64; 4]) -> u64) -> (Vec<u8>, [u64; 4]) {
        let mut bytes = vec![0; HEAD as usize];
        let mut begin = [HEAD; 4];
        for (index, payload) in [&b"one"[..], b"two", b"three"].into_iter().enumerate() {
            frame::write(payload, &mut bytes);
            begin[index + 1] = bytes.len() as u64;
        }
        bytes[..HEAD as usize].copy_from_slice(&head(cursor(begin)));
        (bytes, begin)
    }

    #[test]
    fn a_survey_counts_what_lies_behind_the_cursor() {
        for passed in 0..=3 {
            let (bytes, begin) = file(|begin| begin[passed]);
            let left = Left { cursor: begin[passed], end: begin[3], waiting: 3 - passed as u64, damaged: false };
            assert_eq!(survey(&bytes), left);
        }
    }

    #[test]
    fn a_cursor_that_cannot_be_right_is_none() {
        let (beyond, begin) = file(|begin| begin[3] + 1);
        assert_eq!(survey(&beyond).cursor, HEAD);
        for wrong in 0..20 {
            let (mut bytes, _) = file(|begin| begin[2]);
            bytes[wrong] ^= 0x10;
            let left = survey(&bytes);
            assert_eq!((left.waiting, left.end), (3, begin[3]), "byte {wrong}");
            assert_eq!(left.damaged, wrong < 8, "a wrong magic is a damage to be seen, byte {wrong}");
        }
    }

    #[test]
    fn a_torn_tail_ends_before_it_and_a_damaged_middle_is_noted() {
        let (bytes, begin) = file(|begin| begin[0]);
        for end in begin[2] + 1..begin[3] {
            let left = Left { cursor: HEAD, end: begin[2], waiting: 2, damaged: false };
            assert_eq!(survey(&bytes[..end as usize]), left);
        }
        let (mut bytes, _) = file(|begin| begin[2]);
        bytes[begin[1] as usize + 5] ^= 1;
        let left = Left { cursor: begin[2], end: begin[3], waiting: 1, damaged: true };
        assert_eq!(survey(&bytes), left, "also where replay was past it already");
    }

    #[test]
    fn names_tell_numbers() {
        let directory = Path::new("/spool");
        assert_eq!(number_of(&path(directory, 17)), Some((17, Kept::ForReplay)));
        assert_eq!(number_of(&path_of_damaged(directory, 17)), Some((17, Kept::ForAHuman)));
        for strange in ["lock", "notes.txt", "x.spool", "1.spool.bak"] {
            assert_eq!(number_of(Path::new(strange)), None, "{strange}");
        }
    }
}
