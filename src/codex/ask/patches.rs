//! The file changes of a turn that are under way: what is asked about them does not say what they are.

use std::collections::HashMap;

use bytes::Bytes;
use serde_json::value::RawValue;

use crate::codex::wire::ItemHead;

/// Items that change files and are not completed, by id.
#[derive(Debug, Default)]
pub(in crate::codex) struct Patches(HashMap<String, Bytes>);

impl Patches {
    /// Looks at an item that was started or completed.
    pub fn see(&mut self, method: &str, head: &ItemHead<'_>, item: &RawValue) {
        if head.kind != "fileChange" {
            return;
        }
        if method == "item/started" {
            self.0.insert(head.id.clone().into_owned(), Bytes::copy_from_slice(item.get().as_bytes()));
        } else {
            self.0.remove(&*head.id);
        }
    }

    pub fn get(&self, item_id: &str) -> Option<Bytes> {
        self.0.get(item_id).cloned()
    }
}
