//! Colours, where they are wanted.

use anstyle::{AnsiColor, Style};

use crate::lua::inspect::{Paint, Piece};
use crate::lua::lexer::{self, Kind};

const GREEN: Style = AnsiColor::Green.on_default();
const YELLOW: Style = AnsiColor::Yellow.on_default();
const BLUE: Style = AnsiColor::Blue.on_default();
const MAGENTA: Style = AnsiColor::Magenta.on_default();
const CYAN: Style = AnsiColor::Cyan.on_default();
const RED: Style = AnsiColor::Red.on_default();
const FAINT: Style = Style::new().dimmed();
const BOLD: Style = Style::new().bold();
const PAIR: Style = Style::new().bold().underline();

/// Paints, or leaves plain.
#[derive(Debug, Clone, Copy)]
pub struct Painter {
    /// Whether there are colours at all.
    pub colours: bool,
}

impl Painter {
    fn paint(self, style: Style, text: &str) -> String {
        if self.colours && style != Style::new() { format!("{style}{text}{style:#}") } else { text.into() }
    }

    /// What is said beside what was asked for.
    pub fn faint(self, text: &str) -> String {
        self.paint(FAINT, text)
    }

    /// What is not as it should be.
    pub fn error(self, text: &str) -> String {
        self.paint(RED, text)
    }

    /// The prompt, a name that is explained.
    pub fn bold(self, text: &str) -> String {
        self.paint(BOLD, text)
    }

    /// A value.
    pub fn value(self, pieces: &[Piece]) -> String {
        let style = |paint| match paint {
            Paint::Plain | Paint::Key => Style::new(),
            Paint::Text => GREEN,
            Paint::Number => YELLOW,
            Paint::Word => MAGENTA,
            Paint::Handle => CYAN,
            Paint::Note => FAINT,
            Paint::Error => RED,
        };
        pieces.iter().map(|piece| self.paint(style(piece.paint), &piece.text)).collect()
    }

    /// Lua; the bytes of `pair` are two brackets that belong together.
    pub fn code(self, text: &str, pair: Option<(usize, usize)>) -> String {
        if !self.colours {
            return text.into();
        }
        let mut painted = String::with_capacity(text.len() * 2);
        let mut at = 0;
        for token in lexer::tokens(text) {
            painted += &text[at..token.start];
            let is_paired = pair.is_some_and(|(a, b)| token.start == a || token.start == b);
            let style = match token.kind {
                _ if is_paired => PAIR,
                Kind::Keyword => match token.of(text) {
                    "nil" | "true" | "false" => MAGENTA,
                    _ => BLUE,
                },
                Kind::Text => GREEN,
                Kind::Number => YELLOW,
                Kind::Comment => FAINT,
                Kind::Unknown => RED,
                Kind::Name | Kind::Sign => Style::new(),
            };
            painted += &self.paint(style, token.of(text));
            at = token.end;
        }
        painted + &text[at..]
    }
}

/// The bracket at or before `at`, and the one that it belongs to.
pub fn pair(text: &str, at: usize) -> Option<(usize, usize)> {
    let mut open = vec![];
    let mut pairs = vec![];
    for token in lexer::tokens(text).filter(|token| token.kind == Kind::Sign) {
        match token.of(text) {
            "(" | "[" | "{" => open.push((token.start, &text[token.start..token.end])),
            close @ (")" | "]" | "}") => {
                let opens = match close {
                    ")" => "(",
                    "]" => "[",
                    _ => "{",
                };
                if open.last().is_some_and(|(_, bracket)| *bracket == opens)
                    && let Some((start, _)) = open.pop()
                {
                    pairs.push((start, token.start));
                }
            }
            _ => {}
        }
    }
    let touches = |place: usize| pairs.iter().find(|(a, b)| *a == place || *b == place).copied();
    touches(at).or_else(|| touches(at.checked_sub(1)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_are_found_and_not_in_strings() {
        assert_eq!(pair("f(')', {1})", 1), Some((1, 10)));
        assert_eq!(pair("f(')', {1})", 11), Some((1, 10)));
        assert_eq!(pair("f(')', {1})", 3), None);
        assert_eq!(pair("(]", 0), None);
    }

    #[test]
    fn painted_code_has_the_same_text() {
        let painter = Painter { colours: true };
        let text = "local x = 'a' .. 1 -- end\n ü";
        let without = anstream::adapter::strip_str(&painter.code(text, None)).to_string();
        assert_eq!(without, text);
        assert_eq!(Painter { colours: false }.code(text, None), text);
    }
}
