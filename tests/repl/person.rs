//! Somebody who types at a prompt.

use std::cell::Cell;

use crate::support::terminal::{Left, Seen, Terminal};
use crate::support::{Program, Project};

/// A prompt, and who sits at it.
pub struct Person {
    pub terminal: Terminal,
}

impl Person {
    /// At a prompt without colours, and without a word at its start.
    pub fn at(project: &Project) -> Self {
        Self::before(project.program().env("NO_COLOR", "1").args(["--quiet"]))
    }

    /// At a prompt over a model that does as it is told.
    pub fn with_model(project: &Project) -> Self {
        Self::before(project.program().env("NO_COLOR", "1").args(["--quiet"]).offline(crate::OBEDIENT))
    }

    /// Waits for the prompt of this program.
    pub fn before(program: Program) -> Self {
        let person = Self { terminal: program.on_terminal(|command| command) };
        person.waits();
        person
    }

    /// Waits until the last row is an empty prompt.
    #[track_caller]
    pub fn waits(&self) {
        self.terminal.wait_until("there is an empty prompt", is_waiting);
    }

    /// Types, and Enter.
    #[track_caller]
    pub fn enters(&self, text: &str) -> &Self {
        self.terminal.enter(&format!("{text}\r"));
        self
    }

    /// Types this without Enter, and waits until it is there.
    #[track_caller]
    pub fn types(&self, text: &str) -> &Self {
        self.terminal.enter(text);
        self.sees(&format!("> {text}"))
    }

    /// Waits until the last row begins like this.
    #[track_caller]
    pub fn is_at(&self, row: &str) -> &Self {
        self.terminal.wait_until(&format!("the last row begins with {row:?}"), |seen| {
            seen.rows().last().is_some_and(|last| last.starts_with(row))
        });
        self
    }

    /// Enters this, and waits until it runs.
    #[track_caller]
    pub fn starts(&self, text: &str) -> &Self {
        let reads = |seen: &Seen| memchr::memmem::find_iter(&seen.bytes, "\x1b[?2004l").count();
        let before = Cell::new(0);
        self.terminal.wait_until("it is looked at", |seen| {
            before.set(reads(seen));
            true
        });
        self.enters(text);
        // The editor lets go of the terminal.
        self.terminal.wait_until(&format!("{text:?} runs"), |seen| reads(seen) > before.get());
        self
    }

    /// Clears the screen.
    pub fn clears(&self) -> &Self {
        self.terminal.enter("\x0c");
        self.terminal.wait_until("the screen is clear", |seen| seen.rows() == [">"]);
        self
    }

    /// Presses what is no letter.
    pub fn presses(&self, keys: &str) -> &Self {
        self.terminal.enter(keys);
        self
    }

    /// Waits until a row is this.
    #[track_caller]
    pub fn sees(&self, row: &str) -> &Self {
        let row = row.trim_end();
        self.terminal.wait_until(&format!("a row is {row:?}"), |seen| seen.rows().iter().any(|it| it == row));
        self
    }

    /// Waits until a row begins like this.
    #[track_caller]
    pub fn sees_start(&self, row: &str) -> &Self {
        self.terminal.wait_for(row);
        self
    }

    /// Enters this, and waits until these rows are between it and a new prompt.
    #[track_caller]
    pub fn gets(&self, text: &str, rows: &[&str]) -> &Self {
        self.enters(text);
        let last = text.rsplit('\r').next().unwrap_or(text);
        self.terminal.wait_until(&format!("{text:?} gives {rows:?}"), |seen| {
            let all = seen.rows();
            let Some((prompt, before)) = all.split_last() else { return false };
            prompt == ">"
                && before.ends_with(&rows.iter().map(ToString::to_string).collect::<Vec<_>>())
                && before
                    .len()
                    .checked_sub(rows.len() + 1)
                    .is_some_and(|typed| before[typed].ends_with(last.trim_end()))
        });
        self
    }

    /// Leaves by Ctrl-D.
    #[track_caller]
    pub fn leaves(self) -> Left {
        self.terminal.enter("\x04");
        let left = self.terminal.finish();
        assert_eq!(left.code, 0, "{:#?}", left.rows);
        left
    }
}

/// Whether the last row is an empty prompt.
pub fn is_waiting(seen: &Seen) -> bool {
    seen.rows().last().is_some_and(|row| row == ">")
}
