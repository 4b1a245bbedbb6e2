//! The commands of a turn that run.

use std::collections::HashSet;

use super::wire::ItemHead;

/// Commands that a turn started and that have not ended, by the ids of their items.
#[derive(Debug, Clone, Default)]
pub(super) struct Commands(HashSet<String>);

impl Commands {
    /// Looks at an item that was started or completed.
    pub fn see(&mut self, method: &str, item: &ItemHead<'_>) {
        if method == "item/completed" {
            self.0.remove(&*item.id);
        } else if item.kind == "commandExecution" {
            self.0.insert(item.id.clone().into_owned());
        }
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn ids(&self) -> Vec<String> {
        self.0.iter().cloned().collect()
    }

    pub fn contains(&self, item_id: &str) -> bool {
        self.0.contains(item_id)
    }
}
