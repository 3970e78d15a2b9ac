//! Ten minutes of messages, in a time that passes as the test says: Google, the workers and the limit they share live
//! in it together.

use std::time::Duration;

use domain::clock::{Clock, SystemClock};
use sandbox::clock::SandboxClock;
use sandbox::google::{GoogleConfig, Quota, Spreadsheet};
use settings::SellerSettings;
use sheets::Sheets;

use crate::harness::{FRESH, Office, seller_with};
use crate::sharing::SHEET;

const MINUTE: Duration = Duration::from_secs(60);

/// What ten minutes came to.
#[derive(Debug, Default)]
struct Figures {
    messages: usize,
    /// Served at once, from a copy.
    hits: usize,
    /// Of those that had to wait, not the first of their seller.
    later_misses: usize,
    oldest: Duration,
    reads: u64,
    refused_by_google: usize,
}

/// Some sellers, the workers that answer for them, and a Google that gives 100 reads in 100 seconds.
struct Simulation {
    office: Office,
    google_time: SandboxClock,
    workers: Vec<Sheets>,
    sellers: Vec<SellerSettings>,
}

impl Simulation {
    async fn new(sellers: usize, workers: usize) -> Self {
        let google_time = SandboxClock::fixed(SystemClock.now_ms() / 1000);
        let sheets = (0..sellers).map(|n| Spreadsheet::from_toml(&format!("sheet-{n}"), SHEET).unwrap()).collect();
        let google = GoogleConfig {
            spreadsheets: sheets,
            clock: google_time.clone(),
            quota: Quota { reads: 100, within: Duration::from_secs(100) },
            ..GoogleConfig::demo()
        };
        let office = Office::open_with(google).await;
        let mut all = Vec::new();
        for _ in 0..workers {
            all.push(office.worker().await);
        }
        let sellers = (0..sellers).map(|n| seller_with(&format!("s{n}"), &format!("sheet-{n}"))).collect();
        Self { office, google_time, workers: all, sellers }
    }

    fn pass(&self, time: Duration) {
        self.office.pass(time);
        self.google_time.advance(time);
    }

    /// The operator has looked at each table once, and then nobody asked until all copies were too old.
    async fn begin(&self) {
        for seller in &self.sellers {
            self.workers[0].read_now(seller).await.unwrap();
            self.pass(Duration::from_secs(5));
        }
        // No longer than a token is good for: its times are the machine's.
        self.pass(Duration::from_secs(1200));
    }

    /// Ten minutes with so many messages in each, to the sellers and workers in turn.
    async fn run(&self, messages_per_minute: usize) -> Figures {
        self.begin().await;
        let before = self.office.google.seen();
        let step = MINUTE / u32::try_from(messages_per_minute).unwrap();
        let mut figures = Figures { messages: messages_per_minute * 10, ..Figures::default() };
        for n in 0..figures.messages {
            let worker = &self.workers[n % self.workers.len()];
            let asked_ms = self.office.clock.now_ms();
            let copy = worker.snapshot(&self.sellers[n * 7 % self.sellers.len()]).await.unwrap();
            let age_ms = u64::try_from(self.office.clock.now_ms() - copy.read_at_ms).unwrap();
            figures.oldest = figures.oldest.max(Duration::from_millis(age_ms));
            match copy.read_at_ms < asked_ms {
                true => figures.hits += 1,
                false => figures.later_misses += usize::from(n >= self.sellers.len()),
            }
            // A refresh takes a part of a second, which is less than a step here, or much less than a minute.
            worker.finish().await;
            self.pass(step);
        }
        let seen = self.office.google.seen();
        figures.reads = seen.reads + seen.sheets - before.reads - before.sheets;
        figures.refused_by_google = seen.calls.iter().filter(|call| call.status != 200).count();
        println!("{} sellers, {} workers: {figures:?}", self.sellers.len(), self.workers.len());
        figures
    }
}

#[tokio::test]
async fn ten_minutes_of_one_seller() {
    let figures = Simulation::new(1, 1).await.run(50).await;
    check(&figures, 0.95);
    assert!(figures.reads <= 5, "{figures:?}");
}

#[tokio::test]
async fn ten_minutes_of_fifty_sellers_with_fifty_messages_a_minute_each_and_four_workers() {
    let figures = Simulation::new(50, 4).await.run(50 * 50).await;
    check(&figures, 0.95);
}

#[tokio::test]
async fn ten_minutes_of_fifty_sellers_with_one_message_a_minute_each_and_four_workers() {
    let figures = Simulation::new(50, 4).await.run(50).await;
    // Of ten messages to a seller the first has to wait.
    check(&figures, 0.90);
}

fn check(figures: &Figures, hit_rate: f64) {
    assert_eq!((figures.refused_by_google, figures.later_misses), (0, 0), "{figures:?}");
    assert!(figures.hits as f64 >= figures.messages as f64 * hit_rate, "{figures:?}");
    assert!(figures.oldest <= FRESH, "{figures:?}");
}
