-- Tokens whose delay is over become ready. -> how many
-- KEYS 1 delayed 2 ready
-- ARGV 1 the most at once
-- Run twice: the second promotes the next ones.
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now_ms(), 'LIMIT', 0, ARGV[1])
for _, token in ipairs(due) do
  redis.call('ZREM', KEYS[1], token)
  redis.call('LPUSH', KEYS[2], token)
end
return #due
