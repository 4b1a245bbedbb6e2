//! `on_approval`, `on_question`, `on_elicitation`: functions of a script that answer what Codex asks.

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use mlua::{Function, IntoLuaMulti, Lua, Table, Value};
use tokio::sync::mpsc;

use super::event::Wire;
use super::{approval, client, elicitation, question};
use crate::codex::names::{self, TypeId};
use crate::codex::{Answer, Answerer, Ask, Kind, Seat};
use crate::lua::options::Options;
use crate::lua::task::{Outcome, Script};
use crate::lua::{Args, Raise, error, json};

/// How long a handler may take that nothing else is said of: as long as a turn may be idle.
const PATIENCE: Duration = Duration::from_mins(15);

/// What answers; each of them may be absent.
struct Handlers {
    approval: Option<Function>,
    question: Option<Function>,
    elicitation: Option<Function>,
}

/// The handlers as the reader of the server sees them, which is on another thread.
#[derive(Debug)]
struct Mailbox {
    approvals: bool,
    questions: bool,
    elicitations: bool,
    patience: Duration,
    send: mpsc::UnboundedSender<Ask>,
}

impl Answerer for Mailbox {
    fn patience(&self, kind: Kind) -> Option<Duration> {
        let answers = match kind {
            Kind::Question => self.questions,
            Kind::Elicitation => self.elicitations,
            Kind::Tool => false,
            _ => self.approvals,
        };
        answers.then_some(self.patience)
    }

    fn ask(&self, ask: Ask) {
        // Without a Lua thread it comes back, and is declined as it is dropped.
        let _ = self.send.send(ask);
    }
}

/// Reads the handlers in the options of a thread; `None` when there are none.
pub fn answerer(lua: &Lua, options: &Options) -> Result<Option<Arc<dyn Answerer>>, Raise> {
    let patience: Option<Duration> = options.get("approval_timeout")?;
    let handlers = Handlers {
        approval: options.get("on_approval")?,
        question: options.get("on_question")?,
        elicitation: options.get("on_elicitation")?,
    };
    let (send, mut asked) = mpsc::unbounded_channel();
    let mailbox = Mailbox {
        approvals: handlers.approval.is_some(),
        questions: handlers.question.is_some(),
        elicitations: handlers.elicitation.is_some(),
        patience: patience.unwrap_or(PATIENCE),
        send,
    };
    if !(mailbox.approvals || mailbox.questions || mailbox.elicitations) {
        return Ok(None);
    }
    let (lua, handlers) = (lua.clone(), Rc::new(handlers));
    // It ends with the thread that has the other end, which may be held longer than by one script.
    tokio::task::spawn_local(async move {
        while let Some(ask) = asked.recv().await {
            // Without a script nothing runs that could ask; if it does, it is declined.
            if let Some(script) = Script::running(&lua) {
                script.run_beside(handle(lua.clone(), script.clone(), handlers.clone(), ask));
            }
        }
    });
    Ok(Some(Arc::new(mailbox)))
}

/// `codex.defaults`: what answers for threads that have no handlers of their own.
pub fn defaults(lua: &Lua, args: Args) -> Result<(), Raise> {
    let given = args.options(lua)?;
    let answerer = answerer(lua, &given)?;
    given.finish()?;
    client(lua)?.seat(Seat::Script, answerer);
    Ok(())
}

/// Reads what a handler returned.
type Read = fn(&Lua, &Ask, &Value) -> Result<Answer, Raise>;

/// Calls the handler of a question and answers with what it returns.
async fn handle(lua: Lua, script: Script, handlers: Rc<Handlers>, ask: Ask) {
    let (name, handler, read) = match ask.kind() {
        Kind::Question => ("on_question", &handlers.question, question::read as Read),
        Kind::Elicitation => ("on_elicitation", &handlers.elicitation, elicitation::read as Read),
        _ => ("on_approval", &handlers.approval, approval::read as Read),
    };
    let call = |handler: &Function| {
        let args = request(&lua, &ask)?.into_lua_multi(&lua)?;
        Ok::<_, mlua::Error>(script.call(&lua, handler.clone(), args))
    };
    let called = match handler.as_ref().map(call) {
        None => return,
        Some(Err(error)) => return ask.fail(&format!("{name} cannot be called: {error}")),
        Some(Ok(called)) => called,
    };
    tokio::select! {
        biased;
        () = ask.over() => {}
        outcome = called.outcome() => match outcome {
            Outcome::Returned(values) => {
                match read(&lua, &ask, values.front().unwrap_or(&Value::Nil)) {
                    Ok(answer) => ask.answer(&answer),
                    Err(raise) => ask.fail(&raise.into_failure().message),
                }
            }
            Outcome::Raised(caught) => ask.fail(&format!("{name} raised {}", raised(&lua, &caught))),
            Outcome::Cancelled | Outcome::Exited(_) | Outcome::Panicked(_) => {}
        }
    }
}

fn raised(lua: &Lua, caught: &Table) -> String {
    match error::failure(lua, caught) {
        Ok(failure) => match (&failure.kind, &failure.place) {
            (Some(_), Some((file, line))) => format!("{file}:{line}: {}", failure.message),
            _ => failure.message,
        },
        Err(error) => error.to_string(),
    }
}

/// What a handler is given.
fn request(lua: &Lua, ask: &Ask) -> mlua::Result<Table> {
    let of = names::request(ask.kind().method()).map_or(TypeId::FREE, |request| request.params);
    let read = json::to_lua(lua, ask.params(), &Wire::PLAIN, of.0).map_err(mlua::Error::external)?;
    let Value::Table(request) = read else {
        return Err(mlua::Error::external("the server's parameters are no object"));
    };
    request.raw_set("thread_id", ask.thread_id())?;
    request.raw_set("root_thread_id", ask.root_thread_id())?;
    if ask.kind().is_approval() {
        approval::complete(lua, ask, &request)?;
    }
    Ok(request)
}
