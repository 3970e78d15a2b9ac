//! The template as a workbook: colours, widths, notes on the headers, checks on what is typed.
//!
//! The checks only warn: a seller knows things that a check does not.

use rust_xlsxwriter::{
    Color, DataValidation, DataValidationErrorStyle, DataValidationRule, DocProperties, Format, FormatAlign,
    FormatBorder, Formula, Note, Workbook, Worksheet, XlsxError,
};

use super::{Cell, Column, Guide, Holds, Kind, Line, Tab, Template};

/// As many rows as a fresh Google sheet has: so far down the checks reach.
const ROWS: u32 = 1000;

/// The widest line of the guide, in characters.
const GUIDE_WIDTH: f64 = 95.0;

/// Of a row that somebody types into, in points.
const ROW_HEIGHT: f64 = 20.0;

/// The paper's size, in Excel's numbers.
const A4: u8 = 9;

const INK: Color = Color::RGB(0x1A_202C);
const PALE: Color = Color::RGB(0xD5_DEE6);
const GREY: Color = Color::RGB(0xED_F0F3);
const YELLOW: Color = Color::RGB(0xFF_F8DC);
const LINE: Color = Color::RGB(0xC9_D1DA);

/// The finished file.
pub(super) fn of(template: &Template) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    workbook.set_properties(&DocProperties::new().set_title("Таблица магазина"));
    guide(workbook.add_worksheet(), &template.guide)?;
    for one in &template.tab {
        tab(workbook.add_worksheet(), one)?;
    }
    workbook.save_to_buffer()
}

fn guide(sheet: &mut Worksheet, guide: &Guide) -> Result<(), XlsxError> {
    sheet.set_name(&guide.name)?.set_screen_gridlines(false).set_column_width(0, GUIDE_WIDTH)?;
    sheet.set_paper_size(A4).set_landscape().set_print_fit_to_pages(1, 0);
    for (row, (line, text)) in (0..).zip(&guide.lines) {
        let plain = Format::new().set_text_wrap().set_align(FormatAlign::Top).set_font_color(INK);
        let format = match line {
            Line::Title => plain.set_bold().set_font_size(16),
            Line::Head => plain.set_bold().set_font_size(12).set_align(FormatAlign::Bottom),
            Line::Text => plain,
        };
        sheet.write_string_with_format(row, 0, text, &format)?;
        // Not every program makes a row as high as its wrapped text.
        let lines = (text.chars().count() as f64 / (GUIDE_WIDTH * 0.95)).ceil().max(1.0);
        let height = match line {
            Line::Title => 28.0,
            Line::Head => 26.0,
            Line::Text => 16.0 * lines + 2.0,
        };
        sheet.set_row_height(row, height)?;
    }
    Ok(())
}

fn tab(sheet: &mut Worksheet, tab: &Tab) -> Result<(), XlsxError> {
    let color = Color::RGB(tab.color);
    sheet.set_name(&tab.name)?.set_tab_color(color).set_freeze_panes(1, 0)?.set_row_height(0, 34)?;
    sheet.set_default_row_height(ROW_HEIGHT);
    sheet.set_paper_size(A4).set_landscape().set_print_fit_to_pages(1, 0).set_repeat_rows(0, 0)?;
    for (at, column) in (0..).zip(&tab.column) {
        let plain = column.holds.format();
        sheet.set_column_width(at, column.width)?.set_column_format(at, &plain)?;
        sheet.write_string_with_format(0, at, &column.header, &column.header_format(color))?;
        sheet.insert_note(0, at, &column.note())?;
        if let Some(check) = column.check(at)? {
            sheet.add_data_validation(1, at, ROWS - 1, at, &check)?;
        }
        let example = plain.set_background_color(YELLOW).set_border(FormatBorder::Thin).set_border_color(LINE);
        for (row, cells) in (1..).zip(&tab.rows) {
            match cells.get(usize::from(at)) {
                Some(Cell::Number(number)) => sheet.write_number_with_format(row, at, *number, &example)?,
                Some(Cell::Text(text)) if !text.is_empty() => {
                    sheet.write_string_with_format(row, at, text, &example)?
                }
                _ => sheet.write_blank(row, at, &example)?,
            };
        }
    }
    Ok(())
}

impl Column {
    fn header_format(&self, color: Color) -> Format {
        let header = Format::new().set_bold().set_text_wrap().set_border(FormatBorder::Thin).set_border_color(LINE);
        let header = header.set_align(FormatAlign::VerticalCenter).set_align(FormatAlign::Left).set_indent(1);
        match (self.must, self.private) {
            (true, _) => header.set_background_color(color).set_font_color(Color::White),
            (_, true) => header.set_background_color(GREY).set_font_color(Color::Gray).set_italic(),
            _ => header.set_background_color(PALE).set_font_color(INK),
        }
    }

    fn note(&self) -> Note {
        // Twenty-eight characters fit into the width, sixteen points are a line.
        let lines = self.note.chars().count().div_ceil(28) as u32 + 1;
        Note::new(&self.note).add_author_prefix(false).set_width(220).set_height(18 * lines + 10)
    }

    /// What is checked while somebody types.
    fn check(&self, at: u16) -> Result<Option<DataValidation>, XlsxError> {
        let first = format!("{}2", rust_xlsxwriter::utility::column_number_to_name(at));
        let check = DataValidation::new().set_error_style(DataValidationErrorStyle::Warning);
        let (check, warning) = match &self.holds {
            Holds::Kind(Kind::Text | Kind::Listing) => return Ok(None),
            Holds::Kind(Kind::Money) => {
                (check.allow_decimal_number(DataValidationRule::GreaterThan(0.0)), "Обычно здесь число больше нуля")
            }
            Holds::Kind(Kind::Cost) => {
                let words = format!("=OR(ISNUMBER({first}),{first}=\"бесплатно\",{first}=\"не доставляем\")");
                (check.allow_custom(Formula::new(words)), "Здесь число, «бесплатно» или «не доставляем»")
            }
            Holds::Kind(Kind::Count) => {
                let words = format!("=OR(ISNUMBER({first}),{first}=\"много\",{first}=\"нет\")");
                (check.allow_custom(Formula::new(words)), "Здесь число штук, «много» или «нет»")
            }
            Holds::Choices(choices) => (check.allow_list_strings(choices)?, "Выберите из списка или оставьте пустым"),
        };
        check.set_error_title(&self.header)?.set_error_message(warning).map(Some)
    }
}

impl Holds {
    /// How a cell shows what it holds. Text stays text: «5-7» would become a date, and an article number lose its
    /// zeros.
    fn format(&self) -> Format {
        let cell = Format::new().set_align(FormatAlign::VerticalCenter).set_indent(1);
        let (left, right) = (FormatAlign::Left, FormatAlign::Right);
        match self {
            Self::Kind(Kind::Text) => cell.set_num_format("@").set_align(left),
            Self::Kind(Kind::Money | Kind::Cost) => cell.set_num_format("#,##0 \"₽\"").set_align(right),
            Self::Kind(Kind::Count) => cell.set_align(right),
            // All digits, not 3.36E+09.
            Self::Kind(Kind::Listing) => cell.set_num_format("0").set_align(left),
            Self::Choices(_) => cell.set_align(left),
        }
    }
}
