//! What the tests say.

use std::fs::File;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::Result;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use wait_timeout::ChildExt;

/// The topics of the tests that are run for a bug, by where it is planted: the tests of the room and
/// of those that are built on it. Without a bug all of them are run.
const ROOMS: [(&str, &[&str]); 4] = [
    (
        "src/book/",
        &["book_", "defect_classes", "exchange_", "request_table", "self_trade", "worked_examples"],
    ),
    ("src/link/", &["latency", "link::", "link_faults", "rate_limits", "venue"]),
    (
        "src/audit/",
        &["audit_detects", "defect_classes", "exchange_", "request_table", "self_trade"],
    ),
    (
        "src/",
        &[
            "bad_scenarios",
            "collateral_at_match",
            "defect_classes",
            "exchange_",
            "feeds::",
            "fees_",
            "market_life",
            "position_limits",
            "price_levels",
            "readings",
            "recorded_fees",
            "reference_exchange",
            "request_table",
            "self_trade",
            "worked_examples",
        ],
    ),
];

/// The topics for a bug in a file, or for none.
fn topics(file: Option<&str>) -> Vec<&'static str> {
    let concerned = |room: &str| file.is_none_or(|file| file.starts_with(room));
    let mut rooms = ROOMS.iter().filter(|(room, _)| concerned(room));
    match file {
        Some(_) => rooms.next().map(|(_, topics)| topics.to_vec()).unwrap_or_default(),
        None => rooms.flat_map(|(_, topics)| topics.iter().copied()).collect(),
    }
}

/// A run that takes longer hangs. Sound code needs some 15 seconds, on a busy machine minutes.
const LONGEST: Duration = Duration::from_mins(8);

/// How much memory a run may use [byte]: a bug that collects for ever must not take the machine's.
const MEMORY_MOST: u64 = 3 << 30;

/// What a run of the tests said.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// All of them hold.
    Holds,
    /// Some do not.
    Fails(Vec<Failure>),
    /// The process died, or was ended because it took too long.
    Breaks(&'static str),
}

/// A test that failed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) test: String,
    /// After how many operations, if the test is random.
    pub(crate) operations: Option<u64>,
    /// What the first assertion that failed is about: in a table, the row.
    pub(crate) row: Option<String>,
}

/// Runs the tests for a bug in a file in a folder; what they print goes through a report.
pub(crate) fn run(
    tests: &Path,
    folder: &Path,
    file: Option<&str>,
    report: &Path,
) -> Result<Verdict> {
    let mut command = Command::new(tests);
    command.args(topics(file)).current_dir(folder).stdin(Stdio::null());
    command.stdout(File::create(report)?).stderr(Stdio::null());
    // That a random test fails is enough: nobody reads its smallest example, nor where it was called.
    command.env("PROPTEST_MAX_SHRINK_ITERS", "0").env("RUST_BACKTRACE", "0");
    let mut child = spawn_limited(&mut command)?;
    let Some(status) = child.wait_timeout(LONGEST)? else {
        child.kill()?;
        child.wait()?;
        return Ok(Verdict::Breaks("hangs"));
    };
    let failures = failures(&String::from_utf8_lossy(&std::fs::read(report)?));
    Ok(match (status.success(), failures.is_empty()) {
        (true, _) => Verdict::Holds,
        (false, false) => Verdict::Fails(failures),
        (false, true) => Verdict::Breaks("the tests died"),
    })
}

/// Starts a program with a limit on its memory, which it takes over from this one.
fn spawn_limited(command: &mut Command) -> Result<Child> {
    let own = getrlimit(Resource::As);
    setrlimit(Resource::As, Rlimit { current: Some(MEMORY_MOST), maximum: own.maximum })?;
    let child = command.spawn();
    setrlimit(Resource::As, own)?;
    Ok(child?)
}

/// The tests that failed, from what the test harness printed.
fn failures(report: &str) -> Vec<Failure> {
    let mut failures: Vec<Failure> = Vec::new();
    let mut has_panicked = false;
    let mut lines = report.lines();
    while let Some(line) = lines.next() {
        let test = line.strip_prefix("---- ").and_then(|rest| rest.strip_suffix(" stdout ----"));
        if let Some(test) = test {
            failures.push(Failure { test: test.to_owned(), operations: None, row: None });
            has_panicked = false;
        }
        let Some(failure) = failures.last_mut() else { continue };
        if let Some(count) = line.strip_prefix("failed after ")
            && let Some(count) = count.strip_suffix(" operations")
        {
            failure.operations = count.parse().ok();
        }
        if line.contains(" panicked at ") && !has_panicked {
            has_panicked = true;
            failure.row = lines.next().and_then(row);
        }
        // The list of names, which comes after what the tests printed.
        if line == "failures:" {
            break;
        }
    }
    failures
}

/// What an assertion is about, if its message says so.
fn row(message: &str) -> Option<String> {
    message.strip_prefix("assertion `left == right` failed: ").map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_has_a_limit_of_memory_and_its_starter_keeps_its_own() {
        let before = getrlimit(Resource::As);
        let mut shell = Command::new("sh");
        shell.args(["-c", "ulimit -v"]).stdout(Stdio::piped());
        let output = spawn_limited(&mut shell).unwrap().wait_with_output().unwrap();
        // The shell counts in 1,024 bytes: 3 x 2^20.
        assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "3145728");
        assert_eq!(getrlimit(Resource::As), before);
    }

    #[test]
    fn the_tests_of_the_room_are_run_for_a_bug_and_all_of_them_without_one() {
        assert!(topics(Some("src/book/fast.rs")).contains(&"book_"));
        assert!(!topics(Some("src/book/fast.rs")).contains(&"link::"));
        assert!(topics(Some("src/exchange/create.rs")).contains(&"reference_exchange"));
        assert!(["book_", "link::", "fees_"].iter().all(|topic| topics(None).contains(topic)));
    }

    #[test]
    fn tests_that_fail_are_read_with_their_operations_and_rows() {
        let report = "test a::table ... FAILED\n\nfailures:\n\n---- a::table stdout ----\n\n\
            thread 'a::table' (12) panicked at tests/suite/a.rs:406:9:\n\
            assertion `left == right` failed: the third row\n  left: 1\n right: 2\n\n\
            ---- b::random stdout ----\n\nthread 'b::random' (13) panicked at tests/b.rs:1:9:\n\
            assertion `left == right` failed\n  left: 1\nfailed after 59 operations\n\n\
            thread 'b::random' (13) panicked at tests/b.rs:2:9:\nlater\n\n\
            failures:\n    a::table\n    b::random\n";
        let failure = |test: &str, operations, row: Option<&str>| Failure {
            test: test.to_owned(),
            operations,
            row: row.map(str::to_owned),
        };
        assert_eq!(
            failures(report),
            [
                failure("a::table", None, Some("the third row")),
                failure("b::random", Some(59), None),
            ]
        );
    }
}
