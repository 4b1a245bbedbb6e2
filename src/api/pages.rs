//! Lists that the server gives page by page, as one loop.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use mlua::{Function, Lua, UserData, UserDataFields, Value};
use serde_json::json;

use super::event::answer;
use crate::codex::Client;
use crate::codex::names::{self, TypeId};
use crate::lua::class::Class;
use crate::lua::options::Options;
use crate::lua::{Args, Raise, function};

static CLASS: Class = Class {
    name: "Pages",
    methods: &[("close", |lua| function::sync(lua, "pages.close", close))],
    fields: &[],
    meta: &[("__call", next), ("__close", |lua| function::sync(lua, "pages.close", close))],
};

/// How many entries are asked for at once.
const PAGE: u32 = 50;

/// A list that is being walked.
#[derive(Clone)]
pub struct Pages(Rc<Walk>);

struct Walk {
    client: Client,
    method: &'static str,
    params: serde_json::Value,
    of: TypeId,
    place: RefCell<Place>,
}

struct Place {
    page: VecDeque<serde_json::Value>,
    /// `None` before the first page and after the last.
    cursor: Option<serde_json::Value>,
    more: bool,
    left: u32,
}

impl UserData for Pages {
    fn add_fields<F: UserDataFields<Self>>(fields: &mut F) {
        CLASS.define(fields);
    }
}

impl Pages {
    /// Saved threads, latest first.
    pub fn threads(lua: &Lua, options: &Options) -> Result<Self, Raise> {
        let mut params = json!({});
        let mut put = |name: &str, value: Option<serde_json::Value>| {
            if let Some(value) = value {
                params[name] = value;
            }
        };
        put("archived", options.get::<bool>("archived")?.map(Into::into));
        put("cwd", options.get::<String>("cwd")?.map(Into::into));
        put("searchTerm", options.get::<String>("search")?.map(Into::into));
        let sorts = [("created", "created_at"), ("updated", "updated_at"), ("recent", "recency_at")];
        put("sortKey", options.word("sort", &sorts)?.map(Into::into));
        put("sortDirection", options.word("order", &ORDERS)?.map(Into::into));
        put("modelProviders", options.get::<String>("model_provider")?.map(|provider| json!([provider])));
        Self::new(lua, "thread/list", params, "Thread", options)
    }

    /// Turns of a thread, latest first.
    pub fn turns(lua: &Lua, thread_id: &str, options: &Options) -> Result<Self, Raise> {
        let views = [("full", "full"), ("summary", "summary"), ("none", "notLoaded")];
        let view = options.word("items", &views)?.unwrap_or("full");
        let order = options.word("order", &ORDERS)?.unwrap_or("desc");
        let params = json!({ "threadId": thread_id, "itemsView": view, "sortDirection": order });
        Self::new(lua, "thread/turns/list", params, "Turn", options)
    }

    fn new(
        lua: &Lua,
        method: &'static str,
        params: serde_json::Value,
        of: &str,
        options: &Options,
    ) -> Result<Self, Raise> {
        let left = options.get::<u32>("limit")?.unwrap_or(u32::MAX);
        let place = Place { page: VecDeque::new(), cursor: None, more: true, left };
        let of = names::root(of).unwrap_or(TypeId::FREE);
        Ok(Self(Rc::new(Walk {
            client: super::client(lua)?,
            method,
            params,
            of,
            place: RefCell::new(place),
        })))
    }

    fn take(&self, lua: &Lua) -> Result<Option<Value>, Raise> {
        let mut place = self.0.place.borrow_mut();
        if place.left == 0 {
            return Ok(None);
        }
        let Some(entry) = place.page.pop_front() else { return Ok(None) };
        place.left -= 1;
        Ok(Some(answer(lua, entry.to_string().as_bytes(), self.0.of)?))
    }

    async fn next(&self, lua: &Lua) -> Result<Option<Value>, Raise> {
        loop {
            if let Some(entry) = self.take(lua)? {
                return Ok(Some(entry));
            }
            let params = {
                let place = self.0.place.borrow();
                if place.left == 0 || !place.more {
                    return Ok(None);
                }
                let mut params = self.0.params.clone();
                params["limit"] = place.left.min(PAGE).into();
                if let Some(cursor) = &place.cursor {
                    params["cursor"] = cursor.clone();
                }
                params
            };
            let page = self.0.client.request(self.0.method, params).await?;
            let mut page: serde_json::Value = serde_json::from_slice(&page)
                .map_err(|error| Raise::new("rpc", format!("{}: {error}", self.0.method)))?;
            let mut place = self.0.place.borrow_mut();
            if let serde_json::Value::Array(entries) = page["data"].take() {
                place.page.extend(entries);
            }
            place.cursor = page.get("nextCursor").filter(|cursor| !cursor.is_null()).cloned();
            place.more = place.cursor.is_some();
        }
    }
}

const ORDERS: [(&str, &str); 2] = [("newest", "desc"), ("oldest", "asc")];

fn next(lua: &Lua) -> mlua::Result<Function> {
    let now = lua.create_function(|lua, pages: mlua::AnyUserData| {
        // An error here comes again, as a table, when the next page is awaited.
        Ok(pages.borrow::<Pages>()?.take(lua).ok().flatten())
    })?;
    function::iterator(lua, "pages", now, |lua, mut args| async move {
        let pages = args.this::<Pages>(&lua)?.clone();
        pages.next(&lua).await
    })
}

fn close(lua: &Lua, mut args: Args) -> Result<(), Raise> {
    let pages = args.this::<Pages>(lua)?;
    let mut place = pages.0.place.borrow_mut();
    place.left = 0;
    place.page.clear();
    Ok(())
}

/// The turns of one page, in the page's order.
pub fn turns(lua: &Lua, page: &serde_json::Value) -> Result<Value, Raise> {
    let of = names::root("Turn").unwrap_or(TypeId::FREE);
    let turns = page.get("data").cloned().unwrap_or_else(|| json!([]));
    Ok(answer(lua, turns.to_string().as_bytes(), of)?)
}
