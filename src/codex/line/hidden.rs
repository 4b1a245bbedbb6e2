//! What of the server's words is never written to a file.

use std::borrow::Cow;

use crate::codex::redact::REDACTED;

/// Fields of events and requests that hold what somebody could log in or listen with.
const FIELDS: &[(&str, &[&str])] = &[
    ("account/gatewayOAuth/changed", &["authUrl", "loginId"]),
    ("account/login/completed", &["loginId"]),
    ("mcpServer/elicitation/request", &["url"]),
    ("mcpServer/oauthLogin/completed", &["loginId"]),
    ("thread/realtime/sdp", &["sdp"]),
];

/// The fields of this method's parameters that are left out, by their wire names.
pub fn fields(method: &str) -> &'static [&'static str] {
    FIELDS.iter().find(|(known, _)| *known == method).map_or(&[], |(_, fields)| fields)
}

/// Whether nothing is told of a method that this version does not know: it may be anything about a login.
pub fn hides_all(unknown: &str) -> bool {
    ["account", "attestation", "userVerification"].iter().any(|area| unknown.starts_with(area))
        || unknown.to_ascii_lowercase().contains("login")
}

/// An address without the name and password that it may hold, as the remotes of git do.
pub fn url(url: &str) -> Cow<'_, str> {
    let Some((scheme, rest)) = url.split_once("://") else { return url.into() };
    let host = rest.split('/').next().unwrap_or_default();
    match host.rfind('@') {
        Some(at) => format!("{scheme}://{REDACTED}{}", &rest[at..]).into(),
        None => url.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_keeps_all_but_who_logs_in() {
        assert_eq!(url("https://me:ghp_1@example.org/a@b.git"), "https://[redacted]@example.org/a@b.git");
        assert_eq!(url("https://example.org/a@b"), "https://example.org/a@b");
        assert_eq!(url("git@example.org:a/b.git"), "git@example.org:a/b.git");
    }
}
