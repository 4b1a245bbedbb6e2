//! What comes of one question to the agent: a turn, and more of them while its answer does not fit the schema.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::time::Instant;

use super::error::{Error, Misfit};
use super::input::Input;
use super::options::{Limits, TurnOptions};
use super::queue::Item;
use super::redact;
use super::schema::Schema;
use super::thread::{Keep, Reached, StopUnlessTaken, Thread};
use super::turn::{Next, Turn, TurnResult};
use super::wire::Status;

/// A turn that was started, and those that ask again when its answer does not fit its schema; a cheap clone.
///
/// The next one is started by whoever awaits the events or the result, when the one before has ended.
#[derive(Clone)]
pub struct Exchange {
    first: Turn,
    tries: Option<Arc<Tries>>,
    /// It went into a turn that ran already, which is somebody else's to stop.
    is_steered: bool,
}

/// What a turn with a schema is judged by.
struct Tries {
    schema: Schema,
    options: TurnOptions,
    keep: Keep,
    limits: Limits,
    begun: Instant,
    state: Mutex<State>,
    /// Held while an answer is judged and another turn is started.
    judging: tokio::sync::Mutex<()>,
}

struct State {
    /// Those before the last one whose events are not all read.
    unread: VecDeque<Turn>,
    /// The last one.
    turn: Turn,
    /// How many more may be started.
    left: u32,
    /// What those before the last one have to show.
    earlier: Option<TurnResult>,
    /// No further one is wanted.
    stopped: bool,
}

impl State {
    /// All events of `turn` are read, and another one follows it.
    fn was_read(&mut self, turn: &Turn) {
        if self.unread.front().is_some_and(|first| first.is(turn)) {
            self.unread.pop_front();
        }
    }
}

impl From<Turn> for Exchange {
    /// A turn whose answer nobody judges.
    fn from(turn: Turn) -> Self {
        Self { first: turn, tries: None, is_steered: false }
    }
}

impl Thread {
    /// Starts a turn as [`Thread::turn`] does, or what the thread is to do when it is busy; if it has a schema, its answer
    /// is judged by it.
    pub async fn exchange(
        &self,
        input: &[Input],
        options: TurnOptions,
        keep: Keep,
    ) -> Result<Exchange, Error> {
        let Some(schema) = options.schema.clone() else {
            let Reached { turn, is_steered } = self.reach(input, options, keep).await?;
            return Ok(Exchange { is_steered, ..turn.into() });
        };
        let limits = self.limits(options.limits);
        // No option of a turn, a schema neither, goes into one that runs.
        let turn = self.reach(input, options.clone(), keep).await?.turn;
        let begun = turn.since();
        let left = options.schema_retries;
        let state = Mutex::new(State {
            unread: VecDeque::new(),
            turn: turn.clone(),
            left,
            earlier: None,
            stopped: false,
        });
        let tries =
            Tries { schema, options, keep, limits, begun, state, judging: tokio::sync::Mutex::default() };
        Ok(Exchange { first: turn, tries: Some(Arc::new(tries)), is_steered: false })
    }
}

impl Thread {
    /// One turn, waited for, and those that ask again; dropping the future stops it, unless it ran before.
    pub async fn run(&self, input: &[Input], options: TurnOptions) -> Result<TurnResult, Error> {
        let exchange = self.exchange(input, options, Keep::Result).await?;
        let running = (!exchange.is_steered).then(|| StopUnlessTaken::new(exchange.clone()));
        let result = exchange.result().await;
        running.into_iter().for_each(StopUnlessTaken::taken);
        result
    }

    /// As [`Thread::run`]; `hear` is told each event as it comes, but of a turn that ran before.
    pub async fn run_heard(
        &self,
        input: &[Input],
        options: TurnOptions,
        mut hear: impl FnMut(&Item),
    ) -> Result<TurnResult, Error> {
        let exchange = self.exchange(input, options, Keep::Events).await?;
        if exchange.is_steered {
            return exchange.result().await;
        }
        let running = StopUnlessTaken::new(exchange.clone());
        let result = async {
            while let Some(item) = exchange.next().await? {
                hear(&item);
            }
            exchange.result().await
        };
        let result = result.await;
        running.taken();
        result
    }
}

impl Exchange {
    /// The turn that runs, or that ran last.
    pub fn turn(&self) -> Cow<'_, Turn> {
        match &self.tries {
            None => Cow::Borrowed(&self.first),
            Some(tries) => Cow::Owned(tries.state().turn.clone()),
        }
    }

    /// The turn whose events are to be read next.
    fn reading(&self) -> Cow<'_, Turn> {
        match &self.tries {
            None => Cow::Borrowed(&self.first),
            Some(tries) => {
                let state = tries.state();
                Cow::Owned(state.unread.front().unwrap_or(&state.turn).clone())
            }
        }
    }

    /// Takes the next event without waiting; that there is none says nothing of the turns that may follow.
    pub fn try_next(&self) -> Option<Item> {
        match self.reading().try_next() {
            Next::Item(item) => Some(item),
            Next::Pending | Next::End => None,
        }
    }

    /// Whether the input went into a turn that ran already.
    pub fn is_steered(&self) -> bool {
        self.is_steered
    }

    /// Asks for the end of the turn that runs; no further one is started.
    pub fn interrupt(&self) {
        if let Some(tries) = &self.tries {
            tries.state().stopped = true;
        }
        self.turn().interrupt();
    }

    /// Waits for the next event, of whichever turn; `None` after the last, where the result is no error.
    pub async fn next(&self) -> Result<Option<Item>, Error> {
        loop {
            let turn = self.reading();
            if let Some(item) = turn.next().await {
                return Ok(Some(item));
            }
            if self.judged(&turn).await?.is_some() {
                return Ok(None);
            }
            if let Some(tries) = &self.tries {
                tries.state().was_read(&turn);
            }
        }
    }

    /// Waits for the end and tells what came of it: of all turns together.
    pub async fn result(&self) -> Result<TurnResult, Error> {
        loop {
            if let Some(result) = self.judged(&self.turn()).await? {
                return Ok(result);
            }
        }
    }

    /// Waits for the end of `turn`; `None` when another one follows it.
    async fn judged(&self, turn: &Turn) -> Result<Option<TurnResult>, Error> {
        let result = turn.result().await?;
        match &self.tries {
            None => Ok(Some(result)),
            // Boxed, so that a turn does not carry what it hardly ever needs.
            Some(tries) => Box::pin(tries.judge(turn, result)).await,
        }
    }
}

impl Tries {
    async fn judge(&self, turn: &Turn, result: TurnResult) -> Result<Option<TurnResult>, Error> {
        let _judging = self.judging.lock().await;
        let (result, left) = {
            let mut state = self.state();
            if !state.turn.is(turn) {
                return Ok(None);
            }
            let result = match &state.earlier {
                Some(earlier) => result.after(earlier),
                None => result,
            };
            let left = if state.stopped { 0 } else { state.left };
            // One that is not taken is not sent again.
            state.left = 0;
            (result, left)
        };
        if result.status == Status::Interrupted.word() {
            return Ok(Some(result));
        }
        let problems = match &result.text {
            Some(text) if !text.trim().is_empty() => self.schema.read(text).err(),
            _ => Some(vec!["it is empty".into()]),
        };
        let Some(problems) = problems else {
            return Ok(Some(TurnResult { output: result.text.clone(), ..result }));
        };
        if left == 0 {
            let problems = problems.iter().map(|problem| redact::text(problem).into_owned()).collect();
            return Err(Error::Schema(Box::new(Misfit { problems, result })));
        }
        let passed = self.begun.elapsed();
        let timeout = self.limits.timeout.map(|timeout| timeout.saturating_sub(passed));
        let options = TurnOptions { limits: Limits { timeout, ..self.limits }, ..self.options.clone() };
        let next = turn.thread().go_on_with(&[Input::Text(again(&problems))], options, self.keep).await?;
        let mut state = self.state();
        let before = std::mem::replace(&mut state.turn, next);
        state.unread.push_back(before);
        state.left = left - 1;
        state.earlier = Some(result);
        if state.stopped {
            state.turn.interrupt();
        }
        Ok(None)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the agent is told when its answer does not fit.
fn again(problems: &[String]) -> String {
    let problems = problems.iter().fold(String::new(), |list, problem| list + "\n- " + problem);
    format!(
        "Your answer does not fit the JSON schema that it must fit:{problems}\n\
         Answer again, with JSON that fits and nothing beside it."
    )
}
