//! Texts of several lines, line by line.

use std::fmt::Write as _;
use std::time::Duration;

use similar::TextDiff;

/// Lines that are shown.
const MOST: usize = 60;
/// How long the shortest way from one to the other is looked for.
const PATIENCE: Duration = Duration::from_millis(500);

/// What differs, as `diff -u` shows it; `None` for two texts of one line each.
pub fn lines(got: &[u8], want: &[u8]) -> Option<String> {
    if ![got, want].iter().any(|text| text.contains(&b'\n')) {
        return None;
    }
    let (got, want) = (String::from_utf8_lossy(got), String::from_utf8_lossy(want));
    let diff = TextDiff::configure().timeout(PATIENCE).diff_lines(&*got, &*want);
    let shown = diff.unified_diff().context_radius(2).to_string();
    let lines: Vec<_> = shown.lines().collect();
    let mut text = "the texts differ (- got, + want)".to_owned();
    for line in lines.iter().take(MOST) {
        text.push('\n');
        text.push_str(line);
    }
    if lines.len() > MOST {
        let _ = write!(text, "\n… and {} lines more", lines.len() - MOST);
    }
    Some(text)
}
