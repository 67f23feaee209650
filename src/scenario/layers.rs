//! How one section is laid over another.

use crate::scenario::document::{Entry, Node, Table, Value};

/// Lays `over` on `base`, key by key. A section whose `kind` differs from the base's starts empty;
/// arrays and single values are replaced whole.
///
/// The result is where `over` is, and keeps the place of every single value.
pub(super) fn overlay(base: &Node, over: &Node) -> Node {
    let (Value::Table(below), Value::Table(above)) = (&base.value, &over.value) else {
        return over.clone();
    };
    let other_kind = matches!((base.kind(), over.kind()), (Some(old), Some(new)) if old != new);
    if other_kind {
        return over.clone();
    }
    Node { value: Value::Table(overlay_tables(below, above)), ..over.clone() }
}

fn overlay_tables(below: &Table, above: &Table) -> Table {
    let mut merged = below.clone();
    for (key, entry) in above {
        let node = match below.get(key) {
            Some(base) => overlay(&base.node, &entry.node),
            None => entry.node.clone(),
        };
        merged.insert(key.clone(), Entry { key_place: entry.key_place.clone(), node });
    }
    merged
}
