-- Stands in front of every other script. The clock is Redis's own: workers need not agree on the time.
local function now_ms()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

-- One dead letter, numbered by the count of all that ever were, so that no number comes back. The envelope is
-- kept as it came, readable or not. A human has to be told of it: at once.
local function dead_letter(dead, untold, stats, token, why, envelope)
  local number, now = redis.call('HINCRBY', stats, 'dead', 1), now_ms()
  redis.call('ZADD', dead, number, cjson.encode({ no = number, conv = token, err = why, at = now, msg = envelope }))
  redis.call('ZADD', untold, now, number)
end

-- Makes dead letters of the `count` oldest envelopes of a mailbox. A send that was begun and never settled is
-- named in each: whoever reads it must look into the chat before answering again.
local function bury(conversation, mailbox, dead, untold, stats, token, count, why)
  if redis.call('HGET', conversation, 'phase') == 'S' then
    why = why .. ' (a send was begun; whether it arrived is unknown)'
  end
  for _ = 1, count do
    local envelope = redis.call('RPOP', mailbox)
    if not envelope then return end
    dead_letter(dead, untold, stats, token, why, envelope)
  end
end

-- A conversation after the end of a turn: over, or queued anew for what is left in its mailbox. In a flood that
-- waits for its time, unless more has piled up than one turn takes: a mailbox must not fill up over it.
local function begin_anew(conversation, mailbox, ready, delayed, token, max_batch)
  local flood = redis.call('HGET', conversation, 'flood')
  local left = redis.call('LLEN', mailbox)
  redis.call('DEL', conversation)
  if left == 0 then return end
  redis.call('HSET', conversation, 'st', 'Q')
  if not flood or tonumber(flood) <= now_ms() then
    redis.call('LPUSH', ready, token)
    return
  end
  redis.call('HSET', conversation, 'flood', flood)
  if left > max_batch then
    redis.call('LPUSH', ready, token)
  else
    redis.call('ZADD', delayed, flood, token)
  end
end

-- What ends a claim leaves a receipt for a minute, so that the same call, repeated because its answer got
-- lost, hears the same answer and not that it is fenced. 1 completed, 2 delayed, 3 dead letter, 4 released,
-- and of a dead letter: 5 put back, 6 dropped.
local function leave_receipt(receipt, outcome)
  redis.call('SET', receipt, outcome, 'PX', 60000)
  return outcome
end
