//! Numbers that become units and text again: every expected value is written out.

use std::fmt::Display;
use std::str::FromStr;

use fillgap::units::{
    Cash, Position, Price, Quantity, Side, SimDuration, SimTime, UnitsError, decimal_of,
    parse_decimal,
};
use rust_decimal::Decimal;

fn number(text: &str) -> Decimal {
    parse_decimal("number", text).expect("a decimal number")
}

/// What reading a text and a decimal number gives, as an integer. Both must agree.
fn read<Unit>(
    text: &str,
    of_decimal: fn(Decimal) -> Result<Unit, UnitsError>,
    integer: fn(Unit) -> i128,
) -> Result<i128, String>
where
    Unit: FromStr<Err = UnitsError>,
{
    let from_text = text.parse::<Unit>().map(integer).map_err(|error| error.to_string());
    let from_decimal = of_decimal(number(text)).map(integer).map_err(|error| error.to_string());
    assert_eq!(from_text, from_decimal, "{text}");
    from_text
}

fn cash(text: &str) -> Result<i128, String> {
    read(text, Cash::from_decimal, |cash| cash.millionths().into())
}

fn price(text: &str) -> Result<i128, String> {
    read(text, Price::from_decimal, |price| price.ten_thousandths().into())
}

fn quantity(text: &str) -> Result<i128, String> {
    read(text, Quantity::from_decimal, |quantity| quantity.hundredths().into())
}

fn seconds(text: &str) -> Result<i128, String> {
    read(text, SimDuration::from_decimal_s, |length| length.ns().into())
}

#[test]
fn decimal_text_becomes_the_integer_that_it_names() {
    type Case = (fn(&str) -> Result<i128, String>, &'static str, i128);
    let cases: [Case; 21] = [
        // Dollars count 0.000001.
        (cash, "0", 0),
        (cash, "32.50", 32_500_000),
        (cash, "-0.017472", -17_472),
        (cash, "1e-6", 1),
        (cash, "1e3", 1_000_000_000),
        (cash, "1000000000000", 1_000_000_000_000_000_000),
        (cash, "-1000000000000", -1_000_000_000_000_000_000),
        // Prices count 0.0001 dollar.
        (price, "0", 0),
        (price, "0.0001", 1),
        (price, "0.65", 6_500),
        (price, "0.650000", 6_500),
        (price, "1", 10_000),
        // Contracts count 0.01.
        (quantity, "0", 0),
        (quantity, "0.01", 1),
        (quantity, "0.13", 13),
        (quantity, "50", 5_000),
        (quantity, "10000000000", 1_000_000_000_000),
        // Seconds count nanoseconds.
        (seconds, "0.000000001", 1),
        (seconds, "0.05", 50_000_000),
        (seconds, "5", 5_000_000_000),
        (seconds, "1000000000", 1_000_000_000_000_000_000),
    ];
    for (read, text, integer) in cases {
        assert_eq!(read(text), Ok(integer), "{text}");
    }
}

#[test]
fn what_a_unit_can_not_hold_is_refused_with_what_is_allowed() {
    type Case = (fn(&str) -> Result<i128, String>, &'static str, &'static str);
    let dollars = "amount in dollars: found";
    let cases: [Case; 13] = [
        (cash, "0.0000001", "0.0000001, allowed are steps of 0.000001"),
        (cash, "1000000000000.000001", "1000000000000.000001, allowed is -1000000000000 to"),
        (cash, "-1000000000000.000001", "-1000000000000.000001, allowed is -1000000000000 to"),
        // Beyond what 64 bits hold, and beyond what the scaling holds.
        (cash, "10000000000000", "10000000000000, allowed is -1000000000000 to 1000000000000"),
        (cash, "70000000000000000000000000000", "7000000"),
        (price, "0.00005", "price in dollars: found 0.00005, allowed are steps of 0.0001"),
        (price, "1.0001", "price in dollars: found 1.0001, allowed is 0 to 1"),
        (price, "-0.0001", "price in dollars: found -0.0001, allowed is 0 to 1"),
        (quantity, "0.005", "quantity in contracts: found 0.005, allowed are steps of 0.01"),
        (quantity, "10000000000.01", "found 10000000000.01, allowed is 0 to 10000000000"),
        (quantity, "-0.01", "found -0.01, allowed is 0 to 10000000000"),
        (seconds, "0.0000000001", "time in seconds: found 0.0000000001, allowed are steps of"),
        (seconds, "-1", "time in seconds: found -1, allowed is 0 to 1000000000"),
    ];
    for (read, text, expected) in cases {
        let error = read(text).expect_err(text);
        assert!(error.contains(expected), "{text}: {error}");
    }
    assert!(cash("0.0000001").expect_err("too fine").starts_with(dollars));
    for word in ["", "one", "0.6.5", "1e", "0x10"] {
        let error = word.parse::<Price>().expect_err(word).to_string();
        let expected = format!("price in dollars: found `{word}`, allowed is a decimal number");
        assert!(error.starts_with(&expected), "{error}");
    }
}

#[test]
fn integers_are_checked_at_both_ends() {
    assert_eq!(Price::new(10_000), Ok(Price::ONE_DOLLAR));
    let error = Price::new(10_001).expect_err("above a dollar").to_string();
    assert_eq!(error, "price in dollars: found 1.0001, allowed is 0 to 1");

    assert_eq!(Quantity::new(1_000_000_000_000), Ok(Quantity::MAX));
    let error = Quantity::new(1_000_000_000_001).expect_err("above the most").to_string();
    assert_eq!(error, "quantity in contracts: found 10000000000.01, allowed is 0 to 10000000000");

    assert_eq!(Quantity::of_contracts(7).map(Quantity::hundredths), Ok(700));
    assert_eq!(Quantity::of_contracts(0), Ok(Quantity::ZERO));
}

#[test]
fn units_read_as_a_person_writes_them() {
    let contracts = |hundredths| Quantity::new(hundredths).expect("few contracts");
    let price = |ten_thousandths| Price::new(ten_thousandths).expect("below a dollar");
    let cases: [(&dyn Display, &str); 22] = [
        (&Cash::from_millionths(0), "0.00"),
        (&Cash::from_millionths(1_000_000), "1.00"),
        (&Cash::from_millionths(500_000), "0.50"),
        (&Cash::from_millionths(32_500_000), "32.50"),
        (&Cash::from_millionths(10_000), "0.01"),
        (&Cash::from_millionths(-17_472), "-0.017472"),
        (&Cash::from_millionths(125_000), "0.125"),
        (&price(0), "0.00"),
        (&price(5_000), "0.50"),
        (&price(6_500), "0.65"),
        (&price(120), "0.012"),
        (&price(10_000), "1.00"),
        (&contracts(5_000), "50"),
        (&contracts(13), "0.13"),
        (&contracts(50), "0.5"),
        (&Position::new(-1_050), "-10.5"),
        (&Position::new(0), "0"),
        (&SimTime::from_ns(50_000_000), "0.05"),
        (&SimTime::from_ns(5_000_000_000), "5"),
        (&SimDuration::from_ns(1), "0.000000001"),
        (&Side::Bid, "bid"),
        (&Side::Ask, "ask"),
    ];
    for (unit, text) in cases {
        assert_eq!(unit.to_string(), text);
        // Columns line up: a width counts for the whole.
        assert_eq!(format!("{unit:>12}"), format!("{text:>12}"));
    }
}

#[test]
fn units_become_decimal_numbers() {
    assert_eq!(Cash::from_millionths(-1_250_000).to_decimal(), number("-1.25"));
    assert_eq!(Quantity::new(1_250).map(Quantity::to_decimal), Ok(number("12.5")));
    assert_eq!(Position::new(-75).to_decimal(), number("-0.75"));
    assert_eq!(SimDuration::from_ms(1_500).to_decimal_s(), number("1.5"));
    assert_eq!(decimal_of(12_300, 3).to_string(), "12.3");
    assert_eq!(decimal_of(-7, 0).to_string(), "-7");
}

#[test]
fn money_is_rounded_towards_the_exchange_whatever_its_sign() {
    // 0.0125 lies between 0.01 and 0.02; below zero, down is away from zero.
    let cases = [
        // amount, step, not above, not below [0.000001 dollar]
        (12_500, 10_000, 10_000, 20_000),
        (-12_500, 10_000, -20_000, -10_000),
        (20_000, 10_000, 20_000, 20_000),
        (-20_000, 10_000, -20_000, -20_000),
        (0, 100, 0, 0),
        (1, 100, 0, 100),
        (-1, 100, -100, 0),
    ];
    for (amount, step, floor, ceiling) in cases {
        let (amount, step) = (Cash::from_millionths(amount), Cash::from_millionths(step));
        assert_eq!(amount.floor_to(step).millionths(), floor, "{amount} down to {step}");
        assert_eq!(amount.ceil_to(step).millionths(), ceiling, "{amount} up to {step}");
    }
    assert_eq!(Cash::from_millionths(-3).abs(), Cash::from_millionths(3));
    assert_eq!(Cash::from_millionths(3).abs(), Cash::from_millionths(3));
    assert_eq!(-Cash::from_millionths(3), Cash::from_millionths(-3));
    let negative = [-1, 0, 1].map(|millionths| Cash::from_millionths(millionths).is_negative());
    assert_eq!(negative, [true, false, false]);
    assert_eq!((Cash::ZERO.millionths(), Cash::CENT.millionths()), (0, 10_000));
}

#[test]
#[should_panic(expected = "a rounding step is positive")]
fn money_is_not_rounded_to_steps_of_nothing() {
    let _ = Cash::CENT.floor_to(Cash::ZERO);
}

#[test]
fn prices_move_within_a_dollar() {
    let price = |ten_thousandths| Price::new(ten_thousandths).expect("below a dollar");
    assert_eq!(price(6_500).up(100), Some(price(6_600)));
    assert_eq!(price(9_900).up(100), Some(Price::ONE_DOLLAR));
    assert_eq!(price(9_900).up(101), None);
    assert_eq!(price(9_900).up(u16::MAX), None);
    assert_eq!(price(100).down(100), Some(Price::ZERO));
    assert_eq!(price(100).down(1), Some(price(99)));
    assert_eq!(price(100).down(101), None);
    // YES and NO come to one dollar.
    assert_eq!(price(6_500).complement(), price(3_500));
    assert_eq!(Price::ZERO.complement(), Price::ONE_DOLLAR);
    // 0.65 dollar for 2.5 contracts: 1.625 dollar.
    let quantity = Quantity::new(250).expect("few contracts");
    assert_eq!(price(6_500).times(quantity), Cash::from_millionths(1_625_000));
}

#[test]
fn a_position_is_long_short_or_flat() {
    let quantity = |hundredths| Quantity::new(hundredths).expect("few contracts");
    // position, size, long, short [0.01 contract], flat
    let cases = [
        (250, 250, 250, 0, false),
        (-250, 250, 0, 250, false),
        (0, 0, 0, 0, true),
        (1, 1, 1, 0, false),
    ];
    for (position, size, long, short, flat) in cases {
        let position = Position::new(position);
        assert_eq!(position.size(), quantity(size), "{position}");
        assert_eq!(position.long(), quantity(long), "{position}");
        assert_eq!(position.short(), quantity(short), "{position}");
        assert_eq!(position.closable(Side::Bid), quantity(short), "{position}");
        assert_eq!(position.closable(Side::Ask), quantity(long), "{position}");
        assert_eq!(position.is_flat(), flat, "{position}");
    }
    assert_eq!(Position::of(Side::Bid, quantity(250)), Position::new(250));
    assert_eq!(Position::of(Side::Ask, quantity(250)), Position::new(-250));
    assert_eq!(-Position::new(250), Position::new(-250));
    assert_eq!([Side::Bid.opposite(), Side::Ask.opposite()], [Side::Ask, Side::Bid]);
}

#[test]
fn quantities_and_times_do_not_fall_below_zero() {
    let quantity = |hundredths| Quantity::new(hundredths).expect("few contracts");
    assert_eq!(quantity(5).saturating_sub(quantity(3)), quantity(2));
    assert_eq!(quantity(3).saturating_sub(quantity(5)), Quantity::ZERO);
    assert_eq!([quantity(0).is_zero(), quantity(1).is_zero()], [true, false]);

    let (length, time) = (SimDuration::from_ns, SimTime::from_ns);
    assert_eq!(length(5).saturating_sub(length(3)), length(2));
    assert_eq!(length(3).saturating_sub(length(5)), SimDuration::ZERO);
    assert_eq!([length(0).is_zero(), length(1).is_zero()], [true, false]);
    assert_eq!(time(5).since(time(3)), length(2));
    assert_eq!(time(3).since(time(5)), SimDuration::ZERO);
    assert_eq!(time(5).before(length(3)), time(2));
    assert_eq!(time(3).before(length(5)), SimTime::START);
    assert_eq!(time(5) + length(3), time(8));
    let mut moved = time(5);
    moved += length(3);
    assert_eq!(moved.ns(), 8);
}

#[test]
fn lengths_of_time_are_counted_in_nanoseconds() {
    assert_eq!(SimDuration::from_ms(3).ns(), 3_000_000);
    assert_eq!(SimDuration::from_s(3).ns(), 3_000_000_000);
    assert_eq!(SimDuration::from_decimal_ms(number("2.5")), Ok(SimDuration::from_ns(2_500_000)));
    assert_eq!(SimDuration::from_decimal_s(number("2.5")), Ok(SimDuration::from_ns(2_500_000_000)));
    let error = SimDuration::from_decimal_ms(number("0.0000001")).expect_err("too fine");
    let expected = "time in milliseconds: found 0.0000001, allowed are steps of 0.000001";
    assert_eq!(error.to_string(), expected);
}

#[test]
fn sums_and_differences_are_of_one_unit() {
    let cash = Cash::from_millionths;
    assert_eq!(cash(5) + cash(3), cash(8));
    assert_eq!(cash(5) - cash(8), cash(-3));
    assert_eq!([cash(1), cash(2), cash(-7)].into_iter().sum::<Cash>(), cash(-4));
    let mut total = cash(5);
    total += cash(3);
    total -= cash(10);
    assert_eq!(total, cash(-2));
}
