//! The planted bugs: known defects, each a patch that the tests are tried with (`tests/planted`).

#[path = "../planted/src/bug.rs"]
mod bug;

use std::collections::BTreeSet;

use crate::sources::root;

use bug::Bug;

/// The least that a campaign must have.
const LEAST: usize = 30;

/// All bugs, by number.
pub(crate) fn all() -> Vec<Bug> {
    Bug::all(&root().join("tests/planted")).unwrap()
}

#[test]
fn every_planted_bug_applies_to_the_present_source() {
    let bugs = all();
    assert!(bugs.len() >= LEAST, "{} bugs", bugs.len());
    let (mut planted, mut outdated) = (BTreeSet::new(), Vec::new());
    for (number, bug) in (1..).zip(&bugs) {
        assert!(
            bug.name.starts_with(&format!("{number:02}-")),
            "{}: not number {number}",
            bug.name
        );
        assert!(bug.defect.ends_with('.') && bug.rule.ends_with('.'), "{}: no sentence", bug.name);
        let source = std::fs::read_to_string(root().join(&bug.file)).unwrap();
        let Ok(defective) = bug.plant(&source) else {
            outdated.push(bug.name.as_str());
            continue;
        };
        assert_ne!(defective, source, "{}: changes nothing", bug.name);
        assert!(planted.insert(defective), "{}: is there twice", bug.name);
    }
    assert_eq!(outdated, [""; 0], "these do not apply any more");
}

#[test]
fn a_patch_that_says_too_little_or_leaves_the_source_is_refused() {
    let diff = |file: &str| format!("--- a/{file}\n+++ b/{file}\n@@ -1,1 +1,1 @@\n-one\n+two\n");
    let patch = |head: &str, file: &str| Bug::parse("01-a", &format!("{head}{}", diff(file)));
    let head = "# Defect: Two.\n# Breaks: One.\n";
    let bug = patch(head, "src/a.rs").unwrap();
    assert_eq!((bug.defect.as_str(), bug.rule.as_str()), ("Two.", "One."));
    assert_eq!(bug.plant("one\nthree\n").unwrap(), "two\nthree\n");
    assert_eq!(bug.class, None);
    let of_a_class = patch(&format!("{head}# Class: a_rule_holds\n"), "src/a.rs").unwrap();
    assert_eq!(of_a_class.class.as_deref(), Some("a_rule_holds"));
    assert_eq!(of_a_class.plant("one\n").unwrap(), "two\n");
    for (head, file, expected) in [
        ("# Breaks: One.\n", "src/a.rs", "line 1: allowed is `# Defect: `"),
        ("# Defect: Two.\n", "src/a.rs", "line 2: allowed is `# Breaks: `"),
        (head, "tests/a.rs", "diff: found Some(\"a/tests/a.rs\"), allowed is a file below a/src"),
    ] {
        assert_eq!(patch(head, file).unwrap_err().to_string(), expected);
    }
    let error = bug.plant("four\n").unwrap_err();
    assert_eq!(error.to_string(), "01-a: does not apply to src/a.rs");
}
