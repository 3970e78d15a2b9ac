//! What is sent: scripts, commands, and which key they belong to.

use redis::aio::MultiplexedConnection;
use redis::{Arg, Cmd, Pipeline, RedisError, RedisResult, Script, ServerErrorKind, ToRedisArgs, Value};

/// A call of a script with all the keys it touches, in the order in which it knows them.
#[derive(Debug, Clone)]
pub struct Call {
    script: &'static Script,
    keys: Vec<String>,
    args: Vec<Vec<u8>>,
}

impl Call {
    /// With its keys; the arguments follow.
    pub fn new<const N: usize>(script: &'static Script, keys: [String; N]) -> Self {
        Self { script, keys: keys.into(), args: Vec::new() }
    }

    /// Adds an argument.
    pub fn arg(&mut self, arg: impl ToRedisArgs) -> &mut Self {
        arg.write_redis_args(&mut self.args);
        self
    }

    /// Runs it over a connection of one's own.
    ///
    /// # Errors
    /// What Redis says, or that it says nothing in time.
    pub async fn over(&self, redis: &mut MultiplexedConnection) -> RedisResult<Value> {
        let command = self.command();
        match command.query_async(redis).await {
            Err(error) if error.kind() == redis::ErrorKind::Server(ServerErrorKind::NoScript) => {
                self.script.load_async(redis).await?;
                command.query_async(redis).await
            }
            answer => answer,
        }
    }

    fn command(&self) -> Cmd {
        let mut command = redis::cmd("EVALSHA");
        command.arg(self.script.get_hash()).arg(self.keys.len()).arg(&self.keys).arg(&self.args);
        command
    }
}

/// Something to be sent to one server.
#[derive(Debug)]
pub enum Sent {
    /// A script.
    Script(Call),
    /// A command.
    Command(Cmd),
    /// Several commands, all or none if they are atomic. The answer is an array.
    Commands(Pipeline),
    /// Several scripts and, behind them, commands. The answer is an array, where what failed is an error.
    Batch(Vec<Call>, Vec<Cmd>),
}

impl Sent {
    /// The key it belongs to; `None` if any server may answer.
    pub(super) fn key(&self) -> Option<&[u8]> {
        match self {
            Self::Script(call) => call.keys.first().map(String::as_bytes),
            Self::Command(command) => key_of(command),
            Self::Commands(commands) => commands.cmd_iter().find_map(key_of),
            Self::Batch(calls, _) => calls.first()?.keys.first().map(String::as_bytes),
        }
    }

    pub(super) async fn over(&self, redis: &mut MultiplexedConnection) -> RedisResult<Value> {
        match self {
            Self::Script(call) => call.over(redis).await,
            Self::Command(command) => command.query_async(redis).await,
            Self::Commands(commands) => commands.query_async(redis).await,
            Self::Batch(calls, then) => batch(calls, then, redis).await,
        }
    }
}

/// The first argument, for all commands that we use and that have a key. What SCAN looks for begins with a hash
/// tag, like a key.
fn key_of(command: &Cmd) -> Option<&[u8]> {
    let mut args = command.args_iter().filter_map(|arg| match arg {
        Arg::Simple(arg) => Some(arg),
        _ => None,
    });
    match args.next()? {
        b"PING" | b"INFO" | b"CONFIG" | b"TIME" => None,
        b"SCAN" => args.skip_while(|arg| *arg != b"MATCH").nth(1),
        _ => args.next(),
    }
}

/// In one go, so that one answer of the disk and one of the replicas is waited for.
async fn batch(calls: &[Call], then: &[Cmd], redis: &mut MultiplexedConnection) -> RedisResult<Value> {
    let mut answers = once(calls.iter(), then, redis).await?;
    let unknown: Vec<usize> = (0..calls.len()).filter(|&index| is_unknown_script(&answers[index])).collect();
    if unknown.is_empty() {
        return Ok(Value::Array(answers));
    }
    // Only those: the others would tell of themselves that they were done before.
    for &index in &unknown {
        calls[index].script.load_async(redis).await?;
    }
    let again = once(unknown.iter().map(|&index| &calls[index]), then, redis).await?;
    let places = unknown.into_iter().chain(calls.len()..answers.len());
    for (place, answer) in places.zip(again) {
        answers[place] = answer;
    }
    Ok(Value::Array(answers))
}

async fn once(
    calls: impl Iterator<Item = &Call>,
    then: &[Cmd],
    redis: &mut MultiplexedConnection,
) -> RedisResult<Vec<Value>> {
    let mut commands = redis::pipe();
    for command in calls.map(Call::command).chain(then.iter().cloned()) {
        commands.add_command(command);
    }
    commands.ignore_errors();
    let Value::Array(answers) = commands.query_async(redis).await? else { return Ok(Vec::new()) };
    // What speaks of the server and not of the command speaks for all of them.
    for answer in &answers {
        if let Value::ServerError(error) = answer
            && Fault::of(&error.clone().into()) != Fault::Command
        {
            return Err(error.clone().into());
        }
    }
    Ok(answers)
}

fn is_unknown_script(answer: &Value) -> bool {
    matches!(answer, Value::ServerError(error) if error.kind() == Some(ServerErrorKind::NoScript))
}

/// What an error says about the server it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// Nothing: it is about the command.
    Command,
    /// The connection broke. The command may have been executed.
    Broken,
    /// It is not the master any more, and has not executed the command.
    NoMaster,
    /// Another server has this part of the cluster: `host:port`. The command was not executed.
    Moved(String),
    /// It did not answer in time, or it may not write for want of others. Perhaps another is the master by now.
    Doubtful,
}

impl Fault {
    pub(super) fn of(error: &RedisError) -> Self {
        if error.is_connection_dropped() {
            return Self::Broken;
        }
        if error.is_timeout() {
            return Self::Doubtful;
        }
        // Of several commands each has an error of its own; a transaction has them in its middle.
        let errors = error.clone().into_server_errors();
        errors
            .iter()
            .flat_map(|errors| errors.iter())
            .map(|(_, error)| Self::told(error))
            .max_by_key(Self::rank)
            .unwrap_or(Self::Command)
    }

    fn told(error: &redis::ServerError) -> Self {
        match error.code() {
            "READONLY" | "MASTERDOWN" | "UNBLOCKED" => Self::NoMaster,
            "MOVED" => {
                let to = error.details().and_then(|details| details.split_ascii_whitespace().nth(1));
                to.map_or(Self::NoMaster, |to| Self::Moved(to.to_owned()))
            }
            "CLUSTERDOWN" | "NOREPLICAS" => Self::Doubtful,
            _ => Self::Command,
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Command => 0,
            Self::Doubtful => 1,
            Self::Broken => 2,
            Self::NoMaster => 3,
            Self::Moved(_) => 4,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What Redis says, as the library reads it.
    fn said(line: &str) -> RedisError {
        match redis::parse_redis_value(format!("-{line}\r\n").as_bytes()) {
            Ok(Value::ServerError(error)) => error.into(),
            other => panic!("{line}: {other:?}"),
        }
    }

    #[test]
    fn an_error_tells_whether_it_is_the_servers_or_the_commands() {
        use Fault::{Command, Doubtful, Moved, NoMaster};
        for (line, fault) in [
            ("ERR unknown command", Command),
            ("WRONGTYPE Operation against a key", Command),
            ("OOM command not allowed when used memory > 'maxmemory'", Command),
            ("NOSCRIPT No matching script", Command),
            ("LOADING Redis is loading the dataset in memory", Command),
            ("READONLY You can't write against a read only replica.", NoMaster),
            ("UNBLOCKED force unblock from blocking operation", NoMaster),
            ("MOVED 3999 127.0.0.1:6381", Moved("127.0.0.1:6381".to_owned())),
            ("CLUSTERDOWN The cluster is down", Doubtful),
            ("NOREPLICAS Not enough good replicas to write.", Doubtful),
        ] {
            assert_eq!(Fault::of(&said(line)), fault, "{line}");
        }
        let io = |kind: std::io::ErrorKind| Fault::of(&std::io::Error::from(kind).into());
        assert_eq!(io(std::io::ErrorKind::ConnectionReset), Fault::Broken);
        assert_eq!(io(std::io::ErrorKind::TimedOut), Doubtful);
    }

    #[test]
    fn each_kind_of_command_shows_the_key_it_belongs_to() {
        let mut scan = redis::cmd("SCAN");
        scan.arg(0).arg("MATCH").arg("q:{s03}:*").arg("COUNT").arg(1000);
        let mut range = redis::cmd("LRANGE");
        range.arg("q:{s01}:ready").arg(0).arg(-1);
        let mut config = redis::cmd("CONFIG");
        config.arg("GET").arg("maxmemory");
        let mut commands = redis::pipe();
        commands.cmd("PING").cmd("ZSCORE").arg("q:{s02}:seen:a").arg("m1");
        let cases = [
            (Sent::Command(scan), Some("q:{s03}:*")),
            (Sent::Command(range), Some("q:{s01}:ready")),
            (Sent::Command(config), None),
            (Sent::Command(redis::cmd("PING")), None),
            (Sent::Commands(commands), Some("q:{s02}:seen:a")),
        ];
        for (sent, key) in cases {
            assert_eq!(sent.key(), key.map(str::as_bytes), "{sent:?}");
        }
    }
}
