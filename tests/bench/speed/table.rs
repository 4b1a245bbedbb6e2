//! Rounds, medians, and how they are shown.

use std::error::Error;
use std::fmt;

use super::process::Run;

/// Rows that were measured side by side.
pub struct Table {
    pub title: &'static str,
    /// What the figures are.
    pub unit: &'static str,
    pub rows: Vec<Row>,
}

pub struct Row {
    pub name: &'static str,
    /// One for each round, or why there are none.
    pub runs: Result<Vec<Run>, String>,
    /// What must hold of it.
    pub goals: Vec<Goal>,
}

/// A bound on a row.
pub enum Goal {
    /// Its figure, as a multiple of that of the row with this name.
    AtLeast(f64, &'static str),
    Under(f64, &'static str),
    /// How much more its figure is.
    AtMostMore(f64, &'static str),
    /// The figure itself.
    Below(f64),
    /// MiB.
    PeakUnder(f64),
}

impl Row {
    pub fn new(name: &'static str, goals: Vec<Goal>) -> Self {
        Self { name, runs: Ok(vec![]), goals }
    }

    fn figures(&self, of: fn(&Run) -> f64) -> Option<Vec<f64>> {
        self.runs.as_ref().ok().map(|runs| runs.iter().map(of).collect())
    }
}

/// Has each contender run once a round. One that is not there stays out, with the reason.
pub fn rounds(rows: &mut [Row], mut run: impl FnMut(usize) -> Result<Run, Box<dyn Error>>) {
    for _ in 0..super::ROUNDS {
        for (place, row) in rows.iter_mut().enumerate() {
            if let Ok(runs) = &mut row.runs {
                match run(place) {
                    Ok(run) => runs.push(run),
                    Err(why) => row.runs = Err(why.to_string()),
                }
            }
        }
    }
}

pub fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}

/// With as many digits as say something.
fn show(figure: f64) -> String {
    if figure >= 1000.0 {
        let whole = format!("{figure:.0}");
        let groups: Vec<_> = whole.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy).collect();
        groups.join(",")
    } else if figure >= 100.0 {
        format!("{figure:.0}")
    } else {
        format!("{figure:.2}")
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        writeln!(f, "{}", self.title)?;
        writeln!(f, "  {:24}    median            min – max  ready ms  peak MiB  goal", self.unit)?;
        for row in &self.rows {
            let (Some(values), Some(ready), Some(peak)) =
                (row.figures(|run| run.value), row.figures(|run| run.ready), row.figures(|run| run.peak))
            else {
                writeln!(
                    f,
                    "  {:24}missing: {}",
                    row.name,
                    row.runs.as_ref().err().map_or("", String::as_str)
                )?;
                continue;
            };
            let least = values.iter().copied().fold(f64::INFINITY, f64::min);
            let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let range = format!("{} – {}", show(least), show(most));
            let optional =
                |figures| Some(median(figures)).filter(|m| m.is_finite()).map(show).unwrap_or_default();
            let (ready, peak) = (optional(ready), optional(peak));
            write!(f, "  {:24}{:>10} {range:>20}{ready:>10}{peak:>10}", row.name, show(median(values)))?;
            for goal in &row.goals {
                write!(f, "  {}", self.judge(row, goal))?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

impl Table {
    fn judge(&self, row: &Row, goal: &Goal) -> String {
        let against = |name: &str, how: fn(f64, f64) -> f64| {
            let other = self.rows.iter().find(|other| other.name == name)?.figures(|run| run.value)?;
            let pairs = row.figures(|run| run.value)?.into_iter().zip(other);
            Some(median(pairs.map(|(mine, other)| how(mine, other)).collect()))
        };
        let (got, kept, wanted) = match *goal {
            Goal::AtLeast(times, name) => {
                let ratio = against(name, |mine, other| mine / other);
                (ratio.map(|r| format!("{r:.2}×")), ratio.map(|r| r >= times), format!("≥ {times}× {name}"))
            }
            Goal::Under(times, name) => {
                let ratio = against(name, |mine, other| mine / other);
                (ratio.map(|r| format!("{r:.2}×")), ratio.map(|r| r < times), format!("< {times}× {name}"))
            }
            Goal::AtMostMore(more, name) => {
                let difference = against(name, |mine, other| mine - other);
                (
                    difference.map(|d| format!("{d:+.2}")),
                    difference.map(|d| d <= more),
                    format!("≤ {more} more than {name}"),
                )
            }
            Goal::Below(most) => {
                let got = row.figures(|run| run.value).map(median);
                (got.map(show), got.map(|got| got < most), format!("< {most}"))
            }
            Goal::PeakUnder(most) => {
                let peak = row.figures(|run| run.peak).map(median);
                (peak.map(|p| format!("{p:.1} MiB")), peak.map(|p| p < most), format!("< {most} MiB"))
            }
        };
        let got = got.unwrap_or_else(|| "?".into());
        let word = kept.map_or("missing", |kept| if kept { "kept" } else { "MISSED" });
        format!("[{got}, {wanted}: {word}]")
    }
}
