//! `codex-lua types`.

use codex_lua::stdlib::META;

use crate::support::Project;

#[test]
fn types_writes_them_into_a_project_and_keeps_its_settings() {
    let project = Project::new();
    let types = || project.program_without_codex().args(["types"]).run();
    assert_eq!(types().code(), 0);
    for (name, text) in META {
        assert_eq!(project.read(&format!(".codex-lua/types/{name}")).as_deref(), Some(*text), "{name}");
    }
    let settings = project.read(".luarc.json").expect("settings");
    assert!(settings.contains(".codex-lua/types") && settings.contains("Lua 5.4"), "{settings}");
    project.file(".luarc.json", r#"{"diagnostics.disable": ["x"], "workspace.library": ["mine"]}"#);
    assert_eq!((types().code(), types().code()), (0, 0));
    let settings = project.read(".luarc.json").expect("settings");
    for kept in ["diagnostics.disable", "mine", ".codex-lua/types"] {
        assert_eq!(settings.matches(kept).count(), 1, "{settings}");
    }
}
