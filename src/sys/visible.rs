//! Text of others on a terminal: the agent's, a repository's, the server's.

use std::fmt::Write as _;

/// The text with all that steers a terminal, hides, or turns round what is read shown as an escape; line ends and
/// tabs stay.
pub fn visible(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut shown, c| {
        if c != '\n' && c != '\t' && steers(c) {
            let _ = write!(shown, "{}", c.escape_unicode());
        } else {
            shown.push(c);
        }
        shown
    })
}

/// As [`visible`], in one line.
pub fn line(text: &str) -> String {
    visible(text).replace('\n', "\\n")
}

/// Whether it steers a terminal, or is not seen there.
pub fn steers(c: char) -> bool {
    c.is_control() || is_unseen(c)
}

/// Characters that have no shape of their own: Unicode's format characters (Cf), separators of lines and paragraphs,
/// fillers, and the variation selectors that carry data.
fn is_unseen(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{890}'..='\u{891}'
            | '\u{8e2}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
            | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{110bd}' | '\u{110cd}'
            | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_a_terminal_is_shown() {
        assert_eq!(visible("a\u{1b}[2Jb\rc\u{9b}d\n\te\u{7f}"), "a\\u{1b}[2Jb\\u{d}c\\u{9b}d\n\te\\u{7f}");
        // A link that says another address, and a write to the clipboard.
        assert_eq!(visible("\u{1b}]8;;http://x\u{1b}\\y"), "\\u{1b}]8;;http://x\\u{1b}\\y");
        assert_eq!(visible("\u{1b}]52;c;eA==\u{7}"), "\\u{1b}]52;c;eA==\\u{7}");
    }

    #[test]
    fn what_hides_or_turns_text_round_is_shown() {
        for c in [
            '\u{202e}',
            '\u{2066}',
            '\u{200b}',
            '\u{200d}',
            '\u{feff}',
            '\u{2028}',
            '\u{ad}',
            '\u{e0041}',
            '\u{e0100}',
        ] {
            assert_eq!(visible(&format!("a{c}b")), format!("a{}b", c.escape_unicode()));
        }
        assert_eq!(visible("Größe 尺寸 ❤️ é\u{301}"), "Größe 尺寸 ❤️ é\u{301}");
    }

    #[test]
    fn one_line_is_one_line() {
        assert_eq!(line("a\nb\u{2028}c"), "a\\nb\\u{2028}c");
    }
}
