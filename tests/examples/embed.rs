//! A program that runs Lua scripts with Codex: `cargo run --example embed`, from the root of the project.
#![allow(clippy::print_stdout, reason = "an example says what it does")]

use std::sync::mpsc;
use std::thread;

use codex_lua::{Host, Offline, Outcome, Reason};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (tell, told) = mpsc::channel();
    let host = Host::builder()
        // The scripted model: no account, no network. Without this line it is the user's own Codex.
        .offline(Offline::default())
        // A module of our own; it is made when a script first requires it.
        .module("program", move |lua| {
            let module = lua.create_table()?;
            module.set("greet", lua.create_function(|_, name: String| Ok(format!("Hello, {name}!")))?)?;
            let tell = tell.clone();
            module.set("enough", lua.create_function(move |_, ()| Ok(tell.send(()).is_ok()))?)?;
            Ok(module)
        })
        .build()?;

    // A file, with arguments.
    let outcome = host.run_file("scripts/stream.lua", &["What is this?"]);
    assert_eq!(outcome, Outcome::Done);

    // A piece of Lua. What it prints goes to standard output.
    let outcome = host.run_text("greeting", "print(codex.run(require 'program'.greet 'Codex').text)");
    assert_eq!(outcome.exit_code(), 0);

    // An error that no script caught, with its place.
    if let Outcome::Failed(failure) = host.run_text("mistake", "codex.run('x', { sandbx = 'read-only' })") {
        println!("{:?}: {}", failure.kind, failure.message);
    }

    // Another thread may stop a script: its closers run, and its turns are interrupted.
    let stopper = host.stopper();
    let other = thread::spawn(move || {
        let asked = told.recv();
        stopper.stop(Reason::Stopped);
        asked
    });
    let outcome = host.run_text("endless", "require 'program'.enough() require 'std.task'.sleep '1h'");
    assert_eq!(outcome, Outcome::Stopped(Reason::Stopped));
    other.join().map_err(|_| "the other thread panicked")??;
    println!("stopped");
    Ok(())
}
