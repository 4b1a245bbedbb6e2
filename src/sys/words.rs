//! What the system says, in plain words.

/// What the system said, without its number.
pub fn io_error(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file".into(),
        std::io::ErrorKind::PermissionDenied => "not permitted".into(),
        _ => error.to_string(),
    }
}
