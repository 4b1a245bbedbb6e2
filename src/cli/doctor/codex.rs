//! Which Codex there is, and the npm that would install one.

use std::time::Duration;

use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::check::{Check, Finding, Status};
use super::server;
use crate::codex::binary::{BinaryError, Candidate, Finder, Found, Origin, PINNED, State, Survey};

/// The oldest npm that installs by a lock file of version 3.
const OLDEST_NPM: u32 = 7;

/// What needs a Codex is asked of the one that a script would get.
pub async fn checks(finder: Finder, deadline: Duration, stop: &CancellationToken) -> Vec<Check> {
    let handle = tokio::runtime::Handle::current();
    let looked = finder.clone();
    // On a thread: a disk may not answer.
    let survey = tokio::task::spawn_blocking(move || handle.block_on(looked.survey(deadline)));
    let survey = stop.run_until_cancelled(tokio::time::timeout(deadline * 2, survey)).await;
    let survey = match survey {
        Some(Ok(Ok(survey))) => survey,
        Some(Ok(Err(error))) => return unknown(&Finding::broken(error)),
        Some(Err(_)) => return unknown(&Finding::late(deadline * 2)),
        None => return vec![],
    };
    let (codex, npm) = (codex(&survey), npm(&survey));
    let runs = match (&survey.chosen, codex.status) {
        (Ok(found), Status::Ok | Status::Warn) => Some(found),
        _ => None,
    };
    let mut checks = match runs {
        Some(found) => server::checks(&finder, found, deadline, stop).await,
        None => server::skipped("no Codex to ask").into(),
    };
    checks.extend([codex.named("codex"), npm.named("npm")]);
    checks
}

/// Where there is no home folder nothing can be looked for.
pub fn without_home(error: &BinaryError) -> Vec<Check> {
    unknown(&Finding::fail(error.to_string(), "set HOME"))
}

fn unknown(why: &Finding) -> Vec<Check> {
    let again = Finding::fail(why.found.clone(), why.advice.clone().unwrap_or_default());
    let mut checks = Vec::from(server::skipped("no Codex to ask"));
    checks.extend([again.named("codex"), Finding::skipped("not looked for").named("npm")]);
    checks
}

fn codex(survey: &Survey) -> Finding {
    let finding = match &survey.chosen {
        Ok(found) => chosen(found, survey),
        Err(BinaryError::NotInstalled { data_dir, unsuitable }) => {
            let other =
                unsuitable.as_ref().map(|it| format!("; {it} is not known to work")).unwrap_or_default();
            let found = format!("Codex {PINNED} is not installed in {}{other}", data_dir.display());
            if npm(survey).status == Status::Ok {
                Finding::warn(found, "the first script that needs it installs it, or: codex-lua install")
            } else {
                Finding::fail(
                    found,
                    "install Node.js with npm (7 or newer), or name a Codex with --codex-bin",
                )
            }
        }
        Err(error) => Finding::fail(error.to_string(), "mend that, or name another with --codex-bin"),
    };
    let candidates: Vec<Value> = survey.candidates.iter().map(candidate).collect();
    finding.with("pinned", PINNED).with("candidates", candidates)
}

fn chosen(found: &Found, survey: &Survey) -> Finding {
    let place = format!("{} ({})", found.path.display(), found.origin);
    let others = others(found, survey);
    let same = |candidate: &&Candidate| candidate.origin == found.origin;
    let finding = match survey.candidates.iter().find(same) {
        Some(candidate) if candidate.is_pinned() => {
            Finding::ok(format!("Codex {PINNED} at {place}{others}")).with("version", PINNED)
        }
        Some(Candidate { state: State::Version(version), .. }) => Finding::warn(
            format!("Codex {version} at {place}{others}"),
            format!("codex-lua is made for {PINNED}: names and behaviour may differ; codex-lua install gets that one"),
        )
        .with("version", version.clone()),
        Some(Candidate { state, .. }) => {
            Finding::fail(format!("the codex at {place} {}{others}", problem(state)), repair(found))
        }
        None => Finding::fail(format!("the codex at {place} has gone{others}"), "try again"),
    };
    finding.with("path", found.path.display().to_string()).with("origin", found.origin.to_string())
}

/// What was passed over.
fn others(found: &Found, survey: &Survey) -> String {
    let others = survey.candidates.iter().filter(|candidate| candidate.origin != found.origin);
    others.fold(String::new(), |text, candidate| {
        let what = match &candidate.state {
            State::Version(version) => version.clone(),
            state => problem(state),
        };
        format!("{text}; not used: {} ({}, {what})", candidate.path.display(), candidate.origin)
    })
}

fn repair(found: &Found) -> String {
    let place = found.path.display();
    match found.origin {
        Origin::Installed => {
            let version = found.path.ancestors().find(|folder| folder.ends_with(PINNED));
            let folder = version.unwrap_or(&found.path).display();
            format!("rm -r {folder} && codex-lua install")
        }
        _ => format!("look what `{place} --version` says, or name another"),
    }
}

fn problem(state: &State) -> String {
    match state {
        State::Version(version) => format!("is {version}"),
        State::Silent => "does not run or does not tell its version".into(),
        State::Late(deadline) => format!("did not tell its version within {} s", deadline.as_secs_f32()),
        State::Unusable(reason) => reason.clone(),
    }
}

fn candidate(candidate: &Candidate) -> Value {
    let version = if let State::Version(version) = &candidate.state { Some(version) } else { None };
    let problem = version.is_none().then(|| problem(&candidate.state));
    json!({
        "origin": candidate.origin.to_string(), "path": candidate.path.display().to_string(),
        "version": version, "problem": problem,
    })
}

/// npm is needed where Codex is not there yet, which the check of Codex tells.
fn npm(survey: &Survey) -> Finding {
    const ONLY: &str = "only installing Codex needs it: install Node.js with npm (7 or newer)";
    let Some((path, state)) = &survey.npm else {
        return Finding::warn("no npm in an absolute entry of PATH", ONLY);
    };
    let place = path.display();
    let finding = match state {
        State::Version(version)
            if version.split('.').next().and_then(|major| major.parse().ok()) >= Some(OLDEST_NPM) =>
        {
            Finding::ok(format!("npm {version} at {place}")).with("version", version.clone())
        }
        State::Version(version) => Finding::warn(format!("npm {version} at {place} is too old"), ONLY)
            .with("version", version.clone()),
        state => Finding::warn(format!("the npm at {place} {}", problem(state)), ONLY),
    };
    finding.with("path", place.to_string())
}
