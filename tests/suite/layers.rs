//! Which room may use which: every path in `src` against the table of `ARCHITECTURE.md`.

use proc_macro2::{Delimiter, TokenTree};

use crate::sources::{Source, is_path_separator, is_word, rust_files, token_runs, without_tests};

/// Each room with the rooms that it may use besides itself. Rooms of one layer are strangers
/// unless they are named here.
const MAY_USE: [(&str, &[&str]); 16] = [
    ("units", &[]),
    ("kernel", &["units"]),
    ("market", &["units"]),
    ("book", &["units", "market"]),
    ("protocol", &["units", "market"]),
    ("exchange", &["units", "kernel", "market", "book", "protocol"]),
    ("link", &["units", "kernel", "protocol"]),
    ("flow", &["units", "kernel", "market", "protocol"]),
    ("bot", &["units", "kernel", "market", "protocol", "link"]),
    ("audit", &["units", "kernel", "market", "book", "exchange", "protocol"]),
    ("measure", &["units", "kernel", "protocol"]),
    (
        "scenario",
        &[
            "units", "kernel", "market", "book", "protocol", "exchange", "link", "flow", "bot",
            "audit", "measure",
        ],
    ),
    (
        "world",
        &[
            "units", "kernel", "market", "protocol", "exchange", "link", "flow", "bot", "audit",
            "scenario",
        ],
    ),
    (
        "experiment",
        &["units", "kernel", "protocol", "bot", "scenario", "world", "measure", "audit"],
    ),
    ("report", &["units", "kernel", "measure", "experiment"]),
    (
        "cli",
        &[
            "units",
            "kernel",
            "market",
            "book",
            "protocol",
            "exchange",
            "link",
            "flow",
            "bot",
            "audit",
            "measure",
            "scenario",
            "world",
            "experiment",
            "report",
        ],
    ),
];

const PRINTING: [&str; 5] = ["print", "println", "eprint", "eprintln", "dbg"];
const STREAMS: [&str; 2] = ["stdout", "stderr"];

/// What a file does that its room may not.
fn violations(source: &Source) -> Vec<String> {
    let inside = source.path.strip_prefix("src/").unwrap_or(&source.path);
    let room = match inside.split_once('/') {
        Some((room, _)) => room,
        // The root declares the rooms and the binary calls `cli`; neither has a layer.
        None if inside == "main.rs" || inside == "lib.rs" => "",
        None => return vec![format!("{}: lies in no room", source.path)],
    };
    let mut found = Vec::new();
    if !room.is_empty() && allowed(room).is_none() {
        found.push(format!("{}: room `{room}` is not in the table", source.path));
    }
    for run in token_runs(source.tokens()) {
        for index in 0..run.len() {
            check_paths(source, room, &run[index..], &mut found);
        }
    }
    for run in token_runs(without_tests(source.tokens())) {
        for index in 0..run.len() {
            check_printing(source, room, &run[index..], &mut found);
        }
    }
    found
}

fn allowed(room: &str) -> Option<&'static [&'static str]> {
    MAY_USE.iter().find(|(name, _)| *name == room).map(|(_, allowed)| *allowed)
}

fn check_paths(source: &Source, room: &str, run: &[TokenTree], found: &mut Vec<String>) {
    let mut add = |what: &str| found.push(format!("{}:{}: {what}", source.path, line(&run[0])));
    if is_word(run.first(), "polars") && room != "report" {
        add("only `report` names polars");
    }
    if !is_path_separator(run, 1) {
        return;
    }
    let at_root = source.path.ends_with("/mod.rs") && source.path.split('/').count() == 3;
    if is_word(run.first(), "super") {
        let target = run.get(3);
        let leaves = |(name, _): &(&str, _)| is_word(target, name);
        if is_word(target, "super") || (at_root && MAY_USE.iter().any(leaves)) {
            add("a path climbs out of its module, allowed is `crate::`");
        }
    }
    if !is_word(run.first(), "crate") || room.is_empty() {
        return;
    }
    for target in targets(run.get(3)) {
        let own = target == room;
        if !own && !allowed(room).is_some_and(|allowed| allowed.contains(&target.as_str())) {
            add(&format!("`{room}` may not use `{target}`"));
        }
    }
}

/// The rooms that a path below `crate::` names: one, or one for each branch of its braces.
fn targets(token: Option<&TokenTree>) -> Vec<String> {
    match token {
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
            let tokens: Vec<_> = group.stream().into_iter().collect();
            let comma = |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',');
            let branches = tokens.split(comma).filter(|branch| !branch.is_empty());
            branches.flat_map(|branch| targets(branch.first())).collect()
        }
        Some(token) => vec![token.to_string()],
        None => Vec::new(),
    }
}

fn check_printing(source: &Source, room: &str, run: &[TokenTree], found: &mut Vec<String>) {
    if room == "cli" || source.path == "src/main.rs" {
        return;
    }
    let next_is = |mark: char| match run.get(1) {
        Some(TokenTree::Punct(punct)) => punct.as_char() == mark,
        Some(TokenTree::Group(group)) => mark == '(' && group.delimiter() == Delimiter::Parenthesis,
        _ => false,
    };
    let one_of = |words: &[&str]| words.iter().any(|word| is_word(run.first(), word));
    if (one_of(&PRINTING) && next_is('!')) || (one_of(&STREAMS) && next_is('(')) {
        let at = line(&run[0]);
        found.push(format!("{}:{at}: only `cli` prints, found `{}`", source.path, run[0]));
    }
}

fn line(token: &TokenTree) -> usize {
    token.span().start().line
}

#[test]
fn every_room_uses_only_the_rooms_below_it() {
    let sources = rust_files("src");
    assert!(sources.len() > 20, "the sources are found");
    let found: Vec<_> = sources.iter().flat_map(violations).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// The table itself: an arrow that points up or to the side would let everything pass.
#[test]
fn the_table_has_no_circle() {
    for (index, (room, allowed)) in MAY_USE.iter().enumerate() {
        for target in *allowed {
            let below = MAY_USE[..index].iter().any(|(name, _)| name == target);
            assert!(below, "`{room}` may use `{target}`, which is not listed before it");
        }
        if *room != "units" {
            assert!(allowed.contains(&"units"), "every room may use units");
        }
    }
    for blind in ["exchange", "book", "flow"] {
        assert!(allowed("bot").is_some_and(|allowed| !allowed.contains(&blind)), "{blind}");
    }
}

#[test]
fn a_source_that_breaks_the_order_is_caught() {
    let climbs = "a path climbs out of its module, allowed is `crate::`";
    let cases = [
        ("src/bot/peek.rs", "use crate::exchange::Exchange;", ":1: `bot` may not use `exchange`"),
        ("src/bot/peek.rs", "\n\nuse crate::book::Book;", ":3: `bot` may not use `book`"),
        (
            "src/bot/peek.rs",
            "use crate::{units::Price, flow::{Flow}};",
            ":1: `bot` may not use `flow`",
        ),
        ("src/bot/deep/peek.rs", "fn f() { crate::flow::go() }", ":1: `bot` may not use `flow`"),
        (
            "src/units/up.rs",
            "macro_rules! m { () => { $crate::kernel::Clock } }",
            ":1: `units` may not use `kernel`",
        ),
        ("src/link/side.rs", "use crate::flow::Flow;", ":1: `link` may not use `flow`"),
        (
            "src/measure/side.rs",
            "use crate::scenario::Scenario;",
            ":1: `measure` may not use `scenario`",
        ),
        (
            "src/book/x.rs",
            "#[cfg(test)] mod tests { use crate::exchange::X; }",
            ":1: `book` may not use `exchange`",
        ),
        ("src/book/x.rs", "use crate::*;", ":1: `book` may not use `*`"),
        ("src/book/x.rs", "use crate::somewhere::X;", ":1: `book` may not use `somewhere`"),
        ("src/attic/x.rs", "", ": room `attic` is not in the table"),
        ("src/attic.rs", "", ": lies in no room"),
        ("src/bot/x.rs", "use super::super::exchange::X;", &format!(":1: {climbs}")),
        ("src/bot/mod.rs", "use super::exchange::X;", &format!(":1: {climbs}")),
        ("src/measure/x.rs", "use polars::prelude::DataFrame;", ":1: only `report` names polars"),
        (
            "src/kernel/x.rs",
            "fn f() { println!(\"x\"); }",
            ":1: only `cli` prints, found `println`",
        ),
        (
            "src/kernel/x.rs",
            "fn f() { std::io::stderr().lock(); }",
            ":1: only `cli` prints, found `stderr`",
        ),
        (
            "src/kernel/x.rs",
            "#[cfg(test)]\nmod tests { fn t() { eprintln!(); } }\nfn f() { dbg!(1); }",
            ":3: only `cli` prints, found `dbg`",
        ),
    ];
    for (path, text, expected) in cases {
        assert_eq!(violations(&Source::new(path, text)), [format!("{path}{expected}")], "{text}");
    }
}

#[test]
fn a_source_that_keeps_the_order_passes() {
    let cases = [
        ("src/bot/x.rs", "use crate::link::Venue; use crate::bot::y::Z; use super::w;"),
        ("src/bot/mod.rs", "mod exchange; pub(in crate::bot) struct A; mod t { use super::A; }"),
        (
            "src/bot/x.rs",
            "/// See [`crate::exchange`].\n// crate::book\nfn f() -> &'static str { \"crate::flow::x\" }",
        ),
        ("src/cli/x.rs", "use crate::{report::Table, kernel}; fn f() { println!(\"{}\", 1); }"),
        ("src/report/x.rs", "use polars::prelude::DataFrame;"),
        ("src/main.rs", "fn main() { eprintln!(\"x\"); fillgap::cli::run(); }"),
        ("src/book/x.rs", "#[cfg(test)] mod tests { fn t() { eprintln!(\"skipped\"); } }"),
        ("src/book/x.rs", "fn f() { write!(out, \"x\"); let print = 1; }"),
    ];
    for (path, text) in cases {
        assert_eq!(violations(&Source::new(path, text)), [""; 0], "{text}");
    }
}
