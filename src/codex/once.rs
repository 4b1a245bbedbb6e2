//! What is asked of each server once: whether it has an account, and what it lets commands see.

use serde::Deserialize;
use serde_json::{Value, json};

use super::client::{Client, read};
use super::deadlines::{REQUEST, share};
use super::error::Error;
use super::redact::is_secret_variable;
use super::session::Session;
use crate::sys::processes::NAME;

impl Client {
    /// Makes sure that a turn has an account to run on, once a server.
    pub(super) async fn ensure_login(&self, session: &Session) -> Result<(), Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Account {
            account: Option<Value>,
            #[serde(default)]
            requires_openai_auth: bool,
        }
        let check = async || {
            let account: Account =
                read("account/read", &self.request_on(session, "account/read", json!({})).await?)?;
            match account.account {
                None if account.requires_openai_auth => {
                    let program = session
                        .program
                        .as_ref()
                        .map_or_else(|| "codex".into(), |path| path.display().to_string());
                    Err(Error::NotLoggedIn { program, home: session.info.codex_home.clone() })
                }
                _ => Ok(()),
            }
        };
        share("account/read", REQUEST, session.logged_in.get_or_try_init(check)).await?.copied()
    }

    /// Names of our environment that commands of the agent do not get, unless the user's own Codex configuration
    /// has a policy for that.
    pub(super) async fn withheld<'s>(&self, session: &'s Session) -> Result<&'s [String], Error> {
        #[derive(Deserialize)]
        struct Answer {
            config: Config,
        }
        #[derive(Deserialize)]
        struct Config {
            #[serde(default)]
            shell_environment_policy: Value,
        }
        let find = async || {
            let answer: Answer =
                read("config/read", &self.request_on(session, "config/read", json!({})).await?)?;
            let has_policy = is_the_users(&answer.config.shell_environment_policy);
            Ok::<_, Error>(if has_policy { vec![] } else { secret_names(std::env::vars_os()) })
        };
        share("config/read", REQUEST, session.withheld.get_or_try_init(find)).await?.map(Vec::as_slice)
    }
}

/// Whether a policy says more than the one variable that the server was started with.
fn is_the_users(policy: &Value) -> bool {
    let is_ours = |value: &Value| value.as_object().is_some_and(|set| set.keys().all(|name| name == NAME));
    policy.as_object().is_some_and(|policy| {
        policy.iter().any(|(name, value)| !(value.is_null() || name == "set" && is_ours(value)))
    })
}

fn secret_names(vars: impl Iterator<Item = (std::ffi::OsString, std::ffi::OsString)>) -> Vec<String> {
    vars.filter_map(|(name, _)| name.into_string().ok()).filter(|name| is_secret_variable(name)).collect()
}
