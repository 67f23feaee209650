//! Markets in what people read are tickers, in what programs read numbers.

use std::process::Command;

const SEVERAL: &str = "scenarios/failure-modes/f41-settled-profit-of-others.toml";
const ONE: &str = "scenarios/failure-modes/f01-narrated-window.toml";

fn printed(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_fillgap"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(arguments)
        .output()
        .expect("the binary starts");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {errors}");
    String::from_utf8(output.stdout).expect("text")
}

/// The tickers of a scenario's markets, in their order.
fn tickers(path: &str) -> Vec<String> {
    let file = format!("{}/{path}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(file).expect("the scenario");
    let lines = text.lines().filter_map(|line| line.strip_prefix("ticker = \""));
    lines.map(|line| line.trim_end_matches('"').to_owned()).collect()
}

#[test]
fn a_story_of_several_markets_tells_where_by_ticker() {
    let tickers = tickers(SEVERAL);
    assert_eq!(tickers.len(), 2);
    let story = printed(&["explain", SEVERAL, "--engines", "BEFORE-G0"]);
    for ticker in &tickers {
        assert!(story.lines().any(|line| line == ticker), "a chart of {ticker}: {story}");
    }
    let row = story.lines().find(|line| line.contains("its stop triggers")).expect("a stop");
    assert_eq!(row.split_whitespace().nth(1), Some(tickers[0].as_str()), "{row}");
    let widest = story.lines().map(|line| line.chars().count()).max();
    assert!(widest <= Some(120), "{widest:?}: {story}");
}

/// In a scenario of one market the story need not say where.
#[test]
fn a_story_of_one_market_has_no_column_for_it() {
    let story = printed(&["explain", ONE, "--engines", "BEFORE-DOC"]);
    assert!(!story.contains(&tickers(ONE)[0]), "{story}");
}

#[test]
fn tables_show_tickers_and_files_numbers() {
    let engines = ["--engines", "BEFORE-G0"];
    let table = printed(&[&["run", SEVERAL][..], &engines].concat());
    for ticker in &tickers(SEVERAL) {
        assert!(table.lines().any(|line| line.starts_with(ticker)), "{ticker}: {table}");
    }
    let json = printed(&[&["run", SEVERAL, "--format", "json"][..], &engines].concat());
    let document: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let windows = document["windows"].as_array().expect("windows");
    let markets: Vec<_> = windows.iter().map(|window| window["market"].to_string()).collect();
    assert!(markets.contains(&"0".to_owned()) && markets.contains(&"1".to_owned()), "{markets:?}");
}
