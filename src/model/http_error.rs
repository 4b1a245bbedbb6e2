use serde_json::{Value, json};

/// The sentence of an HTTP error that names none itself.
pub(super) fn status_message(status: u16) -> String {
    format!("The scripted model answered with HTTP status {status}")
}

/// An error body in the shape of the `OpenAI` API.
pub(super) fn error_body(status: u16, message: &str) -> Value {
    let (kind, code) = match status {
        401 => ("invalid_request_error", Some("invalid_api_key")),
        404 => ("invalid_request_error", Some("not_found")),
        429 => ("requests", Some("rate_limit_exceeded")),
        400..=499 => ("invalid_request_error", None),
        _ => ("server_error", None),
    };
    json!({ "error": { "message": message, "type": kind, "param": null, "code": code } })
}
