-- The holder sets one envelope aside that it cannot read. -> 1 done, 0 not there, -1 fenced
-- KEYS 1 conversation 2 mailbox 3 dead 4 stats 5 untold
-- ARGV 1 epoch 2 token 3 envelope 4 why
-- Run twice: the second finds it gone.
if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[1] then return -1 end
local at = redis.call('LPOS', KEYS[2], ARGV[3], 'RANK', -1)
if not at then return 0 end
local from_the_oldest = redis.call('LLEN', KEYS[2]) - at
redis.call('LREM', KEYS[2], -1, ARGV[3])
dead_letter(KEYS[3], KEYS[5], KEYS[4], ARGV[2], ARGV[4], ARGV[3])
-- A plan of an older version may count it: then it answers one message fewer, and none is no plan at all.
local answers = tonumber(redis.call('HGET', KEYS[1], 'out_n'))
if answers and from_the_oldest <= answers then
  if answers == 1 then
    redis.call('HDEL', KEYS[1], 'phase', 'out_text', 'out_step', 'out_n', 'out_at', 'unsure')
  else
    redis.call('HINCRBY', KEYS[1], 'out_n', -1)
  end
end
return 1
