use super::{Reply, Request, Script};

/// The longest quote of what the user said, in characters.
const LONGEST_QUOTE: usize = 200;

/// Says back what it was asked, and runs no commands.
///
/// The same request always gets the same answer. A turn with an output schema gets the smallest JSON that has
/// its shape, with the answer as its texts.
#[derive(Debug, Clone, Copy, Default)]
pub struct Echo;

impl Script for Echo {
    fn reply(&mut self, request: &Request) -> Result<Reply, String> {
        let about = format!("(turn {} of this thread; the scripted model, no network)", request.told());
        let said = request.last_user_text().map(|text| quote(&text)).filter(|text| !text.is_empty());
        let text = match (request.tool_outputs().last(), said) {
            (Some(output), _) => {
                let name = output.name.as_deref().unwrap_or("A tool");
                format!("{name} said: \"{}\" {about}.", quote(&output.text))
            }
            (None, Some(said)) => format!("You said: \"{said}\" {about}."),
            (None, None) => format!("You said nothing {about}."),
        };
        let text = match request.schema() {
            Some(schema) => super::sample::sample(schema, &text).to_string(),
            None => text,
        };
        Ok(Reply::text(text).after_reasoning("Saying back what was said."))
    }
}

/// The text on one line, cut so that answers which are fed into the next turn do not grow.
fn quote(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match words.char_indices().nth(LONGEST_QUOTE) {
        Some((end, _)) => format!("{}…", words[..end].trim_end()),
        None => words,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::model::PartKind;

    fn ask(texts: &[&str], format: &Value) -> String {
        let message =
            |text: &&str| json!({ "role": "user", "content": [{ "type": "input_text", "text": text }] });
        let input: Vec<Value> = texts.iter().map(message).collect();
        let body = json!({ "input": input, "text": { "format": format } });
        let reply = Echo.reply(&Request { thread_id: None, number: 9, body }).unwrap();
        match &reply.parts().last().unwrap().kind {
            PartKind::Text { text, .. } => text.clone(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn it_says_what_it_was_asked_and_counts_turns_not_requests() {
        let expected = "You said: \"and then\" (turn 2 of this thread; the scripted model, no network).";
        assert_eq!(ask(&["first", "and\n  then"], &Value::Null), expected);
        let nothing = "You said nothing (turn 1 of this thread; the scripted model, no network).";
        assert_eq!(ask(&[" "], &Value::Null), nothing);
    }

    #[test]
    fn a_tool_output_that_comes_last_is_what_it_was_told() {
        let output = json!({ "type": "function_call_output", "name": "web", "output": "rain" });
        let reply = Echo.reply(&Request { thread_id: None, number: 1, body: json!({ "input": [output] }) });
        let text = "web said: \"rain\" (turn 1 of this thread; the scripted model, no network).";
        assert_eq!(reply, Ok(Reply::text(text).after_reasoning("Saying back what was said.")));
    }

    #[test]
    fn a_schema_gets_json_of_its_shape() {
        let schema = json!({ "type": "object", "properties": { "ok": { "type": "boolean" } } });
        let format = json!({ "type": "json_schema", "schema": schema });
        assert_eq!(ask(&["x"], &format), r#"{"ok":false}"#);
    }

    proptest! {
        #[test]
        fn answers_of_answers_stay_short(text in "\\PC{0,400}") {
            let mut text = text;
            for _ in 0..4 {
                text = ask(&[&text], &Value::Null);
                prop_assert!(text.chars().count() < LONGEST_QUOTE + 100);
            }
        }
    }
}
