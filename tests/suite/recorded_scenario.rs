//! The recorded scenario on every real capture: all engines run to the end with every invariant on.

use std::path::{Path, PathBuf};

use fillgap::units::Quantity;
use rust_decimal::Decimal;

use crate::runs;

/// The real captures; none when they are absent.
fn captures() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/btc15m");
    let Ok(entries) = std::fs::read_dir(folder) else {
        eprintln!("skipped: ../shared is absent");
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "gz"));
    paths.sort();
    assert_eq!(paths.len(), 12);
    paths
}

/// A broken invariant ends a run with an error, which `runs::measured` does not let pass. The oracle
/// knows the truth at once, over any connection; what the bot takes away from the crowd is counted.
#[test]
fn every_engine_runs_on_every_real_capture_with_every_invariant_on() {
    let (mut clipped, mut windows) = (Quantity::ZERO, 0);
    for path in captures() {
        let set = format!("flow.capture=\"{}\"", path.display());
        let scenario = runs::scenario("recorded-btc15m.toml", &[&set]);
        for engine in &scenario.engines {
            let measures = runs::measured(&scenario, &engine.name);
            let at = format!("{}, {}", path.display(), engine.name);
            if engine.name == "oracle" {
                assert_eq!(measures.gap_windows, 0, "{at}");
                assert_eq!(measures.gap_contract_seconds, Decimal::ZERO, "{at}");
            }
            assert!(measures.entry_orders_placed > 0, "{at}");
            clipped += measures.replay_clipped_contracts;
            windows += measures.gap_windows;
        }
    }
    if !captures().is_empty() {
        assert!(clipped > Quantity::ZERO, "the bots bent no recording");
        assert!(windows > 0, "no engine was ever wrong");
    }
}
