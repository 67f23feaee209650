//! No text makes the reader of scenarios stop.

use std::path::Path;

use proptest::collection::vec;
use proptest::prelude::*;

use fillgap::scenario::{Scenario, SetValue};

const TEXTS: [&str; 2] =
    [include_str!("../fixtures/plain.toml"), include_str!("../fixtures/rich.toml")];

/// Pieces that mean something to a scenario or to TOML.
const PIECES: [&str; 28] = [
    "[",
    "]",
    "[[",
    "]]",
    "{",
    "}",
    "=",
    ".",
    ",",
    "\"",
    "\n",
    "#",
    "kind = ",
    "engine",
    "bot.",
    "\"wait_for_fill\"",
    "\"recorded\"",
    "-1",
    "0",
    "1e400",
    "-0.0",
    "nan",
    "true",
    "18446744073709551616",
    "99999999999999999999999999999999999",
    "1979-05-27",
    "\u{feff}",
    "[bot.entry]\n",
];

/// Either a scenario, or at least one mistake, each with a place: never a panic.
fn read(text: &str, sets: &[SetValue]) {
    let path = Path::new("tests/fixtures/read.toml");
    match Scenario::of_text(path, text, sets) {
        Ok(scenario) => {
            let again = Scenario::of_text(path, scenario.resolved(), &[]).map(|it| it.digest());
            assert_eq!(again, Ok(scenario.digest()), "{}", scenario.resolved());
        }
        Err(errors) => {
            assert!(!errors.errors().is_empty());
            for error in errors.errors() {
                assert!(error.to_string().contains(": found "), "{error}");
                assert!(!error.to_string().contains('\n'), "{error}");
            }
        }
    }
}

/// The place of a character boundary.
fn boundary(text: &str, share: f64) -> usize {
    let count = text.chars().count();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "any place will do"
    )]
    let index = (count as f64 * share) as usize;
    text.char_indices().nth(index).map_or(text.len(), |(offset, _)| offset)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in vec(any::<u8>(), 0..200)) {
        read(&String::from_utf8_lossy(&bytes), &[]);
    }

    #[test]
    fn any_pieces_are_read_or_refused(pieces in vec(prop::sample::select(&PIECES[..]), 0..40)) {
        read(&pieces.concat(), &[]);
    }

    #[test]
    fn a_damaged_scenario_is_read_or_refused(
        text in prop::sample::select(&TEXTS[..]),
        damages in vec((0.0..1.0, 0_usize..30, prop::sample::select(&PIECES[..])), 1..4),
    ) {
        let mut text = text.to_owned();
        for (share, removed, piece) in damages {
            let start = boundary(&text, share);
            let end = text[start..].char_indices().nth(removed).map_or(text.len(), |(at, _)| start + at);
            text.replace_range(start..end, piece);
        }
        read(&text, &[]);
    }

    #[test]
    fn a_scenario_with_values_swapped_is_read_or_refused(
        text in prop::sample::select(&TEXTS[..]),
        swaps in vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 1..3),
    ) {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let values: Vec<String> =
            lines.iter().filter_map(|line| line.split_once(" = ")).map(|(_, value)| value.to_owned()).collect();
        for (line, value) in swaps {
            let line = line.get(&lines).clone();
            if let Some((key, _)) = line.split_once(" = ") {
                let swapped = format!("{key} = {}", value.get(&values));
                lines.iter_mut().filter(|each| **each == line).for_each(|each| each.clone_from(&swapped));
            }
        }
        read(&lines.join("\n"), &[]);
    }

    #[test]
    fn any_set_value_is_applied_or_refused(
        keys in vec(prop::sample::select(&[
            "bot", "engine", "flow", "order", "0", "1", "immediate", "entry", "kind", "signal",
            "strategy", "market", "link", "every_leg", "price_levels", "title",
        ][..]), 1..5),
        value in prop::sample::select(&[
            "0", "-1", "oracle", "recorded", "[]", "{}", "[1, {}]", "{ kind = \"uniform\" }", "inf",
        ][..]),
    ) {
        let set: SetValue = format!("{}={value}", keys.join(".")).parse().unwrap();
        for text in TEXTS {
            read(text, std::slice::from_ref(&set));
        }
    }
}

/// Tables nested without end by dots or brackets: the TOML reader has a bound.
#[test]
fn deep_nesting_is_refused() {
    for text in ["a.".repeat(100_000) + "a = 1", "a = ".to_owned() + &"[".repeat(100_000)] {
        read(&text, &[]);
    }
}

/// An exchange lists 4,096 markets.
#[test]
fn more_markets_than_an_exchange_lists_are_refused() {
    let rest = "ends_at_s = 1\nflow.kind = \"scripted\"\nbot.strategy.kind = \"scheduled\"\n\
                [[engine]]\nname = \"o\"\nentry.kind = \"oracle\"\n";
    let path = Path::new("markets.toml");
    let messages = |count: usize| {
        let markets = (0..count).map(|number| format!("[[market]]\nticker = \"M-{number}\"\n"));
        let text = format!("title = \"Many\"\n{rest}{}", markets.collect::<String>());
        let errors = Scenario::of_text(path, &text, &[]).err();
        errors.map_or_else(String::new, |errors| errors.to_string())
    };
    assert_eq!(messages(4_096), "");
    let told = messages(4_097);
    let expected = "market: found an array, allowed are at most 4096 sections `[[market]]`";
    assert!(told.ends_with(expected) && !told.contains('\n'), "{told}");
}
