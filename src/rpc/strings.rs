//! The strings in a line of JSON.

use std::borrow::Cow;

/// A line of JSON with each of its strings changed.
pub fn change(line: &str, change: impl Fn(&str) -> Cow<'_, str>) -> Cow<'_, str> {
    let mut changed = String::new();
    let (mut copied, mut at) = (0, 0);
    while let Some(start) = line[at..].find('"').map(|found| at + found) {
        let mut bytes = line.bytes().enumerate().skip(start + 1);
        let end = loop {
            match bytes.next() {
                Some((_, b'\\')) => drop(bytes.next()),
                Some((end, b'"')) => break end + 1,
                Some(_) => {}
                None => break line.len(),
            }
        };
        let literal = &line[start..end];
        if let Ok(string) = serde_json::from_str::<Cow<'_, str>>(literal)
            && let Cow::Owned(left) = change(&string)
        {
            changed += &line[copied..start];
            changed += &serde_json::Value::from(left).to_string();
            copied = end;
        }
        at = end;
    }
    if copied == 0 {
        return line.into();
    }
    (changed + &line[copied..]).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_else_stays_as_it_is() {
        let line = r#"{"b":1.50,"a\"":["x\n",true, "y"]}"#;
        assert!(matches!(change(line, |text| text.into()), Cow::Borrowed(same) if same == line));
        let marked = change(line, |text| format!("<{text}>").into());
        assert_eq!(marked, r#"{"<b>":1.50,"<a\">":["<x\n>",true, "<y>"]}"#);
    }
}
