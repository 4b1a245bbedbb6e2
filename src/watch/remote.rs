//! File systems on which others may write without the kernel here knowing.

use std::path::Path;

/// Their magic numbers, of statfs(2).
#[cfg(target_os = "linux")]
const KINDS: &[(u32, &str)] = &[
    (0x0000_6969, "NFS"),
    (0x0000_517b, "SMB"),
    (0xff53_4d42, "CIFS"),
    (0xfe53_4d42, "SMB2"),
    (0x0102_1997, "9P"),
    (0x00c3_6400, "Ceph"),
    (0x5346_414f, "AFS"),
    (0x7375_7245, "Coda"),
    (0x6573_5546, "FUSE"),
    (0x786f_4256, "VirtualBox"),
];

/// The kind of such a file system, where `path` lies on one.
#[cfg(target_os = "linux")]
pub fn kind(path: &Path) -> Option<&'static str> {
    // The numbers have 32 bits; some systems keep them with their sign.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "all have 32 bits")]
    let magic = rustix::fs::statfs(path).ok()?.f_type as u32;
    KINDS.iter().find(|(number, _)| *number == magic).map(|(_, kind)| *kind)
}

/// Elsewhere this is not known.
#[cfg(not(target_os = "linux"))]
pub fn kind(_: &Path) -> Option<&'static str> {
    None
}
