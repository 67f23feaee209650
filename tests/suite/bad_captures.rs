//! Captures that are refused, each with the whole message.

use std::io::Write as _;

use fillgap::flow::capture::{Capture, CaptureError};
use fillgap::market::{PriceLevelLabel, PriceLevelStructure};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::capture_text::CaptureText;

/// A snapshot on line 1: bid 10 at 0.40, ask 10 at 0.50.
const SNAPSHOT: &str = r#"{"recv_ns":1,"conn":1,"type":"orderbook_snapshot","sid":2,"seq":1,"msg":{"market_ticker":"M","yes_dollars_fp":[["0.40","10"]],"no_dollars_fp":[["0.50","10"]]}}"#;
/// A delta that may follow it.
const DELTA: &str = r#"{"recv_ns":2,"conn":1,"type":"orderbook_delta","sid":2,"seq":2,"msg":{"market_ticker":"M","price_dollars":"0.41","delta_fp":"3.00","side":"yes","ts":"2026-11-22T12:00:01.5Z"}}"#;
const TICKER: &str = r#"{"recv_ns":3,"conn":1,"type":"ticker","sid":1,"msg":{"market_ticker":"M","price_dollars":"0.41","last_trade_size_fp":"1.00","volume_fp":"10.00","time":"2026-11-22T12:00:01.5Z"}}"#;
const WATCH: &str = r#"{"recv_ns":3,"ctl":"watch_market","msg":{"market_ticker":"M","close_time":"2026-11-22T12:15:00Z"}}"#;

/// What the reader says about a text, after the name of the file.
fn problem(text: &[u8]) -> String {
    let error = Capture::read("F", text).expect_err(&String::from_utf8_lossy(text));
    let message = error.to_string();
    message.strip_prefix('F').expect("every message starts with the file").to_owned()
}

/// The lines before, then one line with a part replaced.
fn with(before: &[&str], line: &str, part: &str, by: &str) -> String {
    assert!(line.contains(part), "{part} is not in {line}");
    let mut lines: Vec<String> = before.iter().map(|line| (*line).to_owned()).collect();
    lines.push(line.replacen(part, by, 1));
    lines.join("\n")
}

/// The message with `{c}` replaced by the place at which the last line holds what was found, and
/// `{end}` by its last place.
fn placed(message: &str, text: &str) -> String {
    let found = message.split_once("found ").and_then(|(_, rest)| rest.split_once(", allowed"));
    let found = found.map_or("", |(found, _)| found);
    let column = text.lines().last().and_then(|line| line.find(found)).map_or(0, |at| at + 1);
    let end = text.lines().last().map_or(0, str::len);
    message.replace("{c}", &column.to_string()).replace("{end}", &end.to_string())
}

#[test]
fn the_lines_that_the_cases_change_are_good() {
    let text = [WATCH, SNAPSHOT, DELTA, TICKER].join("\n");
    let capture = Capture::read("F", text.as_bytes()).unwrap();
    assert_eq!(capture.busiest_market().delta_count(), 1);
    assert_eq!(capture.busiest_market().close_time().unwrap().to_string(), "2026-11-22T12:15:00Z");
}

/// One case a line: what is replaced in a delta on line 2, by what, and the message.
#[test]
fn a_bad_delta_is_refused_with_its_place() {
    let price = "a price such as \"0.4100\", above 0 and below 1 dollar, in steps of 0.0001";
    let change = "a change such as \"-3.00\" that is not zero";
    let time = "a time such as \"2026-11-22T12:00:01.25Z\"";
    let cases = [
        (r#""0.41""#, "0.41", format!("column {{c}}, key `msg.price_dollars`: found 0.41, allowed is {price}")),
        (r#""0.41""#, r#""41c""#, format!("column {{c}}, key `msg.price_dollars`: found \"41c\", allowed is {price}")),
        (r#""0.41""#, r#""0.41001""#, format!("column {{c}}, key `msg.price_dollars`: found \"0.41001\", allowed is {price}")),
        (r#""0.41""#, r#""1.00""#, format!("column {{c}}, key `msg.price_dollars`: found \"1.00\", allowed is {price}")),
        (r#""0.41""#, r#""0""#, format!("column {{c}}, key `msg.price_dollars`: found \"0\", allowed is {price}")),
        (r#""3.00""#, r#""many""#, format!("column {{c}}, key `msg.delta_fp`: found \"many\", allowed is {change}")),
        (r#""3.00""#, r#""0.00""#, format!("column {{c}}, key `msg.delta_fp`: found \"0.00\", allowed is {change}")),
        (r#""3.00""#, r#""0.001""#, format!("column {{c}}, key `msg.delta_fp`: found \"0.001\", allowed is {change}")),
        (r#""3.00""#, r#""--3""#, format!("column {{c}}, key `msg.delta_fp`: found \"--3\", allowed is {change}")),
        (r#""3.00""#, r#""99999999999999""#, format!("column {{c}}, key `msg.delta_fp`: found \"99999999999999\", allowed is {change}")),
        (r#""yes""#, r#""bid""#, "column {c}, key `msg.side`: found \"bid\", allowed is one of \"yes\", \"no\"".to_owned()),
        (r#""yes""#, "null", "found no key `msg.side`, allowed is one of \"yes\", \"no\"".to_owned()),
        (r#""2026-11-22T12:00:01.5Z""#, "1795348801", format!("column {{c}}, key `msg.ts`: found 1795348801, allowed is {time}")),
        (r#""2026-11-22T12:00:01.5Z""#, r#""12:00""#, format!("column {{c}}, key `msg.ts`: found \"12:00\", allowed is {time}")),
        (r#""M""#, r#""""#, "column {c}, key `msg.market_ticker`: found \"\", allowed is the ticker of a market".to_owned()),
        (r#""M""#, r#""\u004d""#, "column {c}, key `msg.market_ticker`: found \"\\u004d\", allowed is the ticker of a market".to_owned()),
        (r#","ts":"2026-11-22T12:00:01.5Z""#, "", format!("found no key `msg.ts`, allowed is {time}")),
        (r#""seq":2,"#, "", "found no key `seq`, allowed is a whole number from 0".to_owned()),
        (r#""seq":2"#, r#""seq":"2""#, "column {c}, key `seq`: found \"2\", allowed is a whole number from 0".to_owned()),
        (r#""seq":2"#, r#""seq":3"#, "found sequence number 3 on connection 1, subscription 2, allowed is 2".to_owned()),
        (r#""seq":2"#, r#""seq":1"#, "found sequence number 1 on connection 1, subscription 2, allowed is 2".to_owned()),
        (r#""sid":2"#, r#""sid":3"#, "found sequence number 2 on connection 1, subscription 3, allowed is 1".to_owned()),
        (r#""conn":1"#, r#""conn":0"#, "found connection 0, allowed is 1 or higher".to_owned()),
        (r#""conn":1,"#, "", "found no key `conn`, allowed is a whole number from 0".to_owned()),
        (r#""recv_ns":2"#, r#""recv_ns":-2"#, "column {c}, key `recv_ns`: found -2, allowed is a whole number from 0".to_owned()),
        (r#""recv_ns":2"#, r#""recv_ns":2.5"#, "column {c}, key `recv_ns`: found 2.5, allowed is a whole number from 0".to_owned()),
        ("orderbook_delta", "orderbook_update", "column {c}, key `type`: found \"orderbook_update\", allowed is one of \"orderbook_snapshot\", \"orderbook_delta\", \"ticker\", \"subscribed\"".to_owned()),
        (r#""type":"orderbook_delta","#, "", "found no key `type`, allowed is one of \"orderbook_snapshot\", \"orderbook_delta\", \"ticker\", \"subscribed\"".to_owned()),
        (r#""0.41","delta_fp":"3.00""#, r#""0.40","delta_fp":"-10.01""#, "found 10.01 removed from the bid level 0.40, allowed is up to 10".to_owned()),
        (r#""0.41","delta_fp":"3.00""#, r#""0.39","delta_fp":"-1""#, "found 1 removed from the bid level 0.39, allowed is up to 0".to_owned()),
        (r#""0.41""#, r#""0.50""#, "found the bid 0.50 at or above the ask 0.50 after the event of 2026-11-22T12:00:01.5Z, allowed is below (NO levels carry NO prices)".to_owned()),
        (r#""M","price"#, r#""N","price"#, "found a delta of `N`, allowed is a snapshot of it first on this connection".to_owned()),
        (r#""msg":{"#, r#""msg":[{"#, "column {end}: found expected `,` or `]`, allowed is one JSON object a line".to_owned()),
    ];
    for (part, by, message) in cases {
        let text = with(&[SNAPSHOT], DELTA, part, by);
        let message = placed(&message, &text);
        assert_eq!(problem(text.as_bytes()), format!(", line 2: {message}"), "{text}");
    }
}

/// 10,000,000,000 is the most that a quantity may be; the level holds 10 already.
#[test]
fn a_level_can_not_grow_beyond_every_quantity() {
    let text = with(
        &[SNAPSHOT],
        DELTA,
        r#""0.41","delta_fp":"3.00""#,
        r#""0.40","delta_fp":"10000000000""#,
    );
    assert_eq!(
        problem(text.as_bytes()),
        ", line 2: found 10000000010 contracts at the bid level 0.40, allowed is up to 10000000000"
    );
}

/// The same for the other kinds of lines.
#[test]
fn a_bad_line_of_another_kind_is_refused_with_its_place() {
    let levels = "a list of levels such as [\"0.4000\",\"120.00\"]";
    let quantity = "a quantity above zero such as \"120.50\"";
    let before = [SNAPSHOT, DELTA];
    let cases = [
        (with(&[], SNAPSHOT, r#"[["0.40","10"]]"#, r#"{"0.40":"10"}"#), 1, format!("column {{c}}, key `msg.yes_dollars_fp`: found {{\"0.40\":\"10\"}}, allowed is {levels}")),
        (with(&[], SNAPSHOT, r#"["0.40","10"]"#, r#"["0.40"]"#), 1, format!("column {{c}}, key `msg.yes_dollars_fp`: found [[\"0.40\"]], allowed is {levels}")),
        (with(&[], SNAPSHOT, r#""0.40","10""#, r#""0.40","0""#), 1, format!("column {{c}}, key `msg.yes_dollars_fp`: found \"0\", allowed is {quantity}")),
        (with(&[], SNAPSHOT, r#"["0.40","10"]"#, r#"["0.40","10"],["0.4000","5"]"#), 1, "found the bid level 0.40 a second time in a snapshot, allowed is once".to_owned()),
        (with(&[], SNAPSHOT, r#"[["0.50","10"]]"#, r#"[["0.61","10"]]"#), 1, "found the bid 0.40 at or above the ask 0.39 after the event of 1970-01-01T00:00:00Z, allowed is below (NO levels carry NO prices)".to_owned()),
        (with(&[], SNAPSHOT, r#""seq":1"#, r#""seq":7"#), 1, "found sequence number 7 on connection 1, subscription 2, allowed is 1".to_owned()),
        (with(&before, TICKER, r#""10.00""#, "10.00"), 3, "column {c}, key `msg.volume_fp`: found 10.00, allowed is a quantity such as \"120.50\"".to_owned()),
        (with(&[SNAPSHOT, DELTA, TICKER], TICKER, r#""10.00""#, r#""9.98""#), 4, "found volume 9.98 of `M`, allowed is 10 or more".to_owned()),
        (with(&before, TICKER, r#""0.41""#, r#""1.01""#), 3, "column {c}, key `msg.price_dollars`: found \"1.01\", allowed is a price such as \"0.4100\", from 0 to 1 dollar".to_owned()),
        (with(&before, WATCH, r#""2026-11-22T12:15:00Z""#, r#""soon""#), 3, "column {c}, key `msg.close_time`: found \"soon\", allowed is a time such as \"2026-11-22T12:00:01.25Z\"".to_owned()),
        (with(&before, WATCH, "watch_market", "watch"), 3, "column {c}, key `ctl`: found \"watch\", allowed is one of \"watch_market\", \"ws_connected\", \"market_rotated\"".to_owned()),
        (with(&before, r#"{"recv_ns":3,"ctl":"watch_market"}"#, "{", "{"), 3, "found no key `msg`, allowed is an object".to_owned()),
        (with(&before, "[]", "[]", "[]"), 3, "column 1: found [], allowed is one JSON object a line".to_owned()),
        (with(&before, "{", "{", "{"), 3, "column 1: found EOF while parsing an object, allowed is one JSON object a line".to_owned()),
        (with(&before, "plain words", "plain", "plain"), 3, "column 1: found plain words, allowed is one JSON object a line".to_owned()),
        (with(&[SNAPSHOT, ""], DELTA, "M", "M"), 2, "column 1: found nothing, allowed is one JSON object a line".to_owned()),
        (with(&before, r#"{"recv_ns":1,"recv_ns":2}"#, "{", "{"), 3, "column 22: found duplicate field `recv_ns`, allowed is one JSON object a line".to_owned()),
        (with(&[], SNAPSHOT, r#"{"market_ticker":"M","yes_dollars_fp":[["0.40","10"]],"no_dollars_fp":[["0.50","10"]]}"#, "7"), 1, "column 73: found 7, allowed is one JSON object a line".to_owned()),
    ];
    for (text, line, message) in cases {
        let message = placed(&message, &text);
        assert_eq!(problem(text.as_bytes()), format!(", line {line}: {message}"), "{text}");
    }
}

/// A delta of the first connection's book on the second connection, before a new snapshot.
#[test]
fn a_new_connection_needs_a_new_snapshot() {
    let late = DELTA.replace(r#""conn":1"#, r#""conn":2"#).replace(r#""seq":2"#, r#""seq":1"#);
    assert_eq!(
        problem(format!("{SNAPSHOT}\n{late}").as_bytes()),
        ", line 2: found a delta of `M`, allowed is a snapshot of it first on this connection"
    );
    let snapshot = SNAPSHOT.replace(r#""conn":1"#, r#""conn":2"#);
    let late = late.replace(r#""seq":1"#, r#""seq":2"#);
    let text = format!("{SNAPSHOT}\n{DELTA}\n{snapshot}\n{late}");
    assert!(Capture::read("F", text.as_bytes()).is_ok());
    let back = DELTA.replace(r#""seq":2"#, r#""seq":3"#);
    assert_eq!(
        problem(format!("{text}\n{back}").as_bytes()),
        ", line 5: found connection 1, allowed is 2 or higher"
    );
}

#[test]
fn bytes_that_are_no_text_are_refused() {
    let mut bytes = SNAPSHOT.as_bytes().to_vec();
    bytes.extend(b"\n{\"recv\xff");
    assert_eq!(
        problem(&bytes),
        ", line 2: column 7: found bytes that are not UTF-8, allowed is one JSON object a line"
    );
    let mut long = vec![b' '; (1 << 20) + 1];
    long.extend(b"\n");
    assert_eq!(
        problem(&long),
        ", line 1: found more than 1048576 bytes, allowed is one message a line"
    );
}

#[test]
fn a_capture_without_a_book_is_refused() {
    let nothing = ": found no `orderbook_snapshot`, allowed is at least one";
    for text in ["", WATCH, TICKER] {
        assert_eq!(problem(text.as_bytes()), nothing, "{text}");
    }
}

fn packed(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn a_broken_gzip_is_refused() {
    let text = [SNAPSHOT, DELTA, TICKER].join("\n");
    let whole = packed(&text);
    assert!(Capture::read("F", whole.as_slice()).is_ok());
    assert_eq!(
        problem(&whole[..whole.len() - 20]),
        ", line 3: found broken data (incomplete deflate stream), allowed is plain text or whole gzip"
    );
    let mut flipped = whole.clone();
    let checksum = flipped.len() - 6;
    flipped[checksum] ^= 1;
    assert_eq!(
        problem(&flipped),
        ", line 3: found broken data (corrupt gzip stream does not have a matching checksum), \
         allowed is plain text or whole gzip"
    );
}

/// Two members in one file are one text (RFC 1952, 2.2).
#[test]
fn a_gzip_of_several_members_is_read_to_its_end() {
    let mut bytes = packed(&format!("{SNAPSHOT}\n"));
    bytes.extend(packed(DELTA));
    let capture = Capture::read("F", bytes.as_slice()).unwrap();
    assert_eq!(capture.busiest_market().delta_count(), 1);
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let error = Capture::open(std::path::Path::new("data/none.jsonl.gz")).unwrap_err();
    assert!(
        matches!(&error, CaptureError::Unreadable { file, .. } if file == "data/none.jsonl.gz")
    );
    let message = error.to_string();
    assert!(message.starts_with("data/none.jsonl.gz: found "), "{message}");
    assert!(message.ends_with(", allowed is a file that can be read"), "{message}");
}

#[test]
fn a_market_that_is_not_there_is_named_with_those_that_are() {
    let other = SNAPSHOT.replace(r#""M""#, r#""N""#).replace(r#""seq":1"#, r#""seq":2"#);
    let capture = Capture::read("F", format!("{SNAPSHOT}\n{other}").as_bytes()).unwrap();
    assert_eq!(capture.market("N").unwrap().ticker(), "N");
    let error = capture.market("O").unwrap_err();
    assert_eq!(error.to_string(), "F: found no market `O`, allowed is one of `M`, `N`");
}

/// 0.415 is off the grid of whole cents; the snapshot's prices are on it.
#[test]
fn a_price_off_the_grid_is_refused_with_its_line() {
    let mut capture = CaptureText::starting("0.40:10", "0.50:10");
    capture.delta(100, "yes", "0.41", "1");
    capture.delta(200, "yes", "0.415", "1");
    capture.delta(300, "no", "0.505", "1");
    let capture = capture.capture();
    let levels = |label| PriceLevelStructure::of_label(label);
    let market = capture.busiest_market();
    assert_eq!(market.check_levels(&levels(PriceLevelLabel::CenterHalfEdgeHalfCent)), Ok(()));
    let error = market.check_levels(&levels(PriceLevelLabel::LinearCent)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "demo, line 3: found price 0.415 of `KXDEMO-26NOV22-T50`, \
         allowed are prices of its price levels"
    );
}
