//! A place beside a table for what its reader has worked out about it. What that is, it does not know.

use std::any::Any;
use std::fmt;
use std::sync::{Arc, OnceLock};

/// What was worked out of one snapshot, made once and gone with it. It is no part of what the snapshot says: it is
/// not stored, a copy begins without it, and two snapshots are equal whatever was worked out of either.
///
/// So a snapshot is not changed once it was read from; who wants another table changes a copy.
#[derive(Default)]
pub struct Prepared(OnceLock<Arc<dyn Any + Send + Sync>>);

impl Prepared {
    /// What `make` makes, from the first call on. There is room for one type; of any other it is made each time.
    pub fn get_or_make<T: Any + Send + Sync>(&self, make: impl Fn() -> T) -> Arc<T> {
        let kept = self.0.get_or_init(|| Arc::new(make()));
        Arc::clone(kept).downcast().unwrap_or_else(|_| Arc::new(make()))
    }

    /// The same, for a snapshot of the same content.
    pub(super) fn shared(&self) -> Self {
        Self(self.0.clone())
    }
}

impl Clone for Prepared {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl PartialEq for Prepared {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl fmt::Debug for Prepared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.get().is_some() { "Prepared(made)" } else { "Prepared(not yet)" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_made_once_and_a_copy_begins_without_it() {
        let prepared = Prepared::default();
        assert_eq!(*prepared.get_or_make(|| "first".to_owned()), "first");
        assert_eq!(*prepared.get_or_make(|| "second".to_owned()), "first");
        assert_eq!(*prepared.get_or_make(|| 3), 3, "another type");
        let of = |copy: Prepared| copy.get_or_make(|| "of the copy".to_owned());
        assert_eq!(*of(prepared.clone()), "of the copy");
        assert_eq!(*prepared.shared().get_or_make(|| "never".to_owned()), "first");
    }
}
