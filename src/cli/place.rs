//! Where a script's output has left the cursor; pure.

use unicode_width::UnicodeWidthChar;

/// An escape sequence that is longer without an end is none.
const LONGEST_ESCAPE: usize = 64;

/// The place of the cursor, as far as it follows from what was printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// At the start of a line, with nothing in it.
    Start,
    /// After so many columns of text; `wide` when some characters take two.
    After {
        /// Columns since the line began, however often it was wrapped.
        columns: usize,
        /// How a terminal wraps two columns depends on where they come.
        wide: bool,
    },
    /// Somewhere in a line, or at its start.
    Somewhere,
    /// Where text to the right of the cursor or below could be a script's.
    Unknown,
}

/// Follows what is printed.
#[derive(Debug)]
pub struct Follower {
    place: Place,
    /// The beginning of a character or an escape sequence whose rest has not come.
    rest: Vec<u8>,
    /// The script moves the cursor itself: nothing is known any more.
    steers: bool,
}

impl Follower {
    pub fn new() -> Self {
        Self { place: Place::Start, rest: vec![], steers: false }
    }

    /// Where the cursor is.
    pub fn place(&self) -> Place {
        if self.steers || !self.rest.is_empty() { Place::Unknown } else { self.place }
    }

    /// Says where the cursor is after others have used the terminal.
    pub fn set(&mut self, place: Place) {
        self.place = place;
        self.rest.clear();
    }

    /// Takes note of what is printed.
    pub fn follow(&mut self, bytes: &[u8]) {
        if self.steers {
            return;
        }
        let joined;
        let mut bytes = if self.rest.is_empty() {
            bytes
        } else {
            joined = [&std::mem::take(&mut self.rest), bytes].concat();
            &joined[..]
        };
        // Only the last line counts, but for what steers.
        if memchr::memchr(0x1b, bytes).is_none()
            && let Some(end) = memchr::memrchr(b'\n', bytes)
        {
            self.place = Place::Start;
            bytes = &bytes[end + 1..];
        }
        loop {
            let (text, after, invalid) = match std::str::from_utf8(bytes) {
                Ok(text) => (text, &[][..], None),
                Err(error) => {
                    let (text, after) = bytes.split_at(error.valid_up_to());
                    (std::str::from_utf8(text).unwrap_or_default(), after, error.error_len())
                }
            };
            let unread = self.text(text);
            if unread > 0 || invalid.is_none() {
                self.rest = bytes[bytes.len() - after.len() - unread..].to_vec();
                self.steers |= self.rest.len() > LONGEST_ESCAPE;
                return;
            }
            self.place = Place::Unknown;
            bytes = &after[invalid.unwrap_or_default()..];
        }
    }

    /// Follows text; tells how much at its end is an escape sequence whose rest has not come.
    fn text(&mut self, text: &str) -> usize {
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let after = &rest[c.len_utf8()..];
            if c == '\u{1b}' {
                match colour(after) {
                    Some(Ok(end)) => {
                        rest = &after[end..];
                        continue;
                    }
                    Some(Err(())) => {
                        self.steers = true;
                        return 0;
                    }
                    None => return rest.len(),
                }
            }
            self.place = match (c, self.place) {
                ('\n', _) => Place::Start,
                // The line's end, or back to its start with the text still there.
                ('\r', place) if after.starts_with('\n') => place,
                (_, Place::Unknown) => Place::Unknown,
                (c, place) => match (c.width(), place) {
                    (None | Some(0), _) => Place::Unknown,
                    (Some(width), Place::After { columns, wide }) => {
                        Place::After { columns: columns + width, wide: wide || width > 1 }
                    }
                    (Some(width), Place::Start) => Place::After { columns: width, wide: width > 1 },
                    (_, place) => place,
                },
            };
            rest = after;
        }
        0
    }
}

/// Where a sequence that only colours ends, after its escape; an error for any other, `None` before its end.
fn colour(after: &str) -> Option<Result<usize, ()>> {
    let Some(parameters) = after.strip_prefix('[') else {
        return (!after.is_empty()).then_some(Err(()));
    };
    let end = parameters.find(|c: char| !(c.is_ascii_digit() || c == ';' || c == ':'))?;
    Some(if parameters[end..].starts_with('m') { Ok(end + 2) } else { Err(()) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn after(bytes: &[u8]) -> Place {
        let mut follower = Follower::new();
        follower.follow(bytes);
        follower.place()
    }

    #[test]
    fn the_last_line_counts() {
        let columns = |columns, wide| Place::After { columns, wide };
        assert_eq!(after(b"abc\n"), Place::Start);
        assert_eq!(after(b"abc\r\n"), Place::Start);
        assert_eq!(after("a\nbü".as_bytes()), columns(2, false));
        assert_eq!(after("\x1b[1;31mred\x1b[m".as_bytes()), columns(3, false));
        assert_eq!(after("尺寸".as_bytes()), columns(4, true));
    }

    #[test]
    fn what_is_not_known_is_not_guessed() {
        for text in ["50%\r", "a\x08", "a\tb", "e\u{301}", "\u{1b}", "a\u{1b}[3"] {
            assert_eq!(after(text.as_bytes()), Place::Unknown, "{text:?}");
        }
        assert_eq!(after(b"\xff"), Place::Unknown);
        assert_eq!(after(b"\xffx\ny"), Place::After { columns: 1, wide: false });
        assert_eq!(after(b"\xe2\x82"), Place::Unknown);
        // Whoever moves the cursor once is left alone for good.
        assert_eq!(after(b"\x1b[2Jabc\n"), Place::Unknown);
        assert_eq!(after(b"\x1b7\n"), Place::Unknown);
    }

    proptest! {
        #[test]
        fn pieces_are_as_good_as_the_whole(text in "[ab\n\r\t尺ü\u{1b}\\[0-9;m]{0,40}", cut in 0..200_usize) {
            let bytes = text.as_bytes();
            let cut = cut.min(bytes.len());
            let mut follower = Follower::new();
            follower.follow(&bytes[..cut]);
            follower.follow(&bytes[cut..]);
            // A \r alone is not known to be a line's end.
            prop_assume!(!text.contains('\r'));
            prop_assert_eq!(follower.place(), after(bytes));
        }

        #[test]
        fn no_bytes_panic(bytes in any::<Vec<u8>>()) {
            after(&bytes);
        }
    }
}
