//! What a turn is given to read.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::error::Error;
use crate::sys::words::io_error;

/// One piece of input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// Plain text.
    Text(String),
    /// An image as a `data:` URL.
    Image(String),
    /// An image file.
    LocalImage(PathBuf),
    /// A sound file.
    LocalAudio(PathBuf),
    /// A skill by name, and its file.
    Skill(String, PathBuf),
    /// Something named in the text, and where it is.
    Mention(String, String),
}

impl Input {
    pub(super) fn wire(&self) -> Value {
        match self {
            Self::Text(text) => json!({ "type": "text", "text": text, "text_elements": [] }),
            Self::Image(url) => json!({ "type": "image", "url": url }),
            Self::LocalImage(path) => json!({ "type": "localImage", "path": path }),
            Self::LocalAudio(path) => json!({ "type": "localAudio", "path": path }),
            Self::Skill(name, path) => json!({ "type": "skill", "name": name, "path": path }),
            Self::Mention(name, path) => json!({ "type": "mention", "name": name, "path": path }),
        }
    }
}

/// The list as the wire takes it.
pub(super) fn wire(input: &[Input]) -> Result<Value, Error> {
    input.iter().map(|item| item.check().map(|()| item.wire())).collect()
}

impl Input {
    /// Refuses what the server would refuse late, answer with a note to the model alone, or not notice.
    pub(super) fn check(&self) -> Result<(), Error> {
        match self {
            Self::Image(url) if !url.starts_with("data:") => Err(Error::Usage(format!(
                "an image must be a data: URL, got {}; Codex does not fetch images: download it and pass {{local_image = \"path\"}}",
                excerpt(url)
            ))),
            Self::LocalImage(path) | Self::LocalAudio(path) | Self::Skill(_, path) => {
                match std::fs::metadata(path) {
                    Ok(found) if found.is_file() => Ok(()),
                    Ok(_) => Err(Error::Usage(format!("{} is not a file", path.display()))),
                    Err(error) => {
                        Err(Error::Usage(format!("cannot read {}: {}", path.display(), io_error(&error))))
                    }
                }
            }
            _ => Ok(()),
        }
    }
}

fn excerpt(url: &str) -> String {
    let start: String = url.chars().take(60).collect();
    if start.len() < url.len() { format!("{start}…") } else { start }
}
