//! What the real server says: how it is logged in, whether it can read its configuration, whether its sandbox holds.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::check::{Check, Finding};
use super::within;
use crate::codex::binary::{Finder, Found, on_path};
use crate::codex::{Confinement, Error, Examination, SandboxMode};
use crate::host;

const NAMES: [&str; 3] = ["login", "config", "sandbox"];

/// One server for all of them, ended after, also when it is all stopped.
pub async fn checks(
    finder: &Finder,
    found: &Found,
    deadline: Duration,
    stop: &CancellationToken,
) -> Vec<Check> {
    let scratch = host::state_folder().map_err(|error| error.to_string());
    let prepared = scratch
        .and_then(|scratch| Examination::new(finder, found, &scratch).map_err(|error| error.to_string()));
    let server = match prepared {
        Ok(server) => server,
        Err(error) => {
            return broken(&Finding::fail(error, "mend that folder, or set XDG_STATE_HOME")).into();
        }
    };
    let asking = async {
        match tokio::time::timeout(deadline, server.client.session()).await {
            Ok(Ok(_)) => tokio::join!(
                within("login", deadline, login(&server, found)),
                within("config", deadline, config(&server)),
                within("sandbox", deadline, sandbox(&server, finder)),
            )
            .into(),
            Ok(Err(error)) => broken(&Finding::fail(error.to_string(), "look what `codex app-server` says")),
            Err(_) => broken(&Finding::late(deadline)),
        }
    };
    let checks: Option<[Check; 3]> = stop.run_until_cancelled(asking).await;
    server.client.shut_down().await;
    checks.into_iter().flatten().collect()
}

pub fn skipped(why: &str) -> [Check; 3] {
    NAMES.map(|name| Finding::skipped(why).named(name))
}

/// The first of them tells why there is no server.
fn broken(why: &Finding) -> [Check; 3] {
    let mut checks = skipped("the Codex server does not answer");
    checks[0].finding =
        Finding::fail(format!("the Codex server: {}", why.found), why.advice.clone().unwrap_or_default());
    checks
}

async fn login(server: &Examination, found: &Found) -> Finding {
    let login = match server.login().await {
        Ok(login) => login,
        Err(error) => return refused(&error),
    };
    let finding = match (&login.method, login.required) {
        (Some(method), _) => Finding::ok(format!("logged in ({method})")),
        (None, false) => Finding::ok("none, and the configured model provider needs none"),
        (None, true) => Finding::fail(
            "not logged in",
            format!(
                "{} login\nor set up a model provider that needs no account; --offline needs neither",
                found.path.display()
            ),
        ),
    };
    finding.with("method", login.method).with("required", login.required)
}

async fn config(server: &Examination) -> Finding {
    match server.check_config().await {
        Ok(()) => Finding::ok("Codex can read its configuration"),
        Err(Error::Rpc { error, .. }) => Finding::fail(error.message, "mend that file"),
        Err(error) => refused(&error),
    }
}

async fn sandbox(server: &Examination, finder: &Finder) -> Finding {
    let mut held = Vec::new();
    for (mode, name) in
        [(SandboxMode::ReadOnly, "read-only"), (SandboxMode::WorkspaceWrite, "workspace-write")]
    {
        match server.try_sandbox(mode).await {
            Ok(confinement) => held.push((name, confinement)),
            Err(error) => return refused(&error),
        }
    }
    let bwrap = on_path("bwrap", finder.path.as_deref());
    let open = held.iter().find(|(_, confinement)| *confinement == Confinement::Open);
    let unavailable = held.iter().find_map(|(name, confinement)| match confinement {
        Confinement::Unavailable(why) => Some((name, why)),
        _ => None,
    });
    let finding = match (open, unavailable) {
        (Some((name, _)), _) => Finding::fail(
            format!("{name} does not hold: a command wrote outside of it"),
            "do not run an agent here that you do not trust; look at Codex's configuration and at bwrap",
        ),
        (None, Some((name, why))) => Finding::fail(
            format!("{name} is unavailable: {why}"),
            "commands of the agent fail here; bwrap needs user namespaces (in a container: allow them there)",
        ),
        (None, None) => {
            Finding::ok(format!("read-only and workspace-write hold{}", with_what(bwrap.as_deref())))
        }
    };
    let finding = finding.with("bwrap", bwrap.map(|path| path.display().to_string()));
    held.iter().fold(finding, |finding, (name, confinement)| {
        let word = match confinement {
            Confinement::Confined => "confined",
            Confinement::Open => "open",
            Confinement::Unavailable(_) => "unavailable",
        };
        finding.with(&name.replace('-', "_"), word)
    })
}

fn with_what(bwrap: Option<&std::path::Path>) -> String {
    match bwrap {
        Some(path) => format!(" (bwrap at {})", path.display()),
        None if cfg!(target_os = "linux") => " (with the bwrap that Codex brings)".into(),
        None => String::new(),
    }
}

fn refused(error: &Error) -> Finding {
    Finding::fail(error.to_string(), "look what `codex app-server` says")
}
