-- The leases of all workers. -> { now, { worker, its end, worker, its end, … } }, in ms by Redis's clock
-- KEYS 1 workers
-- Run twice: reads only.
return { now_ms(), redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES') }
