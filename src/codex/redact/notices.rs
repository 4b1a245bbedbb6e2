//! Notices without what is secret in them.

use super::text;
use crate::notice::{Activity, Notice, Notices, Progress, Receiver};

/// A receiver that hears no secrets.
pub fn notices(receiver: impl Receiver + 'static) -> Notices {
    Notices::new(Redacting(receiver))
}

struct Redacting<R>(R);

impl<R: Receiver> Receiver for Redacting<R> {
    fn receive(&self, notice: Notice) {
        let without = |said: String| text(&said).into_owned();
        self.0.receive(match notice {
            Notice::Warning(said) => Notice::Warning(without(said)),
            Notice::Log(said) => Notice::Log(without(said)),
            Notice::Progress(progress) => Notice::Progress(match progress {
                Progress::Started(said) => Progress::Started(without(said)),
                Progress::Step(said) => Progress::Step(without(said)),
                Progress::Done(said) => Progress::Done(without(said)),
            }),
            // What a script would print as it is; its parts could not be told from what they are parts of.
            Notice::Answer(part) => Notice::Answer(part),
            Notice::Activity(activity) => Notice::Activity(activity.map(|activity| Activity {
                doing: activity.doing.map(|mut doing| {
                    doing.what = without(doing.what);
                    doing
                }),
                retry: activity.retry.map(without),
                ..activity
            })),
        });
    }

    fn wants_activity(&self) -> bool {
        self.0.wants_activity()
    }
}
