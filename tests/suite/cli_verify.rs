//! `fillgap verify`: what a scenario expects of its engines, and how it is told what differs.

use std::process::{Command, Output};

use crate::cli_usage::{QUIET, folder};

/// Nobody sells: `immediate` believes 10 contracts from 0 s to the end at 10 s and holds none, so
/// the gap is 10 * 10 s = 100 contract-seconds; the oracle believes none.
const RIGHT: &str = r#"
[[expect]]
engine = "immediate"
shows = "Believes ten contracts that nobody sold."
timeline = [{ at_s = 0, believed_contracts = 10, true_contracts = 0 }]
measures = { gap_contract_seconds = 100, gap_windows = 1, stop_delay_seconds_mean = "none" }

[[expect]]
engine = "oracle"
timeline = []
measures = { gap_contract_seconds = 0 }
"#;

fn verify(expectations: &str) -> Output {
    let (folder, path) = folder();
    std::fs::write(path, format!("{QUIET}{expectations}")).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_fillgap"));
    command.current_dir(folder.path()).args(["verify", "quiet.toml"]).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn what_holds_is_told_with_what_it_shows() {
    let output = verify(RIGHT);
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), String::new()));
    assert_eq!(
        text(&output.stdout),
        "quiet.toml: Nobody sells\n\n\
         engine     verdict  what it shows, or where it differs\n\
         ----------------------------------------------------------\n\
         immediate  holds    Believes ten contracts that nobody sold.\n\
         oracle     holds\n"
            .replace("----------------------------------------------------------", &"-".repeat(60))
    );
}

/// One case a line: what is changed in what is right, and the difference that it makes.
#[test]
fn every_difference_is_told_with_what_was_expected_and_found() {
    let cases = [
        (
            "at_s = 0,",
            "at_s = 0.000000001,",
            "at 0 s in KXQUIET-26NOV22-T50: expected no change, found belief 10 and truth 0\n\
             at 0.000000001 s in KXQUIET-26NOV22-T50: expected belief 10 and truth 0, found no change",
        ),
        (
            "believed_contracts = 10",
            "believed_contracts = 9.99",
            "at 0 s in KXQUIET-26NOV22-T50: expected belief 9.99 and truth 0, found belief 10 and truth 0",
        ),
        (
            "true_contracts = 0",
            "true_contracts = -0.01",
            "at 0 s in KXQUIET-26NOV22-T50: expected belief 10 and truth -0.01, found belief 10 and truth 0",
        ),
        (
            "gap_contract_seconds = 100",
            "gap_contract_seconds = 99.99",
            "gap_contract_seconds: expected 99.99, found 100",
        ),
        ("gap_windows = 1", "gap_windows = 2", "gap_windows: expected 2, found 1"),
        (
            "stop_delay_seconds_mean = \"none\"",
            "stop_delay_seconds_mean = 0",
            "stop_delay_seconds_mean: expected 0, found none",
        ),
    ];
    for (right, wrong, expected) in cases {
        assert!(RIGHT.contains(right), "{right}");
        let output = verify(&RIGHT.replacen(right, wrong, 1));
        assert_eq!(output.status.code(), Some(1), "{wrong}");
        let message = "quiet.toml: engine immediate differs from what is expected\n";
        assert_eq!(text(&output.stderr), message, "{wrong}");
        let told = text(&output.stdout);
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words(&told).contains(&words(expected)), "{wrong}: {told}");
        assert!(told.contains("oracle     holds"), "{told}");
    }
}

/// A scenario that expects nothing can not be verified, and bad sections are mistakes of the file.
#[test]
fn nothing_to_verify_and_bad_sections_are_bad_input() {
    let cases = [
        ("", "quiet.toml: expect: found nothing, allowed are one or more sections `[[expect]]`\n"),
        (
            "[[expect]]\nengine = \"orcale\"\n",
            "quiet.toml:41:10: expect.0.engine: found `orcale`, allowed are `immediate`, `wait`, \
             `oracle`; did you mean `oracle`?\n",
        ),
        (
            "[[expect]]\nengine = \"wait\"\n[[expect]]\nengine = \"wait\"\n",
            "quiet.toml:43:10: expect.1.engine: found \"wait\", allowed is an engine of which \
             nothing is expected elsewhere\n",
        ),
        (
            "[[expect]]\nengine = \"wait\"\ntimeline = 3\n",
            "quiet.toml:42:12: expect.0.timeline: found 3, allowed are sections \
             `[[expect.0.timeline]]`\n",
        ),
    ];
    for (sections, expected) in cases {
        let output = verify(sections);
        assert_eq!(output.status.code(), Some(2), "{sections}");
        assert_eq!(text(&output.stderr), expected, "{sections}");
        assert_eq!(output.stdout, b"", "{sections}");
    }
}
