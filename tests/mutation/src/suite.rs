//! The tests: which there are, how long each takes, which functions each calls.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};

use crate::compile::Program;
use crate::scratch::Scratch;

/// The topics and rooms whose tests count, by how their names begin. The rooms above would find much
/// as well, but a room is to be held by its own tests.
const TOPICS: [&str; 19] = [
    "audit",
    "book",
    "collateral",
    "defect_classes",
    "exchange",
    "feeds",
    "fees",
    "market",
    "netting",
    "position_limits",
    "price_levels",
    "protocol",
    "read_by_client",
    "readings",
    "reference_exchange",
    "reject_words",
    "request_table",
    "self_trade",
    "units",
];

/// Replays of whole generated flows: benchmarks' totals, which the shorter tests hold as well.
const TOO_LONG: &str = "book_workloads";

/// Tests up to this length run together in one process, as starting one takes longer than they do.
const QUICK: Duration = Duration::from_millis(300);

/// The most memory that a test may take [KiB].
const MEMORY_MAX_KIB: u64 = 3_000_000;

/// Every property draws the same cases, and does not look for the smallest that fails.
const PROPERTIES: [(&str, &str); 3] = [
    ("PROPTEST_RNG_SEED", "1"),
    ("PROPTEST_MAX_SHRINK_ITERS", "0"),
    ("PROPTEST_DISABLE_FAILURE_PERSISTENCE", "true"),
];

/// What a shell's limits end a process with, and how a shell and `timeout` tell of it.
const OUT_OF_TIME_SIGNALS: [i32; 2] = [9, 24];
const OUT_OF_TIME_CODES: [i32; 3] = [124, 137, 152];

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

/// What became of tests.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Verdict {
    Passed,
    /// This one failed.
    Failed(String),
    /// This one took much longer than it should.
    Hung(String),
}

/// Tests of one program that run together.
#[derive(Debug)]
pub(crate) struct Batch<'a> {
    tests: Vec<&'a Test>,
}

impl<'a> Batch<'a> {
    /// The quick tests of each program together, then the others, the shortest first.
    pub(crate) fn of(tests: &[&'a Test]) -> Vec<Self> {
        let (quick, long): (Vec<&Test>, Vec<&Test>) =
            tests.iter().partition(|test| test.takes <= QUICK);
        let mut by_program: BTreeMap<&Path, Vec<&Test>> = BTreeMap::new();
        for test in quick {
            by_program.entry(&test.program).or_default().push(test);
        }
        let alone = long.into_iter().map(|test| vec![test]);
        by_program.into_values().chain(alone).map(|tests| Self { tests }).collect()
    }

    /// Runs them with a mutant alive.
    pub(crate) fn run(&self, alive: u32) -> Result<Verdict> {
        self.start(&[("MUTATION_ALIVE", &alive.to_string())])
    }

    fn start(&self, variables: &[(&str, &str)]) -> Result<Verdict> {
        let Some(first) = self.tests.first() else { return Ok(Verdict::Passed) };
        // Loaded machines are slow, so processor time counts; a deadlock takes none, so both count.
        let takes: Duration = self.tests.iter().map(|test| test.takes).sum();
        let seconds = 3 + takes.as_secs() * 4;
        let script = format!(
            "ulimit -v {MEMORY_MAX_KIB}; ulimit -t {seconds}; exec timeout -s KILL {} \"$@\"",
            seconds * 20
        );
        let mut command = Command::new("sh");
        command.args(["-c", &script, "sh"]).arg(&first.program);
        command.args(self.tests.iter().map(|test| &test.name));
        // Campaigns are ignored: none of them ends in the time that a mutant has.
        command.args(["--exact", "--test-threads", "1"]);
        command.current_dir(&first.root).envs(PROPERTIES).envs(variables.iter().copied());
        command.stdin(Stdio::null()).stderr(Stdio::null());
        let output = command.output().with_context(|| first.name.clone())?;
        if output.status.success() {
            return Ok(Verdict::Passed);
        }
        let told = String::from_utf8_lossy(&output.stdout);
        let lines = || told.lines().filter_map(|line| line.strip_prefix("test "));
        let name = |line: &str| line.split(' ').next().unwrap_or_default().to_owned();
        if let Some(failed) = lines().find(|line| line.ends_with("FAILED")) {
            return Ok(Verdict::Failed(name(failed)));
        }
        let last = lines().next_back().map_or_else(|| first.name.clone(), name);
        let is_out_of_time = match output.status.signal() {
            Some(signal) => OUT_OF_TIME_SIGNALS.contains(&signal),
            None => output.status.code().is_some_and(|code| OUT_OF_TIME_CODES.contains(&code)),
        };
        Ok(if is_out_of_time { Verdict::Hung(last) } else { Verdict::Failed(last) })
    }
}

impl Test {
    /// Runs it as it is, and notes how long it takes and what it calls. Returns whether it passes.
    #[expect(clippy::disallowed_methods, reason = "how long a test really takes is the question")]
    fn measure(&mut self, scratch: &Scratch, number: usize) -> Result<bool> {
        let path = scratch.folder.join(format!("reached-{number}"));
        if path.exists() {
            fs::remove_file(&path)?;
        }
        self.takes = Duration::from_mins(1);
        let before = Instant::now();
        let batch = Batch { tests: vec![self] };
        let verdict = batch.start(&[("MUTATION_REACHED", &path.to_string_lossy())])?;
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
    tests.sort_by_key(|test: &Test| test.takes);
    Ok(tests)
}

fn listed(scratch: &Scratch, program: &Program) -> Result<Vec<Test>> {
    let mut command = Command::new(&program.path);
    let output = command.args(["--list", "--format", "terse"]).output()?;
    let text = String::from_utf8(output.stdout)?;
    let names = text.lines().filter_map(|line| line.strip_suffix(": test"));
    let counts = names.filter(|name| {
        TOPICS.iter().any(|topic| name.starts_with(topic)) && !name.starts_with(TOO_LONG)
    });
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
