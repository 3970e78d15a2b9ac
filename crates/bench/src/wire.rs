//! One HTTP/1.1 connection, kept alive, blocking: as little as a driver needs, so that the driver takes little
//! from the machine it measures.
//!
//! Understands the answers of our own servers, which name their length; no chunks, no redirects.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// How long an answer may take. Our gateway answers within 1.5 seconds, whatever happens.
const PATIENCE: Duration = Duration::from_secs(10);

/// A connection to one server, made when it is first needed.
pub(crate) struct Wire {
    address: SocketAddr,
    stream: Option<TcpStream>,
    buffer: Vec<u8>,
}

impl Wire {
    pub(crate) fn new(address: SocketAddr) -> Self {
        Self { address, stream: None, buffer: Vec::with_capacity(4096) }
    }

    /// Sends a whole request and returns the status of its answer.
    ///
    /// # Errors
    /// When the connection fails, or the answer is none. The next exchange makes a new connection.
    pub(crate) fn exchange(&mut self, request: &[u8]) -> io::Result<u16> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => connect(self.address)?,
        };
        stream.write_all(request)?;
        let answer = self.read(&mut stream)?;
        self.stream = Some(stream);
        Ok(answer)
    }

    fn read(&mut self, stream: &mut TcpStream) -> io::Result<u16> {
        self.buffer.clear();
        let mut part = [0; 4096];
        loop {
            if let Some(answer) = parse(&self.buffer)
                && self.buffer.len() >= answer.ends_at
            {
                return Ok(answer.status);
            }
            match stream.read(&mut part)? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                count => self.buffer.extend_from_slice(&part[..count]),
            }
        }
    }
}

/// Asks once, over a connection of its own.
///
/// # Errors
/// When nobody answers.
pub(crate) fn get(address: SocketAddr, path: &str) -> io::Result<u16> {
    Wire::new(address).exchange(format!("GET {path} HTTP/1.1\r\nhost: {address}\r\n\r\n").as_bytes())
}

fn connect(address: SocketAddr) -> io::Result<TcpStream> {
    let stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    Ok(stream)
}

#[derive(Debug, PartialEq, Eq)]
struct Answer {
    status: u16,
    ends_at: usize,
}

/// The head of an answer, once it is all there.
fn parse(bytes: &[u8]) -> Option<Answer> {
    let head_ends = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = str::from_utf8(&bytes[..head_ends]).ok()?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    Some(Answer { status, ends_at: head_ends + 4 + length.unwrap_or(0) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_ends_where_it_says() {
        let whole = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok";
        assert_eq!(parse(whole), Some(Answer { status: 200, ends_at: whole.len() }));
        assert_eq!(parse(b"HTTP/1.1 401 Unauthorized\r\n\r\n").map(|answer| answer.status), Some(401));
        for half in [&b""[..], b"HTTP/1.1 200 OK\r\n", b"\r\n\r\n"] {
            assert_eq!(parse(half), None);
        }
    }
}
