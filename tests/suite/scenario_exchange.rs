//! The choices of the exchange in a scenario: each word reaches the setting that it is for.

use std::path::Path;

use fillgap::exchange::{
    BalanceReading, CollateralRule, ExchangeSettings, PartlyFilledIoc, PausedDecrease,
    PostOnlyCross, QueuePositionScope, RejectedClientOrder,
};
use fillgap::scenario::{Scenario, SetValue};
use fillgap::units::SimDuration;

const PLAIN: &str = include_str!("../fixtures/plain.toml");

fn exchange(set: &str) -> ExchangeSettings {
    let sets: Vec<SetValue> = vec![set.parse().unwrap()];
    let read = Scenario::of_text(Path::new("tests/fixtures/read.toml"), PLAIN, &sets);
    read.unwrap_or_else(|errors| panic!("{errors}")).exchange
}

/// One key a line, with a value that is not the default; everything else stays as it is.
#[test]
fn each_choice_reaches_its_setting_and_no_other() {
    let plain = ExchangeSettings::default();
    let cases = [
        (
            "partly_filled_ioc=canceled",
            ExchangeSettings { partly_filled_ioc: PartlyFilledIoc::Canceled, ..plain },
        ),
        (
            "post_only_cross=canceled",
            ExchangeSettings { post_only_cross: PostOnlyCross::Canceled, ..plain },
        ),
        (
            "rejected_client_order=used_up",
            ExchangeSettings { rejected_client_order: RejectedClientOrder::UsedUp, ..plain },
        ),
        ("balance_reading=net", ExchangeSettings { balance_reading: BalanceReading::Net, ..plain }),
        (
            "queue_position=level",
            ExchangeSettings { queue_position: QueuePositionScope::Level, ..plain },
        ),
        ("collateral=at_match", ExchangeSettings { collateral: CollateralRule::AtMatch, ..plain }),
        (
            "paused_decrease=like_amend",
            ExchangeSettings { paused_decrease: PausedDecrease::LikeAmend, ..plain },
        ),
        (
            "cancel_all_reach_s=60",
            ExchangeSettings { cancel_all_reach: SimDuration::from_s(60), ..plain },
        ),
        ("batch_longest_requests=20", ExchangeSettings { batch_longest: Some(20), ..plain }),
    ];
    for (set, expected) in cases {
        assert_eq!(exchange(&format!("exchange.{set}")), expected, "{set}");
        assert_ne!(expected, plain, "{set} is no default");
    }
}
