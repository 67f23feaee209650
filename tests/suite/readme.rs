//! What the front page shows is what the program prints.

use std::path::Path;
use std::process::Command;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// The fenced blocks of a kind (`sh`, `text`) in the front page.
fn blocks(kind: &str) -> Vec<String> {
    let readme = std::fs::read_to_string(format!("{ROOT}/README.md")).expect("README.md");
    let fenced = readme.split("```").skip(1).step_by(2);
    let (head, mut found) = (format!("{kind}\n"), Vec::new());
    for block in fenced {
        found.extend(block.strip_prefix(&head).map(|body| body.trim_end().to_owned()));
    }
    found
}

fn printed(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_fillgap"))
        .current_dir(ROOT)
        .args(arguments)
        .output()
        .expect("the binary starts");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {errors}");
    String::from_utf8(output.stdout).expect("text").trim_end().to_owned()
}

#[test]
fn the_front_page_shows_what_its_first_command_prints() {
    let commands = blocks("sh");
    let first = commands.first().and_then(|block| block.strip_prefix("cargo run --release -- "));
    let arguments: Vec<&str> = first.expect("the first command runs fillgap").split(' ').collect();
    assert_eq!(blocks("text"), [printed(&arguments)]);
}

/// What a shell makes of a word: the scenarios of a folder, or the word.
fn expanded(word: &str) -> Vec<String> {
    let Some(folder) = word.strip_suffix("/*.toml") else { return vec![word.to_owned()] };
    let inside = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let names = std::fs::read_dir(inside).unwrap().map(|entry| entry.unwrap().file_name());
    let names = names.map(|name| name.into_string().unwrap());
    let mut files: Vec<String> = names
        .filter(|name| Path::new(name).extension().is_some_and(|ending| ending == "toml"))
        .map(|name| format!("{folder}/{name}"))
        .collect();
    files.sort();
    files
}

/// Every `fillgap` command of the front page is one that works, but for those that write files.
#[test]
fn every_command_of_the_front_page_runs() {
    let text = blocks("sh").join("\n").replace("\\\n", " ");
    let commands = text.lines().filter_map(|line| line.strip_prefix("cargo run --release -- "));
    let mut count = 0;
    for command in commands.filter(|command| !command.contains("--out")) {
        // The only quotes of the page hold a value with spaces.
        let mut arguments = Vec::new();
        for (index, part) in command.split('\'').enumerate() {
            if index % 2 == 1 {
                arguments.push(part.to_owned());
            } else {
                arguments.extend(part.split_whitespace().flat_map(expanded));
            }
        }
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        assert!(!printed(&arguments).is_empty(), "{command}");
        count += 1;
    }
    assert!(count >= 3, "found {count} commands");
}

/// The scenarios with sections `[[expect]]` are those of the command that verifies them.
#[test]
fn the_command_that_verifies_takes_every_scenario_that_expects() {
    let text = blocks("sh").join("\n");
    let verifies = text.lines().find_map(|line| line.split_once(" -- verify "));
    let (_, files) = verifies.expect("a command verifies");
    let mut named: Vec<String> = files.split_whitespace().flat_map(expanded).collect();
    named.sort();
    let shipped =
        ["scenarios/*.toml", "scenarios/failure-modes/*.toml"].into_iter().flat_map(expanded);
    let expects = |file: &String| {
        let text = std::fs::read_to_string(format!("{ROOT}/{file}")).unwrap();
        text.lines().any(|line| line == "[[expect]]")
    };
    let mut expecting: Vec<String> = shipped.filter(expects).collect();
    expecting.sort();
    assert_eq!(named, expecting);
}
