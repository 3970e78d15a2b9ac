//! Somebody at a terminal: sees what the program prints, and types when he is asked.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, tcgetattr};

/// How long the program may think.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Terminal {
    keys: File,
    child: Child,
    printed: String,
    output: Receiver<Vec<u8>>,
}

impl Terminal {
    /// Runs `salesphere` with these arguments, and with a terminal.
    pub(crate) fn run(arguments: &[&str]) -> Self {
        let keys = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&keys).unwrap();
        unlockpt(&keys).unwrap();
        let name = ptsname(&keys, Vec::new()).unwrap();
        let path = Path::new(std::ffi::OsStr::from_bytes(name.to_bytes()));
        let screen = || Stdio::from(OpenOptions::new().read(true).write(true).open(path).unwrap());
        // The program must own its terminal, or Ctrl-C between two keys would go to nobody.
        let mut command = Command::new("setsid");
        command.args(["--ctty", "--wait", env!("CARGO_BIN_EXE_salesphere")]).args(arguments);
        command.env("TERM", "dumb").stdin(screen()).stdout(screen()).stderr(screen());
        let child = command.spawn().unwrap();
        drop(command);
        let keys = File::from(keys);
        let (tell, output) = channel();
        let mut printed = keys.try_clone().unwrap();
        // Ends when the program does: then the terminal has no other end.
        std::thread::spawn(move || {
            let mut piece = [0; 4096];
            while let Ok(length @ 1..) = printed.read(&mut piece) {
                if tell.send(piece[..length].to_vec()).is_err() {
                    break;
                }
            }
        });
        Self { keys, child, printed: String::new(), output }
    }

    /// Waits until `text` is printed, after what was seen before.
    pub(crate) fn sees(&mut self, text: &str) -> &mut Self {
        let until = Instant::now() + PATIENCE;
        while !self.printed.contains(text) {
            let left = until.saturating_duration_since(Instant::now());
            let Ok(piece) = self.output.recv_timeout(left) else { panic!("{text} was not printed:\n{}", self.printed) };
            self.printed.push_str(&String::from_utf8_lossy(&piece));
        }
        self
    }

    /// Waits until what is typed is not shown.
    pub(crate) fn hides(&mut self) -> &mut Self {
        let until = Instant::now() + PATIENCE;
        while tcgetattr(&self.keys).unwrap().local_modes.contains(LocalModes::ECHO) {
            assert!(Instant::now() < until, "a secret would be shown");
            std::thread::sleep(Duration::from_millis(2));
        }
        self
    }

    pub(crate) fn types(&mut self, keys: &str) -> &mut Self {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self
    }

    /// Waits until the program ends; all that it printed.
    pub(crate) fn ends(&mut self) -> String {
        let until = Instant::now() + PATIENCE;
        loop {
            match self.output.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(piece) => self.printed.push_str(&String::from_utf8_lossy(&piece)),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {
                    self.child.kill().ok();
                    panic!("it does not end:\n{}", self.printed);
                }
            }
        }
        self.child.wait().unwrap();
        std::mem::take(&mut self.printed)
    }
}
