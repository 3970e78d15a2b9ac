-- A step is done; the next is not begun. -> 1 noted, -1 fenced
-- KEYS 1 conversation
-- ARGV 1 epoch 2 step
-- Run twice, even after the next step was begun: the second finds another step, and changes nothing.
if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[1] then return -1 end
local at = redis.call('HMGET', KEYS[1], 'phase', 'out_step')
if at[1] == 'S' and at[2] == ARGV[2] then
  redis.call('HSET', KEYS[1], 'phase', 'N', 'out_step', ARGV[2] + 1, 'out_at', now_ms())
  redis.call('HDEL', KEYS[1], 'unsure')
end
return 1
