//! The README's tables of what comes of faults: the tests take what they expect from there, so that it stays true.

use std::time::Duration;

const README: &str = include_str!("../../README.md");
const BEGIN: &str = "<!-- outcomes: begin -->";
const END: &str = "<!-- outcomes: end -->";

/// The cells of a row.
pub struct Outcome(Vec<&'static str>);

/// All rows between the marks, without heads.
pub fn rows() -> Vec<Vec<&'static str>> {
    let tables = README.split(BEGIN).skip(1).map(|rest| rest.split(END).next().expect("an end"));
    let is_head = |next: Option<&&str>| next.is_some_and(|line| line.starts_with("|---"));
    let mut rows = Vec::new();
    for table in tables {
        let lines: Vec<_> = table.lines().filter(|line| line.starts_with('|')).collect();
        for (place, line) in lines.iter().enumerate() {
            if !line.starts_with("|---") && !is_head(lines.get(place + 1)) {
                rows.push(line.trim_matches('|').split('|').map(str::trim).collect());
            }
        }
    }
    rows
}

/// The row that begins with this cell. Every row must be asked for in some test, by this name.
#[track_caller]
pub fn outcome(what: &str) -> Outcome {
    let found = rows().into_iter().find(|row| row[0] == what);
    Outcome(found.unwrap_or_else(|| panic!("the README's outcomes have no row {what:?}")))
}

impl Outcome {
    /// A cell, from 0.
    #[track_caller]
    pub fn cell(&self, place: usize) -> &'static str {
        self.0[place]
    }

    /// The first word in backquotes of a cell: an error's kind, an exit status.
    #[track_caller]
    pub fn word(&self, place: usize) -> &'static str {
        let cell = self.cell(place);
        cell.split('`').nth(1).unwrap_or_else(|| panic!("no word in backquotes in {cell:?}"))
    }

    /// The times of a cell, such as `30 s` and `15 m`.
    #[track_caller]
    pub fn times(&self, place: usize) -> Vec<Duration> {
        let words: Vec<_> = self.cell(place).split(|c: char| !c.is_alphanumeric()).collect();
        let times = words.windows(2).filter_map(|pair| {
            let count = pair[0].parse().ok()?;
            match pair[1] {
                "s" => Some(Duration::from_secs(count)),
                "m" => Some(Duration::from_mins(count)),
                _ => None,
            }
        });
        times.collect()
    }
}
