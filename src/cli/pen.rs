//! What is drawn on the terminal beside a script's output; pure.
//!
//! The cursor rests where the script's output has left it, and the status line is drawn from there on: on the same
//! row when that is empty, else on the next one. So whatever is to go is what follows the cursor, also after the
//! window was made narrower, and there is nothing to restore: the cursor is never hidden. Where it is not certain
//! that nothing else follows the cursor, nothing is drawn.

use anstyle::Style;

use super::place::{Follower, Place};
use super::width::Line;

/// A terminal that is narrower or lower shows nothing.
const NARROWEST: usize = 20;
const LOWEST: usize = 3;
/// Removes what is drawn: all that follows the cursor.
const ERASE: &str = "\x1b[J";
/// As [`ERASE`] at the start of a line, where what somebody typed may have moved the cursor.
const ERASE_LINE: &str = "\r\x1b[J";

/// A terminal's rows and columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    pub rows: usize,
    pub columns: usize,
}

/// Draws one line after a script's output, and knows what is drawn.
#[derive(Debug)]
pub struct Pen {
    style: Style,
    follower: Follower,
    drawn: Option<Drawn>,
}

#[derive(Debug, PartialEq, Eq)]
struct Drawn {
    text: String,
    place: Place,
    size: Size,
}

impl Pen {
    pub fn new(style: Style) -> Self {
        Self { style, follower: Follower::new(), drawn: None }
    }

    /// Where the script's output has left the cursor.
    pub fn place(&self) -> Place {
        self.follower.place()
    }

    /// What to write before anything else is written: removes the line. Empty when there is none.
    pub fn erase(&mut self) -> &'static str {
        match self.drawn.take() {
            None => "",
            Some(Drawn { place: Place::Start, .. }) => ERASE_LINE,
            Some(_) => ERASE,
        }
    }

    /// Takes note of what a script prints.
    pub fn printed(&mut self, bytes: &[u8]) {
        self.follower.follow(bytes);
    }

    /// Says where others have left the cursor.
    pub fn moved(&mut self, place: Place) {
        self.follower.set(place);
    }

    /// What to write so that this line is shown; `None` when it is there already, or cannot be.
    pub fn draw(&mut self, line: &Line, size: Size) -> Option<String> {
        let place = self.place();
        if size.columns < NARROWEST || size.rows < LOWEST || !is_certain(place, size.columns) {
            return None;
        }
        let wanted = Drawn { text: line.fit(size.columns - 1), place, size };
        if self.drawn.as_ref() == Some(&wanted) {
            return None;
        }
        // Saved and restored: the cursor and the script's colours. Without wrapping, whatever the width of each
        // character. A vertical tab moves down and keeps the column, by a new row where there is none.
        let begin = if place == Place::Start { "\r\x1b7" } else { "\x0b\x1b[A\x1b7\r\n" };
        let (erase, style, line) = (self.erase(), self.style, &wanted.text);
        let shown = format!("{erase}{begin}\x1b[?7l{style}{line}{style:#}\x1b[?7h\x1b8");
        self.drawn = Some(wanted);
        Some(shown)
    }
}

/// Whether the cursor stands where the next character goes: after one in the last column a terminal still stands on
/// it, and any step loses that.
fn is_certain(place: Place, columns: usize) -> bool {
    match place {
        Place::Start | Place::Somewhere => true,
        Place::After { columns: taken, wide } => taken % columns != 0 && (taken < columns || !wide),
        Place::Unknown => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const COLUMNS: usize = 30;

    fn terminal(rows: u16) -> vt100::Parser {
        vt100::Parser::new(rows.try_into().unwrap(), 30.try_into().unwrap(), 0)
    }

    fn on(terminal: &mut vt100::Parser, bytes: &[u8]) {
        // As the kernel does it.
        let bytes: Vec<u8> =
            bytes.iter().flat_map(|b| if *b == b'\n' { vec![b'\r', b'\n'] } else { vec![*b] }).collect();
        terminal.process(&bytes);
    }

    proptest! {
        #[test]
        fn what_a_script_prints_is_never_touched(
            pieces in prop::collection::vec(("[a-zü尺 ]{0,40}\n?|(\u{1b}\\[3[0-7]m)|[\r\t\u{8}]|\n{1,4}", any::<bool>()), 1..25),
            rows in 3_u16..12,
        ) {
            let (mut alone, mut shared) = (terminal(1_000), terminal(rows));
            let mut pen = Pen::new(Style::new().dimmed());
            for (number, (piece, draws)) in pieces.iter().enumerate() {
                on(&mut alone, piece.as_bytes());
                on(&mut shared, pen.erase().as_bytes());
                on(&mut shared, piece.as_bytes());
                pen.printed(piece.as_bytes());
                let size = Size { rows: rows.into(), columns: COLUMNS };
                if *draws && let Some(line) = pen.draw(&format!("status {number} which is longer than the row").into(), size) {
                    on(&mut shared, line.as_bytes());
                    let start = format!("status {number} ");
                    prop_assert!(shared.screen().contents().contains(&start));
                }
            }
            on(&mut shared, pen.erase().as_bytes());
            let (whole, part) = (alone.screen().contents(), shared.screen().contents());
            prop_assert!(whole.trim_end_matches('\n').ends_with(part.trim_end_matches('\n')), "{whole:?}\n{part:?}");
            prop_assert!(!part.contains("status"));
            prop_assert_eq!(alone.screen().cursor_position().1, shared.screen().cursor_position().1);
            prop_assert_eq!(alone.screen().fgcolor(), shared.screen().fgcolor());
        }
    }

    #[test]
    fn nothing_is_drawn_after_a_full_row() {
        let drawn = |text: &str| {
            let mut pen = Pen::new(Style::new());
            pen.printed(text.as_bytes());
            pen.draw(&Line::from("x".to_owned()), Size { rows: 24, columns: 20 }).is_some()
        };
        for (columns, expected) in [(19, true), (20, false), (21, true), (40, false)] {
            assert_eq!(drawn(&"a".repeat(columns)), expected, "{columns}");
        }
        // Two columns may have gone to the next row together.
        assert!(drawn("a尺") && !drawn(&format!("a{}", "尺".repeat(12))));
    }

    #[test]
    fn nothing_is_drawn_where_there_is_no_room() {
        let drawn =
            |rows, columns| Pen::new(Style::new()).draw(&Line::from("x".to_owned()), Size { rows, columns });
        assert!(drawn(24, 80).is_some());
        assert_eq!((drawn(24, 10), drawn(2, 80), drawn(0, 0)), (None, None, None));
    }
}
