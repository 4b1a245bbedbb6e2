//! A file of tests that a host runs, and what is learned of it.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};

use crate::lua::Raise;
use crate::lua::error::Failure;
use crate::model::{Given, Model, Request};

/// A file of tests for one run of a host: which cases it has, or one of them. A cheap clone.
#[derive(Debug, Clone)]
pub struct Trial(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    file: PathBuf,
    case: Option<String>,
    program: Vec<OsString>,
    given: Given,
    served: OnceLock<Served>,
    state: Mutex<State>,
}

/// Its model, which runs.
#[derive(Debug)]
struct Served {
    model: Weak<Model>,
    url: String,
}

#[derive(Debug, Default)]
struct State {
    cases: Vec<String>,
    is_loaded: bool,
    /// Requests that `expect` has looked at.
    expected: usize,
}

impl Trial {
    /// Of a file, by its absolute path, and of the case that is to run, if one is. `program` begins the command line that
    /// runs a script: what follows are `--model-url URL`, the script, and its arguments.
    pub fn new(file: impl Into<PathBuf>, case: Option<String>, program: Vec<OsString>) -> Self {
        let (given, served) = (Given::default(), OnceLock::new());
        Self(Arc::new(Shared { file: file.into(), case, program, given, served, state: Mutex::default() }))
    }

    /// The cases of the file, in its order.
    pub fn cases(&self) -> Vec<String> {
        self.lock().cases.clone()
    }

    /// What its model answers.
    pub(crate) fn given(&self) -> Given {
        self.0.given.clone()
    }

    /// The model runs.
    pub(crate) fn serve(&self, model: &Arc<Model>) {
        let served = Served { model: Arc::downgrade(model), url: model.base_url() };
        // A host serves a trial once.
        let _ = self.0.served.set(served);
    }

    /// Why a case that ended well has failed all the same.
    pub(crate) fn objection(&self) -> Option<Failure> {
        self.0.case.as_ref()?;
        let (given, left) = self.0.given.count_and_left();
        let are = if left == 1 { "is" } else { "are" };
        let message = format!("{left} of {given} replies {are} left that no thread has asked for");
        (left > 0).then(|| Raise::new("assertion", message).into_failure())
    }

    /// Adds a case; tells whether it is the one to run.
    pub(super) fn add(&self, name: &str) -> Result<bool, Raise> {
        let mut state = self.lock();
        let refused = |why: &str| Err(Raise::usage(format!("test.case: {why}")));
        if state.is_loaded {
            return refused("cases are made while the file is loaded, not by one that runs");
        }
        if name.trim().is_empty() {
            return refused("a case needs a name");
        }
        if state.cases.iter().any(|case| case == name) {
            return refused(&format!("there are two cases of the name {name:?}"));
        }
        state.cases.push(name.to_owned());
        Ok(self.0.case.as_deref() == Some(name))
    }

    /// The file is loaded; tells which case is to run.
    pub(super) fn loaded(&self) -> Option<&str> {
        self.lock().is_loaded = true;
        self.0.case.as_deref()
    }

    pub(super) fn file(&self) -> &Path {
        &self.0.file
    }

    pub(super) fn program(&self) -> &[OsString] {
        &self.0.program
    }

    /// Where its model is; `None` before it runs.
    pub(super) fn url(&self) -> Option<&str> {
        self.0.served.get().map(|served| served.url.as_str())
    }

    /// What the model was asked, oldest first, and how many more were before these.
    pub(super) fn requests(&self) -> (usize, Vec<Arc<Request>>) {
        let Some(model) = self.0.served.get().and_then(|served| served.model.upgrade()) else {
            return (0, vec![]);
        };
        let requests = model.requests();
        (model.asked().saturating_sub(requests.len()), requests)
    }

    /// The number of the next request to look at, from 1.
    pub(super) fn next_expected(&self) -> usize {
        let mut state = self.lock();
        state.expected += 1;
        state.expected
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
