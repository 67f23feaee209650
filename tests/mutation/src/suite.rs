//! The tests: which there are, how long each takes, which functions each calls.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};

use crate::compile::Program;
use crate::scratch::Scratch;

/// The topics and rooms whose tests count. The rooms above would find much as well, but a room is
/// to be held by its own tests.
const TOPICS: [&str; 21] = [
    "audit",
    "book",
    "collateral",
    "exchange",
    "feeds",
    "fees",
    "market",
    "position_limits",
    "price_levels",
    "protocol",
    "read_by_client",
    "recorded_fees",
    "recorded_replay",
    "reference_exchange",
    "reject_words",
    "sample_capture",
    "scripted_flow",
    "self_trade",
    "units",
    "venue",
    "netting",
];

/// The most memory that a test may take [KiB].
const MEMORY_MAX_KIB: u64 = 3_000_000;

/// Every property draws the same cases, and does not look for the smallest that fails.
const PROPERTIES: [(&str, &str); 3] = [
    ("PROPTEST_RNG_SEED", "1"),
    ("PROPTEST_MAX_SHRINK_ITERS", "0"),
    ("PROPTEST_DISABLE_FAILURE_PERSISTENCE", "true"),
];

/// One test of one program.
#[derive(Clone, Debug)]
pub(crate) struct Test {
    pub(crate) name: String,
    pub(crate) program: PathBuf,
    root: PathBuf,
    pub(crate) takes: Duration,
    /// The functions with mutants that it calls.
    pub(crate) reaches: BTreeSet<usize>,
}

/// What became of a test.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Verdict {
    Passed,
    Failed,
    /// It took much longer than it should.
    Hung,
}

impl Test {
    /// Runs it with a mutant alive, or with none for zero.
    pub(crate) fn run(&self, alive: u32) -> Result<Verdict> {
        self.start(&[("MUTATION_ALIVE", &alive.to_string())])
    }

    fn start(&self, variables: &[(&str, &str)]) -> Result<Verdict> {
        // Loaded machines are slow, so processor time counts; a deadlock takes none, so both count.
        let seconds = 5 + 8 * self.takes.as_secs_f64().ceil() as u64;
        let script = format!(
            "ulimit -v {MEMORY_MAX_KIB}; ulimit -t {seconds}; exec timeout -s KILL {} \"$@\"",
            seconds * 10
        );
        let mut command = Command::new("sh");
        command.args(["-c", &script, "sh"]).arg(&self.program);
        command.args([
            &self.name,
            "--exact",
            "--include-ignored",
            "--quiet",
            "--test-threads",
            "1",
        ]);
        command.current_dir(&self.root).envs(PROPERTIES).envs(variables.iter().copied());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let status = command.status().with_context(|| self.name.clone())?;
        const KILLED: i32 = 9;
        const OUT_OF_TIME: i32 = 24;
        let killed = matches!(status.signal(), Some(KILLED | OUT_OF_TIME));
        // As a shell tells the same.
        let told = matches!(status.code(), Some(124 | 137 | 152));
        Ok(match status.success() {
            true => Verdict::Passed,
            false if killed || told => Verdict::Hung,
            false => Verdict::Failed,
        })
    }

    /// Runs it as it is, and notes how long it takes and what it calls. Returns whether it passes.
    fn measure(&mut self, scratch: &Scratch, number: usize) -> Result<bool> {
        let path = scratch.folder.join(format!("reached-{number}"));
        if path.exists() {
            fs::remove_file(&path)?;
        }
        self.takes = Duration::from_secs(60);
        let before = Instant::now();
        let verdict = self.start(&[("MUTATION_REACHED", &path.to_string_lossy())])?;
        self.takes = before.elapsed();
        if path.exists() {
            let numbers = fs::read_to_string(&path)?;
            self.reaches = numbers.lines().map(str::parse).collect::<Result<_, _>>()?;
            fs::remove_file(&path)?;
        }
        Ok(verdict == Verdict::Passed)
    }
}

/// The tests of the programs that pass without any mutant, quickest first.
pub(crate) fn measured(scratch: &Scratch, programs: &[Program]) -> Result<Vec<Test>> {
    let mut tests = Vec::new();
    for program in programs {
        tests.extend(listed(scratch, program)?);
    }
    let results = Mutex::new(Vec::new());
    in_parallel(tests.len(), |index| {
        let mut test = tests[index].clone();
        if test.measure(scratch, index)? {
            results.lock().expect("no thread panics").push(test);
        } else {
            eprintln!("without any mutant fails {}", test.name);
        }
        Ok(())
    })?;
    let mut tests = results.into_inner().expect("no thread panics");
    ensure!(!tests.is_empty(), "no test passes");
    tests.sort_by(|a: &Test, b: &Test| a.takes.cmp(&b.takes));
    Ok(tests)
}

fn listed(scratch: &Scratch, program: &Program) -> Result<Vec<Test>> {
    let mut command = Command::new(&program.path);
    let output = command.args(["--list", "--format", "terse"]).output()?;
    let text = String::from_utf8(output.stdout)?;
    let names = text.lines().filter_map(|line| line.strip_suffix(": test"));
    let counts = names.filter(|name| TOPICS.iter().any(|topic| name.starts_with(topic)));
    let tests = counts.map(|name| Test {
        name: name.to_owned(),
        program: program.path.clone(),
        root: scratch.root.clone(),
        takes: Duration::ZERO,
        reaches: BTreeSet::new(),
    });
    Ok(tests.collect())
}

/// Does something for each number below `count`, two at a time.
pub(crate) fn in_parallel(count: usize, work: impl Fn(usize) -> Result<()> + Sync) -> Result<()> {
    let next = AtomicUsize::new(0);
    let worker = || {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            if index >= count {
                return Ok(());
            }
            work(index)?;
        }
    };
    std::thread::scope(|scope| {
        let workers = [scope.spawn(worker), scope.spawn(worker)];
        workers.into_iter().try_for_each(|worker| worker.join().expect("no worker panics"))
    })
}
