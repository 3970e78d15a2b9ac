//! Sizes as a table and a buyer write them: letters, numbers, spans.

/// A Cyrillic letter that is a size where it can be nothing else.
pub(crate) fn is_russian_letter_size(word: &str) -> bool {
    matches!(word, "м" | "л")
}

/// `s`, `xl`, `2xl`: as they stand in a title or a question.
pub(crate) fn is_letter_size(word: &str) -> bool {
    matches!(word, "xs" | "s" | "m" | "l" | "xl" | "xxl" | "xxxl" | "хс" | "хл" | "ххл" | "хxл")
}

/// One spelling for a letter size.
pub(crate) fn size_key(word: &str) -> String {
    word.chars()
        .map(|c| match c {
            'х' => 'x',
            'с' => 's',
            'л' => 'l',
            'м' => 'm',
            c => c,
        })
        .collect()
}

/// The sizes of a cell: «41, 42», «40-44», «M/L». In «20 л» the letter is a unit.
pub(super) fn sizes(value: &str) -> Vec<String> {
    let mut sizes = Vec::new();
    let mut after_number = false;
    for piece in value.split([',', ';', '/', ' ']).filter(|piece| !piece.is_empty()) {
        let is_unit = std::mem::replace(&mut after_number, piece.starts_with(|c: char| c.is_ascii_digit()))
            && is_russian_letter_size(piece);
        let span =
            piece.split_once('-').and_then(|(from, to)| Some((from.parse::<u32>().ok()?, to.parse::<u32>().ok()?)));
        match span {
            Some((from, to)) if from < to && to - from <= 40 => sizes.extend((from..=to).map(|size| size.to_string())),
            _ if is_unit => {}
            _ => sizes.push(size_key(piece)),
        }
    }
    sizes
}
