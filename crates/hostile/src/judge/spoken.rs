//! How numbers are said: to write down what may be said, and to notice what looks like a number word.

/// A number in words, in the forms that an answer may have.
pub(super) fn said(number: u64) -> Vec<String> {
    match number {
        0 => return vec!["ноль".to_owned(), "нуля".to_owned()],
        1..1_000_000_000 => {}
        _ => return Vec::new(),
    }
    let mut forms: Vec<String> = (0..2).map(|case| in_case(number, case)).collect();
    // Of things that are not masculine: «две», «одну».
    match number {
        1 => forms.extend(["одна", "одну", "одно", "одной"].map(str::to_owned)),
        2 => forms.extend(["две"].map(str::to_owned)),
        _ => {}
    }
    forms
}

fn in_case(number: u64, case: usize) -> String {
    let mut words: Vec<&str> = Vec::new();
    let (millions, thousands, rest) = (number / 1_000_000, number / 1000 % 1000, number % 1000);
    if millions > 0 {
        below_thousand(millions as usize, false, case, &mut words);
        words.push(counted(millions, case, ["миллион", "миллиона", "миллионов"]));
    }
    if thousands > 0 {
        below_thousand(thousands as usize, true, case, &mut words);
        words.push(counted(thousands, case, ["тысяча", "тысячи", "тысяч"]));
    }
    below_thousand(rest as usize, false, case, &mut words);
    words.join(" ")
}

fn counted(count: u64, case: usize, [one, few, many]: [&'static str; 3]) -> &'static str {
    match (count % 100, count % 10, case) {
        (11..=14, ..) => many,
        (_, 1, 0) => one,
        (_, 1, _) => few,
        (_, 2..=4, 0) => few,
        _ => many,
    }
}

fn below_thousand(count: usize, feminine: bool, case: usize, words: &mut Vec<&'static str>) {
    let mut push = |list: &'static str, at: usize| words.extend(list.split(' ').nth(at * 2 + case).filter(|_| at > 0));
    push(HUNDREDS, count / 100);
    let rest = count % 100;
    if rest < 20 {
        push(if feminine { UP_TO_19_FEMININE } else { UP_TO_19 }, rest);
    } else {
        push(TENS, rest / 10);
        push(if feminine { UP_TO_19_FEMININE } else { UP_TO_19 }, rest % 10);
    }
}

// Each number in the nominative and the genitive.
const HUNDREDS: &str = "_ _ сто ста двести двухсот триста трехсот четыреста четырехсот пятьсот пятисот шестьсот шестисот семьсот семисот восемьсот восьмисот девятьсот девятисот";
const TENS: &str = "_ _ _ _ двадцать двадцати тридцать тридцати сорок сорока пятьдесят пятидесяти шестьдесят шестидесяти семьдесят семидесяти восемьдесят восьмидесяти девяносто девяноста";
const UP_TO_19: &str = "_ _ один одного два двух три трех четыре четырех пять пяти шесть шести семь семи восемь восьми девять девяти десять десяти одиннадцать одиннадцати двенадцать двенадцати тринадцать тринадцати четырнадцать четырнадцати пятнадцать пятнадцати шестнадцать шестнадцати семнадцать семнадцати восемнадцать восемнадцати девятнадцать девятнадцати";
const UP_TO_19_FEMININE: &str = "_ _ одна одной две двух три трех четыре четырех пять пяти шесть шести семь семи восемь восьми девять девяти десять десяти одиннадцать одиннадцати двенадцать двенадцати тринадцать тринадцати четырнадцать четырнадцати пятнадцать пятнадцати шестнадцать шестнадцати семнадцать семнадцати восемнадцать восемнадцати девятнадцать девятнадцати";

/// Whether a word, in lower case, speaks of a number.
pub(super) fn is_numeral(word: &str) -> bool {
    WHOLE.split_whitespace().any(|known| known == word)
        || BEGINNINGS.split_whitespace().any(|known| word.starts_with(known))
        || ANYWHERE.split_whitespace().any(|known| word.contains(known))
}

const WHOLE: &str = "ноль нуль нуля нулей один одна одно одну одного одной одному одним два две двух двум двумя три трех трем тремя \
    пять пяти пятью шесть шести шестью семь семи семью сто ста пара пару пары парой треть трети двое двоих трое троих вдвое втрое \
    вдвойне дважды трижды лям ляма лямов пят шест сем тыр кусок второй вторая вторую вторые \
    one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty sixty seventy eighty ninety hundred \
    thousand million half twice double zero";
const BEGINNINGS: &str = "четыр восем восьм девят двадцат тридцат сорок девянос двест двухсот двумст трист трехсот косар косух миллион \
    миллиард млн млрд лимон полтор полутор половин полцен полтин полсот полштук четверт пятихат сотк сотен сотн сотня стольник \
    червон дюжин пятерк десятк трешк штукар куска куско двукрат третью dvest trist tysyach pyat";
const ANYWHERE: &str =
    "тысяч тыщ десят надцат пятьсот шестьсот семьсот восемьсот девятьсот пятисот пятсот пятьдес двести триста четырест";

/// Whether a sum is said in a way that is not written down here: «полторы», «тысячу», «косарь», «полцены».
pub(super) fn has_slang(words: &str) -> bool {
    const SLANG: [&str; 10] =
        ["полтор", "тысяч", "косар", "полцен", "половин", "пятихат", "тыщ", "pyat", "сот", "hundred"];
    words.split(' ').any(|word| SLANG.iter().any(|known| word.contains(known)))
}
