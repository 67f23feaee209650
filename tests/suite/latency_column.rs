//! Latencies from a column of a CSV file.

use std::fs;
use std::path::Path;

use fillgap::link::{ColumnUnit, Latency};
use fillgap::units::SimDuration;
use tempfile::TempDir;

fn with_file<T>(content: &[u8], read: impl FnOnce(&Path) -> T) -> T {
    let folder = TempDir::new().expect("a temporary folder can be made");
    let path = folder.path().join("samples.csv");
    fs::write(&path, content).expect("the temporary folder can be written to");
    read(&path)
}

#[test]
fn samples_are_the_quantiles_at_equal_steps() {
    let content = b"sent,round_trip_ms\na,40\nb, 10 \nc,20.5\n\nd,30\ne,10\n";
    let latency = with_file(content, |path| {
        Latency::from_column(path, "round_trip_ms", ColumnUnit::Milliseconds)
    })
    .unwrap();
    // Sorted: 10, 10, 20.5, 30, 40 at 0, 25, 50, 75 and 100 percent.
    let cases = [
        (0, 10_000_000),
        (1 << 61, 10_000_000),
        (1 << 62, 10_000_000),
        (3 << 61, 15_250_000),
        (1 << 63, 20_500_000),
        (3 << 62, 30_000_000),
        (u64::MAX, 40_000_000),
    ];
    for (draw, expected_ns) in cases {
        assert_eq!(latency.at(draw), SimDuration::from_ns(expected_ns), "draw {draw}");
    }
}

#[test]
fn one_sample_is_a_constant() {
    let latency =
        with_file(b"a\n5\n", |path| Latency::from_column(path, "a", ColumnUnit::Nanoseconds));
    assert_eq!(latency, Ok(Latency::constant(SimDuration::from_ns(5))));
}

#[test]
fn a_sample_is_read_in_its_unit_and_rounded_to_the_nanosecond() {
    let cases = [
        ("2", ColumnUnit::Seconds, 2_000_000_000),
        ("2", ColumnUnit::Milliseconds, 2_000_000),
        ("2", ColumnUnit::Microseconds, 2_000),
        ("2", ColumnUnit::Nanoseconds, 2),
        ("1e-3", ColumnUnit::Seconds, 1_000_000),
        ("0.12345678949", ColumnUnit::Seconds, 123_456_789),
        ("58.1234567", ColumnUnit::Milliseconds, 58_123_457),
        ("2.5", ColumnUnit::Nanoseconds, 2),
        ("3.5", ColumnUnit::Nanoseconds, 4),
        ("0", ColumnUnit::Seconds, 0),
    ];
    for (cell, unit, expected_ns) in cases {
        let content = format!("a\n{cell}\n");
        let latency = with_file(content.as_bytes(), |path| Latency::from_column(path, "a", unit));
        let expected = Latency::constant(SimDuration::from_ns(expected_ns));
        assert_eq!(latency, Ok(expected), "{cell} {unit:?}");
    }
}

#[test]
fn a_column_that_holds_no_latencies_is_refused_with_its_place() {
    let cases: [(&[u8], &str); 13] = [
        (b"", "PATH: found no column `a`, allowed is a file with a header line"),
        (b"x,y\n1,2\n", "PATH: found no column `a`, allowed is one of `x`, `y`"),
        (b"A\n1\n", "PATH: found no column `a`, allowed is one of `A`"),
        (b"a\n", "PATH, column `a`: found no sample, allowed is one or more"),
        (
            b"a,b\n1,2\nfast,2\n",
            "PATH, line 3, column `a`: latency: found `fast`, allowed is a decimal number such as \
             `0.65`",
        ),
        (
            b"b,a\n1,\n",
            "PATH, line 2, column `a`: latency: found ``, allowed is a decimal number such as \
             `0.65`",
        ),
        (
            b"a\n\n\nNaN\n",
            "PATH, line 4, column `a`: latency: found `NaN`, allowed is a decimal number such as \
             `0.65`",
        ),
        (
            b"a\n1\n1 ms\n",
            "PATH, line 3, column `a`: latency: found `1 ms`, allowed is a decimal number such as \
             `0.65`",
        ),
        (
            b"a\n-0.5\n",
            "PATH, line 2, column `a`: time in seconds: found -0.0005, allowed is 0 to 1000000000",
        ),
        (
            b"a\n1000000000001\n",
            "PATH, line 2, column `a`: time in seconds: found 1000000000.001, allowed is 0 to \
             1000000000",
        ),
        (b"b,a\n1,2\n3\n", "PATH, line 3: cells: found 1, allowed is 2 as in the header"),
        (b"a\r\n1\r\n\r\n2,5\r\n", "PATH, line 4: cells: found 2, allowed is 1 as in the header"),
        (
            b"b,a\n\"two\nlines\",1\n\xff,\xff\n",
            "PATH, line 4, column `a`: latency: found `\u{fffd}`, allowed is a decimal number such \
             as `0.65`",
        ),
    ];
    for (content, expected) in cases {
        with_file(content, |path| {
            let error = Latency::from_column(path, "a", ColumnUnit::Milliseconds).unwrap_err();
            assert_eq!(error.to_string().replace(&path.display().to_string(), "PATH"), expected);
        });
    }
}

#[test]
fn a_file_that_does_not_exist_is_refused() {
    let error = Latency::from_column(Path::new("no/such.csv"), "a", ColumnUnit::Seconds);
    assert_eq!(
        error.unwrap_err().to_string(),
        "no/such.csv: found entity not found, allowed is a readable CSV file"
    );
}

/// The recorded round trips of 1,610 orders. The file, sorted by another program, begins at 31 ms
/// and ends at 1,250 ms; its 805th and 806th value are both 47 ms, so the median is 47 ms.
#[test]
fn recorded_round_trips_make_a_latency() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/btc15m/ioc_orders.csv");
    if !path.exists() {
        eprintln!("skipped: ../shared is absent");
        return;
    }
    let latency =
        Latency::from_column(&path, "submit_to_ack_ms", ColumnUnit::Milliseconds).unwrap();
    assert_eq!(latency.shortest(), SimDuration::from_ms(31));
    assert_eq!(latency.at(1 << 63), SimDuration::from_ms(47));
    assert_eq!(latency.longest(), SimDuration::from_ms(1_250));
}
