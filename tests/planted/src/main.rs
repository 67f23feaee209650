//! Plants known defects into copies of fillgap, one at a time, and sees whether the tests find them.
//!
//! `cargo run --release --manifest-path tests/planted/Cargo.toml [PART OF A NAME...]`
//!
//! Every bug is a patch `NN-name.patch` in this folder. The campaign copies the project into its target
//! folder, sees that the tests hold there, and then for each bug: plants it, builds, runs the tests,
//! and takes it out again. It ends with 1 if a bug survives, does not apply or does not compile, and
//! with 2 if it can not go on.

mod bug;
mod checkout;
mod table;
mod verdict;

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::bug::Bug;
use crate::checkout::{Build, Checkout};
use crate::table::{Finding, Outcome};
use crate::verdict::Verdict;

fn main() -> ExitCode {
    let names: Vec<String> = std::env::args().skip(1).collect();
    match campaign(&names) {
        Ok(findings) => {
            println!("\n{}", table::summary(&findings));
            ExitCode::from(u8::from(!findings.iter().all(Finding::is_found)))
        }
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::from(2)
        }
    }
}

/// Plants the bugs whose names have one of these parts, or all.
fn campaign(names: &[String]) -> Result<Vec<Finding>> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let project = here.ancestors().nth(2).context("this package lies in the project")?;
    let mut bugs = Bug::all(here)?;
    bugs.retain(|bug| names.is_empty() || names.iter().any(|name| bug.name.contains(name)));
    if bugs.is_empty() {
        bail!("no bug has a name with {}", names.join(" or "));
    }
    let folder = here.join("target/campaign");
    let checkout = Checkout::copy(project, &folder)?;
    let report = folder.join("report.txt");
    eprintln!("the project as it is");
    match examine(&checkout, None, &report)? {
        Outcome::Tested(Verdict::Holds) => {}
        _ => bail!("the tests must hold before a bug is planted; see {}", report.display()),
    }
    println!("{}", table::head());
    let mut findings = Vec::new();
    for bug in bugs {
        eprintln!("{} Without it: {}", bug.defect, bug.rule);
        #[expect(clippy::disallowed_methods, reason = "the time is told and changes nothing")]
        let start = Instant::now();
        let outcome = checkout.with(&bug, || examine(&checkout, Some(&bug.file), &report))?;
        let finding = Finding {
            bug: bug.name,
            class: bug.class,
            outcome,
            seconds: start.elapsed().as_secs(),
        };
        println!("{}", finding.to_line());
        findings.push(finding);
    }
    Ok(findings)
}

/// Builds and runs the tests, those for a bug in a file or all.
fn examine(checkout: &Checkout, file: Option<&str>, report: &Path) -> Result<Outcome> {
    Ok(match checkout.build()? {
        Build::Tests(tests) => {
            Outcome::Tested(verdict::run(&tests, checkout.root(), file, report)?)
        }
        Build::Failed(errors) => {
            std::fs::write(report, &errors)?;
            eprintln!("{errors}");
            Outcome::NotBuilt
        }
    })
}
