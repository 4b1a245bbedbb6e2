//! The policy of approve.lua: what reads below the working folder is accepted, and nothing that only seems to.

use std::os::unix::fs::symlink;

use crate::run;
use crate::support::Project;

const ACCEPTED: &[&str] = &[
    "ls",
    "ls -la sub",
    "pwd",
    "cat notes.txt",
    "cat 'with space.txt' sub/deep.txt",
    "\"cat\" notes'.'txt",
    "/bin/bash -c 'cat notes.txt'",
    "bash -lc \"cat notes.txt\"",
    "/usr/bin/zsh -lc 'ls -l'",
    "head -n 5 notes.txt",
    "head -20 notes.txt",
    "sed -n 1,20p notes.txt",
    "bash -lc \"sed -n '1,20p' notes.txt\"",
    "grep -rn 'a|b; $(x)' sub",
    "grep -n -- -e notes.txt",
    "rg -n -i needle",
    "find . -name '*.txt' -type f -maxdepth 2",
    "wc -l notes.txt",
    "cat not-there.txt",
    "echo '> notes.txt'",
];

/// Commands, and a part of the reason.
const DECLINED: &[(&str, &str)] = &[
    // Words that are more than words.
    ("ls; id", "an operator"),
    ("ls && id", "an operator"),
    ("ls | sh", "an operator"),
    ("ls &", "an operator"),
    ("ls\nid", "printable ASCII"),
    ("cat 'a\nb'", "printable ASCII"),
    ("cat\tnotes.txt", "printable ASCII"),
    ("cat notes.txt\r", "printable ASCII"),
    ("cat n\u{f6}tes.txt", "printable ASCII"),
    ("\u{202e}ls", "printable ASCII"),
    ("ls\u{a0}-l", "printable ASCII"),
    ("cat < notes.txt", "a redirection"),
    ("echo x > notes.txt", "a redirection"),
    ("ls $(id)", "a substitution"),
    ("ls `id`", "a substitution"),
    ("cat $HOME/x", "a substitution"),
    ("cat \"$(id)\"", "in quotes"),
    ("cat \"a\\\"; id\"", "in quotes"),
    ("cat \"!!\"", "in quotes"),
    ("cat $'\\x41'", "a substitution"),
    ("(id)", "a subshell"),
    ("cat *", "a pattern"),
    ("cat [a]", "a pattern"),
    ("cat {notes,other}.txt", "a pattern"),
    ("cat ~/x", "an expansion"),
    ("cat notes.txt # id", "an expansion"),
    ("c\\at notes.txt", "an escape"),
    ("cat 'notes.txt", "not closed"),
    ("LD_PRELOAD=x ls", "sets a variable"),
    ("ls =id", "sets a variable"),
    // Shells.
    ("bash -lc 'ls; id'", "an operator"),
    ("bash -c ls x", "a shell with more"),
    ("bash script.sh", "a shell with more"),
    ("bash -ic ls", "a shell with more"),
    ("bash -c 'bash -c ls'", "not on the list"),
    ("./bash -c ls", "not on the list"),
    ("/tmp/bin/sh -c ls", "not on the list"),
    // Programs.
    ("", "not on the list"),
    ("\"\" notes.txt", "not on the list"),
    ("./ls", "not on the list"),
    ("/bin/cat notes.txt", "not on the list"),
    ("env ls", "not on the list"),
    ("xargs rm", "not on the list"),
    ("python3 -c 1", "not on the list"),
    ("git status", "not on the list"),
    ("git -c core.pager=id log", "not on the list"),
    // Options.
    ("find . -exec rm +", "find with -exec"),
    ("find . -name x -delete", "find with -delete"),
    ("find . -fprintf notes.txt x", "find with -fprintf"),
    ("find -L .", "find with -L"),
    ("find . -name -exec rm x", "find with rm"),
    ("tail -f notes.txt", "tail with -f"),
    ("tail notes.txt --follow", "tail with --follow"),
    ("grep -R x .", "grep with -R"),
    ("grep -f /etc/shadow notes.txt", "grep with -f"),
    ("grep -nf notes.txt x", "grep with -nf"),
    ("ls -L", "ls with -L"),
    ("rg --pre id x", "rg with --pre"),
    ("rg -z x", "rg with -z"),
    ("wc --files0-from=notes.txt", "wc with --files0-from=notes.txt"),
    ("sed -n '1e id' notes.txt", "more than print"),
    ("sed -i s/a/b/ notes.txt", "more than print"),
    ("sed -n 1p -i notes.txt", "sed with -i"),
    ("cat -", "cat with -"),
    // Paths.
    ("cat /etc/passwd", "is not below"),
    ("cat ../notes.txt", "goes upwards"),
    ("cat sub/../../x", "goes upwards"),
    ("cat link", "is a link"),
    ("cat away/passwd", "is a link"),
    ("ls sub/away", "is a link"),
    ("grep -rn x away", "is a link"),
    ("find away -name x", "is a link"),
    ("find / -name x", "is not below"),
    ("cat -- /etc/passwd", "is not below"),
    ("grep x notes.txt /etc/passwd", "is not below"),
    ("cat pipe", "no file at all"),
];

fn project() -> Project {
    let project = Project::new();
    for file in ["notes.txt", "with space.txt", "sub/deep.txt"] {
        project.file(file, "text\n");
    }
    let made = std::process::Command::new("mkfifo").arg(project.work().join("pipe")).status();
    assert!(made.expect("mkfifo").success());
    for (to, name) in [("/etc/passwd", "link"), ("/etc", "away"), ("/etc", "sub/away")] {
        symlink(to, project.work().join(name)).expect("a link");
    }
    project
}

#[test]
fn what_only_reads_below_the_folder_is_accepted_and_nothing_else() {
    let project = project();
    let commands = ACCEPTED.iter().chain(DECLINED.iter().map(|(command, _)| command));
    let args: Vec<_> = ["explain"].iter().chain(commands).copied().collect();
    let done = run(&project, &["--offline"], "approve.lua", &args);
    assert_eq!((done.code(), &*done.stderr), (0, ""));
    let mut lines = done.stdout.lines();
    for command in ACCEPTED {
        assert_eq!(lines.next(), Some(&*format!("accept: {command}")));
    }
    for (command, why) in DECLINED {
        let line = lines.next().expect("a line");
        assert!(
            line.starts_with("decline: ") && line.ends_with(')') && line.contains(why),
            "{command}: {line}"
        );
        assert!(!line.contains(|c: char| !(' '..='~').contains(&c)), "{line:?} steers");
    }
    assert_eq!(lines.next(), None);
}

#[test]
fn an_agent_reads_and_patches_below_the_folder_and_no_more() {
    let project = project();
    // The agent is told the reason of a refusal, to which this one says no more than "ok".
    for (prompt, decision, text) in [
        ("$ cat notes.txt", "accept: /bin/bash -c 'cat notes.txt'\n", "\ntext\n"),
        ("$! rm notes.txt", "decline: /bin/bash -c 'rm notes.txt' (\"rm\" is not on the list)\n", "\nok\n"),
        ("$! cat away/passwd", "is a link, or no file at all)\n", "\nok\n"),
        ("$ git status", "(\"git\" is not on the list)\n", "\nok\n"),
        (
            "patch: *** Begin Patch\n*** Add File: ../outside.txt\n+x\n*** End Patch\n",
            "is not below ",
            "\nok\n",
        ),
    ] {
        let replies = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/lua/lib/obedient.replies.lua");
        let done = run(&project, &[&format!("--offline={replies}")], "approve.lua", &[prompt]);
        assert_eq!((done.code(), &*done.stderr), (0, ""), "{prompt}");
        assert!(done.stdout.contains(decision) && done.stdout.contains(text), "{prompt}: {}", done.stdout);
    }
    assert!(project.work().join("notes.txt").exists());
    let done = run(&project, &["--offline"], "approve.lua", &[]);
    assert_eq!(done.code(), 2);
}

#[test]
fn changes_of_files_stay_below_the_folder_and_out_of_hidden_places() {
    let project = project();
    let script = r#"
        local policy = require "approve.policy"
        local root = require "std.path".absolute "."
        local decide = policy.handler(root)
        local function change(path, moved)
          return { path = path, kind = { type = "update", move_path = moved }, diff = "" }
        end
        local function asked(request, why)
          local decision = decide(request)
          local said = type(decision) == "table" and decision.decline or decision
          assert(said:find(why, 1, true), said)
        end
        local function changed(why, ...)
          asked({ kind = "file_change", changes = { ... } }, why)
        end
        changed("accept", change(root .. "/notes.txt"), change(root .. "/new/deep.txt"))
        changed("accept", change "notes.txt", change(root .. "/notes.txt", root .. "/sub/moved.txt"))
        changed("is not below", change "/etc/passwd")
        changed("is not below", change(root .. "beside.txt"))
        changed("is not below", change(root .. "/notes.txt", "/etc/moved"))
        changed("is not below", change(root .. "/notes.txt"), change "/etc/passwd")
        changed("goes upwards", change(root .. "/../x"))
        changed("is a link", change(root .. "/link"))
        changed("is a link", change(root .. "/away/passwd"))
        changed("is a link", change(root .. "/sub/away/new"))
        changed("is hidden", change(root .. "/.git/config"))
        changed("is hidden", change(root .. "/sub/.git/hooks/post-checkout"))
        changed("is hidden", change ".envrc")
        changed("changes nothing")
        asked({ kind = "file_change", changes = { change "notes.txt" }, grant_root = root }, "more than")
        asked({ kind = "file_change" }, "only commands and changes")
        -- A command in a folder of its own.
        local function run(cwd, command, more)
          local request = more or {}
          request.kind, request.command, request.cwd = "command", command, cwd
          return request
        end
        asked(run(root .. "/sub", "cat deep.txt"), "accept")
        asked(run("/etc", "cat passwd"), "is not below")
        asked(run(root .. "/away", "ls"), "is a link")
        asked(run(root .. "/sub", "cat ../notes.txt"), "goes upwards")
        asked(run(nil, "cat notes.txt"), "accept")
        asked(run(root, "ls", { additional_permissions = {} }), "more than")
        for _, kind in ipairs { "write_stdin", "network", "permissions", "mcp_tool_call" } do
          asked({ kind = kind, command = "ls", cwd = root }, "only commands and changes")
        end"#;
    let program =
        project.program().args(["run".as_ref(), "--lua-path".as_ref(), crate::scripts().as_os_str()]);
    program.args(["-e", script]).run().expect(0, "");
}
