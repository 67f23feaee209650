//! Latencies as tables: exact rows, statistics on fixed seeds, and descriptions that are refused.

use fillgap::kernel::Streams;
use fillgap::link::{Latency, Level, LinkError, Quantile};
use fillgap::units::{SimDuration, parse_decimal};

fn ns(ns: u64) -> SimDuration {
    SimDuration::from_ns(ns)
}

fn ms(ms: u64) -> SimDuration {
    SimDuration::from_ms(ms)
}

fn level(percent: &str) -> Level {
    let percent = parse_decimal("percent", percent).expect("the test's level is a number");
    Level::from_percent(percent).expect("the test's level is one")
}

fn quantile(percent: &str, latency: SimDuration) -> Quantile {
    Quantile { level: level(percent), latency }
}

/// The draw out of 2^64 at a level in millionths.
fn draw_at(millionths: u64) -> u64 {
    u64::try_from((u128::from(millionths) << 64) / 1_000_000).expect("the level is below one")
}

/// p50 = 29 ms and p99 = 407 ms.
fn heavy() -> Latency {
    Latency::lognormal(quantile("50", ms(29)), quantile("99", ms(407)))
        .expect("the two quantiles rise")
}

#[test]
fn a_constant_is_the_same_for_every_draw() {
    let latency = Latency::constant(ns(7));
    for draw in [0, 1, 1 << 63, u64::MAX] {
        assert_eq!(latency.at(draw), ns(7));
    }
    assert_eq!((latency.shortest(), latency.longest()), (ns(7), ns(7)));
}

#[test]
fn a_uniform_latency_lies_on_a_straight_line() {
    let latency = Latency::uniform(ns(100), ns(300)).unwrap();
    // low + 200 * draw / (2^64 - 1), to the nearest nanosecond.
    let cases = [
        (0, 100),
        (1 << 62, 150),
        (1 << 63, 200),
        (3 << 62, 250),
        (u64::MAX, 300),
        // One step of a nanosecond is 2^64 / 200 draws; the first rounds up at half of that.
        (u64::MAX / 400, 100),
        (u64::MAX / 400 + 2, 101),
    ];
    for (draw, expected) in cases {
        assert_eq!(latency.at(draw), ns(expected), "draw {draw}");
    }
}

#[test]
fn a_uniform_latency_may_be_a_point() {
    let latency = Latency::uniform(ns(5), ns(5)).unwrap();
    assert_eq!(latency.at(0), ns(5));
    assert_eq!(latency.at(u64::MAX), ns(5));
}

#[test]
fn the_widest_uniform_latency_does_not_overflow() {
    let latency = Latency::uniform(ns(0), ns(u64::MAX)).unwrap();
    for draw in [0, 1, 12_345, 1 << 63, u64::MAX - 1, u64::MAX] {
        assert_eq!(latency.at(draw), ns(draw));
    }
}

#[test]
fn an_empirical_latency_joins_its_quantiles_and_stays_at_its_ends() {
    let rows = [quantile("20", ns(1_000)), quantile("60", ns(1_400)), quantile("80", ns(9_400))];
    let latency = Latency::empirical(&rows).unwrap();
    // Between 20 and 60 percent: 10 ns a percent. Between 60 and 80: 400 ns a percent.
    let cases = [
        (0, 1_000),
        (100_000, 1_000),
        (200_000, 1_000),
        (300_000, 1_100),
        (600_000, 1_400),
        (650_000, 3_400),
        (800_000, 9_400),
        (999_999, 9_400),
    ];
    for (millionths, expected) in cases {
        assert_eq!(latency.at(draw_at(millionths)), ns(expected), "{millionths} millionths");
    }
    assert_eq!((latency.shortest(), latency.longest()), (ns(1_000), ns(9_400)));
}

#[test]
fn an_empirical_latency_may_be_flat_between_two_quantiles() {
    let rows = [("25", 10), ("75", 10), ("100", 20)].map(|(at, ns_at)| quantile(at, ns(ns_at)));
    let latency = Latency::empirical(&rows).unwrap();
    for (millionths, expected) in [(250_000, 10), (500_000, 10), (750_000, 10), (875_000, 15)] {
        assert_eq!(latency.at(draw_at(millionths)), ns(expected), "{millionths} millionths");
    }
}

#[test]
fn an_empirical_latency_with_one_row_is_a_constant() {
    let latency = Latency::empirical(&[quantile("50", ns(3))]).unwrap();
    for draw in [0, 1 << 63, u64::MAX] {
        assert_eq!(latency.at(draw), ns(3));
    }
}

/// With p50 = 29 and p99 = 407, the quantile at level p is 29 (407/29)^(z(p) / z(0.99)), as the
/// logarithm is normal. For p90, z(0.9) = 1.281552 and z(0.99) = 2.326348 from the table of the
/// normal distribution, so the exponent is 0.550886; ln(407/29) = 2.641518; 2.641518 * 0.550886 =
/// 1.455176; e^1.455176 = 4.285229; times 29 is 124.272 ms. The other rows likewise, with z(0.25)
/// = -0.674490, z(0.05) = -1.644854, z(0.001) = -3.090232, z(0.9999) = 3.719016.
#[test]
fn a_lognormal_latency_has_the_quantiles_of_the_formula() {
    let latency = heavy();
    let cases = [
        (1_000, 0.867_972),
        (50_000, 4.479_898),
        (250_000, 13.482_970),
        (500_000, 29.0),
        (900_000, 124.271_63),
        (990_000, 407.0),
        (999_000, 968.925_1),
        (999_900, 1_978.626_2),
    ];
    for (millionths, expected_ms) in cases {
        let found_ms = milliseconds(latency.at(draw_at(millionths)));
        let error = (found_ms / expected_ms - 1.0).abs();
        // The stated bound of the table's error for s = 1.1355: s (s + 5) 2^-17 = 5.3e-5.
        assert!(error < 5.4e-5, "level {millionths}: {found_ms} against {expected_ms}");
    }
}

/// The table ends five standard deviations out: 29 e^(5 s) with s = 2.641518 / 2.326348 =
/// 1.135478 is 8,473.4 ms, and 29 e^(-5 s) is 0.099252 ms.
#[test]
fn a_lognormal_latency_ends_five_standard_deviations_out() {
    let latency = heavy();
    assert!((milliseconds(latency.longest()) - 8_473.4).abs() < 0.1);
    assert!((milliseconds(latency.shortest()) - 0.099_252).abs() < 1e-6);
    // Beyond the 5th deviation is a share of 2.87e-7: the draw at 1e-7 is at the end already.
    assert_eq!(latency.at(draw_at(1) / 10), latency.shortest());
}

/// p10 = 5 and p95 = 80: s = ln(16) / (1.644854 + 1.281552) = 0.947438, so the median is
/// 5 e^(1.281552 s) = 16.8378 and p99 is 16.8378 e^(2.326348 s) = 152.5817.
#[test]
fn a_lognormal_latency_can_be_given_by_any_two_quantiles() {
    let latency = Latency::lognormal(quantile("10", ms(5)), quantile("95", ms(80))).unwrap();
    for (millionths, expected_ms) in
        [(100_000, 5.0), (500_000, 16.837_846), (950_000, 80.0), (990_000, 152.581_74)]
    {
        let found_ms = milliseconds(latency.at(draw_at(millionths)));
        assert!((found_ms / expected_ms - 1.0).abs() < 5e-5, "{millionths}: {found_ms}");
    }
}

fn milliseconds(latency: SimDuration) -> f64 {
    let text = latency.to_decimal_s().to_string();
    text.parse::<f64>().expect("a decimal is a number") * 1e3
}

/// Of n independent draws, the number not above the quantile at p is binomial: mean n p, variance
/// n p (1 - p). The 99.9 percent band is 3.29 standard deviations.
#[test]
fn draws_are_distributed_as_specified() {
    let table = [quantile("0", ms(10)), quantile("75", ms(40)), quantile("100", ms(1_000))];
    let cases = [
        (
            "uniform",
            Latency::uniform(ms(100), ms(200)).unwrap(),
            vec![(0.25, 125.0), (0.5, 150.0), (0.99, 199.0)],
        ),
        ("lognormal", heavy(), vec![(0.5, 29.0), (0.9, 124.271_63), (0.99, 407.0)]),
        (
            "empirical",
            Latency::empirical(&table).unwrap(),
            vec![(0.25, 20.0), (0.75, 40.0), (0.95, 808.0)],
        ),
    ];
    let count = 20_000_u32;
    for (name, latency, quantiles) in cases {
        for seed in 1..=3 {
            let mut stream = Streams::new(seed).named(name);
            let drawn: Vec<f64> =
                (0..count).map(|_| milliseconds(latency.draw(&mut stream))).collect();
            for (probability, quantile_ms) in &quantiles {
                let below = drawn.iter().filter(|drawn| *drawn <= quantile_ms).count();
                let off = f64::from(u32::try_from(below).unwrap()) - f64::from(count) * probability;
                let deviation = (f64::from(count) * probability * (1.0 - probability)).sqrt();
                assert!(off.abs() < 3.29 * deviation, "{name}, seed {seed}, {probability}: {off}");
            }
        }
    }
}

/// If draws are independent, each lies on the same side of the median as the one before with
/// probability one half: binomial(19,999, 1/2), mean 9,999.5, standard deviation 70.7, so the 99.9
/// percent band is 232.6 to each side.
#[test]
fn successive_draws_do_not_depend_on_each_other() {
    for seed in 1..=3 {
        let mut stream = Streams::new(seed).named("independence");
        let latency = heavy();
        let above: Vec<bool> = (0..20_000).map(|_| latency.draw(&mut stream) > ms(29)).collect();
        let same = above.windows(2).filter(|pair| pair[0] == pair[1]).count();
        assert!((9_767..=10_232).contains(&same), "seed {seed}: {same}");
    }
}

#[test]
fn every_kind_takes_one_word_of_the_stream_for_a_draw() {
    let kinds = [
        Latency::constant(ms(1)),
        Latency::uniform(ms(1), ms(2)).unwrap(),
        heavy(),
        Latency::empirical(&[quantile("50", ms(3))]).unwrap(),
    ];
    for latency in kinds {
        let mut stream = Streams::new(1).named("words");
        let mut twin = stream.clone();
        latency.draw(&mut stream);
        twin.next_u64();
        assert_eq!(stream, twin, "{latency:?}");
    }
}

#[test]
fn a_level_is_a_percentage_in_steps_of_a_billionth_of_the_whole() {
    for (percent, shown) in
        [("0", "0"), ("50", "50"), ("99.90", "99.9"), ("0.0000001", "0.0000001")]
    {
        assert_eq!(level(percent).to_string(), shown);
    }
    assert_eq!(Level::from_tenths(999), level("99.9"));
    assert_eq!((Level::LOWEST, Level::HIGHEST), (level("0"), level("100")));
    for (percent, found) in [
        ("-1", "-1"),
        ("100.0000001", "100.0000001"),
        ("99.99999999", "99.99999999"),
        ("1e20", "100000000000000000000"),
    ] {
        let percent = parse_decimal("percent", percent).unwrap();
        assert_eq!(
            Level::from_percent(percent).unwrap_err().to_string(),
            format!(
                "level of a quantile: found {found} percent, allowed is 0 to 100 percent in steps \
                 of 0.0000001"
            )
        );
    }
}

fn refused_lognormal(low: (&str, u64), high: (&str, u64)) -> String {
    let low = quantile(low.0, ms(low.1));
    Latency::lognormal(low, quantile(high.0, ms(high.1))).expect_err("it is refused").to_string()
}

fn refused_table(rows: &[(&str, u64)]) -> String {
    let rows: Vec<_> = rows.iter().map(|(percent, at)| quantile(percent, ms(*at))).collect();
    Latency::empirical(&rows).expect_err("it is refused").to_string()
}

#[test]
fn a_distribution_that_is_none_is_refused() {
    let reversed = Latency::uniform(ms(2), ms(1)).unwrap_err().to_string();
    let cases = [
        (
            reversed,
            "uniform latency: found low 0.002 s above high 0.001 s, allowed is low up to high",
        ),
        (
            refused_lognormal(("99", 1), ("50", 2)),
            "lognormal latency: found 0.001 s at 99 percent and 0.002 s at 50 percent, allowed are \
             two quantiles above 0 s whose levels and latencies both rise",
        ),
        (
            refused_lognormal(("50", 2), ("99", 2)),
            "lognormal latency: found 0.002 s at 50 percent and 0.002 s at 99 percent, allowed are \
             two quantiles above 0 s whose levels and latencies both rise",
        ),
        (
            refused_lognormal(("50", 2), ("50", 3)),
            "lognormal latency: found 0.002 s at 50 percent and 0.003 s at 50 percent, allowed are \
             two quantiles above 0 s whose levels and latencies both rise",
        ),
        (
            refused_lognormal(("50", 0), ("99", 2)),
            "lognormal latency: found 0 s at 50 percent and 0.002 s at 99 percent, allowed are two \
             quantiles above 0 s whose levels and latencies both rise",
        ),
        (
            refused_lognormal(("50", 1), ("100", 2)),
            "lognormal latency: found level 100 percent, allowed is 0.0001 to 99.9999 percent",
        ),
        (
            refused_lognormal(("0", 1), ("99", 2)),
            "lognormal latency: found level 0 percent, allowed is 0.0001 to 99.9999 percent",
        ),
        (refused_table(&[]), "quantile table: found no quantile, allowed is one or more"),
        (
            refused_table(&[("10", 1), ("50", 2), ("50", 3)]),
            "quantile table, row 3: found 0.003 s at 50 percent after 0.002 s at 50 percent, \
             allowed are rising levels and latencies that do not fall",
        ),
        (
            refused_table(&[("10", 2), ("50", 1)]),
            "quantile table, row 2: found 0.001 s at 50 percent after 0.002 s at 10 percent, \
             allowed are rising levels and latencies that do not fall",
        ),
    ];
    for (found, expected) in cases {
        assert_eq!(found, expected);
    }
}

/// p50 = 1 ms, p60 = 1,000 s: s = ln(10^6) / 0.253347 = 54.5, so the fifth deviation is at
/// e^272 ms, beyond what simulated time holds.
#[test]
fn a_lognormal_latency_beyond_simulated_time_is_refused() {
    let low = quantile("50", ms(1));
    let error = Latency::lognormal(low, quantile("60", SimDuration::from_s(1_000))).unwrap_err();
    let LinkError::TooLong { found_s, longest } = error else { panic!("{error}") };
    assert_eq!(longest, SimDuration::from_s(1_000_000_000));
    assert!(found_s.parse::<f64>().unwrap() > 1e9, "{found_s}");
}
