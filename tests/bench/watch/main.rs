//! Watching, beside other watchers: `cargo bench --bench watch [-- SECTION … CONTENDER …]`, with the sections `arm`,
//! `latency`, `turns`, `burst`, `storm`, `saves` and `again`.
//!
//! Compared are `watchexec` and `entr` of PATH, and `chokidar` where node finds it (`NODE_PATH`); one that is not
//! there is reported as missing. Each runs as a process and prints the paths that changed. `codex-lua` is the program
//! itself with a script, so that its times go as far as Lua. Every section runs each contender on a tree of its own.

mod contender;
mod trees;

use std::error::Error;
use std::fs;
use std::io::Write as _;
use std::time::{Duration, Instant};

use contender::{CONTENDERS, Contender, WITH_TURNS};

type Figures = Result<String, Box<dyn Error>>;
type Section = (&'static str, &'static str, fn(&Contender) -> Figures);

const SECTIONS: &[Section] = &[
    (
        "arm",
        "100,000 files in 1,000 folders: until it watches, its most memory, what it computes in 10 s idle",
        arm,
    ),
    ("latency", "from an edit until it is told, less debounce, ms: median of 200 (least – most)", latency),
    (
        "turns",
        "the same while turns of the script's stream an answer, where no batch waits for their end",
        turns,
    ),
    ("burst", "50,000 new files in 500 new folders: how many are told", burst),
    (
        "storm",
        "1,500 writes, mkdir -p, deletions, renames of folders: of the files then alive, told in time",
        storm,
    ),
    ("saves", "saves of one watched file that are told, by each strategy: of 60, or WATCH_SAVES", saves),
    ("again", "a root that is deleted and made again: whether an edit after it is told", again),
];

fn main() -> Result<(), Box<dyn Error>> {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    let mut out = std::io::stdout();
    let is_wanted = |name: &str, others: &[&str]| {
        wanted.iter().any(|wanted| wanted == name)
            || !others.iter().any(|other| wanted.iter().any(|w| w == other))
    };
    let sections: Vec<_> = SECTIONS.iter().map(|(name, ..)| *name).collect();
    let names: Vec<_> = CONTENDERS.iter().map(|contender| contender.name).collect();
    for (name, title, measure) in SECTIONS.iter().filter(|(name, ..)| is_wanted(name, &sections)) {
        writeln!(out, "{name}: {title}")?;
        for contender in CONTENDERS.iter().filter(|contender| is_wanted(contender.name, &names)) {
            let figures = measure(contender).unwrap_or_else(|why| why.to_string());
            writeln!(out, "  {:12}{figures}", contender.name)?;
        }
    }
    Ok(())
}

fn arm(contender: &Contender) -> Figures {
    const FILES: usize = 100_000;
    let root = trees::tree(FILES)?;
    let mut times = vec![];
    for _ in 0..4 {
        times.push(contender.start(root.path(), trees::folders(FILES), FILES)?.ready.as_secs_f64());
    }
    let running = contender.start(root.path(), trees::folders(FILES), FILES)?;
    times.push(running.ready.as_secs_f64());
    std::thread::sleep(Duration::from_secs(3));
    let before = running.computed();
    std::thread::sleep(Duration::from_secs(10));
    let idle = running.computed().saturating_sub(before).as_secs_f64() * 1e3;
    times.sort_by(f64::total_cmp);
    Ok(format!(
        "{:.2} s ({:.2} – {:.2}), {:.0} MiB, {idle:.1} ms",
        times[2],
        times[0],
        times[4],
        running.peak()
    ))
}

fn latency(contender: &Contender) -> Figures {
    let few = edits(contender, 10)?;
    // One that watches few may well not be able to watch many.
    let many = edits(contender, 100_000).unwrap_or_else(|why| why.to_string());
    Ok(format!("10 files: {few}, 100000 files: {many}"))
}

fn turns(contender: &Contender) -> Figures {
    if contender.name == WITH_TURNS.name { edits(&WITH_TURNS, 10) } else { Err("runs no turns".into()) }
}

fn edits(contender: &Contender, files: usize) -> Figures {
    let root = trees::tree(files)?;
    let running = contender.start(root.path(), trees::folders(files), files)?;
    std::thread::sleep(Duration::from_secs(1));
    let mut times = vec![];
    for edit in 0..200 {
        let path = root.path().join(format!("folder0/file{}", edit % 10));
        let text = format!("edit {edit}");
        let begun = Instant::now();
        fs::write(&path, text)?;
        match running.told(&path, begun, Duration::from_secs(2)) {
            Some(at) => times.push((at - begun).as_secs_f64() * 1e3),
            None => times.push(f64::INFINITY),
        }
        // Past whatever it still waits for.
        std::thread::sleep(Duration::from_millis(fastrand::u64(5..15)));
    }
    times.sort_by(f64::total_cmp);
    let less = contender.debounce.as_secs_f64() * 1e3;
    let at = |place: usize| times[place] - less;
    Ok(format!("{:.1} ({:.1} – {:.1})", at(100), at(0), at(199)))
}

fn burst(contender: &Contender) -> Figures {
    const FILES: usize = 50_000;
    let root = trees::tree(10)?;
    let running = contender.start(root.path(), trees::folders(10), 10)?;
    let mut made = vec![];
    let begun = Instant::now();
    for file in 0..FILES {
        let folder = root.path().join(format!("new{}", file / 100));
        if file % 100 == 0 {
            fs::create_dir(&folder)?;
        }
        made.push(folder.join(file.to_string()));
        fs::write(&made[file], "")?;
    }
    let written = begun.elapsed();
    let told = running.until_quiet(Duration::from_secs(5));
    let last = told.values().max().map_or(0.0, |at| (*at - begun).as_secs_f64());
    let count = made.iter().filter(|path| told.contains_key(*path)).count();
    Ok(format!(
        "{count}, the last {last:.2} s after the first was written (writing took {:.2} s)",
        written.as_secs_f64()
    ))
}

fn storm(contender: &Contender) -> Figures {
    let mut all = vec![];
    for (how, pause) in [("at once", Duration::ZERO), ("1 ms apart", Duration::from_millis(1))] {
        let mut shares = vec![];
        for seed in 1..=4 {
            let root = trees::tree(10)?;
            for folder in 0..20 {
                fs::create_dir(root.path().join(format!("s{folder}")))?;
            }
            let running = contender.start(root.path(), trees::folders(10) + 20, 10)?;
            std::thread::sleep(Duration::from_millis(300));
            let alive = trees::storm(root.path(), 1500, pause, seed);
            let told = running.until_quiet(Duration::from_secs(3));
            let in_time =
                alive.iter().filter(|(path, changed)| told.get(*path).is_some_and(|at| at >= changed));
            shares.push(format!("{}/{}", in_time.count(), alive.len()));
        }
        all.push(format!("{how} {}", shares.join(" ")));
    }
    Ok(all.join(", "))
}

fn saves(contender: &Contender) -> Figures {
    let saves: usize = std::env::var("WATCH_SAVES").ok().and_then(|saves| saves.parse().ok()).unwrap_or(60);
    let mut all = vec![];
    for (name, save) in trees::SAVES {
        let root = trees::tree(1)?;
        let path = root.path().join("folder0/file0");
        let running = contender.start(&path, 1, 1)?;
        std::thread::sleep(Duration::from_millis(300));
        let mut told = 0;
        for n in 0..saves {
            let begun = Instant::now();
            save(&path, &format!("{n:04}"))?;
            told += usize::from(running.told(&path, begun, Duration::from_millis(500)).is_some());
            std::thread::sleep(Duration::from_millis(fastrand::u64(0..100)));
        }
        all.push(format!("{name} {told}"));
    }
    Ok(all.join(", "))
}

fn again(contender: &Contender) -> Figures {
    let up = tempfile::tempdir()?;
    let root = up.path().join("root");
    let file = root.join("file");
    fs::create_dir(&root)?;
    fs::write(&file, "1")?;
    let running = contender.start(&root, 1, 1)?;
    std::thread::sleep(Duration::from_millis(300));
    let mut told = 0;
    for n in 0..10 {
        fs::remove_dir_all(&root)?;
        std::thread::sleep(Duration::from_millis(200));
        fs::create_dir(&root)?;
        fs::write(&file, format!("{n}"))?;
        std::thread::sleep(Duration::from_millis(500));
        let begun = Instant::now();
        fs::write(&file, format!("edit {n}"))?;
        told += usize::from(running.told(&file, begun, Duration::from_secs(1)).is_some());
    }
    Ok(format!("{told} of 10"))
}
