//! What the system says, in plain words.

/// What the system said, without its number.
pub fn io_error(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file".into(),
        std::io::ErrorKind::PermissionDenied => "not permitted".into(),
        std::io::ErrorKind::StorageFull => "no space is left".into(),
        std::io::ErrorKind::BrokenPipe => "nobody reads it any more".into(),
        _ => error.to_string(),
    }
}
