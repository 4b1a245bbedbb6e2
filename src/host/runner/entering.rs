//! The entries of a session, one after another.

use std::sync::Arc;
use std::time::Instant;

use tokio_util::sync::CancellationToken;

use super::{Runner, prepare};
use crate::api;
use crate::host::outcome::{Failure, Outcome};
use crate::host::prompt::{Hear, Prompt, Shown};
use crate::host::script::{Chunk, Source};
use crate::host::session::{Answer, Entry};
use crate::host::stop::Run;
use crate::lua::inspect::Piece;
use crate::lua::interrupt;

impl Runner<'_> {
    pub fn open(&mut self, hear: Hear) -> Result<(), String> {
        let begin = || {
            api::install_at_prompt(&self.lua)?;
            Prompt::begin(&self.lua, self.tasks.clone(), hear)
        };
        let typed = Source::Text { name: String::new(), text: String::new() };
        self.look_beside(&typed);
        self.prompt = Some(begin().map_err(|error| error.to_string())?);
        Ok(())
    }

    pub async fn enter(&self, entry: Entry, name: &str, columns: usize, run: &Arc<Run>) -> Answer {
        let begun = Instant::now();
        let cancel = self.stopper.begin(run);
        let _deadline = self.builder.timeout.map(|after| self.stopper.stop_after(run, after));
        let (outcome, values) = match (&self.prompt, entry) {
            (Some(prompt), Entry::Typed(text)) => {
                prompt.type_in(&self.lua, text, name, columns, cancel).await
            }
            (Some(prompt), Entry::Script(chunk)) => self.run_in(prompt, &chunk, cancel).await,
            (None, _) => (Outcome::Broken("there is no session".into()), vec![]),
        };
        Answer { outcome: self.ended(run, outcome), values, took: begun.elapsed() }
    }

    async fn run_in(
        &self,
        prompt: &Prompt,
        chunk: &Chunk,
        cancel: CancellationToken,
    ) -> (Outcome, Vec<Vec<Piece>>) {
        self.look_beside(&chunk.source);
        let failed = |failure: Failure| (Outcome::Failed(failure), vec![]);
        let loaded = match chunk.source.load(&self.lua, &self.roots) {
            Ok(loaded) => loaded,
            Err(failure) => return failed(*failure),
        };
        let args = match self.arguments(&loaded, &chunk.args) {
            Ok(args) => args,
            Err(error) => return failed(Failure::of_message(None, error.to_string())),
        };
        let loaded = match loaded.keeping(&self.lua, prompt.entries()) {
            Ok(loaded) => loaded,
            Err(error) => return failed(Failure::of_message(None, error.to_string())),
        };
        match prompt.run(&self.lua, loaded.function.clone(), args, cancel).await {
            Ok(_) => (Outcome::Done, vec![]),
            Err(Outcome::Failed(failure)) => failed(loaded.show_line(failure)),
            Err(outcome) => (outcome, vec![]),
        }
    }

    pub fn look(&self, look: Box<dyn FnOnce(&Shown<'_>) + Send>) {
        if let Some(prompt) = &self.prompt {
            look(&Shown { lua: &self.lua, prompt, client: &self.client });
        }
    }

    /// Ends what the session runs, and gives it a new state.
    pub async fn reset(&mut self) -> Result<(), String> {
        let Some(hear) = self.prompt.as_ref().map(Prompt::hear) else { return Ok(()) };
        self.end_session().await;
        let new = prepare(&self.builder, self.client.clone(), self.roots.clone(), self.deeds.clone());
        interrupt::end(std::mem::replace(&mut self.lua, new.map_err(|error| error.to_string())?));
        self.open(hear)
    }

    /// Ends all that the session has left running.
    pub async fn end_session(&mut self) {
        if let Some(prompt) = self.prompt.take() {
            prompt.end(&self.lua).await;
            self.end_all(false).await;
        }
    }
}
