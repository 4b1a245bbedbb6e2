//! A command from its start to its end, with all that it writes.

use std::process::ExitStatus;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::ChildStdin;
use tokio::time::timeout;

use super::tree::Tree;

/// How long what outlives the command may go on writing what the command's output is for, as `> >(tee log)` does.
const REST: Duration = Duration::from_secs(1);

/// What a command may take.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Until its end.
    pub timeout: Option<Duration>,
    /// Bytes of each stream.
    pub bytes: usize,
}

/// What a command did.
#[derive(Debug)]
pub struct Output {
    /// How it ended, or why it was ended.
    pub end: Result<ExitStatus, Cut>,
    /// What it wrote until then, where that is a pipe.
    pub stdout: Option<Vec<u8>>,
    /// Likewise.
    pub stderr: Option<Vec<u8>>,
}

/// Why a command was ended.
#[derive(Debug, thiserror::Error)]
pub enum Cut {
    /// It took longer than it may.
    #[error("took longer than {0:?}")]
    Time(Duration),
    /// It wrote more than is gathered.
    #[error("wrote more than {0} bytes to one stream")]
    Bytes(usize),
    /// The system refused.
    #[error("{0}")]
    Io(#[from] std::io::Error),
}

/// Gives a command its input and waits for its end; all that it left running then ends, as it does when this is
/// dropped.
pub async fn output(mut tree: Tree, input: Vec<u8>, bounds: Bounds) -> Output {
    let (stdin, stdout, stderr) = tree.streams();
    let (mut out, mut err) = (stdout.as_ref().map(|_| vec![]), stderr.as_ref().map(|_| vec![]));
    let work = whole(
        &mut tree,
        feed(stdin, &input),
        gather(stdout, out.as_mut(), bounds.bytes),
        gather(stderr, err.as_mut(), bounds.bytes),
    );
    let end = match bounds.timeout {
        None => work.await,
        Some(time) => timeout(time, work).await.unwrap_or(Err(Cut::Time(time))),
    };
    Output { end, stdout: out, stderr: err }
}

async fn whole(
    tree: &mut Tree,
    feed: impl Future<Output = Result<(), Cut>>,
    out: impl Future<Output = Result<(), Cut>>,
    err: impl Future<Output = Result<(), Cut>>,
) -> Result<ExitStatus, Cut> {
    let streams = async { tokio::try_join!(feed, out, err) };
    tokio::pin!(streams);
    tokio::select! {
        biased;
        status = tree.wait() => {
            let status = status?;
            if let Ok(streams) = timeout(REST, streams).await {
                streams?;
            }
            Ok(status)
        }
        streams = &mut streams => {
            streams?;
            Ok(tree.wait().await?)
        }
    }
}

/// One that does not want its input, or not all of it, is none that failed.
async fn feed(stdin: Option<ChildStdin>, input: &[u8]) -> Result<(), Cut> {
    let Some(mut stdin) = stdin else { return Ok(()) };
    match stdin.write_all(input).await {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

async fn gather(
    stream: Option<impl AsyncRead + Unpin>,
    into: Option<&mut Vec<u8>>,
    most: usize,
) -> Result<(), Cut> {
    let (Some(stream), Some(into)) = (stream, into) else { return Ok(()) };
    stream.take(most as u64 + 1).read_to_end(into).await?;
    if into.len() > most { Err(Cut::Bytes(most)) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use std::process::Stdio;

    use tokio::process::Command;

    use super::*;
    use crate::sys::processes::Mark;

    async fn run(script: &str, input: &[u8], bounds: Bounds) -> Output {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", script]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        output(Tree::start(&mut command, Mark::new()).unwrap(), input.to_vec(), bounds).await
    }

    const BOUNDS: Bounds = Bounds { timeout: None, bytes: 1 << 20 };

    #[tokio::test]
    async fn what_is_read_may_be_more_than_fits_into_pipes() {
        let input = vec![b'x'; 1 << 20];
        let done = run("tee /dev/stderr", &input, BOUNDS).await;
        assert!(done.end.unwrap().success());
        assert!(done.stdout.unwrap() == input && done.stderr.unwrap() == input);
        let unread = run("exit 3", &input, BOUNDS).await;
        assert_eq!(unread.end.unwrap().code(), Some(3));
    }

    #[tokio::test]
    async fn what_takes_too_much_is_ended_and_what_it_wrote_is_there() {
        let bounds = Bounds { timeout: Some(Duration::from_millis(200)), bytes: 10 };
        let slow = run("echo early; exec sleep 1000", b"", bounds).await;
        assert!(matches!(slow.end, Err(Cut::Time(_))) && slow.stdout.unwrap() == b"early\n");
        let loud = run("exec yes", b"", Bounds { timeout: None, ..bounds }).await;
        assert!(matches!(loud.end, Err(Cut::Bytes(10))));
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn what_is_left_running_ends_and_does_not_hold_the_output_for_ever() {
        let done = run("sleep 1000 & echo $!", b"", BOUNDS).await;
        let left = String::from_utf8(done.stdout.unwrap()).unwrap().trim().parse().unwrap();
        let found = super::super::table::Process::read(left);
        assert!(found.is_none_or(|process| process.is_dead));
        let rest = run("exec 3<&0; { read -r line <&3; echo $line; } & :", b"late\n", BOUNDS).await;
        assert_eq!(rest.stdout.unwrap(), b"late\n");
    }
}
