//! Columns of text on a terminal.

use unicode_width::UnicodeWidthChar;

/// The text, or as much of it as fits, with an ellipsis.
pub fn cut(text: &str, columns: usize) -> String {
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
}
