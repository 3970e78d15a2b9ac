//! The template for sellers: written by the real program, opened by somebody else's library, put into the sandbox's
//! Google as an import would, and read by the room that reads sellers' sheets.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;

use calamine::{Data, Reader, Xlsx, open_workbook};
use domain::catalog::Bargaining;
use domain::clock::SystemClock;
use salesphere::system::{System, SystemOptions};
use sandbox::google::{Layout, Sharing, Spreadsheet, Tab, Visible};
use sheets::Sheets;
use store::Store;

const ID: &str = "1importedTemplate";

fn write(out: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_salesphere"));
    command.args(["seller", "template", "--out"]).arg(out).output().unwrap()
}

/// The file as an import into Google Sheets makes it.
fn imported(file: &Path) -> Spreadsheet {
    let mut workbook: Xlsx<_> = open_workbook(file).unwrap();
    let tabs = workbook.worksheets().into_iter().map(|(title, cells)| {
        assert_eq!(cells.start(), Some((0, 0)), "{title}");
        let rows = cells.rows().map(|row| row.iter().map(typed).collect()).collect();
        Tab { title, visible: Visible::Shown, rows, layout: Layout::default() }
    });
    Spreadsheet {
        id: ID.to_owned(),
        title: "Таблица магазина".to_owned(),
        tabs: tabs.collect(),
        sharing: Sharing::Anyone,
        editing: Sharing::Anyone,
    }
}

fn typed(cell: &Data) -> String {
    match cell {
        Data::Empty => String::new(),
        Data::Float(number) => number.to_string(),
        Data::String(text) => text.clone(),
        other => panic!("no cell of the template is {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_template_reads_back_whole_and_without_a_problem() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("t.xlsx");
    let output = write(&file);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let sheet = imported(&file);
    // Below the header; the guide is for people.
    let rows: Vec<(String, usize)> =
        sheet.tabs.iter().skip(1).map(|tab| (tab.title.clone(), tab.rows.len() - 1)).collect();

    let world = System::prepare(SystemOptions::default()).await.unwrap();
    world.sandbox.google.put(sheet);
    let settings = &world.settings;
    let sheets = Sheets::new(&settings.sheets, Store::lazy(&settings.redis, &settings.store), Arc::new(SystemClock));
    let mut seller = settings.sellers[0].clone();
    seller.sheet_id = ID.to_owned();
    let table = sheets.unwrap().read_now(&seller).await.unwrap();

    assert_eq!(table.problems, []);
    let expected =
        [("Товары", table.products.len()), ("Доставка", table.delivery.len()), ("Магазин", table.shop.len())];
    let expected = expected.into_iter().chain([("Вопросы и ответы", table.faq.len())]);
    assert_eq!(rows, expected.map(|(tab, rows)| (tab.to_owned(), rows)).collect::<Vec<_>>());

    // Every column is what its note says it is.
    let bag = &table.products[0];
    assert_eq!((&*bag.sku, bag.floor.is_some(), bag.step.is_some()), ("ПРИМЕР-1", true, true));
    assert_eq!(bag.terms.bargaining.as_ref().map(|cell| cell.value), Some(Bargaining::Open));
    assert_eq!((bag.terms.several.len(), bag.item.is_some(), bag.also_called.is_some()), (1, true, true));
    let headers: Vec<&str> = bag.attributes.iter().map(|(header, _)| header.as_str()).collect();
    assert_eq!(headers, ["Цвет", "Материал"], "the notes are nobody's business");
    assert!(table.delivery.iter().all(|row| row.cost.is_some()));
}

#[test]
fn a_file_that_is_there_is_not_written_over() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("t.xlsx");
    std::fs::write(&file, "mine").unwrap();
    let output = write(&file);
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && error.contains("is there already"), "{error}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "mine");
}
