-- The holder is about to do a step of its plan. -> 1 go, 2 newer messages, -1 fenced, -2 the lease is too short
-- KEYS 1 conversation 2 mailbox 3 workers
-- ARGV 1 epoch 2 worker 3 need_ms 4 messages answered 5 plan 6 step 7 the most messages a merge takes, 0: no merge
-- Run twice: writes the same again, with the time of the first.
if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[1] then return -1 end
local now = now_ms()
local lease = redis.call('ZSCORE', KEYS[3], ARGV[2])
if not lease or tonumber(lease) - now < tonumber(ARGV[3]) then return -2 end
-- More than one batch is no reason to think again: the next turn takes the rest.
if math.min(redis.call('LLEN', KEYS[2]), tonumber(ARGV[7])) > tonumber(ARGV[4]) then return 2 end
-- A text that may have left us before keeps its first time: a late copy of it must still count as newer.
local was = redis.call('HMGET', KEYS[1], 'phase', 'out_text', 'out_step', 'unsure')
local again = was[2] == ARGV[5] and was[3] == ARGV[6] and (was[1] == 'S' or was[4])
redis.call('HSET', KEYS[1], 'phase', 'S', 'out_text', ARGV[5], 'out_step', ARGV[6], 'out_n', ARGV[4])
if not again then
  redis.call('HSET', KEYS[1], 'out_at', now)
  redis.call('HDEL', KEYS[1], 'unsure')
end
return 1
