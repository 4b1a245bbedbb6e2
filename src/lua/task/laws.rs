//! What holds of tasks whatever they do: programs are made up and run, and cut off at some moment.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::time::Duration;

use mlua::{UserData, Variadic};
use proptest::prelude::*;
use tokio::task::LocalSet;

use super::channel::Channel;
use super::*;
use crate::lua::engine;
use crate::lua::loader::Roots;
use crate::notice::Notices;

/// One thing that a task does.
#[derive(Debug, Clone)]
enum Step {
    Turn,
    Nap(u8),
    Spawn(Program),
    Helper(Program),
    Await { which: u8, raise: bool },
    Cancel(u8),
    Fail,
    Send(u8),
    Recv(u8),
    Close(u8),
    Gather { race: bool, programs: Vec<Program> },
    Guarded(Program),
    InCoroutine(Program),
}

type Program = Vec<Step>;

/// For each channel its room.
const ROOM: [usize; 2] = [0, 2];

fn program() -> impl Strategy<Value = Program> {
    let leaf = prop_oneof![
        3 => Just(Step::Turn),
        3 => (0..4u8).prop_map(Step::Nap),
        2 => (any::<u8>(), any::<bool>()).prop_map(|(which, raise)| Step::Await { which, raise }),
        1 => any::<u8>().prop_map(Step::Cancel),
        1 => Just(Step::Fail),
        3 => (0..2u8).prop_map(Step::Send),
        3 => (0..2u8).prop_map(Step::Recv),
        1 => (0..2u8).prop_map(Step::Close),
    ];
    let step = leaf.prop_recursive(4, 40, 5, |inner| {
        let program = prop::collection::vec(inner, 0..5);
        prop_oneof![
            4 => program.clone().prop_map(Step::Spawn),
            1 => program.clone().prop_map(Step::Helper),
            1 => program.clone().prop_map(Step::Guarded),
            1 => program.clone().prop_map(Step::InCoroutine),
            1 => (any::<bool>(), prop::collection::vec(program, 0..4))
                .prop_map(|(race, programs)| Step::Gather { race, programs }),
        ]
    });
    prop::collection::vec(step, 0..6)
}

/// Writes a program as Lua, and numbers its tasks.
struct Writer {
    text: String,
    tasks: usize,
}

impl Writer {
    fn put(&mut self, text: std::fmt::Arguments) {
        self.text.write_fmt(text).expect("a String takes it");
    }

    fn function(&mut self, program: &Program) {
        self.tasks += 1;
        let id = self.tasks;
        self.put(format_args!("{id}, function() begin({id}) local _ <close> = closer({id}) "));
        self.steps(id, program);
        self.put(format_args!("end"));
    }

    fn steps(&mut self, id: usize, program: &Program) {
        for step in program {
            self.put(format_args!("step({id}) "));
            match step {
                Step::Turn => self.put(format_args!("turn() ")),
                Step::Nap(time) => self.put(format_args!("nap({time}) ")),
                Step::Spawn(program) | Step::Helper(program) => {
                    let how = if matches!(step, Step::Spawn(_)) { "spawn" } else { "helper" };
                    self.put(format_args!("{how}("));
                    self.function(program);
                    self.put(format_args!(") "));
                }
                Step::Await { which, raise } => self.put(format_args!("await({which}, {raise}) ")),
                Step::Cancel(which) => self.put(format_args!("cancel({which}) ")),
                Step::Fail => self.put(format_args!("error('of {id}', 0) ")),
                Step::Send(channel) => self.put(format_args!("send({channel}, {id}) ")),
                Step::Recv(channel) => self.put(format_args!("recv({channel}) ")),
                Step::Close(channel) => self.put(format_args!("close({channel}) ")),
                Step::Gather { race, programs } => {
                    self.put(format_args!("gather({race}"));
                    for program in programs {
                        self.put(format_args!(", "));
                        self.function(program);
                    }
                    self.put(format_args!(") "));
                }
                Step::Guarded(program) => self.nested(id, "pcall(function()", program, ") "),
                Step::InCoroutine(program) => self.nested(id, "coroutine.wrap(function()", program, ")() "),
            }
        }
    }

    fn nested(&mut self, id: usize, before: &str, program: &Program, after: &str) {
        self.put(format_args!("{before} "));
        self.steps(id, program);
        self.put(format_args!("end{after}"));
    }
}

/// What was seen of a task.
#[derive(Default)]
struct Seen {
    parent: usize,
    task: Weak<Task>,
    /// Whether anyone else takes its error.
    joined: bool,
    begun: usize,
    closed: usize,
    settled: usize,
}

/// What was seen of a program.
#[derive(Default)]
struct World {
    tasks: RefCell<BTreeMap<usize, Seen>>,
    /// The tasks that are handed to `await` and `cancel`, by the order of their making.
    made: RefCell<Vec<usize>>,
    ends: Rc<Ends>,
    channels: Vec<Channel<(usize, usize)>>,
    offered: Cell<usize>,
    sent: RefCell<BTreeSet<(usize, usize)>>,
    received: RefCell<Vec<Vec<(usize, usize)>>>,
    broken: RefCell<Option<String>>,
}

impl World {
    fn see<T>(&self, id: usize, see: impl FnOnce(&mut Seen) -> T) -> T {
        see(self.tasks.borrow_mut().entry(id).or_default())
    }

    fn wrong(&self, what: String) {
        self.broken.borrow_mut().get_or_insert(what);
    }

    fn made(&self, which: usize) -> Option<Rc<Task>> {
        let made = self.made.borrow();
        let id = made.get(which % made.len().max(1))?;
        let task = self.see(*id, |seen| seen.task.upgrade())?;
        self.see(*id, |seen| seen.joined = true);
        Some(task)
    }

    fn spawned(&self, id: usize, parent: usize, task: &Rc<Task>, joined: bool) {
        task.tell_end(&self.ends, id);
        self.see(id, |seen| (seen.parent, seen.task, seen.joined) = (parent, Rc::downgrade(task), joined));
        self.made.borrow_mut().push(id);
    }

    /// The id of the task that runs now.
    fn current(&self) -> usize {
        let current = Task::current().expect("a task");
        let tasks = self.tasks.borrow();
        let found = tasks.iter().find(|(_, seen)| std::ptr::eq(seen.task.as_ptr(), &raw const *current));
        found.map_or(0, |(id, _)| *id)
    }
}

struct Closer(Rc<World>, usize);

impl UserData for Closer {
    fn add_methods<M: mlua::UserDataMethods<Self>>(methods: &mut M) {
        methods.add_meta_method("__close", |_, this, _: Value| {
            let (world, id) = (this.0.clone(), this.1);
            world.see(id, |seen| seen.closed += 1);
            request(async move {
                tokio::task::yield_now().await;
                world.see(id, |seen| seen.settled += 1);
            });
            Ok(())
        });
    }
}

fn natives(lua: &Lua, world: &Rc<World>) -> mlua::Result<()> {
    let globals = lua.globals();
    macro_rules! sync {
        ($name:literal, |$lua:ident, $world:ident, $args:tt: $type:ty| $body:expr) => {{
            let own = world.clone();
            let function = lua.create_function(move |$lua, $args: $type| {
                let $world = own.clone();
                Ok($body)
            })?;
            globals.raw_set($name, function)?;
        }};
    }
    macro_rules! awaiting {
        ($name:literal, |$lua:ident, $world:ident, $args:tt: $type:ty| $body:expr) => {{
            let own = world.clone();
            let function = lua.create_async_function(move |$lua, $args: $type| {
                let $world = own.clone();
                async move { $body }
            })?;
            globals.raw_set($name, function)?;
        }};
    }
    sync!("begin", |_lua, world, id: usize| world.see(id, |seen| seen.begun += 1));
    sync!("closer", |_lua, world, id: usize| Closer(world, id));
    sync!("step", |_lua, world, id: usize| {
        if world.see(id, |seen| seen.closed > 0) {
            world.wrong(format!("{id} went on after it had closed"));
        }
    });
    sync!("spawn", |lua, world, (id, function): (usize, Function)| {
        let task = spawn(lua, function, MultiValue::new()).expect("a task runs");
        world.spawned(id, world.current(), &task, false);
    });
    sync!("helper", |lua, world, (id, function): (usize, Function)| {
        let task = spawn_helper(lua, function, MultiValue::new()).expect("a task runs");
        world.spawned(id, world.current(), &task, false);
    });
    sync!("cancel", |_lua, world, which: usize| {
        if let Some(task) = world.made(which) {
            task.cancel();
        }
    });
    sync!("close", |_lua, world, channel: usize| world.channels[channel].close());
    awaiting!("turn", |_lua, _world, (): ()| {
        tokio::task::yield_now().await;
        Ok(())
    });
    awaiting!("nap", |_lua, _world, time: u64| {
        tokio::time::sleep(Duration::from_millis(time)).await;
        Ok(())
    });
    awaiting!("await", |_lua, world, (which, raise): (usize, bool)| {
        let Some(task) = world.made(which) else { return Ok(()) };
        match task.outcome().await {
            Outcome::Raised(_) if raise => Err(mlua::Error::runtime("awaited")),
            _ => Ok(()),
        }
    });
    awaiting!("send", |_lua, world, (channel, id): (usize, usize)| {
        let value = (id, world.offered.replace(world.offered.get() + 1));
        if world.channels[channel].send(value).await.is_ok() {
            world.sent.borrow_mut().insert(value);
        }
        Ok(())
    });
    awaiting!("recv", |_lua, world, channel: usize| {
        if let Some(value) = world.channels[channel].recv().await {
            world.received.borrow_mut()[channel].push(value);
        }
        Ok(())
    });
    awaiting!("gather", |lua, world, (race, programs): (bool, Variadic<Value>)| {
        let mut group = Group::default();
        for pair in programs.chunks(2) {
            let [Value::Integer(id), Value::Function(function)] = pair else { panic!("as it was written") };
            let task = spawn(&lua, function.clone(), MultiValue::new()).expect("a task runs");
            world.spawned(usize::try_from(*id).expect("an id"), world.current(), &task, true);
            group.add(task);
        }
        while let Some((_, outcome)) = group.next().await {
            if race || !matches!(outcome, Outcome::Returned(_)) {
                group.end().await;
                return match outcome {
                    Outcome::Raised(_) => Err(mlua::Error::runtime("gathered")),
                    _ => Ok(()),
                };
            }
        }
        Ok(())
    });
    Ok(())
}

/// Runs a program; whatever it is at, it is cancelled after some milliseconds of a clock that nobody waits for.
fn check(program: &Program, cut: u64) -> Result<(), TestCaseError> {
    let mut writer = Writer { text: "local _ = ".into(), tasks: 0 };
    writer.function(program);
    let source = writer.text.replacen("local _ = 1, ", "return ", 1);
    let channels = ROOM.map(Channel::new).into();
    let world = Rc::new(World { channels, received: RefCell::new(vec![vec![]; 2]), ..World::default() });
    let lua = engine::new(engine::DEFAULT_MEMORY, Roots::default(), Notices::none()).expect("a state");
    natives(&lua, &world).expect("they are made");
    let function = lua.load(&source).eval::<Function>().expect("it compiles");
    let (cancel, count) = (CancellationToken::new(), Count::default());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    let outcome = LocalSet::new().block_on(&runtime.expect("a runtime"), async {
        let deadline = cancel.clone();
        let cutting = tokio::task::spawn_local(async move {
            tokio::time::sleep(Duration::from_millis(cut)).await;
            deadline.cancel();
        });
        let outcome = root(&lua, cancel, function, MultiValue::new(), count.clone()).await;
        cutting.abort();
        outcome
    });
    prop_assert!(!matches!(outcome, Outcome::Panicked(_) | Outcome::Exited(_)), "{source}");
    let broken = world.broken.borrow().clone();
    prop_assert_eq!(broken, None, "{}", source);
    let order = world.ends.places();
    let tasks = world.tasks.take();
    for (id, seen) in tasks.iter().filter(|(id, _)| **id != 1) {
        let place = |wanted: usize| order.iter().position(|ended| *ended == wanted);
        prop_assert_eq!(
            order.iter().filter(|ended| *ended == id).count(),
            1,
            "{} ends once: {}",
            id,
            &source
        );
        if seen.parent > 1 {
            prop_assert!(place(*id) < place(seen.parent), "{id} ends before {}: {source}", seen.parent);
        }
    }
    for (id, seen) in &tasks {
        prop_assert!(seen.begun <= 1, "{id} begins at most once: {source}");
        let (closed, settled) = (seen.closed, seen.settled);
        prop_assert_eq!(
            (closed, settled),
            (seen.begun, seen.begun),
            "{} closes and settles: {}",
            id,
            &source
        );
    }
    prop_assert_eq!(count.get(), 0, "{}", source);
    let mut left = BTreeSet::new();
    for (channel, received) in world.channels.iter().zip(world.received.take()) {
        let last: BTreeMap<_, _> = received.iter().copied().collect();
        for (sender, _) in last {
            let from_it: Vec<_> = received.iter().filter(|(id, _)| *id == sender).collect();
            prop_assert!(from_it.is_sorted(), "in the order of sending: {from_it:?}: {source}");
        }
        let unique: BTreeSet<_> = received.iter().copied().collect();
        prop_assert_eq!(unique.len(), received.len(), "each once: {}", &source);
        left.extend(unique);
        while let channel::Next::Value(value) = channel.try_recv() {
            left.insert(value);
        }
    }
    let sent = world.sent.take();
    prop_assert!(sent.is_subset(&left), "what was sent is there: {sent:?} {left:?}: {source}");
    drop(outcome);
    lua.gc_collect().and_then(|()| lua.gc_collect()).expect("it collects");
    let leaked: Vec<_> = tasks.iter().filter(|(_, seen)| seen.task.strong_count() > 0).collect();
    prop_assert!(
        leaked.is_empty(),
        "tasks stay: {:?}: {}",
        leaked.iter().map(|(id, _)| id).collect::<Vec<_>>(),
        source
    );
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn tasks_keep_their_laws(program in program(), cut in 0..12u64) {
        check(&program, cut)?;
    }
}
