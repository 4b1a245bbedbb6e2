//! Columns of text on a terminal.

use unicode_width::UnicodeWidthChar;

/// The fewest columns in which a shortened text still says something.
const LEAST: usize = 10;

/// A text that may be shortened, and what follows it and should stay.
#[derive(Debug, Default)]
pub struct Line {
    pub text: String,
    pub end: String,
}

impl Line {
    /// As much of it as fits.
    pub fn fit(&self, columns: usize) -> String {
        match columns.checked_sub(width(&self.end)) {
            Some(left) if left >= LEAST => cut(&self.text, left) + &self.end,
            _ => cut(&format!("{}{}", self.text, self.end), columns),
        }
    }
}

impl From<String> for Line {
    fn from(text: String) -> Self {
        Self { text, ..Self::default() }
    }
}

/// The text, or as much of it as fits, with an ellipsis.
fn cut(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut taken = 1;
    let fits = |c: &char| {
        taken += columns_of(*c);
        taken <= columns
    };
    text.chars().take_while(fits).chain(['…']).collect()
}

fn width(text: &str) -> usize {
    text.chars().map(columns_of).sum()
}

fn columns_of(c: char) -> usize {
    c.width().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_by_columns() {
        assert_eq!(cut("abcdef", 6), "abcdef");
        assert_eq!(cut("abcdefg", 6), "abcde…");
        assert_eq!(cut("尺寸尺寸", 6), "尺寸…");
        assert_eq!(cut("尺寸尺", 6), "尺寸尺");
    }

    #[test]
    fn the_end_of_a_line_stays_while_there_is_room_for_more_than_it() {
        let line = Line { text: "running a long command".into(), end: " · 12s".into() };
        assert_eq!(line.fit(40), "running a long command · 12s");
        assert_eq!(line.fit(20), "running a lon… · 12s");
        assert_eq!(line.fit(15), "running a long…");
    }
}
