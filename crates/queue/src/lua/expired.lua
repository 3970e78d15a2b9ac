-- The workers whose lease ran out.
-- KEYS 1 workers
-- Run twice: reads only.
return redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', '(' .. string.format('%.0f', now_ms()))
