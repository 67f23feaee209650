//! One whole `compare`: every engine of a scenario, from the loaded file to the measured rows.

use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, criterion_group, criterion_main};
use fillgap::measure::measure;
use fillgap::scenario::Scenario;
use fillgap::world::run_one;

fn compare(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("compare");
    group.sample_size(10);
    for name in ["entry-partial-fill", "recorded-btc15m"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
        let scenario = Scenario::load(&folder.join(name).with_extension("toml"), &[]);
        let scenario = scenario.expect("the scenario that ships is valid");
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                for engine in &scenario.engines {
                    let output = run_one(&scenario, engine, scenario.seed).expect("it runs");
                    black_box(measure(output.log.entries()));
                }
            });
        });
    }
    group.finish();
}

criterion_group!(benches, compare);
criterion_main!(benches);
