//! What `salesphere` printed, for every test that runs it as a program.

/// What the program printed and how it ended.
#[derive(Debug)]
pub(crate) struct Printed {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Printed {
    /// It ended with `code`, and printed all of `pieces`.
    #[track_caller]
    pub(crate) fn says(&self, code: i32, pieces: &[&str]) -> &Self {
        let all = format!("{}{}", self.out, self.err);
        for piece in pieces {
            assert!(all.contains(piece), "{piece:?} is not in\n{all}");
        }
        assert_eq!(self.code, Some(code), "{all}");
        self
    }

    /// It printed none of `pieces`.
    #[track_caller]
    pub(crate) fn never_says(&self, pieces: &[&str]) -> &Self {
        let all = format!("{}{}", self.out, self.err);
        for piece in pieces {
            assert!(!all.contains(piece), "{piece:?} is in\n{all}");
        }
        self
    }
}
