//! What is printed.

use crate::verdict::{Failure, Verdict};

/// What became of one bug.
pub(crate) struct Finding {
    pub(crate) bug: String,
    /// The test of its class, which must fail.
    pub(crate) class: Option<String>,
    pub(crate) outcome: Outcome,
    pub(crate) seconds: u64,
}

pub(crate) enum Outcome {
    /// The compiler refused it: it is no bug that could have been made.
    NotBuilt,
    /// What the tests said.
    Tested(Verdict),
}

/// The longest row of a table that is shown [characters].
const ROW_LONGEST: usize = 90;

pub(crate) fn head() -> String {
    "| bug | tests | operations | seconds | found by |\n|---|---|---|---|---|".to_owned()
}

impl Finding {
    /// Whether the tests found it, and the test of its class did if it has one.
    pub(crate) fn is_found(&self) -> bool {
        let found = matches!(&self.outcome, Outcome::Tested(verdict) if *verdict != Verdict::Holds);
        found && !self.escapes_its_class()
    }

    fn escapes_its_class(&self) -> bool {
        self.class.as_ref().is_some_and(|class| {
            let name = format!("defect_classes::{class}");
            !self.failures().iter().any(|failure| failure.test == name)
        })
    }

    /// After how many operations the quickest random test found it, if one did.
    pub(crate) fn operations(&self) -> Option<u64> {
        self.quickest().and_then(|failure| failure.operations)
    }

    fn failures(&self) -> &[Failure] {
        match &self.outcome {
            Outcome::Tested(Verdict::Fails(failures)) => failures,
            _ => &[],
        }
    }

    fn quickest(&self) -> Option<&Failure> {
        let random = self.failures().iter().filter(|failure| failure.operations.is_some());
        random.min_by_key(|failure| failure.operations)
    }

    /// The first test by hand that failed, one with rows if there is one.
    fn by_hand(&self) -> Option<&Failure> {
        let by_hand = || self.failures().iter().filter(|failure| failure.operations.is_none());
        by_hand().find(|failure| failure.row.is_some()).or_else(|| by_hand().next())
    }

    /// One row of the table: how many tests fail, after how many operations the quickest random one
    /// does, that one, and the first test by hand with its row.
    pub(crate) fn to_line(&self) -> String {
        let found_by = match &self.outcome {
            Outcome::Tested(Verdict::Fails(_)) if self.escapes_its_class() => {
                "NOT FOUND BY THE TEST OF ITS CLASS".to_owned()
            }
            Outcome::NotBuilt => "DOES NOT COMPILE".to_owned(),
            Outcome::Tested(Verdict::Holds) => "NOT FOUND".to_owned(),
            Outcome::Tested(Verdict::Breaks(how)) => (*how).to_owned(),
            Outcome::Tested(Verdict::Fails(_)) => {
                let random = self.quickest().map(|failure| format!("`{}`", failure.test));
                let by_hand = self.by_hand().map(|failure| match &failure.row {
                    Some(row) => {
                        let row: String = row.chars().take(ROW_LONGEST).collect();
                        format!("`{}`: {}", failure.test, row.replace('|', "/"))
                    }
                    None => format!("`{}`", failure.test),
                });
                random.into_iter().chain(by_hand).collect::<Vec<_>>().join("; ")
            }
        };
        let operations = self.operations().map_or("-".to_owned(), |count| count.to_string());
        let (bug, tests, seconds) = (&self.bug, self.failures().len(), self.seconds);
        format!("| {bug} | {tests} | {operations} | {seconds} | {found_by} |")
    }
}

/// How many were found, and after how many operations.
pub(crate) fn summary(findings: &[Finding]) -> String {
    let found = findings.iter().filter(|finding| finding.is_found()).count();
    let mut operations: Vec<_> = findings.iter().filter_map(Finding::operations).collect();
    operations.sort_unstable();
    let random = match (operations.get(operations.len() / 2), operations.last()) {
        (Some(median), Some(most)) => {
            let count = operations.len();
            format!(
                "{count} by random tests, after {median} operations in the median, {most} at most"
            )
        }
        _ => "none by random tests".to_owned(),
    };
    format!("{found} of {} planted bugs found; {random}", findings.len())
}
