//! The copy of the seller's table that all workers share, and the lock by which one of them reads it anew.
//! Not how fresh it must be: `sheets` decides.

use std::sync::LazyLock;
use std::time::Duration;

use domain::catalog::CatalogSnapshot;
use domain::ids::SellerId;
use redis::{Script, cmd};

use crate::error::StoreError;
use crate::json::millis;
use crate::keys::{CATALOG, CATALOG_LOCK};
use crate::{Store, json};

/// Which copy Redis has. Asking for it costs a hundred bytes where the copy may have a million.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogVersion {
    /// The hash of the content.
    pub version: String,
    /// When it was read, in milliseconds since 1970.
    pub read_at_ms: i64,
}

/// What is known of the shared copy without it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CatalogState {
    /// Which copy there is.
    pub copy: Option<CatalogVersion>,
    /// When we last wrote into the table itself, in milliseconds since 1970: a copy read before is not fresh.
    pub changed_at_ms: Option<i64>,
}

/// The right to read one seller's table. Goes by itself after its time, should its holder die.
#[derive(Debug)]
#[must_use = "give it back with `release_refresh_lock`, or nobody reads until its time is over"]
pub struct RefreshLock {
    seller: SellerId,
    secret: String,
}

/// A lock that outlived its time may be another's by now.
static RELEASE: LazyLock<Script> = LazyLock::new(|| {
    Script::new("if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0")
});

impl Store {
    /// Which copy of the table there is, and since when it is not fresh any more.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn catalog_state(&self, seller: &SellerId) -> Result<CatalogState, StoreError> {
        let mut get = cmd("HMGET");
        get.arg(CATALOG.seller(seller)).arg("version").arg("read_at").arg("changed_at");
        let (version, read_at_ms, changed_at_ms): (Option<String>, Option<i64>, Option<i64>) =
            self.redis.run("ask which copy of the table there is", get).await?;
        let copy = version.zip(read_at_ms).map(|(version, read_at_ms)| CatalogVersion { version, read_at_ms });
        Ok(CatalogState { copy, changed_at_ms })
    }

    /// Tells everybody that the table was changed at `changed_at_ms`, for as long as a copy may live.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn outdate_catalog(
        &self,
        seller: &SellerId,
        changed_at_ms: i64,
        ttl: Duration,
    ) -> Result<(), StoreError> {
        let key = CATALOG.seller(seller);
        let mut pipe = redis::pipe();
        pipe.cmd("HSET").arg(&key).arg("changed_at").arg(changed_at_ms);
        pipe.cmd("PEXPIRE").arg(&key).arg(millis(ttl));
        self.redis.run_all("tell that the table was changed", pipe).await
    }

    /// The copy of the table.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn catalog(&self, seller: &SellerId) -> Result<Option<CatalogSnapshot>, StoreError> {
        let mut get = cmd("HGET");
        get.arg(CATALOG.seller(seller)).arg("body");
        let text: Option<Vec<u8>> = self.redis.run("read the copy of the table", get).await?;
        Ok(json::read(&CATALOG, text.as_deref()))
    }

    /// Keeps a copy for `ttl` in place of the one there is. Who reads the table holds the refresh lock, so two
    /// rarely meet here, and then the last one's copy is a second older at the worst.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn save_catalog(
        &self,
        seller: &SellerId,
        snapshot: &CatalogSnapshot,
        ttl: Duration,
    ) -> Result<(), StoreError> {
        let key = CATALOG.seller(seller);
        let mut pipe = redis::pipe();
        pipe.cmd("HSET").arg(&key).arg("version").arg(&snapshot.version).arg("read_at").arg(snapshot.read_at_ms);
        pipe.arg("body").arg(json::write(snapshot));
        pipe.cmd("PEXPIRE").arg(&key).arg(millis(ttl));
        self.redis.run_all("save a copy of the table", pipe).await
    }

    /// Forgets the copy of the table: the next who asks reads it anew.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn forget_catalog(&self, seller: &SellerId) -> Result<(), StoreError> {
        let mut del = cmd("DEL");
        del.arg(CATALOG.seller(seller));
        self.redis.run::<()>("forget the copy of the table", del).await
    }

    /// The right to read the table, for at most `ttl`; `None` while somebody else has it.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn try_refresh_lock(&self, seller: &SellerId, ttl: Duration) -> Result<Option<RefreshLock>, StoreError> {
        let secret = format!("{:032x}", rand::random::<u128>());
        let mut set = cmd("SET");
        set.arg(CATALOG_LOCK.seller(seller)).arg(&secret).arg("NX").arg("PX").arg(millis(ttl));
        let done: Option<String> = self.redis.run("take the right to read the table", set).await?;
        Ok(done.map(|_| RefreshLock { seller: seller.clone(), secret }))
    }

    /// Gives the right to read the table back.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer; the lock then goes when its time is over.
    pub async fn release_refresh_lock(&self, lock: RefreshLock) -> Result<(), StoreError> {
        let (key, args) = (CATALOG_LOCK.seller(&lock.seller), [&*lock.secret]);
        self.redis.run_script("give back the right to read the table", &RELEASE, &key, &args).await
    }
}
