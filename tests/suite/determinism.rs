//! Same scenario, same seed, same bytes: in one process, in two, with one thread and with several,
//! in debug and in release.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use fillgap::world::run_one;

use crate::runs;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const BINARY: &str = env!("CARGO_BIN_EXE_fillgap");

/// The scenarios that ship, by file name.
fn scenarios() -> Vec<String> {
    let folder = fs::read_dir(Path::new(ROOT).join("scenarios")).expect("scenarios are there");
    let paths = folder.map(|entry| entry.unwrap().path());
    let paths = paths.filter(|path| path.extension().is_some_and(|extension| extension == "toml"));
    let name = |path: PathBuf| path.file_name().unwrap().to_string_lossy().into_owned();
    let mut names: Vec<String> = paths.map(name).collect();
    names.sort();
    assert!(names.len() >= 5, "found {names:?}");
    names
}

/// What `compare` prints of a scenario, as JSON.
fn compare(binary: &Path, scenario: &str, threads: &str) -> String {
    let path = Path::new("scenarios").join(scenario);
    let output = Command::new(binary)
        .current_dir(ROOT)
        .env("RAYON_NUM_THREADS", threads)
        .args(["compare", "--format", "json"])
        .arg(path)
        .output()
        .expect("the binary starts");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{scenario}: {errors}");
    String::from_utf8(output.stdout).expect("JSON is UTF-8")
}

fn digest_in(json: &str) -> String {
    let parsed: serde_json::Value = serde_json::from_str(json).expect("valid JSON");
    parsed["digest"].as_str().expect("a digest").to_owned()
}

#[test]
fn two_runs_in_one_process_leave_the_same_log() {
    for name in scenarios() {
        let scenario = runs::scenario(&name, &[]);
        for engine in &scenario.engines {
            let first = run_one(&scenario, engine, 7).unwrap();
            let second = run_one(&scenario, engine, 7).unwrap();
            assert_eq!(first.log.entries(), second.log.entries(), "{name}, {}", engine.name);
            assert_eq!(first.digest, second.digest, "{name}, {}", engine.name);
        }
    }
}

#[test]
fn two_processes_and_two_thread_counts_print_the_same_bytes() {
    for name in scenarios() {
        let one = compare(Path::new(BINARY), &name, "1");
        let several = compare(Path::new(BINARY), &name, "4");
        assert_eq!(one, several, "{name}");
    }
}

/// The digests in `tests/golden/digests.txt` are what the results of each scenario were when the file
/// was last changed, on purpose, with a line under "Results change" in `CHANGELOG.md`.
#[test]
fn the_digest_of_every_scenario_is_the_golden_one() {
    let golden = fs::read_to_string(Path::new(ROOT).join("tests/golden/digests.txt")).unwrap();
    let found: Vec<String> = scenarios()
        .iter()
        .map(|name| format!("{name} {}", digest_in(&compare(Path::new(BINARY), name, "2"))))
        .collect();
    let expected: Vec<&str> = golden.lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(found, expected);
}

/// Builds the binary in the profile that these tests were not built in, without the frames feature,
/// and compares what both print.
#[test]
fn debug_and_release_print_the_same_bytes() {
    let (flags, folder): (&[&str], &str) =
        if cfg!(debug_assertions) { (&["--release"], "release") } else { (&[], "debug") };
    let target = Path::new(BINARY).ancestors().nth(2).expect("target/profile/binary");
    let target: PathBuf = target.join("other-profile");
    let status = Command::new(env!("CARGO"))
        .current_dir(ROOT)
        .args(["build", "--quiet", "--no-default-features", "--bin", "fillgap"])
        .args(flags)
        .arg("--target-dir")
        .arg(&target)
        .status()
        .expect("cargo starts");
    assert!(status.success(), "the other profile builds");
    let other = target.join(folder).join("fillgap");
    for name in scenarios() {
        let here = compare(Path::new(BINARY), &name, "2");
        assert_eq!(here, compare(&other, &name, "2"), "{name}");
    }
}
