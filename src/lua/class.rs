//! Handles: userdata with methods that raise error tables, fields, and a name; `pairs` lists both.

use mlua::{Function, Lua, MetaMethod, UserDataFields};

use super::function::{Members, module, prelude};

/// What scripts see of a handle.
pub struct Class {
    /// Its `__name`.
    pub name: &'static str,
    /// Called with a colon.
    pub methods: Members,
    /// Read as fields.
    pub fields: Members,
    /// `__close`, `__call`, `__tostring` …
    pub meta: Members,
}

impl Class {
    /// Makes the metatable of a userdata type this class's.
    pub fn define<T: 'static>(&'static self, fields: &mut impl UserDataFields<T>) {
        fields.add_meta_field(MetaMethod::Type, self.name);
        fields.add_meta_field_with(MetaMethod::Index, |lua: &Lua| -> mlua::Result<Function> {
            prelude::<Function>(lua, "index")?.call((module(lua, self.methods)?, module(lua, self.fields)?))
        });
        fields.add_meta_field_with(MetaMethod::Pairs, |lua: &Lua| -> mlua::Result<Function> {
            prelude::<Function>(lua, "pairs")?.call(self.names())
        });
        for (name, make) in self.meta {
            fields.add_meta_field_with(*name, move |lua: &Lua| make(lua));
        }
    }

    /// The names of its methods and fields, in order.
    fn names(&self) -> Vec<&'static str> {
        let mut names: Vec<_> = self.methods.iter().chain(self.fields).map(|(name, _)| *name).collect();
        names.sort_unstable();
        names
    }
}
