-- A human could not be told of a dead letter: later. -> 1 noted, 0 he need not be told any more
-- KEYS 1 untold
-- ARGV 1 number 2 delay_ms
-- Run twice: the later time counts.
if not redis.call('ZSCORE', KEYS[1], ARGV[1]) then return 0 end
redis.call('ZADD', KEYS[1], now_ms() + tonumber(ARGV[2]), ARGV[1])
return 1
