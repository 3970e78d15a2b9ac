-- A worker goes home: its lease ends now. -> 1 known, 0 unknown
-- KEYS 1 workers
-- ARGV 1 worker
-- It stays on the books until `reap_done`, so that whatever still lands in its processing list is found.
-- Run twice: ends it twice.
if not redis.call('ZSCORE', KEYS[1], ARGV[1]) then return 0 end
redis.call('ZADD', KEYS[1], now_ms() - 1, ARGV[1])
return 1
