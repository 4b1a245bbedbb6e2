//! JSON as a list of steps for a stack machine.
use super::{JsonError, Rename};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::cell::Cell;
use std::fmt;

/// One step. Plain data: Lua may throw across whoever holds it.
#[derive(Clone, Copy)]
pub(super) enum Op<'a> {
    Null(Put),
    Bool(bool, Put),
    Int(i64, Put),
    Float(f64, Put),
    Text(&'a str, Put),
    /// A string of the tape's own, by place and length.
    OwnText(usize, usize, Put),
    Key(&'a str),
    OwnKey(usize, usize),
    /// Sets the value on top of the stack under one more name, and leaves it there.
    Also(&'static str),
    /// Begins a table for this many fields.
    Object(u32),
    /// Begins a table for this many elements.
    Array(u32),
    End(Put),
}

/// What becomes of a finished value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Put(pub u32);

impl Put {
    /// It stays on the stack.
    pub const LEAVE: Put = Put(0);
    /// It goes to the key below it, in the table below that. Any other number is a place in an array.
    pub const FIELD: Put = Put(u32::MAX);
}

#[derive(Default)]
pub(super) struct Tape<'a> {
    pub ops: Vec<Op<'a>>,
    /// Strings that the JSON holds only in escaped form.
    pub own: String,
    pub arrays: bool,
    /// Of containers at one time.
    pub depth: usize,
    open: usize,
}

/// A longer tape is not kept for the next call: 400 kB, 256 kB.
const KEEP_OPS: usize = 16 * 1024;
const KEEP_OWN: usize = 256 * 1024;

thread_local! {
    static SPARE: Cell<Tape<'static>> = Cell::default();
}

/// Lends an empty tape that may have room already. While it is out, as when a finalizer reads JSON during a
/// collection that building tables set off, others begin with none.
pub(super) fn with<'a, T>(work: impl FnOnce(&mut Tape<'a>) -> T) -> T {
    let mut tape: Tape<'a> = SPARE.take();
    let done = work(&mut tape);
    if tape.ops.capacity() <= KEEP_OPS && tape.own.capacity() <= KEEP_OWN {
        tape.ops.clear();
        tape.own.clear();
        // Nothing is left to convert: this hands the allocation on under another lifetime.
        let ops = tape.ops.into_iter().map(|_| Op::Null(Put::LEAVE)).collect();
        SPARE.set(Tape { ops, own: tape.own, ..Tape::default() });
    }
    done
}

impl<'a> Tape<'a> {
    pub fn record<R: Rename>(
        &mut self,
        json: &'a [u8],
        rename: &'a R,
        root: u16,
        put: Put,
    ) -> Result<(), JsonError> {
        // Checked once for the whole text, and not for each string of it: 80 ns less for a delta.
        let mut source = serde_json::Deserializer::from_str(std::str::from_utf8(json)?);
        Step { tape: self, rename, of: root, tag: false, put }.deserialize(&mut source)?;
        Ok(source.end()?)
    }

    /// Adds fields to the object that was recorded.
    pub fn add(&mut self, extra: &[(&'a str, &'a str)]) -> Result<(), JsonError> {
        let Some(Op::Object(fields)) = self.ops.first_mut() else { return Err(JsonError::NotAnObject) };
        *fields = fields.saturating_add(u32::try_from(extra.len()).unwrap_or(0));
        let end = self.ops.pop();
        for (key, value) in extra {
            self.ops.extend([Op::Key(key), Op::Text(value, Put::FIELD)]);
        }
        self.ops.extend(end);
        Ok(())
    }

    /// Records a value, or, where it cannot be read, its text as a string.
    pub fn record_or_text<R: Rename>(
        &mut self,
        json: &'a [u8],
        rename: &'a R,
        root: u16,
        put: Put,
    ) -> Result<(), JsonError> {
        let (ops, own, open) = (self.ops.len(), self.own.len(), self.open);
        match self.record(json, rename, root, put) {
            Err(JsonError::Parse(_)) => {
                self.ops.truncate(ops);
                self.own.truncate(own);
                self.open = open;
                self.ops.push(Op::Text(std::str::from_utf8(json)?, put));
                Ok(())
            }
            done => done,
        }
    }

    fn own(&mut self, text: &str) -> (usize, usize) {
        let at = self.own.len();
        self.own.push_str(text);
        (at, text.len())
    }

    pub fn begin(&mut self, op: Op<'a>) -> usize {
        self.open += 1;
        self.depth = self.depth.max(self.open);
        self.ops.push(op);
        self.ops.len() - 1
    }

    pub fn end(&mut self, put: Put) {
        self.open -= 1;
        self.ops.push(Op::End(put));
    }
}

/// Records one value.
struct Step<'t, 'a, R> {
    tape: &'t mut Tape<'a>,
    rename: &'a R,
    of: u16,
    tag: bool,
    put: Put,
}

impl<'a, R: Rename> DeserializeSeed<'a> for Step<'_, 'a, R> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, source: D) -> Result<(), D::Error> {
        source.deserialize_any(self)
    }
}

impl<'a, R: Rename> Visitor<'a> for Step<'_, 'a, R> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.tape.ops.push(Op::Null(self.put));
        Ok(())
    }

    fn visit_bool<E>(self, value: bool) -> Result<(), E> {
        self.tape.ops.push(Op::Bool(value, self.put));
        Ok(())
    }

    fn visit_i64<E>(self, value: i64) -> Result<(), E> {
        self.tape.ops.push(Op::Int(value, self.put));
        Ok(())
    }

    #[allow(clippy::cast_precision_loss)] // Beyond 64 bits Lua has floats only.
    fn visit_u64<E>(self, value: u64) -> Result<(), E> {
        let op = i64::try_from(value).map_or(Op::Float(value as f64, self.put), |int| Op::Int(int, self.put));
        self.tape.ops.push(op);
        Ok(())
    }

    fn visit_f64<E>(self, value: f64) -> Result<(), E> {
        self.tape.ops.push(Op::Float(value, self.put));
        Ok(())
    }

    fn visit_borrowed_str<E: Error>(self, value: &'a str) -> Result<(), E> {
        if self.tag {
            return self.visit_str(value);
        }
        self.tape.ops.push(Op::Text(value, self.put));
        Ok(())
    }

    fn visit_str<E>(self, value: &str) -> Result<(), E> {
        let (at, len) = if self.tag { self.tape.own(&self.rename.tag(value)) } else { self.tape.own(value) };
        self.tape.ops.push(Op::OwnText(at, len, self.put));
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut items: A) -> Result<(), A::Error> {
        let Step { tape, rename, of, tag, put } = self;
        tape.arrays = true;
        let start = tape.begin(Op::Array(0));
        let mut place = Put(1);
        while items.next_element_seed(Step { tape, rename, of, tag, put: place })?.is_some() {
            place.0 += 1;
            if place == Put::FIELD {
                return Err(A::Error::custom("an array is too long"));
            }
        }
        tape.ops[start] = Op::Array(place.0 - 1);
        tape.end(put);
        Ok(())
    }

    fn visit_map<A: MapAccess<'a>>(self, mut fields: A) -> Result<(), A::Error> {
        let Step { tape, rename, of, put, .. } = self;
        let start = tape.begin(Op::Object(0));
        let mut count = 0_u32;
        while let Some(field) = fields.next_key_seed(KeyStep { tape, rename, of })? {
            count = count.saturating_add(1);
            let put = if field.also.is_some() { Put::LEAVE } else { Put::FIELD };
            fields.next_value_seed(Step { tape, rename, of: field.child, tag: field.tag, put })?;
            if field.drop_null && matches!(tape.ops.last(), Some(Op::Null(_))) {
                // The value's step and its key's.
                tape.ops.truncate(tape.ops.len() - 2);
                count -= 1;
                continue;
            }
            if let Some(also) = field.also {
                count = count.saturating_add(1);
                tape.ops.push(Op::Also(also));
            }
        }
        tape.ops[start] = Op::Object(count);
        tape.end(put);
        Ok(())
    }
}

/// Records one key.
struct KeyStep<'t, 'a, R> {
    tape: &'t mut Tape<'a>,
    rename: &'a R,
    of: u16,
}

/// What a key says about its value.
struct FieldStep {
    child: u16,
    tag: bool,
    drop_null: bool,
    also: Option<&'static str>,
}

impl<'a, R: Rename> DeserializeSeed<'a> for KeyStep<'_, 'a, R> {
    type Value = FieldStep;

    fn deserialize<D: Deserializer<'a>>(self, source: D) -> Result<FieldStep, D::Error> {
        source.deserialize_str(self)
    }
}

impl<'a, R: Rename> Visitor<'a> for KeyStep<'_, 'a, R> {
    type Value = FieldStep;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E>(self, key: &'a str) -> Result<FieldStep, E> {
        let field = self.rename.field(self.of, key);
        self.tape.ops.push(Op::Key(field.name));
        Ok(FieldStep { child: field.child, tag: field.tag, drop_null: field.drop_null, also: field.also })
    }

    fn visit_str<E>(self, key: &str) -> Result<FieldStep, E> {
        let field = self.rename.field(self.of, key);
        let (at, len) = self.tape.own(field.name);
        self.tape.ops.push(Op::OwnKey(at, len));
        Ok(FieldStep { child: field.child, tag: field.tag, drop_null: field.drop_null, also: field.also })
    }
}
