//! What was seen, as text: on one line where it fits, else a field a line.

use unicode_width::UnicodeWidthStr;

use super::{Paint, Piece};

const INDENT: usize = 2;

/// A value that was looked at.
pub enum Node {
    /// What has no parts.
    Leaf(Vec<Piece>),
    /// A table.
    Table {
        /// What it calls itself.
        name: Option<String>,
        fields: Vec<(Vec<Piece>, Node)>,
        /// Fields that are not shown.
        more: usize,
    },
    /// Lines, and what belongs to them.
    Lines(Vec<Piece>, Option<Box<Node>>),
}

impl Node {
    pub fn leaf(paint: Paint, text: impl Into<String>) -> Self {
        Self::Leaf(vec![Piece { paint, text: text.into() }])
    }
}

pub fn pieces(node: &Node, columns: usize) -> Vec<Piece> {
    let mut writer = Writer { columns, pieces: vec![] };
    writer.node(node, 0, 0);
    writer.pieces
}

struct Writer {
    columns: usize,
    pieces: Vec<Piece>,
}

impl Writer {
    /// `taken` columns of the line are before it.
    fn node(&mut self, node: &Node, indent: usize, taken: usize) {
        match node {
            Node::Leaf(pieces) => self.pieces.extend_from_slice(pieces),
            Node::Lines(lines, fields) => {
                self.pieces.extend_from_slice(lines);
                if let Some(fields) = fields {
                    self.plain("\n");
                    self.node(fields, indent, indent);
                }
            }
            Node::Table { name, fields, more } => {
                if let Some(name) = name {
                    self.push(Paint::Handle, name.clone() + " ");
                }
                if fields.is_empty() && *more == 0 {
                    return self.plain("{}");
                }
                let left = self.columns.saturating_sub(taken);
                if width(node, left).is_some() {
                    self.on_one_line(fields, *more);
                } else {
                    self.on_many(fields, *more, indent + INDENT);
                }
            }
        }
    }

    fn on_one_line(&mut self, fields: &[(Vec<Piece>, Node)], more: usize) {
        self.plain("{ ");
        for (n, (key, value)) in fields.iter().enumerate() {
            if n > 0 {
                self.plain(", ");
            }
            self.key(key);
            self.node(value, 0, 0);
        }
        if more > 0 {
            self.plain(", ");
            self.more(more);
        }
        self.plain(" }");
    }

    fn on_many(&mut self, fields: &[(Vec<Piece>, Node)], more: usize, indent: usize) {
        self.plain("{");
        for (n, (key, value)) in fields.iter().enumerate() {
            self.plain(if n > 0 { ",\n" } else { "\n" });
            self.plain(&" ".repeat(indent));
            self.key(key);
            let taken = indent + key.iter().map(|piece| piece.text.width()).sum::<usize>() + " = ,".len();
            self.node(value, indent, taken);
        }
        if more > 0 {
            self.plain(",\n");
            self.plain(&" ".repeat(indent));
            self.more(more);
        }
        self.plain("\n");
        self.plain(&" ".repeat(indent - INDENT));
        self.plain("}");
    }

    fn key(&mut self, key: &[Piece]) {
        self.pieces.extend_from_slice(key);
        if !key.is_empty() {
            self.plain(" = ");
        }
    }

    fn more(&mut self, more: usize) {
        self.push(Paint::Note, format!("… {more} more"));
    }

    fn plain(&mut self, text: &str) {
        self.push(Paint::Plain, text.into());
    }

    fn push(&mut self, paint: Paint, text: String) {
        self.pieces.push(Piece { paint, text });
    }
}

/// The columns of a node on one line, if they are no more than this.
fn width(node: &Node, columns: usize) -> Option<usize> {
    let of = |pieces: &[Piece]| pieces.iter().map(|piece| piece.text.width()).sum::<usize>();
    let width = match node {
        Node::Leaf(pieces) => of(pieces),
        Node::Lines(..) => return None,
        Node::Table { name, fields, more } => {
            let mut all = "{  }".len() + name.as_ref().map_or(0, |name| name.width() + 1);
            for (key, value) in fields {
                all += of(key) + if key.is_empty() { 2 } else { 5 };
                all += width(value, columns.checked_sub(all)?)?;
            }
            all + if *more > 0 { "… more".len() + 6 } else { 0 }
        }
    };
    (width <= columns).then_some(width)
}
