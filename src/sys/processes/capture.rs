//! A program that is run to its end, and what it printed.

use std::ffi::OsString;
use std::io;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::Command;
use tokio_util::sync::CancellationToken;

use super::tree::Tree;

/// How long a program may take to end that was asked to: as long as a script may.
const LONGEST_END: Duration = Duration::from_secs(30);

/// A program that has ended.
#[derive(Debug)]
pub struct Captured {
    /// How it ended.
    pub status: ExitStatus,
    /// What it printed, as much of it as is kept.
    pub stdout: Vec<u8>,
    /// What it said, as much of it as is kept.
    pub stderr: Vec<u8>,
}

/// A command line whose streams are pipes.
pub fn piped(words: &[OsString]) -> io::Result<Command> {
    let (program, args) =
        words.split_first().ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "no program"))?;
    let mut command = Command::new(program);
    command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    Ok(command)
}

/// Feeds it `input`, keeps the first `most` bytes of each stream, and waits for its end; what it leaves running ends
/// with it. It is asked to end when `stop` says so, and ended when it takes too long over that.
pub async fn capture(
    mut tree: Tree,
    input: Vec<u8>,
    most: usize,
    stop: &CancellationToken,
) -> io::Result<Captured> {
    let (stdin, stdout, stderr) = tree.streams();
    let feed = async move {
        if let Some(mut stdin) = stdin {
            // It need not read.
            let _ = stdin.write_all(&input).await;
        }
    };
    let end = async move {
        let ended = stop.run_until_cancelled(tree.wait()).await;
        if let Some(status) = ended {
            return status;
        }
        tree.ask_to_end();
        let late = || io::Error::new(io::ErrorKind::TimedOut, "it did not end when it was asked to");
        tokio::time::timeout(LONGEST_END, tree.wait()).await.unwrap_or_else(|_| Err(late()))
    };
    let ((), status, stdout, stderr) = tokio::join!(feed, end, keep(stdout, most), keep(stderr, most));
    Ok(Captured { status: status?, stdout, stderr })
}

/// Reads to the end.
async fn keep(stream: Option<impl AsyncRead + Unpin>, most: usize) -> Vec<u8> {
    let mut kept = vec![];
    let Some(mut stream) = stream else { return kept };
    let mut piece = vec![0; 16 << 10];
    // An error is the end of it.
    while let Ok(read @ 1..) = stream.read(&mut piece).await {
        let room = most.saturating_sub(kept.len()).min(read);
        kept.extend_from_slice(&piece[..room]);
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::super::Mark;
    use super::*;

    async fn shell(script: &str, input: &str, most: usize, stop: &CancellationToken) -> Captured {
        let mut command = piped(&["/bin/sh".into(), "-c".into(), script.into()]).unwrap();
        let tree = Tree::start_apart(&mut command, Mark::new()).unwrap();
        capture(tree, input.into(), most, stop).await.unwrap()
    }

    #[tokio::test]
    async fn both_streams_are_kept_and_nothing_that_it_leaves_holds_them_open() {
        let script = "sleep 1000 & cat; echo error >&2; exit 3";
        let ended = shell(script, "in", 100, &CancellationToken::new()).await;
        assert_eq!(
            (ended.status.code(), &*ended.stdout, &*ended.stderr),
            (Some(3), &b"in"[..], &b"error\n"[..])
        );
    }

    #[tokio::test]
    async fn what_is_too_much_is_read_and_not_kept() {
        let ended = shell("head -c 1000000 /dev/zero", "", 10, &CancellationToken::new()).await;
        assert_eq!((ended.status.code(), ended.stdout.len()), (Some(0), 10));
    }

    #[tokio::test]
    async fn it_is_asked_to_end() {
        let stop = CancellationToken::new();
        stop.cancel();
        let ended = shell("trap 'echo asked; exit 5' TERM; kill -0 $$; read -r _", "", 10, &stop).await;
        assert!(ended.status.code() == Some(5) || ended.status.code().is_none(), "{ended:?}");
    }
}
