//! Files of variables: `NAME=value`, a line each.

/// What is wrong in such a file.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct Wrong {
    /// From 1.
    line: usize,
    what: &'static str,
}

/// The variables, in order; a name may come again.
///
/// A line is blank, a comment (`#`), or `NAME=value`, which may begin with `export`. A value without quotes ends at ` #` or
/// with its line, without the space around it. Between `'` all is as it stands; between `"` a backslash makes `\n`, `\r`,
/// `\t`, `\"`, `\\` and `\$`; both may go over lines. Nothing is expanded.
pub fn parse(text: &str) -> Result<Vec<(String, String)>, Wrong> {
    let mut reader = Reader { rest: text.strip_prefix('\u{feff}').unwrap_or(text), line: 1 };
    let mut variables = Vec::new();
    while !reader.rest.is_empty() {
        reader.space();
        if !reader.rest.starts_with(['#', '\n', '\r']) && !reader.rest.is_empty() {
            let name = reader.name()?;
            variables.push((name, reader.value()?));
        }
        reader.end_of_line()?;
    }
    Ok(variables)
}

struct Reader<'a> {
    rest: &'a str,
    line: usize,
}

impl<'a> Reader<'a> {
    fn wrong(&self, what: &'static str) -> Wrong {
        Wrong { line: self.line, what }
    }

    /// Takes what is before this place.
    fn take(&mut self, at: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(at);
        self.line += taken.matches('\n').count();
        self.rest = rest;
        taken
    }

    fn space(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t']);
    }

    fn name(&mut self) -> Result<String, Wrong> {
        if let Some(rest) = self.rest.strip_prefix("export").filter(|rest| rest.starts_with([' ', '\t'])) {
            self.rest = rest;
            self.space();
        }
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
        let end = self.rest.find(|c| !is_part(c)).unwrap_or(self.rest.len());
        let name = self.take(end).to_owned();
        self.space();
        if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
            return Err(
                self.wrong("a name is expected: letters, digits, \"_\", \".\" or \"-\", no digit first")
            );
        }
        self.rest =
            self.rest.strip_prefix('=').ok_or_else(|| self.wrong("\"=\" is expected after the name"))?;
        self.space();
        Ok(name)
    }

    fn value(&mut self) -> Result<String, Wrong> {
        if let Some(rest) = self.rest.strip_prefix('\'') {
            self.rest = rest;
            let end = rest.find('\'').ok_or_else(|| self.wrong("the quote (') does not end"))?;
            let value = self.take(end).to_owned();
            self.take(1);
            return Ok(value);
        }
        if self.rest.starts_with('"') {
            return self.escaped();
        }
        let line = &self.rest[..self.rest.find('\n').unwrap_or(self.rest.len())];
        let comment =
            if line.starts_with('#') { Some(0) } else { line.find(" #").or_else(|| line.find("\t#")) };
        Ok(self.take(comment.unwrap_or(line.len())).trim_end().to_owned())
    }

    fn escaped(&mut self) -> Result<String, Wrong> {
        let unended = self.wrong("the quote (\") does not end");
        self.take(1);
        let mut value = String::new();
        loop {
            let Some(at) = self.rest.find(['"', '\\']) else { return Err(unended) };
            value.push_str(self.take(at));
            if self.take(1) == "\"" {
                return Ok(value);
            }
            value.push(match self.rest.chars().next() {
                Some('n') => '\n',
                Some('r') => '\r',
                Some('t') => '\t',
                Some(c @ ('"' | '\\' | '$')) => c,
                Some(_) => return Err(self.wrong("a backslash makes \\n, \\r, \\t, \\\", \\\\ or \\$")),
                None => return Err(unended),
            });
            self.take(1);
        }
    }

    /// Nothing more than a comment.
    fn end_of_line(&mut self) -> Result<(), Wrong> {
        self.space();
        if self.rest.starts_with('#') {
            self.take(self.rest.find('\n').unwrap_or(self.rest.len()));
        }
        let rest = self.rest.strip_prefix('\r').unwrap_or(self.rest);
        match rest.strip_prefix('\n') {
            Some(rest) => {
                self.rest = rest;
                self.line += 1;
                Ok(())
            }
            None if rest.is_empty() => {
                self.rest = rest;
                Ok(())
            }
            None => Err(self.wrong("nothing but a comment may come after the value")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Vec<(String, String)> {
        parse(text).unwrap()
    }

    #[test]
    fn values_are_as_they_stand() {
        let text = "\u{feff}A=1\r\n\n# no\n  export B = two words  # yes\nC='$A \\n # \"'\nD=\"a\\n\\\"\\\\\\$x\"#c\nE=\nF=#x\nG=a#b\nH='1\n2' \nI=\"3\n4\"\nJ.k-l=ü$HOME";
        let expected = [
            ("A", "1"),
            ("B", "two words"),
            ("C", "$A \\n # \""),
            ("D", "a\n\"\\$x"),
            ("E", ""),
            ("F", ""),
            ("G", "a#b"),
            ("H", "1\n2"),
            ("I", "3\n4"),
            ("J.k-l", "ü$HOME"),
        ];
        let found = read(text);
        let found: Vec<_> = found.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(found, expected);
        assert_eq!(read(""), []);
        assert_eq!(read("exported=x")[0].0, "exported");
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let wrong = |text: &str| parse(text).unwrap_err().to_string();
        assert_eq!(wrong("A=1\nB"), "line 2: \"=\" is expected after the name");
        assert!(wrong("A='\n\n'\n=x").starts_with("line 4: a name is expected"));
        assert!(wrong("1A=x").starts_with("line 1: a name"));
        assert_eq!(wrong("A=1\nB='x\n\n"), "line 2: the quote (') does not end");
        assert_eq!(wrong("A=\"x\\\""), "line 1: the quote (\") does not end");
        assert_eq!(wrong("A='x'y"), "line 1: nothing but a comment may come after the value");
        assert!(wrong("\nA=\"\\x\"").starts_with("line 2: a backslash"));
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in ".{0,60}") {
            let _ = parse(&text);
        }

        #[test]
        fn what_is_quoted_comes_back(value in "[^']{0,40}") {
            let text = format!("A='{value}'\n");
            prop_assert_eq!(read(&text), [("A".to_owned(), value)]);
        }
    }
}
