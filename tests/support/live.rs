//! `codex-lua`, running, and what came of it.

use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Child, ExitStatus};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, WaitOptions, kill_process, kill_process_group, waitpid};

use super::{Project, processes};

/// How often the state of processes is looked at, which nothing announces.
const LOOK: Duration = Duration::from_millis(2);
/// How long the kernel may take to end what was killed.
const COLLECT: Duration = Duration::from_secs(2);

/// A running program; killed with its whole group when it is dropped.
pub struct Live {
    child: Child,
    root: PathBuf,
    until: Instant,
    stdout: Stream,
    stderr: Stream,
    others_allowed: bool,
}

/// A program that has ended.
#[derive(Debug)]
pub struct Done {
    pub status: ExitStatus,
    pub stdout: String,
    pub stderr: String,
}

impl Live {
    pub(super) fn new(mut child: Child, root: PathBuf, stdin: Option<Vec<u8>>, deadline: Duration) -> Self {
        if let Some(text) = stdin {
            let mut input = child.stdin.take().expect("a pipe");
            // On a thread: a program that reads nothing must not hold up the test. Closed when it is written.
            thread::spawn(move || drop(input.write_all(&text)));
        }
        let stdout = Stream::new(child.stdout.take().expect("a pipe"));
        let stderr = Stream::new(child.stderr.take().expect("a pipe"));
        Self { child, root, until: Instant::now() + deadline, stdout, stderr, others_allowed: false }
    }

    /// Waits until standard output has this text.
    #[track_caller]
    pub fn wait_for(&self, text: &str) {
        if let Err(why) = self.stdout.wait_for(text, self.until) {
            panic!("{why} for {text:?} on standard output; {}", self.said());
        }
    }

    /// Waits until standard error has this text.
    #[track_caller]
    pub fn wait_for_error(&self, text: &str) {
        if let Err(why) = self.stderr.wait_for(text, self.until) {
            panic!("{why} for {text:?} on standard error; {}", self.said());
        }
    }

    /// What it has printed so far.
    pub fn printed(&self) -> String {
        self.stdout.text()
    }

    /// Sends a signal to the program alone, as `kill` does.
    pub fn signal(&self, signal: Signal) {
        kill_process(self.pid(), signal).expect("it runs");
    }

    /// Does this while all of the program stands still.
    pub fn while_stopped(&self, work: impl FnOnce()) {
        self.signal(Signal::STOP);
        let stopped = waitpid(Some(self.pid()), WaitOptions::UNTRACED).expect("a child");
        assert!(stopped.is_some_and(|(_, status)| status.stopped()), "{}", self.said());
        work();
        self.signal(Signal::CONT);
    }

    /// The process of the server that it started.
    #[track_caller]
    pub fn server(&self) -> i32 {
        // A command that lost its parents is a child of the program too, but was not there first.
        let children = processes::children(self.pid()).into_iter();
        let marked = children.filter(|pid| processes::mark(*pid).is_some());
        marked.min_by_key(|pid| processes::started(*pid)).expect("a server runs")
    }

    /// Waits until a file of the working folder has a line; tells it.
    #[track_caller]
    pub fn wait_for_file(&self, project: &Project, name: &str) -> String {
        self.wait_until(&format!("{name} is not written"), || {
            project.read(name).filter(|text| text.ends_with('\n'))
        })
    }

    /// Waits until nothing lives that has this mark.
    #[track_caller]
    pub fn wait_for_end_of(&self, mark: &str) {
        self.wait_until("a server or a command of it lives", || {
            let found = processes::of(&self.root);
            (!found.iter().any(|process| process.mark().as_deref() == Some(mark))).then_some(())
        });
    }

    /// Waits until a process has ended.
    #[track_caller]
    pub fn wait_for_death(&self, pid: i32) {
        self.wait_until("a process lives", || (!processes::lives(pid)).then_some(()));
    }

    #[track_caller]
    fn wait_until<T>(&self, why: &str, reached: impl Fn() -> Option<T>) -> T {
        loop {
            if let Some(found) = reached() {
                return found;
            }
            assert!(Instant::now() < self.until, "{why}; {}", self.said());
            thread::sleep(LOOK);
        }
    }

    /// Writes to the standard input that was kept.
    pub fn type_in(&mut self, text: &str) {
        let input = self.child.stdin.as_mut().expect("an input that was kept");
        input.write_all(text.as_bytes()).expect("it reads");
    }

    /// The names of its threads.
    pub fn threads(&self) -> Vec<String> {
        let tasks = std::fs::read_dir(format!("/proc/{}/task", self.child.id())).expect("/proc").flatten();
        let name = |task: std::fs::DirEntry| std::fs::read_to_string(task.path().join("comm")).ok();
        tasks.filter_map(name).map(|name| name.trim_end().to_owned()).collect()
    }

    /// Closes the standard input that was kept.
    pub fn close_stdin(mut self) -> Self {
        self.child.stdin = None;
        self
    }

    /// Other processes of the project may live: for a program that is killed, or one beside another.
    pub fn beside_others(mut self) -> Self {
        self.others_allowed = true;
        self
    }

    /// As [`Live::finish`] for a program that was killed: what ends then, nobody waits for.
    #[track_caller]
    pub fn finish_after_kill(mut self) -> Done {
        let status = self.child.wait().expect("a child");
        self.wait_until("it left processes", || processes::of(&self.root).is_empty().then_some(()));
        self.ended(status)
    }

    /// Waits for its end.
    #[track_caller]
    pub fn finish(mut self) -> Done {
        let status = loop {
            match self.child.try_wait().expect("a child") {
                Some(status) => break status,
                None if Instant::now() > self.until => panic!("it does not end; {}", self.said()),
                None => thread::sleep(LOOK),
            }
        };
        let until = Instant::now() + COLLECT;
        while let left = processes::of(&self.root)
            && !self.others_allowed
            && !left.is_empty()
        {
            let left: Vec<_> = left.iter().map(ToString::to_string).collect();
            assert!(Instant::now() < until, "it left processes: {left:#?}; {}", self.said());
            thread::sleep(LOOK);
        }
        self.ended(status)
    }

    fn ended(mut self, status: ExitStatus) -> Done {
        let (stdout, stderr) = (self.stdout.read_to_end(self.until), self.stderr.read_to_end(self.until));
        Done { status, stdout, stderr }
    }

    fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    fn said(&self) -> String {
        format!("so far it said {:?} and {:?}", self.stdout.text(), self.stderr.text())
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            let _ = kill_process_group(self.pid(), Signal::KILL);
            let until = Instant::now() + COLLECT;
            while matches!(self.child.try_wait(), Ok(None)) && Instant::now() < until {
                thread::sleep(LOOK);
            }
        }
        if !self.others_allowed {
            processes::of(&self.root).iter().for_each(processes::Process::kill);
        }
    }
}

impl Done {
    /// The exit status; one that a signal gave is negative.
    pub fn code(&self) -> i32 {
        use std::os::unix::process::ExitStatusExt;
        self.status.code().or(self.status.signal().map(|signal| -signal)).expect("an exit status")
    }

    /// It ended with this status, printed exactly this and said nothing on standard error.
    #[track_caller]
    pub fn expect(&self, code: i32, stdout: &str) {
        assert_eq!((self.code(), &*self.stdout, &*self.stderr), (code, stdout, ""));
    }

    /// It ended with this status, printed exactly this, and standard error has each of these texts.
    #[track_caller]
    pub fn expect_error(&self, code: i32, stdout: &str, stderr: &[&str]) {
        assert_eq!((self.code(), &*self.stdout), (code, stdout), "{}", self.stderr);
        for text in stderr {
            assert!(self.stderr.contains(text), "{text:?} is not in: {}", self.stderr);
        }
    }
}

/// What a pipe has brought.
struct Stream {
    shared: Arc<(Mutex<Contents>, Condvar)>,
    reader: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Contents {
    bytes: Vec<u8>,
    ended: bool,
}

impl Stream {
    fn new(mut pipe: impl Read + Send + 'static) -> Self {
        let shared = Arc::<(Mutex<Contents>, Condvar)>::default();
        let filling = shared.clone();
        let reader = thread::spawn(move || {
            let mut chunk = [0; 4096];
            loop {
                let read = pipe.read(&mut chunk).unwrap_or(0);
                let mut state = filling.0.lock().unwrap_or_else(PoisonError::into_inner);
                state.bytes.extend_from_slice(&chunk[..read]);
                state.ended = read == 0;
                filling.1.notify_all();
                if read == 0 {
                    return;
                }
            }
        });
        Self { shared, reader: Some(reader) }
    }

    fn text(&self) -> String {
        let state = self.shared.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&state.bytes).into_owned()
    }

    fn wait_until(&self, until: Instant, reached: impl Fn(&Contents) -> bool) -> Result<(), &'static str> {
        let mut state = self.shared.0.lock().unwrap_or_else(PoisonError::into_inner);
        while !reached(&state) {
            let left = until.saturating_duration_since(Instant::now());
            if state.ended {
                return Err("it ended while the test waited");
            }
            if left.is_zero() {
                return Err("the test waited too long");
            }
            state = self.shared.1.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        Ok(())
    }

    fn wait_for(&self, text: &str, until: Instant) -> Result<(), &'static str> {
        self.wait_until(until, |read| memchr::memmem::find(&read.bytes, text.as_bytes()).is_some())
    }

    /// All of it, once the pipe has ended: whoever holds it open beyond the program's end is a leftover.
    fn read_to_end(&mut self, until: Instant) -> String {
        if self.wait_until(until, |read| read.ended).is_ok()
            && let Some(reader) = self.reader.take()
        {
            let _ = reader.join();
        }
        self.text()
    }
}
