//! `std.time`: clocks, and loops by the clock.

use std::cell::RefCell;
use std::time::Duration;

use jiff::fmt::temporal::{DateTimeParser, DateTimePrinter, Pieces};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use mlua::{Lua, MultiValue, Table, UserData, UserDataFields, Value};

use super::timer::Timer;
use super::turn::four;
use crate::lua::class::Class;
use crate::lua::function::{self, Members};
use crate::lua::options::{FromOption, Options};
use crate::lua::{Args, Raise};
use crate::sys::clock::{Clock, Fake};
use crate::sys::schedule::{At, Cron, Every};

const MEMBERS: Members = &[
    ("now", |lua| function::sync(lua, "time.now", now)),
    ("monotonic", |lua| function::sync(lua, "time.monotonic", monotonic)),
    ("every", |lua| function::sync(lua, "time.every", every)),
    ("cron", |lua| function::sync(lua, "time.cron", cron)),
    ("at", |lua| function::sync(lua, "time.at", at)),
    ("parse", |lua| function::sync(lua, "time.parse", parse)),
    ("format", |lua| function::sync(lua, "time.format", format)),
    ("fake", |lua| function::sync(lua, "time.fake", fake)),
];

static CLOCK: Class = Class {
    name: "Clock",
    methods: &[
        ("advance", |lua| function::sync(lua, "clock.advance", advance)),
        ("set", |lua| function::sync(lua, "clock.set", set)),
        ("close", |lua| function::sync(lua, "clock.close", close)),
    ],
    fields: &[],
    meta: &[("__close", |lua| function::sync(lua, "clock.close", close))],
};

pub fn module(lua: &Lua) -> mlua::Result<Table> {
    clock(lua);
    function::module(lua, MEMBERS)
}

/// The clock of this state.
pub fn clock(lua: &Lua) -> Clock {
    if let Some(clock) = lua.app_data_ref::<Clock>() {
        return clock.clone();
    }
    let clock = Clock::default();
    lua.set_app_data(clock.clone());
    clock
}

/// Seconds since 1970, UTC.
fn now(lua: &Lua, args: Args) -> Result<f64, Raise> {
    args.end()?;
    Ok(seconds(clock(lua).wall()))
}

/// Seconds on a clock that never goes back; only differences mean something.
fn monotonic(lua: &Lua, args: Args) -> Result<f64, Raise> {
    args.end()?;
    Ok(clock(lua).steady().as_secs_f64())
}

fn every(lua: &Lua, mut args: Args) -> Result<MultiValue, Raise> {
    let value = args.value();
    let period = Duration::from_option(&value, lua).ok().filter(|period| !period.is_zero());
    let period = period.ok_or_else(|| args.wrong("the period", "a duration of more than zero", &value))?;
    args.end()?;
    let clock = clock(lua);
    four(lua, Timer::new(format!("every {period:?}"), Every::new(period, &clock), clock))
}

fn cron(lua: &Lua, mut args: Args) -> Result<MultiValue, Raise> {
    let (name, pattern) = (args.name(), args.string("the pattern")?);
    let zone = zone(lua, args)?;
    let clock = clock(lua);
    let wrong = |error| Raise::usage(format!("{name}: {pattern:?} is no pattern that can be used: {error}"));
    let cron = Cron::new(&pattern, zone, &clock).map_err(wrong)?;
    four(lua, Timer::new(format!("cron {pattern:?}"), cron, clock))
}

fn at(lua: &Lua, mut args: Args) -> Result<MultiValue, Raise> {
    let (name, when) = (args.name(), args.value());
    let time = moment(name, &when, &zone(lua, args)?)?;
    four(lua, Timer::new(format!("at {time}"), At::new(time), clock(lua)))
}

fn parse(lua: &Lua, mut args: Args) -> Result<f64, Raise> {
    let (name, text) = (args.name(), args.string("the text")?);
    read(name, &text, &zone(lua, args)?).map(seconds)
}

fn format(lua: &Lua, mut args: Args) -> Result<String, Raise> {
    let (name, value) = (args.name(), args.value());
    let Some(time) = timestamp(&value) else {
        return Err(args.wrong("the time", "seconds since 1970", &value));
    };
    let given = args.options(lua)?;
    let zone = given.get("tz")?.map(|Zone(zone)| zone);
    let digits = given.get::<u32>("digits")?.unwrap_or(0);
    given.finish()?;
    let digits = u8::try_from(digits).ok().filter(|digits| *digits <= 9);
    let digits = digits.ok_or_else(|| Raise::usage(format!("{name}: digits must be from 0 to 9")))?;
    let printer = DateTimePrinter::new().precision(Some(digits));
    Ok(match zone {
        None => printer.timestamp_to_string(&time),
        Some(zone) => printer.timestamp_with_offset_to_string(&time, zone.to_offset(time)),
    })
}

/// A clock that was stopped, as scripts hold it.
struct Stopped(RefCell<Option<Fake>>);

impl UserData for Stopped {
    fn add_fields<F: UserDataFields<Self>>(fields: &mut F) {
        CLOCK.define(fields);
    }
}

fn fake(lua: &Lua, mut args: Args) -> Result<Stopped, Raise> {
    let (name, value) = (args.name(), args.value());
    args.end()?;
    let clock = clock(lua);
    let at = if value.is_nil() { clock.wall() } else { moment(name, &value, &TimeZone::system())? };
    Ok(Stopped(RefCell::new(Some(clock.stop(at)))))
}

fn advance(lua: &Lua, mut args: Args) -> Result<(), Raise> {
    let name = args.name();
    let clock = args.this::<Stopped>(lua)?;
    let value = args.value();
    let time =
        Duration::from_option(&value, lua).map_err(|_| args.wrong("the time", Duration::EXPECTED, &value))?;
    args.end()?;
    clock.0.borrow().as_ref().ok_or_else(|| closed(name))?.advance(time);
    Ok(())
}

fn set(lua: &Lua, mut args: Args) -> Result<(), Raise> {
    let name = args.name();
    let clock = args.this::<Stopped>(lua)?;
    let time = moment(name, &args.value(), &TimeZone::system())?;
    args.end()?;
    clock.0.borrow().as_ref().ok_or_else(|| closed(name))?.set(time);
    Ok(())
}

fn closed(name: &str) -> Raise {
    Raise::new("closed", format!("{name}: the clock is closed"))
}

fn close(lua: &Lua, mut args: Args) -> Result<(), Raise> {
    args.this::<Stopped>(lua)?.0.take();
    Ok(())
}

/// The option that is all of a call's.
fn zone(lua: &Lua, args: Args) -> Result<TimeZone, Raise> {
    let given: Options = args.options(lua)?;
    let zone = given.get("tz")?.map_or_else(TimeZone::system, |Zone(zone)| zone);
    given.finish()?;
    Ok(zone)
}

/// A time zone by its name.
struct Zone(TimeZone);

impl FromOption for Zone {
    const EXPECTED: &'static str = "the name of a time zone, such as \"Europe/Berlin\"";
    fn from_option(value: &Value, lua: &Lua) -> Result<Self, Option<String>> {
        let name = String::from_option(value, lua)?;
        TimeZone::get(&name).map(Self).map_err(|_| None)
    }
}

/// Seconds since 1970, or a text.
fn moment(name: &str, value: &Value, zone: &TimeZone) -> Result<Timestamp, Raise> {
    let text = match value {
        Value::String(text) => text.to_string_lossy(),
        other => {
            return timestamp(other).ok_or_else(|| {
                let given = crate::lua::args::describe(other);
                Raise::usage(format!("{name}: the time must be seconds since 1970 or a text, got {given}"))
            });
        }
    };
    read(name, &text, zone)
}

/// A text in ISO 8601.
fn read(name: &str, text: &str, zone: &TimeZone) -> Result<Timestamp, Raise> {
    static PARSER: DateTimeParser = DateTimeParser::new();
    let wrong = |error: &dyn std::fmt::Display| {
        Raise::new("parse", format!("{name}: {text:?} is no date and time in ISO 8601: {error}"))
    };
    if let Ok(time) = PARSER.parse_timestamp(text) {
        return Ok(time);
    }
    let pieces = Pieces::parse(text).map_err(|error| wrong(&error))?;
    if pieces.offset().is_some() || pieces.time_zone_annotation().is_some() {
        return Err(wrong(&"it has a date or a zone that does not fit"));
    }
    let time = pieces.time().unwrap_or_else(jiff::civil::Time::midnight);
    let zoned = zone.to_zoned(pieces.date().to_datetime(time)).map_err(|error| wrong(&error))?;
    Ok(zoned.timestamp())
}

/// A time as seconds since 1970.
pub fn seconds(time: Timestamp) -> f64 {
    time.duration_since(Timestamp::UNIX_EPOCH).as_secs_f64()
}

fn timestamp(value: &Value) -> Option<Timestamp> {
    let since = match value {
        Value::Integer(seconds) => SignedDuration::from_secs(*seconds),
        Value::Number(seconds) => SignedDuration::try_from_secs_f64(*seconds).ok()?,
        _ => return None,
    };
    Timestamp::UNIX_EPOCH.checked_add(since).ok()
}
