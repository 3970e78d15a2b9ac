-- A step was begun and, for certain, not done: refused, or never on the wire. -> 1 noted, -1 fenced
-- KEYS 1 conversation
-- ARGV 1 epoch 2 step
-- Run twice: the second finds nothing begun, and changes nothing.
if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[1] then return -1 end
local at = redis.call('HMGET', KEYS[1], 'phase', 'out_step', 'unsure')
-- If an earlier holder may have done it, too, that is as open as it was: the plan stays, word for word, and in doubt.
if at[1] == 'S' and at[2] == ARGV[2] and not at[3] then
  -- Nothing of this plan can be in the chat: forget it, so that the next turn takes all messages into account.
  if ARGV[2] == '0' then
    redis.call('HDEL', KEYS[1], 'phase', 'out_text', 'out_step', 'out_n', 'out_at')
  else
    redis.call('HSET', KEYS[1], 'phase', 'N')
  end
end
return 1
