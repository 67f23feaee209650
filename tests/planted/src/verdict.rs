//! What the tests say.

use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::Result;
use wait_timeout::ChildExt;

/// The topics that are run: those of the rooms that bugs are planted in.
const TOPICS: [&str; 17] = [
    "audit_detects",
    "bad_scenarios",
    "book_",
    "exchange_",
    "fees_",
    "latency",
    "link::",
    "link_faults",
    "market_life",
    "position_limits",
    "price_levels",
    "rate_limits",
    "recorded_fees",
    "reference_exchange",
    "self_trade",
    "venue",
    "worked_examples",
];

/// A run that takes longer hangs. Sound code needs some 10 seconds.
const LONGEST: Duration = Duration::from_mins(3);

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
    /// What was wrong first, in one line: of a table, the row.
    pub(crate) row: String,
}

/// Runs the tests in a folder; what they print goes through a file.
pub(crate) fn run(tests: &Path, folder: &Path, report: &Path) -> Result<Verdict> {
    let mut command = Command::new(tests);
    command.args(TOPICS).current_dir(folder).stdin(Stdio::null());
    command.stdout(File::create(report)?).stderr(Stdio::null());
    let mut child = command.spawn()?;
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

/// The tests that failed, from what the test harness printed.
fn failures(report: &str) -> Vec<Failure> {
    let mut failures: Vec<Failure> = Vec::new();
    let mut lines = report.lines();
    while let Some(line) = lines.next() {
        let test = line.strip_prefix("---- ").and_then(|rest| rest.strip_suffix(" stdout ----"));
        if let Some(test) = test {
            failures.push(Failure { test: test.to_owned(), operations: None, row: String::new() });
        }
        let Some(failure) = failures.last_mut() else { continue };
        if let Some(count) = line.strip_prefix("failed after ")
            && let Some(count) = count.strip_suffix(" operations")
        {
            failure.operations = count.parse().ok();
        }
        if line.contains(" panicked at ") && failure.row.is_empty() {
            let message = lines.next().unwrap_or_default();
            failure.row = row(message, line);
        }
        // The list of names, which comes after what the tests printed.
        if line == "failures:" {
            break;
        }
    }
    failures
}

/// The row of a table that a panic names, or else where it happened.
fn row(message: &str, panic: &str) -> String {
    let assertions = ["assertion `left == right` failed: ", "assertion failed: "];
    let named = assertions.into_iter().find_map(|assertion| message.strip_prefix(assertion));
    let place = panic.rsplit(" panicked at ").next().unwrap_or_default();
    match named {
        Some(named) => named.to_owned(),
        None if message.starts_with("assertion ") => place.trim_end_matches(':').to_owned(),
        None => message.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_that_fail_are_read_with_their_operations_and_rows() {
        let report = "test a::table ... FAILED\n\nfailures:\n\n---- a::table stdout ----\n\n\
            thread 'a::table' (12) panicked at tests/suite/a.rs:406:9:\n\
            assertion `left == right` failed: the third row\n  left: 1\n right: 2\n\n\
            ---- b::random stdout ----\n\nthread 'b::random' (13) panicked at tests/b.rs:1:9:\n\
            assertion `left == right` failed\n  left: 1\nfailed after 59 operations\n\n\
            thread 'b::random' (13) panicked at tests/b.rs:2:9:\nlater\n\n\
            failures:\n    a::table\n    b::random\n";
        let failure = |test: &str, operations, row: &str| Failure {
            test: test.to_owned(),
            operations,
            row: row.to_owned(),
        };
        assert_eq!(
            failures(report),
            [
                failure("a::table", None, "the third row"),
                failure("b::random", Some(59), "tests/b.rs:1:9"),
            ]
        );
    }
}
