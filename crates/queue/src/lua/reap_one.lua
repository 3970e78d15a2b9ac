-- Takes one token from a dead worker.
-- -> { 0 not there or not dead, 1 ready, 2 settling or 3 dead letters, how many of these }
-- KEYS 1 workers 2 processing 3 conversation 4 ready 5 delayed 6 mailbox 7 dead 8 stats 9 untold
-- ARGV 1 worker 2 token 3 settle_ms 4 max_crashes
-- Run twice: the second finds the token gone.
local now = now_ms()
local lease = redis.call('ZSCORE', KEYS[1], ARGV[1])
if lease and tonumber(lease) >= now then return { 0, 0 } end
if redis.call('LREM', KEYS[2], 0, ARGV[2]) == 0 then return { 0, 0 } end
-- A token that was taken and never claimed cannot have killed anybody.
local crashes = 0
if redis.call('HGET', KEYS[3], 'st') == 'R' then crashes = redis.call('HINCRBY', KEYS[3], 'crash', 1) end
if crashes >= tonumber(ARGV[4]) then
  local why = 'poison: ' .. crashes .. ' workers died in the middle of this turn'
  local count = redis.call('LLEN', KEYS[6])
  bury(KEYS[3], KEYS[6], KEYS[7], KEYS[9], KEYS[8], ARGV[2], count, why)
  redis.call('DEL', KEYS[3])
  return { 3, count }
end
redis.call('HSET', KEYS[3], 'st', 'Q')
redis.call('HDEL', KEYS[3], 'owner', 'epoch')
-- The dead worker's send may still be on its way: asking the chat's history at once could miss it.
if redis.call('HGET', KEYS[3], 'phase') == 'S' then
  redis.call('ZADD', KEYS[5], now + tonumber(ARGV[3]), ARGV[2])
  return { 2, 0 }
end
redis.call('RPUSH', KEYS[4], ARGV[2])
return { 1, 0 }
