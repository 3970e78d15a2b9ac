-- A dead letter goes back into its conversation's mailbox. -> 5 put back, 0 there is none, -1 the mailbox is full,
--   or the receipt of what became of it
-- KEYS 1 dead 2 untold 3 mailbox 4 conversation 5 seen 6 ready 7 stats 8 receipt
-- ARGV 1 number 2 token 3 message id 4 seen_ttl_ms 5 seen_max 6 mailbox_max
-- Run twice: the second finds the receipt.
local letter = redis.call('ZRANGEBYSCORE', KEYS[1], ARGV[1], ARGV[1])[1]
if not letter then return tonumber(redis.call('GET', KEYS[8])) or 0 end
local waiting = redis.call('LRANGE', KEYS[3], 0, -1)
if #waiting >= tonumber(ARGV[6]) then return -1 end
local envelope = cjson.decode(letter).msg

-- When a message reached us, and when it was written.
local function times(of)
  local read, message = pcall(cjson.decode, of)
  if not read or type(message) ~= 'table' then return 0, 0 end
  return tonumber(message.received_ms) or 0, tonumber(message.created_s) or 0
end
local received, created = times(envelope)
local function came_later(other)
  local its_received, its_created = times(other)
  return its_received > received or (its_received == received and its_created > created)
end

-- The oldest that a holder or a plan counts on stay the oldest: it will trim so many, whichever they are.
local state = redis.call('HMGET', KEYS[4], 'st', 'n', 'phase', 'out_n')
local fixed = 0
if state[1] == 'R' then fixed = tonumber(state[2]) or #waiting end
if state[3] then fixed = math.max(fixed, tonumber(state[4]) or #waiting) end

-- Among the others it takes its place by its age. `newer` are those that stay to its left.
local newer = math.max(#waiting - fixed, 0)
while newer > 0 and not came_later(waiting[newer]) do newer = newer - 1 end
if newer == 0 then
  redis.call('LPUSH', KEYS[3], envelope)
else
  redis.call('LTRIM', KEYS[3], 0, newer - 1)
  redis.call('RPUSH', KEYS[3], envelope)
  for older = newer + 1, #waiting do redis.call('RPUSH', KEYS[3], waiting[older]) end
end

redis.call('ZREMRANGEBYSCORE', KEYS[1], ARGV[1], ARGV[1])
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('HINCRBY', KEYS[7], 'retried', 1)
-- Its id was seen long ago, which is no reason to keep it out; but a late delivery of it must go on being known.
redis.call('ZADD', KEYS[5], now_ms(), ARGV[3])
redis.call('ZREMRANGEBYRANK', KEYS[5], 0, -(tonumber(ARGV[5]) + 1))
redis.call('PEXPIRE', KEYS[5], ARGV[4])
if redis.call('HSETNX', KEYS[4], 'st', 'Q') == 1 then redis.call('LPUSH', KEYS[6], ARGV[2]) end
return leave_receipt(KEYS[8], 5)
