//! A private file of lines, each of which is whole whenever somebody looks, also after SIGKILL.
//!
//! The kernel copies what is written page by page, and a process that is killed may have written some pages and not
//! the next. What lies within one page is written as a whole. So lines are gathered into writes that end with their
//! page, and one that would lie across two pages begins the next: the line before it gets spaces at its end. Only a
//! line longer than a page can be cut, by a kill in the microseconds that its copy takes; whoever opens the file next
//! cuts it off.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{FileExt, FileTypeExt, MetadataExt, OpenOptionsExt};
use std::path::Path;

use rustix::fs::{FlockOperation, Mode, OFlags};
use rustix::io::Errno;
use rustix::stdio::{stderr, stdout};

/// Bytes that are written as a whole; the pages of larger machines are a multiple.
const PAGE: usize = 4096;

/// A file of lines, or another place that takes lines.
#[derive(Debug)]
pub struct LineFile {
    file: File,
    /// Where the next line goes; `None` where there are no places, as in a pipe.
    end: Option<u64>,
    /// Whole lines that lie within one page, or one line that does not.
    gathered: Vec<u8>,
}

/// Why a file cannot be written to.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// Following it would write somewhere else.
    #[error("it is a symbolic link: name the file itself, or remove the link")]
    Link,
    /// It has a second name, which is a way to have another file written.
    #[error("it is the same file as another name (a hard link)")]
    Linked,
    /// It cannot be made private.
    #[error("it belongs to another user")]
    Foreign,
    /// Lines at its end would spoil it.
    #[error("it is there already and its lines begin otherwise: name a new file")]
    Other,
    /// A folder, a socket, a disk.
    #[error("it is neither a file nor a pipe nor a terminal")]
    Kind,
    /// Two writers would mix.
    #[error("another run is writing it")]
    Busy,
    /// A named pipe without a reader.
    #[error("nobody reads from this pipe")]
    NoReader,
    /// What else the system says.
    #[error("{}", super::words::io_error(.0))]
    Io(#[from] io::Error),
}

impl LineFile {
    /// Opens or makes a file (0600) to go on at its end, if it is empty or its lines begin with `start`; no symbolic
    /// link is followed. Pipes and terminals are taken too, also by the names of open descriptors (`/dev/stderr`,
    /// `/dev/fd/63`).
    pub fn open(path: &Path, start: &str) -> Result<Self, Refused> {
        if let Some(file) = descriptor(path)? {
            return Ok(Self { file, end: None, gathered: Vec::new() });
        }
        // A pipe without a reader, or a terminal that is not ours, must not hold us up.
        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY;
        let open = |read: bool| {
            let flags = i32::try_from(flags.bits()).unwrap_or_default();
            OpenOptions::new().read(read).write(true).create(read).mode(0o600).custom_flags(flags).open(path)
        };
        let file = open(true).map_err(|error| match error.raw_os_error() {
            Some(libc::ELOOP) => Refused::Link,
            Some(libc::ENXIO | libc::EISDIR) => Refused::Kind,
            _ => error.into(),
        })?;
        let kind = file.metadata()?.file_type();
        if kind.is_file() {
            return Self::go_on(file, start);
        }
        let file = if kind.is_fifo() {
            // Ours would count as its reader.
            drop(file);
            open(false).map_err(|error| match error.raw_os_error() {
                Some(libc::ENXIO) => Refused::NoReader,
                _ => error.into(),
            })?
        } else if kind.is_char_device() {
            file
        } else {
            return Err(Refused::Kind);
        };
        let flags = rustix::fs::fcntl_getfl(&file).map_err(io::Error::from)?;
        rustix::fs::fcntl_setfl(&file, flags - OFlags::NONBLOCK).map_err(io::Error::from)?;
        Ok(Self { file, end: None, gathered: Vec::new() })
    }

    /// As [`LineFile::open`], and what is there gives way.
    pub fn replace(path: &Path, start: &str) -> Result<Self, Refused> {
        let mut opened = Self::open(path, start)?;
        if opened.end.is_some() {
            opened.file.set_len(0)?;
            opened.end = Some(0);
        }
        Ok(opened)
    }

    fn go_on(mut file: File, start: &str) -> Result<Self, Refused> {
        let found = file.metadata()?;
        if found.uid() != rustix::process::geteuid().as_raw() {
            return Err(Refused::Foreign);
        }
        if found.nlink() > 1 {
            return Err(Refused::Linked);
        }
        // Where there are no locks there is none to ask for.
        if rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive) == Err(Errno::WOULDBLOCK) {
            return Err(Refused::Busy);
        }
        let mut begins = vec![0; start.len()];
        match file.read_exact(&mut begins) {
            Ok(()) if begins == start.as_bytes() => {}
            // Empty.
            Err(error) if error.kind() == ErrorKind::UnexpectedEof && found.len() == 0 => {}
            Err(error) if error.kind() != ErrorKind::UnexpectedEof => return Err(error.into()),
            _ => return Err(Refused::Other),
        }
        rustix::fs::fchmod(&file, Mode::from_raw_mode(0o600)).map_err(io::Error::from)?;
        let end = whole(&mut file)?;
        file.set_len(end)?;
        Ok(Self { file, end: Some(end), gathered: Vec::new() })
    }

    /// Adds a line, which brings its end of line along; it is in the file after [`LineFile::flush`] at the latest.
    pub fn write(&mut self, line: &[u8]) -> io::Result<()> {
        let Some(end) = self.end else { return self.file.write_all(line) };
        let filled = usize::try_from(end % PAGE as u64).unwrap_or_default() + self.gathered.len();
        let room = PAGE - filled % PAGE;
        if line.len() > room {
            self.flush()?;
            if line.len() <= PAGE && room < PAGE {
                self.pad(room)?;
            }
        }
        self.gathered.extend_from_slice(line);
        if self.gathered.len() > PAGE { self.flush() } else { Ok(()) }
    }

    /// Writes what is gathered.
    pub fn flush(&mut self) -> io::Result<()> {
        let Some(end) = self.end.filter(|_| !self.gathered.is_empty()) else { return Ok(()) };
        if let Err(error) = self.file.write_all_at(&self.gathered, end) {
            // Without what went in of it.
            let _ = self.file.set_len(end);
            return Err(error);
        }
        self.end = Some(end + self.gathered.len() as u64);
        self.gathered.clear();
        Ok(())
    }

    /// Moves the last line's end to the end of its page.
    fn pad(&mut self, room: usize) -> io::Result<()> {
        let Some(end) = self.end else { return Ok(()) };
        let mut spaces = vec![b' '; room];
        spaces.push(b'\n');
        self.file.write_all_at(&spaces, end - 1)?;
        self.end = Some(end + room as u64);
        Ok(())
    }
}

/// The length of a file without a last line that has no end.
fn whole(file: &mut File) -> io::Result<u64> {
    let mut end = file.metadata()?.len();
    let mut page = [0; PAGE];
    while end > 0 {
        let from = (end - 1) / PAGE as u64 * PAGE as u64;
        let part = &mut page[..usize::try_from(end - from).unwrap_or(PAGE)];
        file.seek(SeekFrom::Start(from))?;
        file.read_exact(part)?;
        if let Some(last) = memchr::memrchr(b'\n', part) {
            return Ok(from + last as u64 + 1);
        }
        end = from;
    }
    Ok(0)
}

/// What is open already under this name: a link that has to be followed.
fn descriptor(path: &Path) -> Result<Option<File>, Refused> {
    let copy = |fd: rustix::fd::BorrowedFd<'_>| -> io::Result<File> {
        Ok(rustix::io::fcntl_dupfd_cloexec(fd, 0)?.into())
    };
    let number = match path.to_str() {
        Some("/dev/stdout") => Some("1"),
        Some("/dev/stderr") => Some("2"),
        Some(path) => path.strip_prefix("/dev/fd/").or_else(|| path.strip_prefix("/proc/self/fd/")),
        None => None,
    };
    match number.map(str::parse::<u16>) {
        // These share their place with what else is written there.
        Some(Ok(1)) => Ok(Some(copy(stdout())?)),
        Some(Ok(2)) => Ok(Some(copy(stderr())?)),
        Some(Ok(_)) => Ok(Some(OpenOptions::new().append(true).open(path)?)),
        _ => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};

    fn opened(path: &Path) -> LineFile {
        LineFile::open(path, "{").unwrap()
    }

    #[test]
    fn lines_up_to_a_page_never_lie_across_two() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lines");
        let mut file = opened(&path);
        let lines: Vec<_> = (0..2_000).map(|n| format!("{{{}}}\n", "x".repeat(n * 37 % 5_000))).collect();
        for (n, line) in lines.iter().enumerate() {
            file.write(line.as_bytes()).unwrap();
            if n % 7 == 0 {
                file.flush().unwrap();
            }
        }
        file.flush().unwrap();
        let text = fs::read_to_string(&path).unwrap();
        let mut at = 0;
        for (found, line) in text.split_inclusive('\n').zip(&lines) {
            assert_eq!(found.trim_end(), line.trim_end());
            let whole = line.len() > PAGE || at / PAGE == (at + line.trim_end().len()) / PAGE;
            assert!(whole, "a line of {} bytes at {at}", line.len());
            at += found.len();
        }
        assert_eq!(text.lines().count(), lines.len());
    }

    #[test]
    fn it_goes_on_after_the_last_whole_line_and_is_made_private() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lines");
        for (before, after) in [("{1}\n{2}\n{cut", "{1}\n{2}\n{3}\n"), ("{cut", "{3}\n"), ("", "{3}\n")] {
            fs::write(&path, before).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
            let mut file = opened(&path);
            file.write(b"{3}\n").unwrap();
            file.flush().unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), after);
            assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        }
        let long = format!("{{{}}}\n", "x".repeat(3 * PAGE));
        fs::write(&path, format!("{long}{{{}", "y".repeat(2 * PAGE))).unwrap();
        drop(opened(&path));
        assert_eq!(fs::read_to_string(&path).unwrap(), long);
    }

    #[test]
    fn what_is_no_such_file_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("script"), "print(1)\n").unwrap();
        fs::write(path("mine"), "{1}\n").unwrap();
        fs::hard_link(path("mine"), path("second")).unwrap();
        symlink(path("mine"), path("link")).unwrap();
        symlink(path("nothing"), path("dangling")).unwrap();
        rustix::fs::mknodat(rustix::fs::CWD, path("pipe"), rustix::fs::FileType::Fifo, Mode::RWXU, 0)
            .unwrap();
        let refused = |name: &str| LineFile::open(&path(name), "{").unwrap_err();
        assert!(matches!(refused("link"), Refused::Link));
        assert!(matches!(refused("dangling"), Refused::Link));
        assert!(matches!(refused("second"), Refused::Linked));
        assert!(matches!(refused("script"), Refused::Other));
        assert!(matches!(refused("."), Refused::Kind));
        assert!(matches!(refused("pipe"), Refused::NoReader));
        let _held = opened(&path("new"));
        assert!(matches!(refused("new"), Refused::Busy));
        assert_eq!(fs::read_to_string(path("script")).unwrap(), "print(1)\n");
        assert!(!path("nothing").exists());
    }
}
