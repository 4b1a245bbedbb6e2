//! Results as `JUnit`'s XML, for CI: a `testsuite` a file, a `testcase` a case. It is written by hand, since the crates
//! for this bring clocks and random numbers that would be more code than this.

use std::fmt::Write as _;

use super::Counts;
use super::report::{Done, Verdict};
use crate::codex::redact;
use crate::sys::visible::visible;

/// The whole file.
pub fn text(all: &[(String, Done)], counts: &Counts) -> String {
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let count =
        |of: &[(String, Done)], verdict| of.iter().filter(|(_, done)| done.verdict == verdict).count();
    let figures = |of: &[(String, Done)], seconds: f64| {
        let (failed, skipped) = (count(of, Verdict::Failed), count(of, Verdict::Stopped));
        format!(
            "tests=\"{}\" failures=\"{failed}\" errors=\"0\" skipped=\"{skipped}\" time=\"{seconds:.3}\"",
            of.len()
        )
    };
    let _ = writeln!(xml, "<testsuites name=\"codex-lua\" {}>", figures(all, counts.time.as_secs_f64()));
    for suite in all.chunk_by(|(a, _), (b, _)| a == b) {
        let file = escaped(&suite[0].0);
        let seconds = suite.iter().map(|(_, done)| done.time.as_secs_f64()).sum();
        let _ = writeln!(xml, "  <testsuite name=\"{file}\" {}>", figures(suite, seconds));
        for (_, done) in suite {
            case(&mut xml, &file, done);
        }
        xml.push_str("  </testsuite>\n");
    }
    xml.push_str("</testsuites>\n");
    xml
}

fn case(xml: &mut String, file: &str, done: &Done) {
    let name = escaped(done.case.as_deref().unwrap_or("(the file)"));
    let seconds = done.time.as_secs_f64();
    let _ = write!(xml, "    <testcase name=\"{name}\" classname=\"{file}\" time=\"{seconds:.3}\">");
    if done.verdict == Verdict::Stopped {
        xml.push_str("<skipped message=\"stopped\"/>");
    }
    if let Some(failure) = &done.failure {
        let told = [&[failure.headline()], &*failure.traceback, &*done.transcript].concat().join("\n");
        let kind = escaped(failure.kind.as_deref().unwrap_or("error"));
        let _ = write!(
            xml,
            "\n      <failure type=\"{kind}\" message=\"{}\">{}</failure>\n    ",
            escaped(&failure.message),
            escaped(&told)
        );
    }
    for (element, text) in [("system-out", &done.stdout), ("system-err", &done.stderr)] {
        if !text.is_empty() {
            let _ = write!(xml, "\n      <{element}>{}</{element}>\n    ", escaped(text));
        }
    }
    xml.push_str("</testcase>\n");
}

/// Text for XML, in which most control characters cannot stand at all.
fn escaped(text: &str) -> String {
    let text = visible(&redact::text(text));
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' => escaped.push_str("&#10;"),
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_cannot_hold_is_written_another_way() {
        assert_eq!(
            escaped("a<b>&\"c\"\n\u{1b}[2J\u{0}\u{ffff}"),
            "a&lt;b&gt;&amp;&quot;c&quot;&#10;\\u{1b}[2J\\u{0}\u{fffd}"
        );
    }
}
