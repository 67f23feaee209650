//! Every fault of the link is counted, in the log's words, in the rows and in the tables.

use std::process::Command;

use crate::cli_usage::{QUIET, folder};

/// Every new order is lost on its way, and every read of a balance is answered with 503. Each of the
/// two engines sends one order in these 10 s, after one read of the balance: the sum of the rows of
/// one engine is what its column `link_faults` says.
const BROKEN: &str = "
[link.faults.order_entry.request]
loss_ppm = 1000000

[link.faults.balance_read]
refused_503_ppm = 1000000
";

fn output(arguments: &[&str]) -> String {
    let (folder, path) = folder();
    std::fs::write(path, format!("{QUIET}{BROKEN}")).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_fillgap"));
    let output = command.current_dir(folder.path()).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn object(row: &serde_json::Value, keys: &[&str]) -> String {
    keys.iter().map(|key| row[key].to_string()).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_row_for_each_kind_of_fault_of_each_run() {
    let text = output(&["compare", "quiet.toml", "--engines", "wait,oracle", "--format", "json"]);
    let document: serde_json::Value = serde_json::from_str(&text).unwrap();
    let keys = ["seed", "engine", "channel", "leg", "fault", "status", "messages"];
    let faults: Vec<String> =
        document["faults"].as_array().unwrap().iter().map(|row| object(row, &keys)).collect();
    assert_eq!(
        faults,
        [
            r#"7 "wait" "order_entry" "request" "lost" null 1"#,
            r#"7 "wait" "balance_read" "request" "refused" 503 1"#,
            r#"7 "oracle" "order_entry" "request" "lost" null 1"#,
            r#"7 "oracle" "balance_read" "request" "refused" 503 1"#,
        ]
    );
    let rows = document["rows"].as_array().unwrap();
    let counts: Vec<String> = rows.iter().map(|row| row["link_faults"].to_string()).collect();
    assert_eq!(counts, ["2", "2"]);
}

#[test]
fn a_comparison_sums_the_faults_of_all_seeds_and_a_run_lists_its_own() {
    let compared = output(&["compare", "quiet.toml", "--engines", "wait,oracle", "--seeds", "3"]);
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words(&compared).contains("order entry request lost - 3 3"), "{compared}");
    assert!(words(&compared).contains("balance read request refused 503 3 3"), "{compared}");
    let run = output(&["run", "quiet.toml", "--engines", "oracle"]);
    assert!(words(&run).contains("order entry request lost - 1"), "{run}");
}

#[test]
fn a_perfect_link_has_no_table_of_faults() {
    let compared = output(&[
        "compare",
        "quiet.toml",
        "--set",
        "link.faults.order_entry.request.loss_ppm=0",
        "--set",
        "link.faults.balance_read.refused_503_ppm=0",
    ]);
    assert!(!compared.contains("Faults"), "{compared}");
}
