//! What the front page shows is what the program prints.

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
                arguments.push(part);
            } else {
                arguments.extend(part.split_whitespace());
            }
        }
        assert!(!printed(&arguments).is_empty(), "{command}");
        count += 1;
    }
    assert!(count >= 3, "found {count} commands");
}
