//! Proxies, what outlived its host, the project.

use std::process::Command;

use crate::support::{Program, Project};

use super::{HOLDS, Report, stand_in};

fn program(project: &Project) -> Program {
    project.program_without_codex().env("CODEX_LUA_CODEX_BIN", stand_in(project, "0.169.0", HOLDS))
}

#[test]
fn a_proxy_between_codex_and_loopback_is_told_by_its_name_alone() {
    let project = Project::new();
    let proxied = |project: &Project| program(project).env("HTTP_PROXY", "http://me:planted@proxy.example:1");
    let report = Report::of(proxied(&project));
    report.says("proxy", "warn", &["HTTP_PROXY is set", "export NO_PROXY=127.0.0.1,localhost"]).ends(0);
    assert!(!report.json.to_string().contains("planted"));
    Report::of(proxied(&project).env("NO_PROXY", "localhost,127.0.0.1")).says("proxy", "ok", &[]);
}

#[test]
#[cfg(target_os = "linux")]
fn a_process_that_outlived_its_host_is_listed_with_how_to_end_it() {
    let project = Project::new();
    let mut gone = Command::new("/bin/true").spawn().expect("a process");
    let host = gone.id();
    gone.wait().expect("an end");
    let mut left = Command::new("/bin/sleep")
        .args(["1000"])
        .env("CODEX_LUA_RUN", format!("{host}:1:x"))
        .spawn()
        .expect("a process");
    let report = Report::of(program(&project));
    let pid = left.id();
    left.kill().expect("it runs");
    left.wait().expect("an end");
    report.says("leftovers", "warn", &[&format!("{pid} (/bin/sleep 1000)"), "kill "]).ends(0);
    let processes = report.get("leftovers").details["processes"].clone();
    let ours = processes.as_array().expect("a list").iter().find(|it| it["pid"] == pid).expect("it");
    assert_eq!((&ours["host"], &ours["command"]), (&host.into(), &"/bin/sleep 1000".into()));
    let ids = Report::of(program(&project)).get("leftovers").details["processes"].clone();
    assert!(ids.as_array().expect("a list").iter().all(|it| it["pid"] != pid), "{ids}");
}

#[test]
fn definitions_of_another_version_are_told() {
    let project = Project::new();
    Report::of(program(&project)).says("types", "ok", &["none here"]);
    assert_eq!(project.program_without_codex().args(["types"]).run().code(), 0);
    Report::of(program(&project)).says("types", "ok", &["those of this version"]);
    project.file(".codex-lua/types/codex.lua", "---@meta\n");
    Report::of(program(&project)).says("types", "warn", &["another version's", "codex-lua types"]).ends(0);
}
