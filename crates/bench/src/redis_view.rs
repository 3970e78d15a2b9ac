//! What Redis tells about itself: memory, commands, processor time.

use std::collections::HashMap;
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client};

/// How long Redis may take over one of our questions: it may be busy deleting much.
const PATIENCE: Duration = Duration::from_secs(30);

/// A connection for looking.
pub(crate) struct RedisView(MultiplexedConnection);

/// What Redis has done so far.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Done {
    /// Commands executed, those inside of scripts included, ours for looking not.
    pub(crate) commands: u64,
    /// Processor time.
    pub(crate) cpu: Duration,
}

impl RedisView {
    /// Connects.
    ///
    /// # Errors
    /// When Redis does not answer.
    pub(crate) async fn open(url: &str) -> anyhow::Result<Self> {
        let config = AsyncConnectionConfig::new().set_response_timeout(Some(PATIENCE));
        Ok(Self(Client::open(url)?.get_multiplexed_async_connection_with_config(&config).await?))
    }

    /// Bytes that Redis holds for its data, its connections and its log's buffer.
    ///
    /// # Errors
    /// When Redis does not answer.
    pub(crate) async fn used_memory(&mut self) -> anyhow::Result<f64> {
        Ok(number(&self.info("memory").await?, "used_memory"))
    }

    /// What it has done so far.
    ///
    /// # Errors
    /// When Redis does not answer.
    pub(crate) async fn done(&mut self) -> anyhow::Result<Done> {
        let commands = calls(&self.info("commandstats").await?);
        let cpu = self.info("cpu").await?;
        let seconds = number(&cpu, "used_cpu_user") + number(&cpu, "used_cpu_sys");
        Ok(Done { commands, cpu: Duration::from_secs_f64(seconds) })
    }

    /// Deletes every key that fits `pattern`.
    ///
    /// # Errors
    /// When Redis does not answer.
    pub(crate) async fn delete(&mut self, pattern: &str) -> anyhow::Result<()> {
        let mut cursor = 0_u64;
        loop {
            let mut scan = redis::cmd("SCAN");
            scan.arg(cursor).arg("MATCH").arg(pattern).arg("COUNT").arg(1000);
            let (next, keys): (u64, Vec<String>) = scan.query_async(&mut self.0).await?;
            if !keys.is_empty() {
                redis::cmd("DEL").arg(keys).query_async::<u64>(&mut self.0).await?;
            }
            if next == 0 {
                return Ok(());
            }
            cursor = next;
        }
    }

    async fn info(&mut self, section: &str) -> anyhow::Result<HashMap<String, String>> {
        let text: String = redis::cmd("INFO").arg(section).query_async(&mut self.0).await?;
        Ok(parse(&text))
    }
}

fn parse(text: &str) -> HashMap<String, String> {
    let line = |line: &str| line.trim_end().split_once(':').map(|(name, value)| (name.to_owned(), value.to_owned()));
    text.lines().filter_map(line).collect()
}

fn number(info: &HashMap<String, String>, field: &str) -> f64 {
    info.get(field).and_then(|value| value.parse().ok()).unwrap_or(f64::NAN)
}

fn calls(info: &HashMap<String, String>) -> u64 {
    let of_others = info.iter().filter(|(name, _)| *name != "cmdstat_info");
    of_others
        .filter_map(|(_, stat)| stat.split(',').find_map(|part| part.strip_prefix("calls="))?.parse::<u64>().ok())
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_summed_but_not_those_for_looking() {
        let text = "# Commandstats\r\ncmdstat_info:calls=7,usec=1\r\ncmdstat_evalsha:calls=40,usec=9\r\n\
                    cmdstat_config|get:calls=2,usec=5,usec_per_call=2.50\r\n";
        assert_eq!(calls(&parse(text)), 42);
    }

    #[test]
    fn a_number_that_is_not_told_is_none() {
        let info = parse("used_memory:1024\r\nused_memory_human:1K\r\n");
        assert_eq!(number(&info, "used_memory"), 1024.0);
        assert!(number(&info, "used_memory_peak").is_nan());
    }
}
