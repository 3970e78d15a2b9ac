//! Digits that compatibility forms (NFKC) leave as they are: of other scripts, in circles, as one-character fractions.

/// The number in a circle that compatibility forms leave as it is: «❶», «➉», «⓿», «🄋».
pub(super) fn circled(c: char) -> Option<u32> {
    let code = c as u32;
    let from = |first: u32, number: u32| code - first + number;
    match code {
        0x2776..=0x277f => Some(from(0x2776, 1)),
        0x2780..=0x2789 => Some(from(0x2780, 1)),
        0x278a..=0x2793 => Some(from(0x278a, 1)),
        0x24eb..=0x24f4 => Some(from(0x24eb, 11)),
        0x24f5..=0x24fe => Some(from(0x24f5, 1)),
        0x24ff | 0x1f10b | 0x1f10c => Some(0),
        _ => None,
    }
}

/// What follows the decimal comma of a fraction in one character.
pub(super) fn fraction(c: char) -> Option<&'static str> {
    match c {
        '½' => Some("5"),
        '¼' => Some("25"),
        '¾' => Some("75"),
        '⅓' => Some("33"),
        '⅔' => Some("67"),
        '⅕' => Some("2"),
        '⅖' => Some("4"),
        '⅗' => Some("6"),
        '⅘' => Some("8"),
        '⅙' => Some("17"),
        '⅚' => Some("83"),
        '⅛' => Some("125"),
        '⅜' => Some("375"),
        '⅝' => Some("625"),
        '⅞' => Some("875"),
        _ => None,
    }
}

/// The first digit of each script that has its own ten; NFKC leaves these as they are.
const ZEROS: [u32; 66] = [
    0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50, 0xed0, 0xf20,
    0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0,
    0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0x104a0, 0x10d30, 0x10d40, 0x11066, 0x110f0, 0x11136, 0x111d0, 0x112f0,
    0x11450, 0x114d0, 0x11650, 0x116c0, 0x116d0, 0x116da, 0x11730, 0x118e0, 0x11950, 0x11bf0, 0x11c50, 0x11d50,
    0x11da0, 0x11f50, 0x16130, 0x16a60, 0x16ac0, 0x16b50, 0x1e140, 0x1e2f0, 0x1e4f0, 0x1e5f1, 0x1e950,
];

/// The digit that `c` is in its script.
pub(super) fn digit_of_any_script(c: char) -> Option<char> {
    let code = c as u32;
    if code < 0x660 {
        return None;
    }
    ZEROS.iter().find(|&&zero| (zero..zero + 10).contains(&code)).and_then(|zero| char::from_digit(code - zero, 10))
}
