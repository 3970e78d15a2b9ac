-- A worker lives. -> 1 its lease runs on, 0 it ran out: others may have taken over
-- KEYS 1 workers
-- ARGV 1 worker 2 lease_ms 3 register: 1, renew: 0
-- Run twice: renews twice.
local now = now_ms()
local lease = redis.call('ZSCORE', KEYS[1], ARGV[1])
if ARGV[3] == '0' and (not lease or tonumber(lease) < now) then return 0 end
redis.call('ZADD', KEYS[1], now + tonumber(ARGV[2]), ARGV[1])
return 1
