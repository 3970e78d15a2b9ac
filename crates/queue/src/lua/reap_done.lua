-- Strikes a dead worker off the books once nothing is left of it. -> 1 struck off, 0 not yet
-- KEYS 1 workers 2 processing
-- ARGV 1 worker 2 linger_ms: a stopped process may still have a BLMOVE waiting on the server
-- Run twice: the second finds it struck off.
local lease = redis.call('ZSCORE', KEYS[1], ARGV[1])
if not lease or tonumber(lease) >= now_ms() - tonumber(ARGV[2]) then return 0 end
if redis.call('LLEN', KEYS[2]) > 0 then return 0 end
return redis.call('ZREM', KEYS[1], ARGV[1])
