//! The tables of options.

/// The option that each table of options defines, and a call that takes it.
pub const OPTIONS: &[(&str, &str)] = &[
    ("codex.ThreadOptions", "codex.thread_start(options)"),
    ("codex.ResumeOptions", "codex.resume('x', options)"),
    ("codex.ResumeOptions", "codex.unarchive('x', options)"),
    ("codex.ResumeOptions", "codex.resume_or_start('x', options)"),
    ("codex.ResumeOptions", "codex.resume_or_start(nil, options)"),
    ("codex.ForkOptions", "codex.fork('x', options)"),
    ("codex.Defaults", "codex.defaults(options)"),
    ("codex.RunOptions", "codex.run('x', options)"),
    ("codex.RunOptions", "codex.stream('x', options)"),
    ("codex.TurnOptions", "thread:run('x', options)"),
    ("codex.TurnOptions", "thread:turn('x', options)"),
    ("codex.TurnOptions", "codex.run(thread, 'x', options)"),
    ("codex.EventFilter", "codex.events(options)"),
    ("codex.ThreadsFilter", "codex.threads(options)"),
    ("codex.TurnsFilter", "thread:turns(options)"),
    ("codex.ReadOptions", "thread:read(options)"),
    ("codex.InputItem", "thread:run(options)"),
    ("codex.ToolOptions", "codex.tool(options)"),
    ("codex.ToolsOptions", "codex.tools(options)"),
    ("codex.SandboxDetails", "thread:run('x', { sandbox = options })"),
    ("codex.Budget", "codex.thread_start { budget = options }"),
    ("codex.Budget", "require 'std.task'.scope(print, { budget = options })"),
    ("std.task.MapOptions", "require 'std.task'.map({}, print, options)"),
    ("std.task.ScopeOptions", "require 'std.task'.scope(print, options)"),
    ("std.watch.Options", "require 'std.watch'.files('.', options)"),
    ("std.watch.ExplainOptions", "require 'std.watch'.explain('x', options)"),
    ("std.fs.WriteOptions", "require 'std.fs'.write('x', '', options)"),
    ("std.fs.AppendOptions", "require 'std.fs'.append('x', '', options)"),
    ("std.fs.WalkOptions", "require 'std.fs'.walk('.', options)"),
    ("std.fs.GlobOptions", "require 'std.fs'.glob('x', options)"),
    ("std.fs.StatOptions", "require 'std.fs'.stat('x', options)"),
    ("std.fs.PutOptions", "require 'std.fs'.copy('x', 'y', options)"),
    ("std.fs.PutOptions", "require 'std.fs'.move('x', 'y', options)"),
    ("std.fs.RemoveOptions", "require 'std.fs'.remove('x', options)"),
    ("std.json.EncodeOptions", "require 'std.json'.encode({}, options)"),
];

/// Tables that a script's handlers return, which are read like options.
pub const RETURNED: &[&str] = &["codex.DecisionDetails", "codex.ElicitationDetails"];
