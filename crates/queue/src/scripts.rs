//! The Lua scripts, each hashed once. What a script does, its keys and its arguments stand at its head in
//! `src/lua/`; what all of them share is put in front of each.

use std::sync::LazyLock;

use redis::Script;

macro_rules! scripts {
    ($($name:ident = $file:literal),* $(,)?) => {$(
        pub(crate) static $name: LazyLock<Script> = LazyLock::new(|| {
            Script::new(concat!(include_str!("lua/prelude.lua"), include_str!(concat!("lua/", $file))))
        });
    )*};
}

scripts! {
    BEGIN_SEND = "begin_send.lua",
    BURY_UNREADABLE = "bury_unreadable.lua",
    CLAIM = "claim.lua",
    COMPLETE = "complete.lua",
    DOUBT = "doubt.lua",
    DROP_LETTER = "drop_letter.lua",
    ENQUEUE = "enqueue.lua",
    EXPIRED = "expired.lua",
    HEARTBEAT = "heartbeat.lua",
    LEASES = "leases.lua",
    LEAVE = "leave.lua",
    NACK = "nack.lua",
    PROMOTE = "promote.lua",
    REAP_DONE = "reap_done.lua",
    REAP_ONE = "reap_one.lua",
    RECORD_STEP = "record_step.lua",
    REFRESH = "refresh.lua",
    RELEASE = "release.lua",
    RETRY_LETTER = "retry_letter.lua",
    TAKE = "take.lua",
    TAKE_BACK = "take_back.lua",
    TELL_LATER = "tell_later.lua",
    UNTOLD = "untold.lua",
}
