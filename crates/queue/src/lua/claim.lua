-- A worker opens the conversation whose token it took. -> nothing to do: nil
--   or { epoch, envelopes newest first, { failed attempts, phase, plan, step, begun at }, in doubt: 1, else 0 }
-- KEYS 1 conversation 2 mailbox 3 processing 4 epoch 5 server
-- ARGV 1 token 2 worker 3 max_batch 4 doubt_ms
-- Run twice: the second fences the first, whose answer nobody got.
if not redis.call('LPOS', KEYS[3], ARGV[1]) then return false end -- reaped meanwhile
local waiting = redis.call('LLEN', KEYS[2])
if waiting == 0 then
  redis.call('LREM', KEYS[3], 0, ARGV[1])
  redis.call('DEL', KEYS[1])
  return false
end
local epoch = redis.call('INCR', KEYS[4])
redis.call('HSET', KEYS[1], 'st', 'R', 'owner', ARGV[2], 'epoch', epoch)
local fields = redis.call('HMGET', KEYS[1], 'att', 'phase', 'out_text', 'out_step', 'out_at')
-- An earlier holder went down while sending: from now on this text may turn up in the chat at any time.
if fields[2] == 'S' then redis.call('HSET', KEYS[1], 'unsure', 1) end
-- Who goes on with a plan gets the messages it was made for, and no later one: `complete` will trim them.
local count = fields[2] and tonumber(redis.call('HGET', KEYS[1], 'out_n')) or tonumber(ARGV[3])
local envelopes = redis.call('LRANGE', KEYS[2], -count, -1)
-- What the holder counts on being the oldest: a dead letter that is put back must not come between.
redis.call('HSET', KEYS[1], 'n', #envelopes)

-- A server that was started anew, or has become the master, has what another one left it: perhaps not all.
local server = redis.call('INFO', 'replication'):match('master_replid:(%x+)')
local known = redis.call('HMGET', KEYS[5], 'id', 'doubt')
local doubt = tonumber(known[2]) or 0
if known[1] ~= server then
  redis.call('HSET', KEYS[5], 'id', server)
  if known[1] then
    doubt = now_ms() + ARGV[4]
    redis.call('HSET', KEYS[5], 'doubt', doubt)
  end
end
return { epoch, envelopes, fields, doubt > now_ms() and 1 or 0 }
