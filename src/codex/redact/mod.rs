//! What no log, file or error shows: keys, tokens and what one logs in with. The one place that decides it.
//!
//! What is secret is known to the whole process: values of the environment and of settings whose names say so, what
//! went to the server as a login, and whatever has the form of a key. What a script is given is left as it is.

mod form;
mod notices;

use std::borrow::Cow;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use serde_json::Value;

use crate::rpc::strings;

pub use notices::notices;

/// Stands where a secret was.
pub const REDACTED: &str = "[redacted]";
/// A shorter value is found in texts that have nothing to do with it.
const SHORTEST: usize = 8;
/// What is in the name of a variable, whose value commands of the agent do not get.
const IN_VARIABLES: [&str; 4] = ["TOKEN", "SECRET", "KEY", "PASSWORD"];
/// What else is in the names of settings and parameters.
const IN_SETTINGS: [&str; 5] = ["AUTHORIZATION", "BEARER", "COOKIE", "CREDENTIAL", "HTTP_HEADERS"];
/// Ends of settings that name a variable, and so are no secret themselves.
const NAMES_A_VARIABLE: [&str; 3] = ["ENV_KEY", "ENV_VAR", "ENV_HTTP_HEADERS"];

/// Whether a variable of this name holds a secret.
pub fn is_secret_variable(name: &str) -> bool {
    let name = name.to_uppercase();
    IN_VARIABLES.iter().any(|mark| name.contains(mark))
}

fn is_secret_setting(path: &str) -> bool {
    let path = path.to_uppercase();
    let names_a_variable = NAMES_A_VARIABLE.iter().any(|end| path.contains(end));
    let has_mark = || IN_SETTINGS.iter().chain(&IN_VARIABLES).any(|mark| path.contains(mark));
    !names_a_variable && (has_mark() || path.replace(['_', '-'], "").contains("APIKEY"))
}

/// The text without what is secret in it.
pub fn text(text: &str) -> Cow<'_, str> {
    known().iter().fold(form::redact(text), |text, secret| without(text, secret))
}

/// A line of JSON without what is secret in its strings; all else stays as it is.
pub fn json(line: &str) -> Cow<'_, str> {
    if let (Cow::Borrowed(_), false) = (form::redact(line), line.contains('\\')) {
        // A string that is the end of the text, as one that was cut off is, is the end of no line of JSON.
        let is_in = |secret: &String| line.contains(&secret[..floor(secret, SHORTEST)]);
        if !known().iter().any(is_in) {
            return line.into();
        }
    }
    strings::change(line, text)
}

/// The last place in `text` at or before `at` that is between two characters.
fn floor(text: &str, at: usize) -> usize {
    (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

/// As [`text`], for each string in a value.
pub fn value(value: &mut Value) {
    match value {
        Value::String(string) => *string = text(string).into_owned(),
        Value::Array(items) => items.iter_mut().for_each(self::value),
        Value::Object(fields) => fields.values_mut().for_each(self::value),
        _ => {}
    }
}

/// Leaves out each string in a value whose name, or the name of what it lies in, says that it is secret, and who has an
/// account.
pub fn named(value: &mut Value) {
    fn below(path: &str, value: &mut Value) {
        match value {
            Value::String(text) if is_secret_setting(path) || path.rsplit('.').next() == Some("email") => {
                REDACTED.clone_into(text);
            }
            Value::Array(items) => items.iter_mut().for_each(|item| below(path, item)),
            Value::Object(fields) => {
                fields.iter_mut().for_each(|(name, value)| below(&format!("{path}.{name}"), value));
            }
            _ => {}
        }
    }
    below("", value);
}

/// Leaves out each string in a value but those that say of which type something is.
pub fn all(value: &mut Value) {
    match value {
        Value::String(text) => REDACTED.clone_into(text),
        Value::Array(items) => items.iter_mut().for_each(all),
        Value::Object(fields) => {
            fields.iter_mut().filter(|(name, _)| *name != "type").for_each(|(_, value)| all(value));
        }
        _ => {}
    }
}

/// A `key=value` of Codex's configuration may hold secrets.
pub fn learn_setting(setting: &str) {
    for (path, value) in form::pairs(setting) {
        if is_secret_setting(&path) {
            learn(&value);
        }
    }
}

/// Parameters of a request may hold secrets.
pub fn learn_params(params: &Value) {
    fn learn_below(path: &str, value: &Value) {
        match value {
            Value::String(value) if is_secret_setting(path) => learn(value),
            Value::Array(items) => items.iter().for_each(|item| learn_below(path, item)),
            Value::Object(fields) => {
                fields.iter().for_each(|(name, value)| learn_below(&format!("{path}.{name}"), value));
            }
            _ => {}
        }
    }
    learn_below("", params);
}

fn learn(value: &str) {
    add(&mut known(), value);
}

/// What is known stays sorted, the longest first: one secret may be a part of another.
fn add(known: &mut Vec<String>, value: &str) {
    // Text that is printed line by line shows a key of several lines line by line.
    let lines = value.lines().map(str::trim);
    let token = value.trim().split_once(' ').map(|(_, token)| token.trim());
    for secret in lines.chain(token).filter(|secret| secret.len() >= SHORTEST) {
        if !known.iter().any(|known| known == secret) {
            let place = known.partition_point(|known| known.len() >= secret.len());
            known.insert(place, secret.to_owned());
        }
    }
}

fn known() -> MutexGuard<'static, Vec<String>> {
    static KNOWN: OnceLock<Mutex<Vec<String>>> = OnceLock::new();
    let of_environment = || {
        let mut known = Vec::new();
        for (name, value) in std::env::vars_os() {
            let value = value.to_string_lossy();
            let is_file = value.starts_with('/') && Path::new(&*value).exists();
            if is_secret_variable(&name.to_string_lossy()) && !is_file {
                add(&mut known, &value);
            }
        }
        Mutex::new(known)
    };
    KNOWN.get_or_init(of_environment).lock().unwrap_or_else(PoisonError::into_inner)
}

/// `text` without `secret`, and without the start of it where the text was cut off.
fn without<'t>(text: Cow<'t, str>, secret: &str) -> Cow<'t, str> {
    let text = if text.contains(secret) { text.replace(secret, REDACTED).into() } else { text };
    let body = text.trim_end_matches('…');
    let is_start = |length: &usize| secret.is_char_boundary(*length) && body.ends_with(&secret[..*length]);
    match (SHORTEST..secret.len()).rev().find(is_start) {
        Some(length) => format!("{}{REDACTED}{}", &body[..body.len() - length], &text[body.len()..]).into(),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn settings_and_parameters_are_learnt_by_their_names() {
        learn_setting("model_providers.x.http_headers.Authorization=\"Basic cGxhbnRlZC1h\"");
        learn_setting("mcp_servers.m={ env = { A_TOKEN = 'planted-b', HOME = '/planted-home' }, args = [] }");
        learn_setting("model_providers.x.env_key=\"NAME_OF_A_KEY\"");
        learn_setting("experimental_bearer_token=planted-bare");
        learn_params(
            &json!({ "type": "apiKey", "apiKey": "planted-c", "nested": [{ "accessToken": "planted-d" }] }),
        );
        let said =
            "cGxhbnRlZC1h planted-b /planted-home NAME_OF_A_KEY planted-bare apiKey planted-c, planted-d";
        let left =
            "[redacted] [redacted] /planted-home NAME_OF_A_KEY [redacted] apiKey [redacted], [redacted]";
        assert_eq!(text(said), left);
        let mut data = json!({ "said": ["x planted-c"], "n": 1 });
        value(&mut data);
        assert_eq!(data, json!({ "said": ["x [redacted]"], "n": 1 }));
    }

    #[test]
    fn a_secret_that_is_cut_off_is_one_still() {
        learn_params(&json!({ "password": "correct horse battery staple" }));
        assert_eq!(text("it was correct horse batt…"), "it was [redacted]…");
        assert_eq!(text("it was correct horse batt"), "it was [redacted]");
        assert_eq!(text("it was correct"), "it was correct");
    }

    #[test]
    fn a_line_of_json_stays_one() {
        learn_params(&json!({ "password": "with \"quotes\" and \\", "token": "31415926535" }));
        let line =
            r#"{"z":31415926535,"a":"with \"quotes\" and \\!","b":["sk-planted\n","31415926535"],"c":1.50}"#;
        let left = r#"{"z":31415926535,"a":"[redacted]!","b":["[redacted]\n","[redacted]"],"c":1.50}"#;
        assert_eq!(self::json(line), left);
        for line in [r#"{"a":"b\n","c":[null,1.50]}"#, "{}", r#"{"type":"item.started"}"#] {
            assert_eq!(self::json(line), line);
        }
    }

    #[test]
    fn short_values_do_not_shred_the_text() {
        learn_params(&json!({ "token": "true", "key": "" }));
        assert_eq!(text("true is true"), "true is true");
    }
}
