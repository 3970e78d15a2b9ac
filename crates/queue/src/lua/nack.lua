-- The turn failed. -> 2 delayed, 3 dead letter, -1 fenced, or the receipt of what ended this claim
-- KEYS 1 conversation 2 mailbox 3 processing 4 delayed 5 dead 6 ready 7 stats 8 receipt 9 untold
-- ARGV 1 epoch 2 token 3 messages tried 4 delay_ms 5 counted: 1, free: 0 6 max_attempts 7 why 8 max_batch
-- Run twice: the second finds the receipt, and does not count again.
if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[1] then return tonumber(redis.call('GET', KEYS[8])) or -1 end
local last = ARGV[5] == '1' and redis.call('HINCRBY', KEYS[1], 'att', 1) >= tonumber(ARGV[6])
redis.call('LREM', KEYS[3], 0, ARGV[2])
if not last then
  redis.call('HSET', KEYS[1], 'st', 'Q')
  redis.call('HDEL', KEYS[1], 'owner', 'epoch')
  redis.call('ZADD', KEYS[4], now_ms() + tonumber(ARGV[4]), ARGV[2])
  return leave_receipt(KEYS[8], 2)
end
-- What came after the messages that failed has had no attempt yet.
bury(KEYS[1], KEYS[2], KEYS[5], KEYS[9], KEYS[7], ARGV[2], tonumber(ARGV[3]), ARGV[7])
begin_anew(KEYS[1], KEYS[2], KEYS[6], KEYS[4], ARGV[2], tonumber(ARGV[8]))
return leave_receipt(KEYS[8], 3)
