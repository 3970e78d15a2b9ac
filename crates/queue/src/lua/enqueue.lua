-- A message arrives. -> 1 new, 2 new and with it a flood begins, 0 seen before, -1 the mailbox is full
-- KEYS 1 seen 2 mailbox 3 conversation 4 ready 5 stats 6 delayed
-- ARGV 1 message id 2 token 3 envelope 4 seen_ttl_ms 5 seen_max 6 mailbox_max 7 flood_per_minute, 0: none ever is
-- Run twice: the second finds the id seen, and changes nothing.
if redis.call('ZSCORE', KEYS[1], ARGV[1]) then return 0 end
if redis.call('LLEN', KEYS[2]) >= tonumber(ARGV[6]) then return -1 end
local now, minute = now_ms(), 60000
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -(tonumber(ARGV[5]) + 1))
redis.call('PEXPIRE', KEYS[1], ARGV[4])
redis.call('LPUSH', KEYS[2], ARGV[3])
redis.call('HINCRBY', KEYS[5], 'enqueued', 1)
-- Only the first message makes a token. The next ones find it under way and ride along.
local first = redis.call('HSETNX', KEYS[3], 'st', 'Q') == 1
local most = tonumber(ARGV[7])
if most == 0 or redis.call('ZCOUNT', KEYS[1], now - minute + 1, '+inf') <= most then
  if first then redis.call('LPUSH', KEYS[4], ARGV[2]) end
  return 1
end
-- A flood. Until a minute from now the conversation gets no turn but the one under way.
local begins = (tonumber(redis.call('HGET', KEYS[3], 'flood')) or 0) <= now
if begins then redis.call('HSET', KEYS[3], 'flood', now + minute) end
if first then redis.call('ZADD', KEYS[6], now + minute, ARGV[2]) end
return begins and 2 or 1
