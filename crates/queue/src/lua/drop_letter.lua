-- A dead letter is thrown away. -> 6 dropped, 0 there is none, or the receipt of what became of it
-- KEYS 1 dead 2 untold 3 stats 4 receipt
-- ARGV 1 number
-- Run twice: the second finds the receipt.
if redis.call('ZREMRANGEBYSCORE', KEYS[1], ARGV[1], ARGV[1]) == 0 then return tonumber(redis.call('GET', KEYS[4])) or 0 end
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('HINCRBY', KEYS[3], 'dropped', 1)
return leave_receipt(KEYS[4], 6)
