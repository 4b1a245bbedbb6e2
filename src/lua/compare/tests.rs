use mlua::{Lua, Value};

use super::{Differences, show};

/// What is told of `got, want`.
#[track_caller]
fn told(code: &str) -> String {
    let lua = Lua::new();
    lua.globals().raw_set("null", Value::NULL).unwrap();
    let (got, want): (Value, Value) = lua.load(code).eval().unwrap();
    let found = Differences::of(&got, &want).unwrap();
    if found.is_empty() { "same".into() } else { found.to_string() }
}

#[test]
fn what_is_the_same() {
    for same in [
        "1, 1.0",
        "0/0, 0/0",
        "{ 0/0 }, { 0/0 }",
        "{ 1, { x = { 'a' } } }, { 1, { x = { 'a' } } }",
        "null, null",
        "print, print",
        "setmetatable({ 1 }, {}), { 1 }",
        "setmetatable({ 1 }, { __eq = function() return true end }), setmetatable({ 2 }, {})",
        "(function() local a, b = {}, {} a.a = a b.a = { a = b } return a, b end)()",
        "(function() local function deep() local t = {} for _ = 1, 200000 do t = { t } end return t end
          return deep(), deep() end)()",
    ] {
        assert_eq!(told(&format!("return {same}")), "same", "{same}");
    }
}

#[test]
fn each_place_is_told_with_both_sides() {
    assert_eq!(told("return 1, '1'"), "got 1, want \"1\"");
    assert_eq!(told("return 1.0, 2"), "got 1.0, want 2");
    assert_eq!(told("return math.maxinteger, 2^63"), "got 9223372036854775807, want 9.223372036854776e18");
    assert_eq!(told("return nil, false"), "got nil, want false");
    assert_eq!(told("return null, nil"), "got json.null, want nil");
    assert_eq!(told("return { a = { 1, 2 } }, { a = { 1, 3 } }"), ".a[2]: got 2, want 3");
    assert_eq!(
        told("return { 1, ['a b'] = 1, gone = {} }, { 2, more = { x = 'y' }, ['a b'] = { 1, 2 } }"),
        "they differ in 4 places\n[1]: got 1, want 2\n[\"a b\"]: got 1, want { 1, 2 }\n\
         .gone: got {}, want nil\n.more: got nil, want { x = \"y\" }"
    );
    let ring = "local a, b = { 1 }, { 2 } a.a = a b.a = b return a, b";
    assert_eq!(told(ring), "[1]: got 1, want 2");
    let unlike = "local m = { __eq = function() return false end } return setmetatable({ 1 }, m), { 1 }";
    assert_eq!(told(unlike), "got { 1 }, want { 1 }, which are not the same one");
}

#[test]
fn many_places_are_counted_and_texts_of_lines_are_compared_by_line() {
    let many = told("local a = {} for i = 1, 100 do a[i] = i end return a, {}");
    assert!(many.starts_with("they differ in 100 places\n[1]: got 1, want nil\n"), "{many}");
    assert!(many.ends_with("[20]: got 20, want nil\nand 80 more"), "{many}");
    assert_eq!(
        told("return { t = 'a\\nb\\nc\\n' }, { t = 'a\\nB\\nc\\n' }"),
        ".t: the texts differ (- got, + want)\n@@ -1,3 +1,3 @@\n a\n-b\n+B\n c"
    );
}

#[test]
fn what_is_long_or_deep_is_cut() {
    let lua = Lua::new();
    let show = |code: &str| show(&lua.load(code).eval().unwrap()).unwrap();
    assert_eq!(show("{ { { { {} } } } }"), "{ { { {…} } } }");
    assert_eq!(show("{ 1, 2, 3, 4, 5, 6, 7, 8, 9 }"), "{ 1, 2, 3, 4, 5, 6, 7, 8, … }");
    assert!(show("('x'):rep(1000)").ends_with("x\"… (1000 bytes)"));
    assert_eq!(show("'\\27[2J'"), "\"\\u{1b}[2J\"");
}
