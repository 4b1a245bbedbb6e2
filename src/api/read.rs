//! The formats of Lua's `read`, awaited.

use mlua::{IntoLua, Lua, Value};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader};

/// What a format found.
#[derive(Debug, PartialEq)]
pub enum Found {
    /// Bytes.
    Text(Vec<u8>),
    /// A number, as it was written.
    Number(String),
    /// The end, or no number.
    Nothing,
}

impl IntoLua for Found {
    fn into_lua(self, lua: &Lua) -> mlua::Result<Value> {
        match self {
            Self::Text(bytes) => lua.create_string(bytes).map(Value::String),
            Self::Nothing => Ok(Value::Nil),
            Self::Number(text) => {
                let text = lua.create_string(text)?;
                let number = lua.globals().raw_get::<mlua::Function>("tonumber")?.call::<Value>(text)?;
                Ok(number)
            }
        }
    }
}

/// The longest number that Lua reads.
const LONGEST_NUMBER: usize = 200;

/// Reads one format: `l`, `L`, `n`, `a` or a count; `None` when it is no format. A line, or all, that has more than
/// `most` bytes is an error.
pub async fn read(
    reader: &mut BufReader<impl AsyncRead + Unpin>,
    format: &str,
    most: usize,
) -> std::io::Result<Option<Found>> {
    let mut bounded = (&mut *reader).take((most as u64).saturating_add(1));
    let within = |bytes: Vec<u8>| {
        let error = || std::io::Error::other(format!("more than {most} bytes in one piece: read by a count"));
        if bytes.len() > most { Err(error()) } else { Ok(bytes) }
    };
    Ok(Some(match format {
        "l" | "L" => {
            let mut line = vec![];
            if bounded.read_until(b'\n', &mut line).await? == 0 {
                return Ok(Some(Found::Nothing));
            }
            let mut line = within(line)?;
            if format == "l" && line.last() == Some(&b'\n') {
                line.pop();
            }
            Found::Text(line)
        }
        "a" => {
            let mut all = Vec::new();
            bounded.read_to_end(&mut all).await?;
            Found::Text(within(all)?)
        }
        "n" => number(reader).await?,
        count => match count.parse::<u64>() {
            Err(_) => return Ok(None),
            Ok(0) => {
                if reader.fill_buf().await?.is_empty() {
                    Found::Nothing
                } else {
                    Found::Text(vec![])
                }
            }
            Ok(count) => {
                let mut bytes = Vec::new();
                reader.take(count).read_to_end(&mut bytes).await?;
                if bytes.is_empty() { Found::Nothing } else { Found::Text(bytes) }
            }
        },
    }))
}

/// Skips white space and takes what can be part of a number.
async fn number(reader: &mut BufReader<impl AsyncRead + Unpin>) -> std::io::Result<Found> {
    let mut text = String::new();
    while text.len() < LONGEST_NUMBER {
        let Some(&next) = reader.fill_buf().await?.first() else { break };
        if text.is_empty() && next.is_ascii_whitespace() {
            reader.consume(1);
            continue;
        }
        let exponent = text.ends_with(['e', 'E', 'p', 'P']);
        let part = next.is_ascii_hexdigit()
            || matches!(next, b'.' | b'x' | b'X' | b'p' | b'P')
            || (matches!(next, b'+' | b'-') && (text.is_empty() || exponent));
        if !part {
            break;
        }
        text.push(char::from(next));
        reader.consume(1);
    }
    Ok(if text.is_empty() { Found::Nothing } else { Found::Number(text) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn formats_read_as_in_lua() {
        let mut reader = BufReader::new(&b"one\ntwo\n 0x10 -2.5e3 word\nrest"[..]);
        let text = |text: &str| Some(Found::Text(text.into()));
        let number = |text: &str| Some(Found::Number(text.into()));
        assert_eq!(read(&mut reader, "l", 100).await.unwrap(), text("one"));
        assert_eq!(read(&mut reader, "L", 100).await.unwrap(), text("two\n"));
        assert_eq!(read(&mut reader, "n", 100).await.unwrap(), number("0x10"));
        assert_eq!(read(&mut reader, "n", 100).await.unwrap(), number("-2.5e3"));
        assert_eq!(read(&mut reader, "n", 100).await.unwrap(), Some(Found::Nothing));
        assert_eq!(read(&mut reader, "4", 100).await.unwrap(), text("word"));
        assert_eq!(read(&mut reader, "a", 100).await.unwrap(), text("\nrest"));
        assert_eq!(read(&mut reader, "a", 100).await.unwrap(), text(""));
        assert_eq!(read(&mut reader, "l", 100).await.unwrap(), Some(Found::Nothing));
        assert_eq!(read(&mut reader, "0", 100).await.unwrap(), Some(Found::Nothing));
        assert_eq!(read(&mut reader, "q", 100).await.unwrap(), None);
    }

    #[tokio::test]
    async fn what_is_read_in_one_piece_is_bounded() {
        let of = |text: &'static str| BufReader::new(text.as_bytes());
        for format in ["l", "L", "a"] {
            assert!(read(&mut of("four\n"), format, 5).await.is_ok());
            assert!(read(&mut of("four\n"), format, 4).await.is_err());
        }
        let count = read(&mut of("four\n"), "5", 4).await.unwrap();
        assert_eq!(count, Some(Found::Text("four\n".into())));
    }
}
