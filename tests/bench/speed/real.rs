//! A turn of the real server, through Lua and by bare lines, each on a server of its own.

use std::cell::RefCell;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::rc::Rc;
use std::time::Duration;

use codex_lua::codex::binary::Finder;
use codex_lua::model::{Echo, Model};
use codex_lua::notice::Notices;
use codex_lua::{Host, Outcome};

use super::bare::Server;
use super::process::{Run, own};
use super::table::{Goal, Row, Table};
use super::{ROUNDS, beside};

/// Turns whose median is the figure of a round.
const TURNS: usize = 40;
/// Between turns, for what the servers do after the end of one.
const PAUSE: Duration = Duration::from_millis(15);

pub fn measure() -> Table {
    let mut rows = vec![
        Row::new("codex-lua", vec![Goal::AtMostMore(1.0, "bare lines")]),
        Row::new("bare lines", vec![]),
    ];
    let measured = codex().and_then(|codex| pairs(&codex).map_err(|error| error.to_string()));
    match measured {
        Ok(pairs) => {
            let run = |value| Run { value, ready: f64::NAN, peak: f64::NAN };
            rows[0].runs = Ok(pairs.iter().map(|pair| run(pair.0)).collect());
            rows[1].runs = Ok(pairs.iter().map(|pair| run(pair.1)).collect());
        }
        Err(why) => rows.iter_mut().for_each(|row| row.runs = Err(why.clone())),
    }
    Table { title: "A turn of the real server, on a scripted model", unit: "ms", rows }
}

/// The pinned Codex, installed where the tests have it.
fn codex() -> Result<PathBuf, String> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().ok_or("no target folder")?;
    let finder = Finder {
        explicit: None,
        data_dir: target.join("test-data/codex-lua"),
        path: std::env::var_os("PATH"),
        env_bin: None,
        install: true,
        notices: Notices::none(),
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let found = runtime.map_err(|error| error.to_string())?.block_on(finder.find());
    found.map(|found| found.path).map_err(|error| error.to_string())
}

/// Milliseconds of a turn through Lua and by bare lines, for each round.
fn pairs(codex: &Path) -> Result<Vec<(f64, f64)>, Box<dyn Error>> {
    let model = Model::start(Echo)?;
    let homes = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench-homes");
    let _ = std::fs::remove_dir_all(&homes);
    for home in ["lua", "bare"] {
        std::fs::create_dir_all(homes.join(home))?;
        std::fs::write(homes.join(home).join("config.toml"), config(&model.base_url()))?;
    }
    let (codex, bare) = (codex.to_str().ok_or("a path that is no UTF-8")?, homes.join("bare"));
    let mut command = own(&["real", codex, bare.to_str().ok_or("a path that is no UTF-8")?])?;
    command.env("CODEX_HOME", homes.join("lua")).env("NO_PROXY", "127.0.0.1").env("no_proxy", "127.0.0.1");
    let output = command.stderr(std::process::Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err(format!("the turns failed: {}", output.status).into());
    }
    let text = String::from_utf8(output.stdout)?;
    let pair =
        |line: &str| Some((line.split_once(' ')?.0.parse().ok()?, line.split_once(' ')?.1.parse().ok()?));
    Ok(text.lines().filter_map(pair).collect())
}

fn config(base_url: &str) -> String {
    format!(
        r#"
        model = "gpt-5.5"
        model_provider = "scripted"
        features.shell_snapshot = false
        check_for_update_on_startup = false
        [model_providers.scripted]
        name = "scripted"
        base_url = "{base_url}"
        wire_api = "responses"
        requires_openai_auth = false
        request_max_retries = 0
        stream_max_retries = 0
        "#
    )
}

#[allow(clippy::needless_pass_by_value)] // As `map_err` wants it.
fn raise(error: Box<dyn Error>) -> mlua::Error {
    mlua::Error::runtime(error.to_string())
}

/// Runs turns in turn: one through Lua, one by bare lines. Prints a line of both for each round.
pub fn alternate(codex: &str, home_of_bare: &str) -> Result<(), Box<dyn Error>> {
    let (codex_of_bare, home) = (codex.to_owned(), home_of_bare.to_owned());
    let host = Host::builder().codex_bin(codex).module("bench", move |lua| {
        let mut command = Command::new(&codex_of_bare);
        command.env("CODEX_HOME", &home).stderr(std::process::Stdio::null());
        let server = Rc::new(RefCell::new(Server::start(command).map_err(raise)?));
        let module = lua.create_table()?;
        let starting = server.clone();
        let start = lua.create_function(move |_, ()| starting.borrow_mut().start_thread().map_err(raise))?;
        module.raw_set("bare_thread", start)?;
        let turn = lua.create_function(move |_, text: String| {
            server.borrow_mut().turn(&text).map(drop).map_err(raise)
        })?;
        module.raw_set("bare_turn", turn)?;
        module.raw_set("rounds", ROUNDS)?;
        module.raw_set("turns", TURNS)?;
        module.raw_set("pause", PAUSE.as_secs_f64())?;
        Ok(module)
    });
    match host.build()?.run_file(beside("real.lua"), &[]) {
        Outcome::Done => Ok(()),
        other => Err(format!("{other:?}").into()),
    }
}
