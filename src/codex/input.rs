//! What a turn is given to read.

use std::path::{Path, PathBuf};

use serde::{Serialize, Serializer};

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

impl Serialize for Input {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        #[serde(tag = "type", rename_all = "camelCase")]
        enum Wire<'a> {
            Text { text: &'a str, text_elements: [(); 0] },
            Image { url: &'a str },
            LocalImage { path: &'a Path },
            LocalAudio { path: &'a Path },
            Skill { name: &'a str, path: &'a Path },
            Mention { name: &'a str, path: &'a str },
        }
        let wire = match self {
            Self::Text(text) => Wire::Text { text, text_elements: [] },
            Self::Image(url) => Wire::Image { url },
            Self::LocalImage(path) => Wire::LocalImage { path },
            Self::LocalAudio(path) => Wire::LocalAudio { path },
            Self::Skill(name, path) => Wire::Skill { name, path },
            Self::Mention(name, path) => Wire::Mention { name, path },
        };
        wire.serialize(serializer)
    }
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
