//! What the owner itself wrote, as a watcher knows it. Where that depends on what stood there before, it is what was
//! delivered: so nothing of somebody else's goes with it unseen.

use std::path::Path;

use super::call::{Did, Write};
use super::content::Part;
use super::forest::Forest;
use super::left::Left;
use super::own::{Claim, Own};

/// Takes note of what is watched.
pub fn learn(own: &mut Own, writes: &[Write], forest: &Forest) {
    for Write { path, did } in writes {
        if *did == Did::Removed {
            for path in forest.files_at(path) {
                own.claim(path, Claim { left: Left::Gone, sure: true });
            }
        } else if forest.watches(path)
            && let Some(claim) = claim(own, path, did, forest)
        {
            own.claim(path.clone(), claim);
        }
    }
}

fn claim(own: &mut Own, path: &Path, did: &Did, forest: &Forest) -> Option<Claim> {
    let sure = |left| Claim { left, sure: true };
    match did {
        Did::Put(content) => Some(sure(Left::whole(*content))),
        Did::Added(bytes) => {
            let Claim { left, sure } =
                own.take(path).unwrap_or_else(|| sure(Left::seen(forest.delivered(path))));
            Some(Claim { left: left.and(bytes), sure })
        }
        Did::Moved { from, content } => match own.take(from) {
            Some(claim) => Some(claim),
            None if forest.watches(from) => {
                let Part { size, hash } = *content;
                let seen = forest.delivered(from)?;
                Some(sure(Left::whole(Part { size, hash: seen.hash.or(hash) })))
            }
            None => Some(sure(Left::whole(*content))),
        },
        Did::Removed => None,
    }
}
