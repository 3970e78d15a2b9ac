-- Tokens that wait already go to a worker, oldest first. -> the tokens
-- KEYS 1 ready 2 processing
-- ARGV 1 the most at once
-- Run twice: the second takes the next ones; those of the first are found in the worker's hands.
local taken = {}
for number = 1, tonumber(ARGV[1]) do
  local token = redis.call('LMOVE', KEYS[1], KEYS[2], 'RIGHT', 'LEFT')
  if not token then break end
  taken[number] = token
end
return taken
