-- Redis has lost what it had confirmed: for a while nothing in it is believed without a look into the chat. -> 1
-- KEYS 1 server
-- ARGV 1 doubt_ms
-- Run twice: the later time counts.
redis.call('HSET', KEYS[1], 'doubt', now_ms() + ARGV[1])
return 1
