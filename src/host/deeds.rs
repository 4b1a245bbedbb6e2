//! What turns do to files, told to those who watch files.

use std::borrow::Cow;
use std::path::PathBuf;

use serde::Deserialize;

use crate::codex::{Said, Tap};
use crate::rpc::Text;
use crate::watch::Deeds;
use crate::watch::deeds::{Deed, Edit, Patch};

impl Tap for Deeds {
    fn heard(&self, said: &Said<'_>) {
        // Deltas are nearly all that is said, and do nothing.
        if said.is_delta() {
            return;
        }
        if let Some(deed) = deed(said) {
            self.tell(&deed);
        }
        if let (Some(turn), false) = (said.turn_id(), said.method() == "item/started") {
            Deeds::heard(self, turn);
        }
    }

    fn ended(&self) {
        self.tell(&Deed::AllEnded);
    }
}

/// What is done by what was said.
fn deed(said: &Said<'_>) -> Option<Deed> {
    let thread = said.thread_id()?.to_owned();
    let turn = said.turn_id().map(str::to_owned);
    match said.method() {
        "turn/started" => Some(Deed::TurnBegan { thread, turn: turn? }),
        "turn/completed" => Some(Deed::TurnEnded { turn: turn? }),
        "thread/closed" => Some(Deed::ThreadRests { thread }),
        // A thread that is not listened to any more tells this and not the end of its turn.
        "thread/status/changed" if said.is_at_rest() => Some(Deed::ThreadRests { thread }),
        "item/started" => match Item::read(said)? {
            item if item.works() => Some(Deed::WorkBegan { turn: turn?, item: item.id.into_owned() }),
            _ => None,
        },
        "item/completed" => match Item::read(said)? {
            item if item.works() => Some(Deed::WorkEnded { item: item.id.into_owned() }),
            // What failed may have written some of its files; their contents tell.
            item if item.kind == "fileChange" && item.status.0 != "declined" => {
                let patches = item.changes.into_iter().map(Change::patch).collect();
                Some(Deed::Patched { turn: turn?, patches })
            }
            _ => None,
        },
        _ => None,
    }
}

/// What is read of an item.
#[derive(Deserialize)]
struct Item<'a> {
    #[serde(rename = "type", borrow)]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow, default = "unknown")]
    status: Text<'a>,
    #[serde(default)]
    changes: Vec<Change>,
}

#[derive(Deserialize)]
struct Change {
    path: PathBuf,
    kind: Kind,
    #[serde(default)]
    diff: String,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "camelCase")]
enum Kind {
    Add,
    Delete,
    Update {
        #[serde(default)]
        move_path: Option<PathBuf>,
    },
}

fn unknown() -> Text<'static> {
    Text(Cow::Borrowed(""))
}

impl<'a> Item<'a> {
    /// `None` too when a later Codex tells of changes in another way: those are nobody's own.
    fn read(said: &'a Said<'a>) -> Option<Self> {
        serde_json::from_str(said.item()?).ok()
    }

    /// Whether it may write anywhere.
    fn works(&self) -> bool {
        matches!(&*self.kind, "commandExecution" | "mcpToolCall")
    }
}

impl Change {
    fn patch(self) -> Patch {
        let (moved_to, edit) = match self.kind {
            Kind::Add => (None, Edit::Add(self.diff)),
            Kind::Delete => (None, Edit::Delete),
            Kind::Update { move_path } => (move_path, Edit::Update(self.diff)),
        };
        Patch { path: self.path, moved_to, edit }
    }
}
