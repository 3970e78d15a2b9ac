//! The disk's side of the spool: real files, and everything that may happen to them. No Redis.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use domain::message::Message;
use futures::future::join_all;
use tempfile::TempDir;
use tokio::sync::oneshot;

use super::commit::{Committer, Receipt, Refused, Written};
use super::error::SpoolError;
use super::line::{Line, Outcome, Place, Way};
use super::lock::Lock;
use super::reader::Reader;
use super::recent::Recent;
use super::room::Room;
use super::sample::{ids, message};
use super::shelf::Shelf;

const PLENTY: u64 = 256 << 20;

/// A disk, and the process that writes to it.
struct Disk {
    directory: TempDir,
    shelf: Arc<Shelf>,
    committer: Committer,
    waiting: u64,
}

impl Disk {
    fn new() -> Self {
        Self::on(tempfile::tempdir().unwrap(), PLENTY)
    }

    fn on(directory: TempDir, max_bytes: u64) -> Self {
        let (shelf, waiting) = Shelf::open(directory.path(), Arc::new(Room::new(max_bytes))).unwrap();
        let shelf = Arc::new(shelf);
        Self { directory, committer: Committer::start(Arc::clone(&shelf)).unwrap(), shelf, waiting }
    }

    /// What the next process finds after this one was killed. It goes on running meanwhile, as if it did not.
    fn after_a_crash(&self) -> Self {
        let directory = tempfile::tempdir().unwrap();
        for path in files(self.directory.path()) {
            fs::copy(&path, directory.path().join(path.file_name().unwrap())).unwrap();
        }
        Self::on(directory, PLENTY)
    }

    async fn write(&self, message: &Arc<Message>) -> Written {
        let (done, written) = oneshot::channel();
        self.committer.append(message, done);
        written.await.unwrap()
    }

    async fn write_all(&self, ids: &[&str]) {
        for id in ids {
            self.write(&message("a", id)).await.unwrap();
        }
    }

    fn reader(&self) -> Reader {
        Reader::new(Arc::clone(&self.shelf))
    }

    /// Everything a new reader finds.
    fn reads(&self) -> String {
        ids(&self.reader().read(usize::MAX).unwrap())
    }

    /// Its files that end in this.
    fn files(&self, extension: &str) -> Vec<PathBuf> {
        let mut files = files(self.directory.path());
        files.retain(|path| path.extension().is_some_and(|found| found == extension));
        files
    }

    /// Its only file with messages.
    fn file(&self) -> PathBuf {
        let files = self.files("spool");
        assert_eq!(files.len(), 1, "{files:?}");
        files[0].clone()
    }
}

fn files(directory: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// A message of so many bytes, about.
fn long(id: &str, bytes: usize) -> Arc<Message> {
    let mut long = Message::clone(&message("a", id));
    long.content = domain::message::Content::Text { text: "x".repeat(bytes) };
    Arc::new(long)
}

#[tokio::test]
async fn what_was_written_is_found_after_a_crash_in_its_order() {
    let disk = Disk::new();
    disk.write_all(&["m1", "m2"]).await;
    let second = disk.after_a_crash();
    second.write_all(&["m3"]).await;
    let third = second.after_a_crash();
    assert_eq!((second.waiting, third.waiting), (2, 3));
    assert_eq!(third.reads(), "m1 m2 m3");
    assert_eq!(third.reader().read(2).unwrap().len(), 2, "no more than asked for");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_a_time_share_few_fsyncs_and_stay_in_order() {
    let disk = Disk::new();
    let expected: Vec<_> = (0..200).map(|number| format!("m{number}")).collect();
    let written: Vec<_> = expected
        .iter()
        .map(|id| {
            let (done, written) = oneshot::channel();
            disk.committer.append(&message("a", id), done);
            written
        })
        .collect();
    let commits: Vec<_> = join_all(written).await.into_iter().map(|written| written.unwrap().unwrap().commit).collect();
    assert!(commits.is_sorted() && *commits.last().unwrap() <= 20, "{commits:?}");
    assert!(!disk.committer.is_busy());
    assert_eq!(disk.reads(), expected.join(" "));
}

#[tokio::test]
async fn a_tail_torn_anywhere_costs_only_what_nobody_was_promised() {
    let disk = Disk::new();
    disk.write_all(&["m1", "m2"]).await;
    let before = fs::metadata(disk.file()).unwrap().len();
    disk.write_all(&["m3"]).await;
    let whole = fs::read(disk.file()).unwrap();
    for end in before as usize..whole.len() {
        fs::write(disk.file(), &whole[..end]).unwrap();
        let next = disk.after_a_crash();
        assert_eq!(fs::metadata(next.file()).unwrap().len(), before, "cut off at {end}");
        next.write_all(&["m4"]).await;
        assert_eq!(next.reads(), "m1 m2 m4", "cut off at {end}");
        assert_eq!(next.files("damaged"), Vec::<PathBuf>::new());
    }
}

#[tokio::test]
async fn a_file_that_broke_off_at_its_beginning_is_an_empty_one() {
    let disk = Disk::new();
    disk.write_all(&["m1"]).await;
    let whole = fs::read(disk.file()).unwrap();
    for end in 0..24 {
        fs::write(disk.file(), &whole[..end]).unwrap();
        let next = disk.after_a_crash();
        let mut reader = next.reader();
        assert_eq!(ids(&reader.read(10).unwrap()), "", "cut off at {end}");
        reader.clear();
        assert_eq!((next.files("spool").len(), next.shelf.room.used()), (0, 0), "cut off at {end}");
    }
}

#[tokio::test]
async fn damage_costs_the_message_it_hit_and_the_file_is_kept_for_a_human() {
    let disk = Disk::new();
    let mut begin = Vec::new();
    for id in ["m1", "m2", "m3"] {
        begin.push(disk.files("spool").first().map_or(24, |file| fs::metadata(file).unwrap().len() as usize));
        disk.write_all(&[id]).await;
    }
    let whole = fs::read(disk.file()).unwrap();
    let hits = [(begin[0], "m2 m3"), (begin[1] + 5, "m1 m3"), (begin[1] + 40, "m1 m3"), (whole.len() - 1, "m1 m2")];
    for (place, left) in hits {
        let mut bytes = whole.clone();
        bytes[place] ^= 0x20;
        fs::write(disk.file(), &bytes).unwrap();
        let next = disk.after_a_crash();
        let mut reader = next.reader();
        assert_eq!(ids(&reader.read(10).unwrap()), left, "byte {place}");
        reader.clear();
        assert_eq!(next.files("spool"), Vec::<PathBuf>::new());
        assert_eq!(fs::read(&next.files("damaged")[0]).unwrap()[24..], bytes[24..], "byte {place}");

        // The next file may not be called like the one put aside.
        let after = next.after_a_crash();
        after.write_all(&["m4"]).await;
        assert!(after.file().file_stem() > next.files("damaged")[0].file_stem());
    }
}

#[tokio::test]
async fn what_is_no_message_is_left_out() {
    let disk = Disk::new();
    disk.write_all(&["m1"]).await;
    let mut bytes = fs::read(disk.file()).unwrap();
    super::frame::write(b"{\"from\": \"a later version\"}", &mut bytes);
    fs::write(disk.file(), &bytes).unwrap();
    let next = disk.after_a_crash();
    next.write_all(&["m2"]).await;
    let mut reader = next.reader();
    assert_eq!(ids(&reader.read(10).unwrap()), "m1 m2");
    reader.clear();
    assert_eq!(next.files("damaged").len(), 1);
}

#[tokio::test]
async fn replay_goes_on_where_it_was_before_the_crash() {
    let disk = Disk::new();
    disk.write_all(&["m1", "m2", "m3"]).await;
    let mut reader = disk.reader();
    reader.read(2).unwrap();
    assert_eq!(disk.after_a_crash().reads(), "m1 m2 m3", "what was read is not in Redis yet");
    reader.settle();
    assert_eq!(disk.after_a_crash().reads(), "m3");
    assert_eq!(disk.after_a_crash().waiting, 1);
    disk.write_all(&["m4"]).await;
    assert_eq!(ids(&reader.read(10).unwrap()), "m3 m4");
    reader.settle();
    assert_eq!(disk.after_a_crash().reads(), "");
}

#[tokio::test]
async fn a_file_goes_when_all_of_it_is_in_redis_and_nothing_was_added() {
    let disk = Disk::new();
    let mut reader = disk.reader();
    assert!(reader.is_at_end());
    for round in ["m1", "m2"] {
        disk.write_all(&[round]).await;
        assert!(!reader.is_at_end());
        assert_eq!(ids(&reader.read(10).unwrap()), round);
        assert!(reader.is_at_end());
        disk.write_all(&["late"]).await;
        reader.clear();
        assert_eq!((disk.files("spool").len(), reader.is_at_end()), (1, false), "something was added");
        assert_eq!(ids(&reader.read(10).unwrap()), "late");
        reader.clear();
        assert_eq!((disk.files("spool").len(), disk.shelf.room.used()), (0, 0));
    }
    assert_eq!(disk.after_a_crash().waiting, 0);
}

#[tokio::test]
async fn a_long_outage_fills_several_files_and_each_goes_by_itself() {
    let disk = Disk::new();
    let expected: Vec<_> = (0..12).map(|number| format!("m{number}")).collect();
    for id in &expected {
        disk.write(&long(id, 1 << 20)).await.unwrap();
    }
    assert_eq!(disk.files("spool").len(), 3, "one for each 4 MiB");
    let next = disk.after_a_crash();
    let mut reader = next.reader();
    let mut read = Vec::new();
    for files_left in [3, 3, 2, 2, 1, 1] {
        read.extend(reader.read(2).unwrap());
        reader.settle();
        assert_eq!(next.files("spool").len(), files_left, "after {}", read.len());
    }
    assert_eq!(ids(&read), expected.join(" "));
    reader.clear();
    assert_eq!((next.files("spool").len(), next.shelf.room.used()), (0, 0));
}

#[tokio::test]
async fn what_finds_no_room_is_refused_until_there_is_room_again() {
    let disk = Disk::on(tempfile::tempdir().unwrap(), 3_000);
    for (id, fits) in [("m1", true), ("m2", true), ("m3", false), ("m4", false)] {
        let written = disk.write(&long(id, 1_000)).await;
        assert_eq!(written.err(), (!fits).then_some(Refused::Full), "{id}");
        assert_eq!(disk.committer.is_failing(), !fits);
    }
    let mut reader = disk.reader();
    assert_eq!(ids(&reader.read(10).unwrap()), "m1 m2");
    reader.clear();
    disk.write(&long("m5", 1_000)).await.unwrap();
    assert!(!disk.committer.is_failing());
}

#[tokio::test]
async fn a_directory_that_is_gone_takes_nothing_and_harms_nobody() {
    let disk = Disk::new();
    disk.write_all(&["m1"]).await;
    let mut reader = disk.reader();
    fs::remove_dir_all(disk.directory.path()).unwrap();
    for id in ["m2", "m3"] {
        assert_eq!(disk.write(&message("a", id)).await, Err(Refused::Disk), "nobody would find it");
    }
    // The disk may come back, so it is tried a few times.
    for _ in 0..4 {
        assert!(reader.read(10).is_err());
    }
    assert_eq!(ids(&reader.read(10).unwrap()), "");
    assert!(reader.is_at_end());
    reader.clear();
    assert_eq!(disk.shelf.room.used(), 0);

    fs::create_dir_all(disk.directory.path()).unwrap();
    disk.write_all(&["m4"]).await;
    assert_eq!(ids(&reader.read(10).unwrap()), "m4");
}

#[test]
fn directories_of_more_shards_than_there_are_now_are_found() {
    let directory = tempfile::tempdir().unwrap();
    for (name, shards) in [("s00", 1), ("lock", 1), ("sand", 1), ("s11", 12), ("s03", 12), ("s255", 256)] {
        fs::create_dir(directory.path().join(name)).unwrap();
        assert_eq!(super::shards_in(directory.path()).unwrap(), shards, "{name}");
    }
    assert_eq!(super::name_of(3), "s03");
}

#[test]
fn a_directory_is_for_one_process_and_must_be_one() {
    let directory = tempfile::tempdir().unwrap();
    let first = Lock::take(directory.path()).unwrap();
    let error = Lock::take(directory.path()).unwrap_err();
    assert!(matches!(error, SpoolError::Taken { .. }), "{error}");
    assert!(error.to_string().contains(directory.path().to_str().unwrap()), "{error}");
    drop(first);
    Lock::take(directory.path()).unwrap();

    let file = directory.path().join("file");
    fs::write(&file, "in the way").unwrap();
    let error = Shelf::open(&file, Arc::new(Room::new(PLENTY))).unwrap_err();
    assert!(matches!(error, SpoolError::Unusable { doing: "make the directory", .. }), "{error}");
}

/// A line whose way is open.
fn open_line() -> (TempDir, Arc<Line>, Reader) {
    let disk = Disk::new();
    let reader = disk.reader();
    let line = Arc::new(Line::new(0, disk.committer, Recent::new(Duration::from_secs(60), 10)));
    assert!(line.open_if(|| reader.is_at_end()));
    (disk.directory, line, reader)
}

fn straight(line: &Arc<Line>, id: &str) -> Place {
    match line.enter(&message("a", id)) {
        Way::Redis(place) => place,
        Way::Disk(_) => panic!("{id} goes to the disk"),
    }
}

fn to_the_disk(line: &Arc<Line>, id: &str) -> Outcome {
    match line.enter(&message("a", id)) {
        Way::Redis(_) => panic!("{id} goes straight to Redis"),
        Way::Disk(outcome) => outcome,
    }
}

#[tokio::test]
async fn when_one_fails_all_that_are_under_way_go_to_the_disk_in_the_order_they_came() {
    let (_directory, line, mut reader) = open_line();
    let taken = straight(&line, "taken");
    let mut first = straight(&line, "m1");
    let given_up = straight(&line, "given-up");
    let second = straight(&line, "m2");
    let third = straight(&line, "m3");
    taken.taken(message("a", "taken"));
    drop(given_up);

    second.failed("of the test").await.unwrap();
    let mut fourth = to_the_disk(&line, "m4");
    // The third fails by itself, too: it is on the disk already, and is written once only.
    for written in [first.moved().await, third.failed("of the test").await, fourth.wait().await] {
        written.unwrap();
    }
    assert_eq!(ids(&reader.read(10).unwrap()), "m1 m2 m3 m4");
}

#[tokio::test]
async fn the_way_opens_when_nothing_is_left_on_the_disk_or_on_its_way_there() {
    let (_directory, line, mut reader) = open_line();
    line.close("of the test");
    let mut outcome = to_the_disk(&line, "m1");
    assert!(!line.open_if(|| reader.is_at_end()));
    assert_eq!(outcome.wait().await, Ok(Receipt { commit: 1 }));
    line.committer.grown().await;
    assert!(!line.open_if(|| reader.is_at_end()), "it is on the disk");
    reader.read(10).unwrap();
    assert!(line.open_if(|| reader.is_at_end()));
    straight(&line, "m2");
}

#[tokio::test]
async fn what_waits_is_counted_from_outside_without_touching_it() {
    let disk = Disk::new();
    let looked = || super::shelf::waiting(disk.directory.path()).unwrap();
    assert_eq!(looked(), 0);
    disk.write_all(&["m1", "m2", "m3"]).await;
    assert_eq!(looked(), 3);
    let path = files(disk.directory.path()).pop().unwrap();
    let torn = fs::metadata(&path).unwrap().len() - 1;
    fs::File::options().write(true).open(&path).unwrap().set_len(torn).unwrap();
    assert_eq!(looked(), 2);
    assert_eq!(fs::metadata(&path).unwrap().len(), torn, "it is the gateway's to cut");
    assert_eq!(super::waiting_on_disk(&disk.directory.path().join("nowhere")).unwrap(), 0);
}
