//! Price level structures against counts by hand.

use fillgap::market::{PriceLevelError, PriceLevelLabel, PriceLevelStructure, PriceRange, Tick};
use fillgap::units::Price;

fn price(ten_thousandths: u16) -> Price {
    Price::new(ten_thousandths).expect("at most a dollar")
}

fn grid(label: &str) -> PriceLevelStructure {
    PriceLevelStructure::of_label(label.parse().expect("a known label"))
}

/// Label, ticks in the low edge, in the centre, in the high edge, lowest and highest price.
///
/// An edge of 0.10 holds 0.10 / step prices; the low one is without 0. The centre of 0.80 holds
/// 0.80 / step. A grid without edges is counted as a centre of 1 without 0.
const COUNTS: &[(&str, [u32; 3], u16, u16)] = &[
    ("linear_cent", [0, 99, 0], 100, 9_900),
    ("tapered_deci_cent", [99, 80, 100], 10, 9_990),
    ("deci_cent", [0, 999, 0], 10, 9_990),
    ("center_whole_edge_half_cent", [19, 80, 20], 50, 9_950),
    ("center_whole_edge_quint_cent", [49, 80, 50], 20, 9_980),
    ("center_half_edge_half_cent", [19, 160, 20], 50, 9_950),
    ("center_half_edge_quint_cent", [49, 160, 50], 20, 9_980),
    ("center_half_edge_deci_cent", [99, 160, 100], 10, 9_990),
    ("center_quint_edge_quint_cent", [49, 400, 50], 20, 9_980),
    ("center_quint_edge_deci_cent", [99, 400, 100], 10, 9_990),
    ("center_centi_edge_centi_cent", [0, 9_999, 0], 1, 9_999),
    // Edges of 0.01 in steps of 0.0001, a centre of 0.98 in steps of 0.001.
    ("center_deci_edge_centi_cent", [99, 980, 100], 1, 9_999),
];

#[test]
fn every_label_has_the_ticks_counted_by_hand() {
    assert_eq!(COUNTS.len(), PriceLevelLabel::ALL.len());
    for (label, counts, lowest, highest) in COUNTS {
        let grid = grid(label);
        let last = Tick::new(grid.tick_count() - 1);
        assert_eq!(grid.tick_count(), counts.iter().sum::<u32>(), "{label}");
        assert_eq!(grid.price_of(Tick::new(0)), price(*lowest), "{label}");
        assert_eq!(grid.price_of(last), price(*highest), "{label}");
    }
}

#[test]
fn every_label_has_every_whole_cent_and_neither_end() {
    for label in PriceLevelLabel::ALL {
        let grid = PriceLevelStructure::of_label(*label);
        for cent in 1..100 {
            assert!(grid.tick_of(price(cent * 100)).is_some(), "{label}: {cent} cent");
        }
        assert_eq!(grid.tick_of(Price::ZERO), None, "{label}");
        assert_eq!(grid.tick_of(Price::ONE_DOLLAR), None, "{label}");
    }
}

#[test]
fn a_tick_and_its_price_name_each_other_and_prices_rise() {
    for label in PriceLevelLabel::ALL {
        let grid = PriceLevelStructure::of_label(*label);
        let ticks = || (0..grid.tick_count()).map(Tick::new);
        for tick in ticks() {
            assert_eq!(grid.tick_of(grid.price_of(tick)), Some(tick), "{label}");
        }
        assert!(ticks().map(|tick| grid.price_of(tick)).is_sorted_by(|a, b| a < b), "{label}");
        let on_grid = (0..=10_000).filter(|each| grid.tick_of(price(*each)).is_some()).count();
        assert_eq!(on_grid, grid.tick_count() as usize, "{label}");
    }
}

/// Label, price, tick or none, floor, ceil.
///
/// Tapered: 0.099 is the 99th price (tick 98), 0.10 the 100th (tick 99), 0.11 tick 100, and so on
/// in cents: 0.90 is tick 99 + 80 = 179, 0.901 is 180, 0.999 is 278.
const LOOKUPS: &[Lookup] = &[
    ("linear_cent", 100, Some(0), Some(0), Some(0)),
    ("linear_cent", 50, None, None, Some(0)),
    ("linear_cent", 5_150, None, Some(50), Some(51)),
    ("linear_cent", 9_900, Some(98), Some(98), Some(98)),
    ("linear_cent", 9_901, None, Some(98), None),
    ("linear_cent", 10_000, None, Some(98), None),
    ("linear_cent", 0, None, None, Some(0)),
    ("tapered_deci_cent", 990, Some(98), Some(98), Some(98)),
    ("tapered_deci_cent", 1_000, Some(99), Some(99), Some(99)),
    ("tapered_deci_cent", 1_010, None, Some(99), Some(100)),
    ("tapered_deci_cent", 1_100, Some(100), Some(100), Some(100)),
    ("tapered_deci_cent", 8_990, None, Some(178), Some(179)),
    ("tapered_deci_cent", 9_000, Some(179), Some(179), Some(179)),
    ("tapered_deci_cent", 9_010, Some(180), Some(180), Some(180)),
    ("tapered_deci_cent", 9_015, None, Some(180), Some(181)),
    ("tapered_deci_cent", 9_990, Some(278), Some(278), Some(278)),
    ("center_deci_edge_centi_cent", 99, Some(98), Some(98), Some(98)),
    ("center_deci_edge_centi_cent", 100, Some(99), Some(99), Some(99)),
    ("center_deci_edge_centi_cent", 101, None, Some(99), Some(100)),
    ("center_deci_edge_centi_cent", 9_901, Some(1_080), Some(1_080), Some(1_080)),
];

type Lookup = (&'static str, u16, Option<u32>, Option<u32>, Option<u32>);

#[test]
fn a_price_is_looked_up_as_counted_by_hand() {
    for (label, asked, tick, floor, ceil) in LOOKUPS {
        let (grid, asked) = (grid(label), price(*asked));
        assert_eq!(grid.tick_of(asked), tick.map(Tick::new), "{label} {asked}");
        assert_eq!(grid.floor(asked), floor.map(Tick::new), "floor {label} {asked}");
        assert_eq!(grid.ceil(asked), ceil.map(Tick::new), "ceil {label} {asked}");
    }
}

#[test]
fn an_unknown_label_is_answered_with_the_known_ones() {
    let error = "linear_cents".parse::<PriceLevelLabel>().unwrap_err().to_string();
    assert!(error.starts_with("price level structure: found `linear_cents`, allowed is one of "));
    for (label, ..) in COUNTS {
        assert!(error.contains(&format!("`{label}`")), "{label} in: {error}");
    }
}

/// Ranges as start, end, step; the message.
const BAD_RANGES: &[(&[[u16; 3]], &str)] = &[
    (&[], "price ranges: found none, allowed are ranges that cover 0 to 1 dollar"),
    (&[[100, 10_000, 100]], "price range 1: found start 0.01, allowed is 0.00"),
    (&[[0, 1_000, 10], [2_000, 10_000, 100]], "price range 2: found start 0.20, allowed is 0.10"),
    (&[[0, 1_000, 10], [900, 10_000, 100]], "price range 2: found start 0.09, allowed is 0.10"),
    (&[[0, 0, 10]], "price range 1: found end 0.00, allowed is above its start 0.00"),
    (
        &[[0, 1_000, 10], [1_000, 900, 10]],
        "price range 2: found end 0.09, allowed is above its start 0.10",
    ),
    (&[[0, 10_000, 0]], "price range 1: found step 0.00, allowed are steps that divide 1.00"),
    (&[[0, 10_000, 300]], "price range 1: found step 0.03, allowed are steps that divide 1.00"),
    (&[[0, 9_900, 100]], "price range 1: found end 0.99, allowed is 1.00 for the last range"),
    (
        &[[0, 10_000, 10_000]],
        "price ranges: found no price above 0 and below 1 dollar, allowed is at least one",
    ),
];

#[test]
fn ranges_that_are_no_grid_are_refused_with_what_is_allowed() {
    for (ranges, message) in BAD_RANGES {
        assert_eq!(of_ranges(ranges).unwrap_err().to_string(), *message);
    }
}

#[test]
fn ranges_of_uneven_widths_make_a_grid() {
    // 0.25 alone (0 is not tradable), then 0.50, 0.60, 0.70, 0.80, 0.90.
    let grid = of_ranges(&[[0, 5_000, 2_500], [5_000, 10_000, 1_000]]).unwrap();
    let prices: Vec<u16> = (0..grid.tick_count())
        .map(|index| grid.price_of(Tick::new(index)).ten_thousandths())
        .collect();
    assert_eq!(prices, [2_500, 5_000, 6_000, 7_000, 8_000, 9_000]);
    assert_eq!(grid.ranges().len(), 2);
}

fn of_ranges(ranges: &[[u16; 3]]) -> Result<PriceLevelStructure, PriceLevelError> {
    let range = |[start, end, step]: &[u16; 3]| PriceRange {
        start: price(*start),
        end: price(*end),
        step: price(*step),
    };
    PriceLevelStructure::of_ranges(&ranges.iter().map(range).collect::<Vec<_>>())
}
