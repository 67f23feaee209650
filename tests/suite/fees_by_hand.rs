//! Fees, worked out by hand: one case a line.

use fillgap::market::{
    BalanceStep, Fee, FeeError, FeeKind, FeeMultiplier, FeeRounding, FeeSchedule, Liquidity,
    PricedFill, RoundingCarry,
};
use fillgap::units::{Cash, Side, parse_decimal};

const DIRECT: BalanceStep = BalanceStep::TenThousandth;
const BROKER: BalanceStep = BalanceStep::Cent;
const TEN_THOUSANDTH_BROKER: FeeRounding = FeeRounding::TenThousandth { balance_step: BROKER };
const TEN_THOUSANDTH_DIRECT: FeeRounding = FeeRounding::TenThousandth { balance_step: DIRECT };
const MILLIONTH_BROKER: FeeRounding = FeeRounding::Millionth { balance_step: BROKER };
const MILLIONTH_DIRECT: FeeRounding = FeeRounding::Millionth { balance_step: DIRECT };

fn schedule(kind: FeeKind, multiplier: &str) -> FeeSchedule {
    let factor = parse_decimal("multiplier", multiplier).unwrap();
    FeeSchedule::new(kind, FeeMultiplier::from_decimal(factor).unwrap())
}

fn fill(liquidity: Liquidity, side: Side, quantity: &str, price: &str) -> PricedFill {
    let (price, quantity) = (price.parse().unwrap(), quantity.parse().unwrap());
    PricedFill { liquidity, side, price, quantity }
}

fn taken(quantity: &str, price: &str) -> PricedFill {
    fill(Liquidity::Taker, Side::Bid, quantity, price)
}

fn dollars(text: &str) -> Cash {
    text.parse().unwrap()
}

/// The fees of equal fills of one order, one after the other.
fn fees(
    rounding: FeeRounding,
    schedule: &FeeSchedule,
    fill: &PricedFill,
    count: usize,
) -> Vec<Fee> {
    let mut carry = RoundingCarry::default();
    (0..count).map(|_| rounding.charge(schedule, fill, &mut carry)).collect()
}

/// The table of the fee schedule of 2026-02-05: fees of 1 and of 100 contracts, in whole cents.
/// For example 100 at 0.25: 0.07 x 100 x 0.25 x 0.75 = 1.3125, up to 1.32.
#[test]
fn the_published_schedule_is_met_to_the_cent() {
    let quadratic = schedule(FeeKind::Quadratic, "1");
    for (price, one, hundred) in [
        ("0.01", "0.01", "0.07"),
        ("0.05", "0.01", "0.34"),
        ("0.10", "0.01", "0.63"),
        ("0.20", "0.02", "1.12"),
        ("0.25", "0.02", "1.32"),
        ("0.30", "0.02", "1.47"),
        ("0.40", "0.02", "1.68"),
        ("0.50", "0.02", "1.75"),
        ("0.85", "0.01", "0.90"),
        ("0.90", "0.01", "0.63"),
        ("0.95", "0.01", "0.34"),
        ("0.99", "0.01", "0.07"),
    ] {
        for (quantity, expected) in [("1", one), ("100", hundred)] {
            let [fee] = fees(FeeRounding::WholeCent, &quadratic, &taken(quantity, price), 1)[..]
            else {
                unreachable!()
            };
            assert_eq!(fee.net(), dollars(expected), "{quantity} at {price}");
        }
    }
    // 0.0175 x 100 x 0.5 x 0.5 = 0.4375, up to 0.44; the same page.
    let with_maker_fees = schedule(FeeKind::QuadraticWithMakerFees, "1");
    let resting = fill(Liquidity::Maker, Side::Bid, "100", "0.50");
    let fee = fees(FeeRounding::WholeCent, &with_maker_fees, &resting, 1)[0];
    assert_eq!(fee.net(), dollars("0.44"));
}

/// Each line: kind, multiplier, role, quantity, price, the formula's value rounded up to 0.000001.
#[test]
fn kind_multiplier_and_role_choose_the_coefficient() {
    use FeeKind::{Quadratic, QuadraticWithComboMakerFees, QuadraticWithMakerFees};
    use Liquidity::{Maker, Taker};
    for (kind, multiplier, liquidity, quantity, price, expected) in [
        // 0.07 x 10 x 0.5 x 0.5 = 0.175
        (Quadratic, "1", Taker, "10", "0.50", "0.175"),
        (Quadratic, "1", Maker, "10", "0.50", "0"),
        (QuadraticWithMakerFees, "1", Taker, "10", "0.50", "0.175"),
        // 0.0175 x 10 x 0.25 = 0.04375
        (QuadraticWithMakerFees, "1", Maker, "10", "0.50", "0.04375"),
        (QuadraticWithComboMakerFees, "1", Taker, "10", "0.50", "0.175"),
        // 0.035 x 10 x 0.25 = 0.0875
        (QuadraticWithComboMakerFees, "1", Maker, "10", "0.50", "0.0875"),
        // half of 0.175, half of 0.04375
        (Quadratic, "0.5", Taker, "10", "0.50", "0.0875"),
        (QuadraticWithMakerFees, "0.5", Maker, "10", "0.50", "0.021875"),
        (QuadraticWithMakerFees, "0", Taker, "10", "0.50", "0"),
        // 0.07 x 0.01 x 0.0001 x 0.9999 = 0.000000069993, up to 0.000001
        (Quadratic, "1", Taker, "0.01", "0.0001", "0.000001"),
        // 0.07 x 7.77 x 0.123 = 0.0668997; x 0.877 = 0.0586710369, up to 0.058672
        (Quadratic, "1", Taker, "7.77", "0.123", "0.058672"),
        // 0.07 x 10,000,000,000 x 0.25 = 175,000,000: wider than 64 bits on the way
        (Quadratic, "1", Taker, "10000000000", "0.50", "175000000"),
    ] {
        let fill = fill(liquidity, Side::Ask, quantity, price);
        let fee = fees(MILLIONTH_DIRECT, &schedule(kind, multiplier), &fill, 1)[0];
        assert_eq!(fee.trade, dollars(expected), "{kind} x {multiplier}: {fill:?}");
    }
}

/// The three walk-throughs of "Fee rounding" (2026-08-22) for a balance in cents. The page's own
/// trade fees in the first two are not 0.07 x C x P x (1 - P); multipliers that give them are used:
/// 2.33 x 0.00363825 = 0.008477, 0.78 x 0.00525 = 0.004095, both then up to 0.0001.
#[test]
fn the_documented_walks_of_the_ten_thousandth_rounding_are_met() {
    for (multiplier, quantity, price, trade, rounding, rebates, nets) in [
        // 0.055 + 0.0085 = 0.0635, up to 0.07; carried 0.0065, 0.0130 - 0.01, 0.0095
        ("2.33", "1", "0.055", "0.0085", "0.0065", ["0", "0.01", "0"], ["0.015", "0.005", "0.015"]),
        // 0.15 + 0.0041 = 0.1541, up to 0.16; carried 0.0059, 0.0118 - 0.01, 0.0077
        ("0.78", "0.30", "0.50", "0.0041", "0.0059", ["0", "0.01", "0"], ["0.01", "0", "0.01"]),
        // 0.009903 + 0.0005 = 0.010403, up to 0.02; carried 0.009597, 0.019194 - 0.01,
        // 0.018791 - 0.01
        (
            "1",
            "0.03",
            "0.3301",
            "0.0005",
            "0.009597",
            ["0", "0.01", "0.01"],
            ["0.010097", "0.000097", "0.000097"],
        ),
    ] {
        let schedule = schedule(FeeKind::Quadratic, multiplier);
        let fees = fees(TEN_THOUSANDTH_BROKER, &schedule, &taken(quantity, price), 3);
        for ((fee, rebate), net) in fees.into_iter().zip(rebates).zip(nets) {
            let (trade, rounding) = (dollars(trade), dollars(rounding));
            let expected = Fee { trade, rounding, rebate: dollars(rebate) };
            assert_eq!((fee, fee.net()), (expected, dollars(net)), "{quantity} at {price}");
        }
    }
}

/// "If the accumulator is above 0.01": 2 at 0.50 cost 1.00 and a fee of 0.07 x 2 x 0.25 = 0.035, up
/// to 1.04, so that 0.005 is carried; then 0.010, which is not above; then 0.015, which is; then
/// 0.010 again.
#[test]
fn a_cent_is_given_back_only_when_more_than_a_cent_is_carried() {
    let quadratic = schedule(FeeKind::Quadratic, "1");
    let fees = fees(TEN_THOUSANDTH_BROKER, &quadratic, &taken("2", "0.50"), 4);
    let nets: Vec<Cash> = fees.into_iter().map(Fee::net).collect();
    assert_eq!(nets, ["0.04", "0.04", "0.03", "0.04"].map(dollars));
}

/// The walk-through of "Fee rounding" (2026-10-10).
#[test]
fn the_documented_walks_of_the_millionth_rounding_are_met() {
    // 0.07 x 0.055 x 0.945 = 0.00363825, up to 0.003639; 0.058639 up to 0.06.
    let quadratic = schedule(FeeKind::Quadratic, "1");
    let fee = fees(MILLIONTH_BROKER, &quadratic, &taken("1", "0.055"), 1)[0];
    let expected =
        Fee { trade: dollars("0.003639"), rounding: dollars("0.001361"), rebate: Cash::ZERO };
    assert_eq!(fee, expected);
    // Three roundings of 0.004 carry 0.012, of which 0.010 is given back and 0.002 stays. 3.2 at
    // 0.5 cost 1.60 and a fee of 0.07 x 3.2 x 0.25 = 0.056: 1.656, up to 1.66.
    let nets = |count| -> Vec<Cash> {
        let fees = fees(MILLIONTH_BROKER, &quadratic, &taken("3.2", "0.50"), count);
        fees.into_iter().map(Fee::net).collect()
    };
    // After the third 0.002 is carried: 0.006, then 0.010, which is a whole step again.
    let expected = ["0.06", "0.06", "0.05", "0.06", "0.05"].map(dollars);
    assert_eq!(nets(5), expected);
}

/// Recorded, demo, 2026-06-11, a direct member: 1 at 0.52 paid 0.0175 and 1 at 0.99 paid 0.0007.
/// 0.07 x 0.52 x 0.48 = 0.017472; 0.07 x 0.99 x 0.01 = 0.000693.
#[test]
fn a_direct_member_pays_to_the_ten_thousandth() {
    let quadratic = schedule(FeeKind::Quadratic, "1");
    for (rounding, price, trade, took) in [
        (TEN_THOUSANDTH_DIRECT, "0.52", "0.0175", "0"),
        (TEN_THOUSANDTH_DIRECT, "0.99", "0.0007", "0"),
        (MILLIONTH_DIRECT, "0.52", "0.017472", "0.000028"),
        (MILLIONTH_DIRECT, "0.99", "0.000693", "0.000007"),
    ] {
        let fee = fees(rounding, &quadratic, &taken("1", price), 1)[0];
        let expected = Fee { trade: dollars(trade), rounding: dollars(took), rebate: Cash::ZERO };
        assert_eq!(fee, expected, "{rounding:?} at {price}");
    }
}

/// Without a trade fee, 1 at 0.056 rounds 0.004 away each time. A give-back of a step of 0.01 would
/// bring the net fee below zero, so it never comes; 1 at 0.0505 with a direct member's step does
/// not round at all.
#[test]
fn a_rebate_never_brings_a_fee_below_zero() {
    let free = schedule(FeeKind::Quadratic, "0");
    for rounding in [MILLIONTH_BROKER, TEN_THOUSANDTH_BROKER] {
        for fee in fees(rounding, &free, &taken("1", "0.056"), 5) {
            let expected = Fee { rounding: dollars("0.004"), ..Fee::default() };
            assert_eq!(fee, expected, "{rounding:?}");
        }
    }
    assert_eq!(fees(MILLIONTH_DIRECT, &free, &taken("1", "0.0505"), 1)[0], Fee::default());
}

/// The total of the order is a whole cent after every fill.
#[test]
fn whole_cents_are_paid_by_the_order() {
    let quadratic = schedule(FeeKind::Quadratic, "1");
    let orders: [&[(&str, &str, &str)]; 4] = [
        // 0.065 + 0.00425425 = 0.06925425, up to 0.07; two make 0.1385085, up to 0.14.
        &[("1", "0.065", "0.005"), ("1", "0.065", "0.005")],
        // 0.061 + 0.00400953 = 0.06500953, up to 0.07. With 0.01 contract more 0.0656596253: still
        // 0.07, so that the 0.00061 of the second fill were paid by the first.
        &[("1", "0.061", "0.009"), ("0.01", "0.061", "-0.00061")],
        // 0.75 + 0.013125 = 0.763125, up to 0.77; two make 1.52625, up to 1.53 (recorded,
        // production, 2026-05-10: 0.02 and 0.01).
        &[("1", "0.75", "0.02"), ("1", "0.75", "0.01")],
        // 0.0017325 alone; 0.33 + 0.015477 = 0.345477, up to 0.35.
        &[("1", "0.33", "0.02"), ("0.5", "0.33", "0.005")],
    ];
    for order in orders {
        let mut carry = RoundingCarry::default();
        for (quantity, price, expected) in order {
            let fee =
                FeeRounding::WholeCent.charge(&quadratic, &taken(quantity, price), &mut carry);
            assert_eq!(fee.net(), dollars(expected), "{quantity} at {price} of {order:?}");
        }
    }
}

/// A match at 0.928 has a formula fee of 0.07 x 0.928 x 0.072 = 0.00467712. The bid pays
/// 0.928 + 0.00467712 = 0.93267712, up to 0.94: a fee of 0.012, which was recorded for an account
/// that sold NO this way (production, 2026-05-07): its proceeds 0.072 - 0.00467712 = 0.06732288, down
/// to 0.06, say the same. The ask pays 0.072 + 0.00467712 = 0.07667712, up to 0.08: 0.008.
#[test]
fn the_two_sides_of_a_match_round_differently() {
    let quadratic = schedule(FeeKind::Quadratic, "1");
    for (side, expected) in [(Side::Ask, "0.008"), (Side::Bid, "0.012")] {
        let fill = fill(Liquidity::Taker, side, "1", "0.928");
        for rounding in [FeeRounding::WholeCent, TEN_THOUSANDTH_BROKER, MILLIONTH_BROKER] {
            let fee = fees(rounding, &quadratic, &fill, 1)[0];
            assert_eq!(fee.net(), dollars(expected), "{side} with {rounding:?}");
        }
    }
}

#[test]
fn descriptions_of_fees_are_read_or_refused_with_what_is_allowed() {
    for kind in FeeKind::ALL {
        assert_eq!(kind.name().parse(), Ok(kind));
        assert_eq!(kind.to_string(), kind.name());
    }
    let error = "flat".parse::<FeeKind>().unwrap_err();
    assert_eq!(
        error.to_string(),
        "fee kind: found `flat`, allowed is one of quadratic, quadratic_with_maker_fees, \
         quadratic_with_combo_maker_fees"
    );
    for (text, is_allowed) in [
        ("0", true),
        ("-0.0001", false),
        ("0.0001", true),
        ("0.00001", false),
        ("10", true),
        ("10.0001", false),
    ] {
        let factor = parse_decimal("multiplier", text).unwrap();
        match FeeMultiplier::from_decimal(factor) {
            Ok(multiplier) => {
                assert!(is_allowed, "{text}");
                assert_eq!(multiplier.to_decimal(), factor);
            }
            Err(error) => {
                assert!(!is_allowed, "{text}");
                assert_eq!(
                    error.to_string(),
                    format!("fee multiplier: found {text}, allowed is 0 to 10 in steps of 0.0001")
                );
            }
        }
    }
    for (step, expected) in [
        ("0.0001", Ok(DIRECT)),
        ("0.01", Ok(BROKER)),
        ("0.001", Err(FeeError::BalanceStep { found: dollars("0.001") })),
        ("0", Err(FeeError::BalanceStep { found: Cash::ZERO })),
    ] {
        assert_eq!(BalanceStep::try_from(dollars(step)), expected);
    }
    let labelled = |label| FeeRounding::from_label(label, BROKER);
    assert_eq!(labelled("millionth"), Ok(MILLIONTH_BROKER));
    assert_eq!(labelled("ten_thousandth"), Ok(TEN_THOUSANDTH_BROKER));
    assert_eq!(labelled("whole_cent"), Ok(FeeRounding::WholeCent));
    assert_eq!(
        labelled("cent").unwrap_err().to_string(),
        "fee rounding: found `cent`, allowed is one of millionth, ten_thousandth, whole_cent"
    );
}

/// Coefficient times multiplier, reduced: 0.07 is 7/100; 0.07 and 0.0175 are 28/400 and 7/400; 0.07
/// and 0.035 are 14/200 and 7/200. Contracts times price times price counts 10^-10 dollars, so a
/// millionth has the divisor times 10,000 parts. A contract at 0.50 makes 100 x 5,000 x 5,000 of them
/// times the rate: 0.0175 dollar for a taker.
#[test]
fn the_formula_counts_in_the_largest_parts_that_are_exact() {
    let fill = taken("1", "0.50");
    for (kind, parts_per_millionth, rates) in [
        (FeeKind::Quadratic, 1_000_000, [7, 0]),
        (FeeKind::QuadraticWithMakerFees, 4_000_000, [28, 7]),
        (FeeKind::QuadraticWithComboMakerFees, 2_000_000, [14, 7]),
    ] {
        let schedule = schedule(kind, "1");
        assert_eq!(schedule.parts_per_millionth(), parts_per_millionth, "{kind}");
        let parts = [Liquidity::Taker, Liquidity::Maker]
            .map(|liquidity| schedule.parts(liquidity, fill.price, fill.quantity));
        assert_eq!(parts, rates.map(|rate| rate * 100 * 5_000 * 5_000), "{kind}");
        assert_eq!(parts[0] / u128::from(parts_per_millionth), 17_500, "{kind}");
    }
}

/// Waived, 0.07 or 0.0175 x 10 x 0.25 come to nothing, as taker and as maker, at most as well; the kind and
/// the parts stay.
#[test]
fn a_fee_that_is_waived_comes_to_nothing() {
    let plain = schedule(FeeKind::QuadraticWithMakerFees, "2");
    let waived = plain.waived();
    let (price, quantity) = ("0.50".parse().unwrap(), "10".parse().unwrap());
    for liquidity in [Liquidity::Taker, Liquidity::Maker] {
        assert_ne!(plain.parts(liquidity, price, quantity), 0, "{liquidity:?}");
        assert_eq!(waived.parts(liquidity, price, quantity), 0, "{liquidity:?}");
    }
    assert_eq!(
        (plain.at_most(quantity), waived.at_most(quantity)),
        (dollars("0.35"), dollars("0"))
    );
    let nothing = parse_decimal("multiplier", "0").unwrap();
    assert_eq!(waived.multiplier().to_decimal(), nothing);
    assert_eq!(waived.kind(), plain.kind());
    assert_eq!(waived.parts_per_millionth(), plain.parts_per_millionth());
}
