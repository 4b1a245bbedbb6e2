//! What is pinned for each platform: the only place that names one.

use super::BinaryError;

/// The npm package that holds the binary of one platform.
#[derive(Debug, Clone, Copy)]
pub(super) struct Package {
    /// The end of its version.
    pub suffix: &'static str,
    /// sha512 of its archive, as lock files write it.
    pub integrity: &'static str,
    /// Size of its archive in megabytes (10⁶ bytes), measured.
    pub megabytes: u32,
}

/// The pinned package for this machine.
pub(super) fn package() -> Result<Package, BinaryError> {
    let (os, arch) = (std::env::consts::OS, std::env::consts::ARCH);
    let (suffix, integrity, megabytes) = match (os, arch) {
        ("linux", "x86_64") => (
            "linux-x64",
            "sha512-o05NyAOCDygSPRo1yinzxvkRSdmsZyBD9E7mbpmjRanSfM8lypqWtQgEo4XfNkwhuCR2aFu8mlGOsQGFXVbVww==",
            167,
        ),
        ("linux", "aarch64") => (
            "linux-arm64",
            "sha512-NZ/DaQUpcQmxmqee7Z9uC1rzw3GhSbooawcaTe1LN5Yk+WlinUKGdTXJgClRT/9ogQEEM9TWxYzvxPfj5G/xFg==",
            172,
        ),
        ("macos", "x86_64") => (
            "darwin-x64",
            "sha512-K1FKSsSLl9v3z5TeagBQXyQRDBIGB5Jncy5dxsRxwT3aaTqN3AI8VrCfoxBxKMOOU9O2QX1vg7WkBwNVth/s9A==",
            164,
        ),
        ("macos", "aarch64") => (
            "darwin-arm64",
            "sha512-5WsWFBbVP78D+6FvNo1MMVxLPZdmcoQlqVJFrF4qx/TmvneLnMQKtLyXkUo54XOTDfoYKpNouTJ/F7gTVA8FnQ==",
            154,
        ),
        _ => return Err(BinaryError::Unsupported { os, arch }),
    };
    Ok(Package { suffix, integrity, megabytes })
}
