//! What the agent asks of whoever sits at the prompt, when no script answers.
//!
//! A question can come while an entry runs or while a line is typed. Then the line is put aside: it is there again
//! when the question is answered. Only a clear yes is one.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::control::Control;
use super::editor::Editor;
use super::paint::Painter;
use super::run::say;
use crate::codex::{Answer, Answerer, Ask, Decision, Kind};
use crate::sys::visible::{line, visible};

/// How long somebody may think.
const PATIENCE: Duration = Duration::from_hours(1);

/// Takes questions; a cheap clone.
#[derive(Clone)]
pub struct Asked {
    waiting: Arc<Mutex<VecDeque<Ask>>>,
    control: Control,
}

impl std::fmt::Debug for Asked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Asked")
    }
}

impl Answerer for Asked {
    fn patience(&self, kind: Kind) -> Option<Duration> {
        (kind != Kind::Tool).then_some(PATIENCE)
    }

    fn ask(&self, question: Ask) {
        self.lock().push_back(question);
        self.control.question();
    }
}

impl Asked {
    /// Questions of a prompt with this control.
    pub fn new(control: Control) -> Self {
        Self { waiting: Arc::default(), control }
    }

    pub(super) fn next(&self) -> Option<Ask> {
        self.lock().pop_front()
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Ask>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Params {
    cwd: Option<String>,
    questions: Vec<Question>,
    message: Option<String>,
    url: Option<String>,
    requested_schema: Schema,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Question {
    id: String,
    #[serde(rename = "question")]
    text: String,
    options: Option<Vec<Choice>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Choice {
    label: String,
    description: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Schema {
    properties: Map<String, Value>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Changes {
    changes: Vec<Change>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Change {
    path: String,
    diff: String,
}

/// Asks one question, and answers the agent.
pub(super) fn put(ask: Ask, editor: &mut Editor, painter: Painter) {
    say(&painter.bold(&format!("The agent asks {}", line(&ask.words()))));
    let params: Params = serde_json::from_slice(ask.params()).unwrap_or_default();
    if let Some(cwd) = &params.cwd {
        say(&painter.faint(&format!("in {}", line(cwd))));
    }
    show_changes(&ask, painter);
    let answer = match ask.kind() {
        Kind::Question => answers(&params.questions, editor, painter),
        Kind::Elicitation => elicited(&params, editor, painter),
        _ => decided(editor),
    };
    ask.answer(&answer);
}

fn show_changes(ask: &Ask, painter: Painter) {
    let changes = ask.changes().and_then(|item| serde_json::from_slice::<Changes>(item).ok());
    for change in changes.unwrap_or_default().changes {
        say(&painter.bold(&line(&change.path)));
        say(visible(&change.diff).trim_end());
    }
}

fn decided(editor: &mut Editor) -> Answer {
    let answer = editor.ask("allow it? [y]es, [a]lways in this session, [N]o: ");
    Answer::Decided(match answer.as_deref().map(str::trim) {
        Some("y" | "yes") => Decision::Accept,
        Some("a" | "always") => Decision::AcceptForSession,
        _ => Decision::Decline(None),
    })
}

fn answers(questions: &[Question], editor: &mut Editor, painter: Painter) -> Answer {
    let mut answers = Map::new();
    for question in questions {
        say(&visible(&question.text));
        let choices = question.options.as_deref().unwrap_or_default();
        for (n, choice) in choices.iter().enumerate() {
            say(&format!(
                "  {}. {} {}",
                n + 1,
                line(&choice.label),
                painter.faint(&line(&choice.description))
            ));
        }
        let Some(answer) = editor.ask(if choices.is_empty() { "answer: " } else { "number or answer: " })
        else {
            break;
        };
        let chosen = answer.trim().parse::<usize>().ok().and_then(|n| choices.get(n.checked_sub(1)?));
        let answer = chosen.map_or(answer.trim(), |choice| choice.label.as_str());
        if !answer.is_empty() {
            answers.insert(question.id.clone(), json!([answer]));
        }
    }
    Answer::Answers(answers)
}

fn elicited(params: &Params, editor: &mut Editor, painter: Painter) -> Answer {
    if let Some(message) = &params.message {
        say(&visible(message));
    }
    if let Some(url) = &params.url {
        say(&painter.bold(&line(url)));
    }
    let mut content = Map::new();
    for (name, schema) in &params.requested_schema.properties {
        if let Some(description) = schema["description"].as_str() {
            say(&painter.faint(&line(description)));
        }
        let Some(answer) = editor.ask(&format!("{}: ", line(name))) else {
            return Answer::Elicited("decline", None);
        };
        if !answer.trim().is_empty() {
            content.insert(name.clone(), typed(answer.trim(), schema["type"].as_str()));
        }
    }
    let agreed = editor.ask("send it? [y/N] ");
    if agreed.is_some_and(|answer| matches!(answer.trim(), "y" | "yes")) {
        Answer::Elicited("accept", Some(Value::Object(content)))
    } else {
        Answer::Elicited("decline", None)
    }
}

/// What was typed, as the type that is asked for.
fn typed(answer: &str, kind: Option<&str>) -> Value {
    match kind {
        Some("boolean") => json!(matches!(answer, "y" | "yes" | "true")),
        Some("integer" | "number") => serde_json::from_str(answer).unwrap_or_else(|_| json!(answer)),
        _ => json!(answer),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_has_the_type_that_is_asked_for() {
        assert_eq!(typed("yes", Some("boolean")), json!(true));
        assert_eq!(typed("no", Some("boolean")), json!(false));
        assert_eq!(typed("12", Some("integer")), json!(12));
        assert_eq!(typed("12", Some("string")), json!("12"));
    }
}
