//! The scripted model under the real Codex: no account, no network.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use etcetera::BaseStrategy;

use super::builder::HostBuilder;
use super::replies::LuaReplies;
use crate::codex::Process;
use crate::error::Error;
use crate::model::{Echo, Model, Script};
use crate::sys::private;

/// How the scripted model is set up.
#[derive(Debug, Clone, Default)]
pub struct Offline {
    /// A Lua file with what it says; without one it talks back.
    pub replies: Option<PathBuf>,
    /// Codex's home; without one, a folder of its own in the user's state folder.
    pub home: Option<PathBuf>,
    /// The `base_url` of a scripted model that runs already; then there are no replies of ours.
    pub model: Option<String>,
}

const PROVIDER: &str = "scripted";

/// Starts the model, unless one runs, and has the server talk to it alone.
pub(super) fn prepare(
    offline: &Offline,
    process: &mut Process,
    builder: &HostBuilder,
) -> Result<Option<Arc<Model>>, Error> {
    let home = if let Some(home) = &offline.home {
        home.clone()
    } else {
        let state = state_folder()?;
        private::create(&state)?;
        state.join("offline")
    };
    make_home(&home)?;
    process.env = Some(environment(std::env::vars_os(), &home));
    if let Some(base_url) = &offline.model {
        process.config = config(base_url);
        return Ok(None);
    }
    let model = match (&builder.trial, &offline.replies) {
        (Some(trial), _) => start(trial.given(), builder),
        (None, None) => start(Echo, builder),
        (None, Some(path)) => start(LuaReplies::load(path, builder.code.clone())?, builder),
    };
    let model = Arc::new(model.map_err(|error| Error::Model(error.to_string()))?);
    process.config = config(&model.base_url());
    builder.trial.iter().for_each(|trial| trial.serve(&model));
    Ok(Some(model))
}

fn start(script: impl Script + 'static, builder: &HostBuilder) -> std::io::Result<Model> {
    match &builder.transcript {
        None => Model::start(script),
        Some(transcript) => Model::start(transcript.of(script)),
    }
}

/// Given as flags, not as a file: two runs at once share the home, not the port.
fn config(base_url: &str) -> Vec<String> {
    vec![
        "model=\"gpt-5.5\"".into(),
        format!("model_provider=\"{PROVIDER}\""),
        format!(
            "model_providers.{PROVIDER}={{ name = \"{PROVIDER}\", base_url = \"{base_url}\", wire_api = \"responses\", \
             requires_openai_auth = false, request_max_retries = 0, stream_max_retries = 0 }}"
        ),
        // A login shell for each thread, which takes a third of a second and reads the user's profile.
        "features.shell_snapshot=false".into(),
        // A git that asks github.com for plugins at each start.
        "features.plugins=false".into(),
        "check_for_update_on_startup=false".into(),
    ]
}

/// Ours, without what would lead Codex to an account, to another home, or through a proxy to its model.
fn environment(ours: impl Iterator<Item = (OsString, OsString)>, home: &Path) -> Vec<(OsString, OsString)> {
    let mut env: Vec<(OsString, OsString)> = Vec::new();
    let mut no_proxy = String::from("127.0.0.1,localhost");
    for (name, value) in ours {
        let upper = name.to_string_lossy().to_uppercase();
        if upper == "NO_PROXY" {
            no_proxy = format!("{no_proxy},{}", value.to_string_lossy());
        } else if !upper.starts_with("OPENAI") && !upper.starts_with("CODEX") {
            env.push((name, value));
        }
    }
    for name in ["NO_PROXY", "no_proxy"] {
        env.push((name.into(), no_proxy.clone().into()));
    }
    env.push(("CODEX_HOME".into(), home.into()));
    env
}

/// `$XDG_STATE_HOME/codex-lua`, or `~/.local/state/codex-lua`.
///
/// # Errors
/// When there is no home folder.
pub fn state_folder() -> Result<PathBuf, Error> {
    let strategy = etcetera::base_strategy::Xdg::new().map_err(|error| Error::Home(error.to_string()))?;
    let state = strategy.state_dir().unwrap_or_else(|| strategy.home_dir().join(".local/state"));
    Ok(state.join("codex-lua"))
}

/// Makes Codex's home, which only its owner may enter; refuses one that is another's, or a link.
fn make_home(home: &Path) -> Result<(), Error> {
    if std::fs::symlink_metadata(home).is_ok() {
        private::check_unlinked(home)?;
    }
    Ok(private::create(home)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_leads_nowhere_else() {
        let ours = [
            ("OPENAI_API_KEY", "k"),
            ("CODEX_HOME", "/x"),
            ("codex_thing", "y"),
            ("PATH", "/bin"),
            ("no_proxy", "example.org"),
        ];
        let env = environment(ours.into_iter().map(|(n, v)| (n.into(), v.into())), Path::new("/home/o"));
        let get = |name: &str| {
            env.iter()
                .filter(|(n, _)| n == name)
                .map(|(_, v)| v.to_string_lossy().into_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(get("CODEX_HOME"), ["/home/o"]);
        assert_eq!(get("NO_PROXY"), ["127.0.0.1,localhost,example.org"]);
        assert_eq!(get("PATH"), ["/bin"]);
        assert!(get("OPENAI_API_KEY").is_empty() && get("codex_thing").is_empty());
    }
}
