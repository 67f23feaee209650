//! A house that stays liveable: sizes, names, documents that are true.

use std::collections::BTreeSet;
use std::path::Path;

use fillgap::kernel::Digest;
use proc_macro2::TokenTree;

use crate::sources::{Source, document, folders, is_word, root, rust_files, token_runs};

const LONGEST_FILE_LINES: usize = 600;
/// In two parts, so that this file does not name them.
const UNFINISHED: [&str; 4] = [
    concat!("to", "do!"),
    concat!("unimple", "mented!"),
    concat!("FIX", "ME"),
    concat!("TO", "DO"),
];
const EMPTY_NAMES: [&str; 6] = ["util", "utils", "common", "helper", "helpers", "misc"];
const DOCUMENTS: [&str; 3] = ["README.md", "ARCHITECTURE.md", "FIDELITY.md"];

fn code() -> Vec<Source> {
    ["src", "tests", "benches"].into_iter().flat_map(rust_files).collect()
}

/// Fails with one line for each fault.
fn none(faults: &[String]) {
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn too_long(source: &Source) -> Option<String> {
    let lines = source.text.lines().count();
    (lines > LONGEST_FILE_LINES)
        .then(|| format!("{}: {lines} lines, allowed are {LONGEST_FILE_LINES}", source.path))
}

fn unfinished(source: &Source) -> Vec<String> {
    let lines = (1..).zip(source.text.lines());
    let marks = lines.filter_map(|(at, line)| {
        let found = UNFINISHED.into_iter().find(|mark| line.contains(mark));
        found.map(|mark| format!("{}:{at}: found `{mark}`", source.path))
    });
    marks.collect()
}

fn empty_name(path: &str) -> Option<String> {
    let mut parts = path.split('/').map(|part| part.strip_suffix(".rs").unwrap_or(part));
    parts
        .find(|part| EMPTY_NAMES.contains(part))
        .map(|part| format!("{path}: the name `{part}` says nothing"))
}

/// Words in backticks, outside of code blocks.
pub(crate) fn quoted_words(text: &str) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    let mut in_block = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            in_block = !in_block;
        } else if !in_block {
            words.extend(line.split('`').skip(1).step_by(2).map(str::to_owned));
        }
    }
    words
}

/// The places in the project at which a quoted word may lie, when it looks like a path: it begins
/// with a name of the project's root or with a room, or is a document. `None` for other words.
fn places(word: &str) -> Option<Vec<String>> {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "._-/".contains(letter);
    if word.is_empty() || !word.chars().all(plain) || word.starts_with("target/") {
        return None;
    }
    let Some((first, _)) = word.split_once('/') else {
        return has_ending(word, "md").then(|| vec![word.to_owned()]);
    };
    let in_source = has_ending(word, "rs") || word.ends_with('/');
    let mut places = Vec::new();
    if !first.is_empty() && !first.starts_with("..") && root().join(first).exists() {
        places.push(word.to_owned());
    }
    if in_source && root().join("src").join(first).is_dir() {
        places.push(format!("src/{word}"));
    }
    (!places.is_empty()).then_some(places)
}

fn has_ending(word: &str, ending: &str) -> bool {
    Path::new(word).extension().is_some_and(|found| found == ending)
}

fn dead_paths(document: &Source) -> Vec<String> {
    let dead = quoted_words(&document.text).into_iter().filter(|word| {
        let exists = |place: &String| root().join(place).exists();
        places(word).is_some_and(|places| !places.iter().any(exists))
    });
    dead.map(|word| format!("{}: `{word}` does not exist", document.path)).collect()
}

/// The names of all functions under `#[test]`.
fn test_names(source: &Source) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for run in token_runs(source.tokens()) {
        let mut marked = false;
        for (index, token) in run.iter().enumerate() {
            marked |= matches!(token, TokenTree::Group(group) if group.to_string() == "[test]");
            if marked && is_word(Some(token), "fn") {
                names.extend(run.get(index + 1).map(ToString::to_string));
                marked = false;
            }
        }
    }
    names
}

/// The tests that tables name in a column with the heading `test`, the last of each row. A name
/// may carry its module: `link::a_feed_has_no_request`.
fn named_tests(document: &Source) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut in_table = false;
    for line in document.text.lines().map(str::trim) {
        let cells: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
        let last = cells.last().copied().unwrap_or_default();
        if !line.starts_with('|') {
            in_table = false;
        } else if last.eq_ignore_ascii_case("test") {
            in_table = true;
        } else if in_table {
            names.extend(quoted_words(last));
        }
    }
    names
}

fn dead_tests(document: &Source, known: &BTreeSet<String>) -> Vec<String> {
    let named = named_tests(document);
    let dead = named.iter().filter(|name| {
        let bare = name.rsplit("::").next().unwrap_or(name);
        !known.contains(bare)
    });
    dead.map(|name| format!("{}: no test is called `{name}`", document.path)).collect()
}

/// The scenarios of a golden file: the first word of each line that is no remark.
fn golden_scenarios(text: &str) -> BTreeSet<String> {
    let lines = text.lines().map(str::trim).filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_whitespace().next()).map(scenario_name).collect()
}

/// `entry`, for `entry`, `entry.toml` and `scenarios/entry.toml`.
fn scenario_name(word: &str) -> String {
    let word = word.strip_prefix("scenarios/").unwrap_or(word);
    word.strip_suffix(".toml").unwrap_or(word).to_owned()
}

#[test]
fn no_file_is_too_long_to_read() {
    none(&code().iter().filter_map(too_long).collect::<Vec<_>>());
}

#[test]
fn nothing_is_left_unfinished() {
    none(&code().iter().flat_map(unfinished).collect::<Vec<_>>());
}

#[test]
fn every_name_of_a_file_or_folder_says_something() {
    none(&code().iter().filter_map(|source| empty_name(&source.path)).collect::<Vec<_>>());
}

#[test]
fn every_folder_of_the_source_says_what_it_is() {
    let sources = rust_files("src");
    let says = |path: &str| {
        let found = sources.iter().find(|source| source.path == path);
        found.is_some_and(|source| source.text.starts_with("//! "))
    };
    let folders = folders("src");
    assert!(folders.contains("src/link"), "the folders are found");
    let silent = folders.iter().filter(|folder| {
        let head = if *folder == "src" { "lib.rs" } else { "mod.rs" };
        !says(&format!("{folder}/{head}"))
    });
    let faults: Vec<_> = silent.map(|folder| format!("{folder}: no doc comment")).collect();
    none(&faults);
}

#[test]
fn every_path_in_the_documents_exists() {
    let documents = DOCUMENTS.into_iter().filter_map(document);
    none(&documents.flat_map(|document| dead_paths(&document)).collect::<Vec<_>>());
}

#[test]
fn every_test_that_fidelity_names_exists() {
    let Some(fidelity) = document("FIDELITY.md") else { return };
    let known = code().iter().flat_map(test_names).collect();
    assert!(!named_tests(&fidelity).is_empty(), "FIDELITY.md: no table has a column `test`");
    none(&dead_tests(&fidelity, &known));
}

#[test]
fn the_golden_digests_cover_every_scenario() {
    let Some(golden) = document("tests/golden/digests.txt") else { return };
    let entries = std::fs::read_dir(root().join("scenarios")).expect("scenarios can be listed");
    let names = entries.map(|entry| entry.expect("an entry can be read").file_name());
    let scenarios: BTreeSet<_> = names
        .filter_map(|name| name.to_string_lossy().strip_suffix(".toml").map(str::to_owned))
        .collect();
    let listed = golden_scenarios(&golden.text);
    let gone = listed.difference(&scenarios).map(|name| format!("scenarios/{name}.toml is gone"));
    let new = scenarios.difference(&listed).map(|name| format!("`{name}` has no golden digest"));
    none(&gone.chain(new).collect::<Vec<_>>());
}

/// Another digest is another behaviour, so a change of the golden file must be told: the changelog
/// carries the file's own digest.
#[test]
fn the_changelog_knows_the_golden_digests() {
    let Some(golden) = document("tests/golden/digests.txt") else { return };
    let Some(changelog) = document("CHANGELOG.md") else { return };
    let lines: Vec<_> = golden.text.lines().collect();
    let line = format!("Golden digests: {}", Digest::of(lines.join("\n").as_bytes()).short());
    let told = changelog.text.contains(&line);
    assert!(told, "CHANGELOG.md: say what changed the results, with the line `{line}`");
}

#[test]
fn a_file_that_breaks_the_house_rules_is_caught() {
    let long = Source::new("src/a.rs", &"\n".repeat(601));
    assert_eq!(too_long(&long), Some("src/a.rs: 601 lines, allowed are 600".to_owned()));
    assert_eq!(too_long(&Source::new("src/a.rs", &"\n".repeat(600))), None);

    for mark in UNFINISHED {
        let source = Source::new("src/a.rs", &format!("fn a() {{\n    {mark}\n}}"));
        assert_eq!(unfinished(&source), [format!("src/a.rs:2: found `{mark}`")]);
    }
    for path in ["src/util/a.rs", "src/bot/helpers.rs", "tests/common/mod.rs"] {
        assert!(empty_name(path).is_some(), "{path}");
    }
    for path in ["src/utility_function/a.rs", "src/common_ground.rs"] {
        assert_eq!(empty_name(path), None, "{path}");
    }
}

#[test]
fn a_document_that_is_not_true_is_caught() {
    let text = "`src/link/mod.rs`, `link/venue.rs`, `src/link`, `link/`, `src/gone.rs`, `link/gone.rs`, \
                `GONE.md`, `a/b`, `target/release/x`, `/portfolio/orders`, `../shared`, `src/*.rs`, \
                `--out tests/x`\n```sh\ncat `src/in_a_block.rs`\n```\n";
    assert_eq!(
        dead_paths(&Source::new("README.md", text)),
        ["GONE.md", "link/gone.rs", "src/gone.rs"]
            .map(|path| format!("README.md: `{path}` does not exist"))
    );
}

#[test]
fn a_test_that_does_not_exist_is_caught() {
    let source = Source::new(
        "src/a.rs",
        "#[test]\nfn one() {}\nfn not_a_test() {}\nproptest! { #[test] fn two(x in 0..1) { } }\n\
         mod tests { #[test] #[should_panic] fn three() {} }",
    );
    let known = test_names(&source);
    assert_eq!(known, ["one", "three", "two"].map(str::to_owned).into());
    let table = "`other`\n\n| rule | test |\n|---|---|\n| `x` | `one`, `a::two` |\n| y | `four` |\n\n\
                 | a | b |\n| c | `not_a_test` |\n";
    assert_eq!(
        dead_tests(&Source::new("FIDELITY.md", table), &known),
        ["FIDELITY.md: no test is called `four`"]
    );
}

#[test]
fn a_golden_file_is_read_by_its_first_words() {
    let text =
        "# scenario digest\nentry 12ab\n\nscenarios/exit.toml immediate 34cd\nexit oracle 5\n";
    assert_eq!(golden_scenarios(text), ["entry", "exit"].map(str::to_owned).into());
}
