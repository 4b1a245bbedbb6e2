//! A table that Rust makes, recorded like JSON and built by one protected call.
use bytes::Bytes;

use super::tape::{Op, Put, Tape};
use super::{JsonError, Rename};

/// The fields of a table, in the order in which they are told.
pub struct Fields<'t, 'a> {
    tape: &'t mut Tape<'a>,
    count: u32,
}

/// Records the table that `fill` fills.
pub(super) fn record<'a>(
    tape: &mut Tape<'a>,
    put: Put,
    fill: impl FnOnce(&mut Fields<'_, 'a>) -> Result<(), JsonError>,
) -> Result<(), JsonError> {
    let start = tape.begin(Op::Object(0));
    let mut fields = Fields { tape, count: 0 };
    fill(&mut fields)?;
    let count = fields.count;
    tape.ops[start] = Op::Object(count);
    tape.end(put);
    Ok(())
}

impl<'a> Fields<'_, 'a> {
    fn key(&mut self, name: &'static str) {
        self.count += 1;
        self.tape.ops.push(Op::Key(name));
    }

    /// A string.
    pub fn text(&mut self, name: &'static str, text: &'a str) {
        self.key(name);
        self.tape.ops.push(Op::Text(text, Put::FIELD));
    }

    /// A whole number; past Lua's integers, the largest of them.
    pub fn int(&mut self, name: &'static str, number: u64) {
        self.key(name);
        self.tape.ops.push(Op::Int(i64::try_from(number).unwrap_or(i64::MAX), Put::FIELD));
    }

    /// A float.
    pub fn float(&mut self, name: &'static str, number: f64) {
        self.key(name);
        self.tape.ops.push(Op::Float(number, Put::FIELD));
    }

    /// A table.
    pub fn table(
        &mut self,
        name: &'static str,
        fill: impl FnOnce(&mut Fields<'_, 'a>) -> Result<(), JsonError>,
    ) -> Result<(), JsonError> {
        self.key(name);
        record(self.tape, Put::FIELD, fill)
    }

    /// What a JSON text says.
    pub fn json<R: Rename>(
        &mut self,
        name: &'static str,
        text: &'a [u8],
        rename: &'a R,
        root: u16,
    ) -> Result<(), JsonError> {
        self.key(name);
        self.tape.record(text, rename, root, Put::FIELD)
    }

    /// A list of JSON texts whose roots have the type `root`; one that cannot be read is there as a string.
    pub fn list<R: Rename>(
        &mut self,
        name: &'static str,
        texts: &'a [Bytes],
        rename: &'a R,
        root: u16,
    ) -> Result<(), JsonError> {
        self.key(name);
        self.tape.arrays = true;
        let count = u32::try_from(texts.len()).unwrap_or(u32::MAX);
        self.tape.begin(Op::Array(count));
        for (text, place) in texts.iter().zip(1..) {
            self.tape.record_or_text(text, rename, root, Put(place))?;
        }
        self.tape.end(Put::FIELD);
        Ok(())
    }
}
