//! How the sections of an engine are laid over those of `[bot]`.

use crate::scenario::decode::{PRESET_PARTS, default_kind};
use crate::scenario::document::{Entry, Node, Table, Value, kind_key};

/// Lays each `[[engine]]` over `[bot]`, key by key.
///
/// A section whose `kind` differs from the one in `[bot]` starts empty (of `order`, this is the
/// `time_in_force`); arrays and single values are replaced whole. Every value keeps its place.
pub(super) fn lay_engines_over_bot(mut root: Node) -> Node {
    let Value::Table(table) = &mut root.value else { return root };
    let Some(bot) = table.get("bot").map(|entry| entry.node.clone()) else { return root };
    if let Some(Value::Array(engines)) = table.get_mut("engine").map(|entry| &mut entry.node.value)
    {
        for engine in engines {
            *engine = overlay("", &below(&bot, engine), engine);
        }
    }
    root
}

/// What of `[bot]` lies under an engine: all of it, or what its preset does not bring along.
fn below(bot: &Node, engine: &Node) -> Node {
    let is_named = matches!(&engine.value, Value::Table(table) if table.contains_key("preset"));
    let mut below = bot.clone();
    if let (true, Value::Table(table)) = (is_named, &mut below.value) {
        table.retain(|key, _| !PRESET_PARTS.contains(&key.as_str()));
    }
    below
}

/// Lays `over` on `base`. The result is where `over` is.
fn overlay(key: &str, base: &Node, over: &Node) -> Node {
    let (Value::Table(below), Value::Table(above)) = (&base.value, &over.value) else {
        return over.clone();
    };
    let kind_key = kind_key(key);
    let old_kind = base.kind(kind_key).or_else(|| default_kind(key));
    if matches!((old_kind, over.kind(kind_key)), (Some(old), Some(new)) if old != new) {
        return over.clone();
    }
    Node { value: Value::Table(overlay_tables(below, above)), ..over.clone() }
}

fn overlay_tables(below: &Table, above: &Table) -> Table {
    let mut merged = below.clone();
    for (key, entry) in above {
        let node = match below.get(key) {
            Some(base) => overlay(key, &base.node, &entry.node),
            None => entry.node.clone(),
        };
        merged.insert(key.clone(), Entry { key_place: entry.key_place.clone(), node });
    }
    merged
}
