//! How long a table of 5 000 rows takes: the whole read of it, and of that what the reading and the sharing take.
//!
//! What is ours is the whole without the time in which the sandbox's Google made its answers; their way over the wire
//! is in it. No program of its own: a worker reads tables in its own process.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use domain::clock::SystemClock;
use sandbox::google::{Quota, Spreadsheet};
use serde_json::{Value, json};
use sheets::{Sheets, Tab};
use store::Store;

use crate::context::Context;
use crate::figures::{Figure, Gate};
use crate::house::House;
use crate::samples::Latencies;

pub(crate) const NAME: &str = "sheet";

const ROWS: usize = 5000;

/// More reads than a Google account has in a minute.
const OPERATOR: &str = "sheets.reads_per_minute = 10000\n";

/// Measures it.
///
/// # Errors
/// When the table cannot be read, or is not read whole.
pub(crate) async fn run(context: &Context) -> anyhow::Result<Vec<Figure>> {
    let house = House::open(1, OPERATOR).await?;
    let settings = &house.shop.settings;
    let seller = settings.sellers.first().context("the shop has no seller")?;
    house.sandbox.google.set_quota(Quota::per_minute(10_000));
    house.sandbox.google.put(Spreadsheet::from_toml(&seller.sheet_id, &as_file(&rows()))?);
    let store = Store::connect(&settings.redis, &settings.store).await?;
    let sheets = Sheets::new(&settings.sheets, store.clone(), Arc::new(SystemClock))?;
    // The first read gets a token and opens the connection.
    let snapshot = sheets.read_now(seller).await?;
    ensure!(snapshot.products.len() == ROWS, "{} of {ROWS} products were read", snapshot.products.len());

    let tabs = [Tab::new("Товары", rows())];
    let [mut whole, mut ours, mut reading, mut saving, mut fetching] = [(); 5].map(|()| Latencies::new());
    for _ in 0..context.pick(50, 5) {
        let before = house.sandbox.google.seen().calls.len();
        let began = Instant::now();
        sheets.read_now(seller).await?;
        let took = began.elapsed();
        let googles: Duration = house.sandbox.google.seen().calls.iter().skip(before).map(|call| call.took).sum();
        whole.add(took);
        ours.add(took.saturating_sub(googles));
        let began = Instant::now();
        let read = sheets::read(&tabs, 0);
        reading.add(began.elapsed());
        let began = Instant::now();
        store.save_catalog(&seller.profile.id, &read, settings.sheets.stale).await?;
        saving.add(began.elapsed());
        let began = Instant::now();
        ensure!(store.catalog(&seller.profile.id).await?.is_some(), "the copy that was shared is gone");
        fetching.add(began.elapsed());
    }
    let of = |what: &str| format!("{what}, {ROWS} rows");
    Ok(vec![
        Figure::once(NAME, of("whole read, Google's own time with it, median"), whole.ms(0.5), "ms"),
        Figure::once(NAME, of("beyond Google's own time, median"), ours.ms(0.5), "ms"),
        Figure::once(NAME, of("beyond Google's own time, longest"), ours.longest_ms(), "ms").gate(Gate::AtMost(300.0)),
        Figure::once(NAME, of("from cells to a snapshot, median"), reading.ms(0.5), "ms"),
        Figure::once(NAME, of("sharing the copy, median"), saving.ms(0.5), "ms"),
        Figure::once(NAME, of("another worker's fetching it, median"), fetching.ms(0.5), "ms"),
    ])
}

fn rows() -> Vec<Vec<Value>> {
    let header = ["Артикул", "Название", "Цвет", "Размер", "Материал", "Цена", "Мин. цена", "Остаток"];
    let goods = (0..ROWS).map(|at| {
        let stock = if at % 9 == 0 { json!("много") } else { json!(at % 7) };
        vec![
            json!(format!("SKU-{at}")),
            json!(format!("Сумка кожаная {at}")),
            json!(["красный", "синий", "чёрный"][at % 3]),
            json!(at % 40 + 20),
            json!("кожа натуральная"),
            json!(3500 + at % 100),
            json!("3 000 ₽"),
            stock,
        ]
    });
    std::iter::once(header.map(|name| json!(name)).to_vec()).chain(goods).collect()
}

/// As the sandbox takes a spreadsheet: rows of texts and numbers are the same in TOML as in JSON.
fn as_file(rows: &[Vec<Value>]) -> String {
    format!("[[tab]]\nname = \"Товары\"\nrows = {}\n", json!(rows))
}
