//! What `FIDELITY.md` says of assumed rules: each has a setting, and each setting is there.

use std::collections::BTreeSet;

use crate::sources::{Source, document, rust_files};
use crate::tidy::quoted_words;

/// A row of a table that has a standing and a setting.
#[derive(Debug, PartialEq, Eq)]
struct Rule {
    words: String,
    standing: String,
    setting: String,
}

/// The rows of all tables with the columns `standing` and `setting`.
fn rules(text: &str) -> Vec<Rule> {
    let mut rules = Vec::new();
    let mut columns = None;
    for line in text.lines().map(str::trim) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let column = |name: &str| cells.iter().position(|cell| cell.starts_with(name));
        match columns {
            _ if !line.starts_with('|') => columns = None,
            None => columns = column("standing").zip(column("setting")),
            Some((standing, setting)) if !line.starts_with("|---") => rules.push(Rule {
                words: cells[0].to_owned(),
                standing: cells[standing].to_owned(),
                setting: cells[setting].to_owned(),
            }),
            Some(_) => {}
        }
    }
    rules
}

/// What can be set: the keys of scenarios and the fields of the library's structs.
struct Settings {
    /// Each key with all that its line in the reference says.
    keys: Vec<(String, String)>,
    sources: Vec<Source>,
}

impl Settings {
    /// From a reference that is held against the reader by a test of its own.
    fn new(reference: &str, sources: Vec<Source>) -> Self {
        let rows = reference.lines().filter_map(|line| line.strip_prefix("| `"));
        let keys = rows.filter_map(|row| row.split_once('`'));
        let plain = |key: &str| key.replace("[]", "");
        Self { keys: keys.map(|(key, rest)| (plain(key), rest.to_owned())).collect(), sources }
    }

    /// Whether there is what a word in backticks names: a field (`Type::field.field`), a key or section
    /// (`link.lag`, `link.<channel>.reply`), the end of one (`lag`), or one with a value (`kind = "x"`).
    fn has(&self, word: &str) -> bool {
        if let Some((name, fields)) = word.split_once("::") {
            return self.has_field(name, fields);
        }
        let (name, value) = match word.split_once(" = ") {
            Some((name, value)) => (name, Some(value.trim_matches('"'))),
            None => (word, None),
        };
        let wanted: Vec<&str> = name.split('.').collect();
        self.keys.iter().any(|(key, rest)| {
            let parts: Vec<&str> = key.split('.').collect();
            let is_there = if wanted.len() == 1 {
                parts.iter().any(|part| fits(wanted[0], part))
            } else {
                parts.len() >= wanted.len()
                    && wanted.iter().zip(&parts).all(|(wanted, part)| fits(wanted, part))
            };
            is_there && value.is_none_or(|value| rest.contains(&format!("`{value}`")))
        })
    }

    fn has_field(&self, name: &str, fields: &str) -> bool {
        let mut name = name.to_owned();
        for field in fields.split('.') {
            let head = format!("pub struct {name} {{");
            let body = self.sources.iter().find_map(|source| source.text.split_once(&head));
            let body = body.and_then(|(_, rest)| rest.split_once("\n}")).map(|(body, _)| body);
            let start = format!("    pub {field}: ");
            let found =
                body.and_then(|body| body.lines().find_map(|line| line.strip_prefix(&start)));
            let Some(found) = found else { return false };
            found.trim_end_matches(',').clone_into(&mut name);
        }
        true
    }
}

/// Whether a part of a key fits one in which angle brackets stand for anything.
fn fits(wanted: &str, part: &str) -> bool {
    match wanted.split_once('<').zip(wanted.split_once('>')) {
        Some(((before, _), (_, after))) => {
            let left = part.strip_prefix(before).and_then(|part| part.strip_suffix(after));
            left.is_some_and(|left| !left.is_empty())
        }
        None => wanted == part,
    }
}

/// What is wrong with the settings of rules: an assumed one without any, and names of nothing.
fn faults(rules: &[Rule], settings: &Settings) -> Vec<String> {
    let mut faults = Vec::new();
    for Rule { words, standing, setting } in rules {
        let named = quoted_words(setting);
        let is_assumed = standing.split(", ").any(|standing| standing == "assumed");
        if is_assumed && (named.is_empty() || setting.starts_with("none")) {
            faults.push(format!("assumed without a setting: {words}"));
        }
        let unknown = named.iter().filter(|word| !settings.has(word));
        faults.extend(unknown.map(|word| format!("no setting is called `{word}`: {words}")));
    }
    faults
}

/// The standings that the page explains.
const STANDINGS: [&str; 5] = ["documented", "observed", "derived", "model", "assumed"];

#[test]
fn every_assumed_rule_has_a_setting_that_is_there() {
    let Some(fidelity) = document("FIDELITY.md") else { return };
    let reference = document("scenarios/README.md").expect("the reference of keys is there");
    let settings = Settings::new(&reference.text, rust_files("src"));
    let rules = rules(&fidelity.text);
    let assumed = rules.iter().filter(|rule| rule.standing.contains("assumed")).count();
    assert!(rules.len() > 150 && assumed > 50, "{} rules, {assumed} assumed", rules.len());
    let faults = faults(&rules, &settings);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    let known: BTreeSet<&str> = STANDINGS.into();
    for rule in &rules {
        let unknown: Vec<_> = rule.standing.split(", ").filter(|it| !known.contains(it)).collect();
        assert!(unknown.is_empty(), "{unknown:?}: {}", rule.words);
    }
}

#[test]
fn an_assumed_rule_without_a_setting_is_caught() {
    let source = Source::new(
        "src/a.rs",
        "pub struct Outer {\n    pub inner: Inner,\n    pub plain: u32,\n}\n\
         pub struct Inner {\n    pub choice: Choice,\n}\n",
    );
    let reference = "| `market[].step[].kind` | what | `close`, `settle` | required |\n\
                     | `link.cancel.reply.loss_ppm` | how many | 0 to 1 | `0` |\n";
    let settings = Settings::new(reference, vec![source]);
    for (standing, setting, expected) in [
        ("assumed", "`market.step`", None),
        ("assumed", "`Outer::inner.choice`", None),
        ("observed, assumed", "`link.<channel>.<leg>.loss_ppm`", None),
        ("assumed", "`loss_ppm`", None),
        ("assumed", "`kind = \"settle\"`", None),
        ("documented", "", None),
        ("model", "none: a choice", None),
        ("assumed", "", Some("assumed without a setting: a")),
        ("documented, assumed", "none", Some("assumed without a setting: a")),
        ("assumed", "none; `market.step`", Some("assumed without a setting: a")),
        ("assumed", "by hand", Some("assumed without a setting: a")),
        ("assumed", "`market.steps`", Some("no setting is called `market.steps`: a")),
        ("documented", "`Outer::choice`", Some("no setting is called `Outer::choice`: a")),
        ("assumed", "`Inner::choice.more`", Some("no setting is called `Inner::choice.more`: a")),
        (
            "assumed",
            "`link.<channel>.loss_ppm`",
            Some("no setting is called `link.<channel>.loss_ppm`: a"),
        ),
        ("assumed", "`kind = \"open\"`", Some("no setting is called `kind = \"open\"`: a")),
    ] {
        let table = format!(
            "| rule | source | standing | setting | test |\n|---|---|---|---|---|\n\
                             | a | b | {standing} | {setting} | `c` |\n"
        );
        let found = faults(&rules(&table), &settings);
        let expected: Vec<_> = expected.map(str::to_owned).into_iter().collect();
        assert_eq!(found, expected, "{standing} | {setting}");
    }
}
