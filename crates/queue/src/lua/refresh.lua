-- The holder reads the mailbox again. -> the envelopes, newest first, or nil: fenced
-- KEYS 1 conversation 2 mailbox
-- ARGV 1 epoch 2 max_batch
-- Run twice: reads twice.
if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[1] then return false end
local envelopes = redis.call('LRANGE', KEYS[2], -tonumber(ARGV[2]), -1)
redis.call('HSET', KEYS[1], 'n', #envelopes)
return envelopes
