//! What the help shows works, with the scenarios that ship.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

const BINARY: &str = env!("CARGO_BIN_EXE_fillgap");

fn help(arguments: &[&str]) -> String {
    let output = Command::new(BINARY).args(arguments).arg("--help").output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{arguments:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// The commands, as the help lists them.
fn commands() -> Vec<String> {
    let help = help(&[]);
    let (_, list) = help.split_once("\nCommands:\n").unwrap();
    let (list, _) = list.split_once("\n\n").unwrap();
    let names = list.lines().map(|line| line.split_whitespace().next().unwrap().to_owned());
    names.filter(|name| name != "help").collect()
}

/// The lines below `Examples:`, up to the next empty one.
fn examples(help: &str) -> Vec<String> {
    let (_, below) = help.split_once("\nExamples:\n").unwrap();
    let lines = below.lines().take_while(|line| !line.is_empty());
    lines.map(|line| line.trim_start().to_owned()).collect()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// A folder with the files that ship, to write results into.
fn playground() -> TempDir {
    let folder = TempDir::new().unwrap();
    for part in ["scenarios", "data"] {
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join(part), &folder.path().join(part));
    }
    folder
}

/// What a shell makes of a line.
fn in_shell(line: &str, folder: &TempDir) -> Output {
    let script = format!("fillgap() {{ \"$FILLGAP\" \"$@\"; }}\n{line}\n");
    let mut shell = Command::new("sh");
    shell.args(["-c", &script]).env("FILLGAP", BINARY).current_dir(folder.path());
    shell.output().unwrap()
}

#[test]
fn every_example_of_every_help_text_runs() {
    let folder = playground();
    let commands = commands();
    assert_eq!(commands, ["compare", "run", "explain", "check", "verify"]);
    let mut texts = vec![help(&[])];
    texts.extend(commands.iter().map(|command| help(&[command])));
    let mut written = 0;
    for text in &texts {
        let lines = examples(text);
        assert!(lines.len() >= 2, "{text}");
        for line in lines {
            assert!(line.starts_with("fillgap "), "a line that wraps can not be copied: {line}");
            let output = in_shell(&line, &folder);
            let talk = String::from_utf8_lossy(&output.stderr);
            assert_eq!((output.status.code(), &*talk), (Some(0), ""), "{line}");
            assert_eq!(output.stdout.is_empty(), line.contains(" > "), "{line}");
            for target in [" --out ", " > "].iter().filter_map(|mark| line.split_once(mark)) {
                let path = folder.path().join(target.1);
                let is_full = if path.is_dir() {
                    path.join("results.json").is_file()
                } else {
                    fs::metadata(&path).unwrap().len() > 0
                };
                assert!(is_full, "{line}");
                written += 1;
            }
        }
    }
    assert!(written >= 4, "{written} examples write files");
}

/// The settings that the help of `--set` names in running text.
#[test]
fn every_setting_that_the_help_shows_can_be_set() {
    let folder = playground();
    let help = help(&["check"]);
    let (_, about) = help.split_once("--set <KEY=VALUE>").unwrap();
    let (about, _) = about.split_once("\n  -h").unwrap();
    let about = about.split_whitespace().collect::<Vec<_>>().join(" ");
    let settings = about.split('`').skip(1).step_by(2).filter(|word| word.contains('='));
    let settings: Vec<&str> = settings.collect();
    assert_eq!(settings.len(), 3, "{about}");
    for setting in settings {
        let line = format!("fillgap check scenarios/entry-partial-fill.toml --set {setting}");
        let output = in_shell(&line, &folder);
        let talk = String::from_utf8_lossy(&output.stderr);
        assert_eq!((output.status.code(), &*talk), (Some(0), ""), "{line}");
    }
}

/// The statuses that are told are those that the program has: a write that fails is one of them.
#[test]
fn the_help_names_a_failed_write() {
    let words = help(&[]).split_whitespace().collect::<Vec<_>>().join(" ");
    let told = "Exit status: 0 done, 1 a run or a write failed, an invariant broke or an expectation \
                does not hold, 2 bad usage or input, told before anything runs.";
    assert!(words.contains(told), "{words}");
}
