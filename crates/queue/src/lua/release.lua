-- The holder goes home and gives the conversation back, to be taken next. -> 4 released, -1 fenced, or a receipt
-- KEYS 1 conversation 2 processing 3 ready 4 receipt
-- ARGV 1 epoch 2 token
-- Run twice: the second finds the receipt.
if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[1] then return tonumber(redis.call('GET', KEYS[4])) or -1 end
redis.call('LREM', KEYS[2], 0, ARGV[2])
redis.call('HSET', KEYS[1], 'st', 'Q')
redis.call('HDEL', KEYS[1], 'owner', 'epoch')
redis.call('RPUSH', KEYS[3], ARGV[2])
return leave_receipt(KEYS[4], 4)
