-- A message arrives. -> 1 new, 0 seen before, -1 the mailbox is full
-- KEYS 1 seen 2 mailbox 3 conversation 4 ready 5 stats
-- ARGV 1 message id 2 token 3 envelope 4 seen_ttl_ms 5 seen_max 6 mailbox_max
-- Run twice: the second finds the id seen, and changes nothing.
if redis.call('ZSCORE', KEYS[1], ARGV[1]) then return 0 end
if redis.call('LLEN', KEYS[2]) >= tonumber(ARGV[6]) then return -1 end
redis.call('ZADD', KEYS[1], now_ms(), ARGV[1])
redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -(tonumber(ARGV[5]) + 1))
redis.call('PEXPIRE', KEYS[1], ARGV[4])
redis.call('LPUSH', KEYS[2], ARGV[3])
redis.call('HINCRBY', KEYS[5], 'enqueued', 1)
-- Only the first message makes a token. The next ones find it under way and ride along.
if redis.call('HSETNX', KEYS[3], 'st', 'Q') == 1 then redis.call('LPUSH', KEYS[4], ARGV[2]) end
return 1
