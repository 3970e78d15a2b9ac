-- The messages are answered. -> 1 completed, -1 fenced, or the receipt of what ended this claim
-- KEYS 1 conversation 2 mailbox 3 processing 4 ready 5 stats 6 receipt 7 delayed
-- ARGV 1 epoch 2 token 3 messages answered 4 max_batch
-- Run twice: the second finds the receipt.
if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[1] then return tonumber(redis.call('GET', KEYS[6])) or -1 end
local before = redis.call('LLEN', KEYS[2])
redis.call('LTRIM', KEYS[2], 0, -(tonumber(ARGV[3]) + 1))
redis.call('LREM', KEYS[3], 0, ARGV[2])
redis.call('HINCRBY', KEYS[5], 'answered', before - redis.call('LLEN', KEYS[2]))
-- What came during the turn is the next turn's.
begin_anew(KEYS[1], KEYS[2], KEYS[4], KEYS[7], ARGV[2], tonumber(ARGV[4]))
return leave_receipt(KEYS[6], 1)
