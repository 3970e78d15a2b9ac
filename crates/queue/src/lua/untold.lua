-- The dead letters that a human is to be told of now, those first that have waited longest. -> { letter, number, … }
-- KEYS 1 dead 2 untold
-- ARGV 1 the most
-- Run twice: reads only.
local found = {}
for _, number in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now_ms(), 'LIMIT', 0, ARGV[1])) do
  local letter = redis.call('ZRANGEBYSCORE', KEYS[1], number, number)[1]
  if letter then
    found[#found + 1] = letter
    found[#found + 1] = number
  end
end
return found
