//! What holds whatever several accounts ask of an exchange.

use std::collections::BTreeMap;

use fillgap::audit::Violation;
use fillgap::exchange::ExchangeEvent;
use fillgap::protocol::{Execution, OrderEnd, PrivateMessage, RejectReason, Reply};
use fillgap::units::{AccountId, SimDuration, SimTime};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{RngSeed, TestRunner};

use crate::exchange_actions::{ACCOUNTS, KEEP_MS, actions, setups};
use crate::exchange_hall::Hall;
use crate::operation_count::case;

fn config(seed: u64) -> ProptestConfig {
    ProptestConfig {
        cases: if cfg!(debug_assertions) { 200 } else { 2_000 },
        rng_seed: RngSeed::Fixed(seed),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

#[expect(clippy::needless_pass_by_value, reason = "`map_err` passes by value")]
fn failed(violation: Violation) -> TestCaseError {
    TestCaseError::fail(violation.to_string())
}

proptest! {
    #![proptest_config(config(1))]

    #[test]
    fn every_rule_of_the_audit_holds_after_every_request(setup in setups(), acts in actions()) {
        let case = case();
        Hall::new(setup).run(&acts, |_, _| ()).map_err(failed)?;
        case.holds();
    }
}

proptest! {
    #![proptest_config(config(2))]

    /// Only the first reading of an instant's end counts as the truth; later reads must repeat it.
    #[test]
    fn a_read_of_the_past_shows_what_was_true_then(setup in setups(), acts in actions()) {
        let case = case();
        let mut hall = Hall::new(setup);
        let mut then: BTreeMap<SimTime, Vec<Reply>> = BTreeMap::new();
        let mut wrong = None;
        hall.run(&acts, |hall, _| {
            let now = hall.now;
            let horizon = now.before(SimDuration::from_ms(KEEP_MS));
            for (as_of, views) in then.range(horizon..now) {
                // Which order is asked for changes with time: the first view of each account.
                let found = hall.views(*as_of);
                let differing = found.iter().zip(views).enumerate()
                    .find(|(index, (found, views))| index % 7 != 0 && found != views);
                if let Some((_, (found, views))) = differing {
                    wrong.get_or_insert(format!("{found:?} as of {as_of}, was {views:?}"));
                }
            }
            then.insert(now, hall.views(now));
        }).map_err(failed)?;
        prop_assert_eq!(wrong, None);
        case.holds();
    }
}

proptest! {
    #![proptest_config(config(4))]

    #[test]
    fn a_read_of_the_present_shows_the_state(setup in setups(), acts in actions()) {
        let case = case();
        let mut hall = Hall::new(setup);
        let mut wrong = None;
        hall.run(&acts, |hall, _| {
            let views = hall.views(hall.now);
            let accounts = (0..).map(AccountId::new);
            for (account, views) in accounts.zip(views.chunks(7)) {
                let state = hall.state(account);
                if views[1..] != state {
                    wrong.get_or_insert(format!("{account} reads {views:?}, true is {state:?}"));
                }
            }
        }).map_err(failed)?;
        prop_assert_eq!(wrong, None);
        case.holds();
    }
}

proptest! {
    #![proptest_config(config(3))]

    /// With every price replaced by one dollar minus it and every side by the other, everybody has
    /// the same money, and the opposite contracts.
    #[test]
    fn yes_and_no_mirror_each_other(setup in setups(), acts in actions()) {
        let case = case();
        let (mut hall, mut mirror) = (Hall::new(setup), Hall::new(setup.mirrored()));
        hall.run(&acts, |_, _| ()).map_err(failed)?;
        mirror.run(&acts, |_, _| ()).map_err(failed)?;
        prop_assert_eq!(hall.events.len(), mirror.events.len());
        for account in (0..ACCOUNTS).map(AccountId::new) {
            prop_assert_eq!(hall.exchange.funds(account), mirror.exchange.funds(account));
            for market in hall.exchange.markets() {
                let (held, mirrored) =
                    (hall.exchange.holding(account, market), mirror.exchange.holding(account, market));
                prop_assert_eq!(held.position, -mirrored.position);
                prop_assert_eq!(
                    (held.cost, held.realized, held.fees),
                    (mirrored.cost, mirrored.realized, mirrored.fees)
                );
            }
        }
        case.holds();
    }

    #[test]
    fn an_account_that_never_trades_changes_nothing(setup in setups(), acts in actions()) {
        let case = case();
        let (mut hall, mut other) = (Hall::new(setup), Hall::new(setup.with_idle_account()));
        hall.run(&acts, |_, _| ()).map_err(failed)?;
        other.run(&acts, |_, _| ()).map_err(failed)?;
        prop_assert_eq!(&hall.events, &other.events);
        case.holds();
    }

    /// What the crowd sees does not depend on later requests: the events of the first half are the
    /// first events of the whole.
    #[test]
    fn the_future_does_not_change_the_past(setup in setups(), acts in actions()) {
        let case = case();
        let (mut whole, mut half) = (Hall::new(setup), Hall::new(setup));
        whole.run(&acts, |_, _| ()).map_err(failed)?;
        half.run(&acts[..acts.len() / 2], |_, _| ()).map_err(failed)?;
        prop_assert_eq!(&whole.events[..half.events.len()], &half.events[..]);
        case.holds();
    }
}

/// How often the random requests lead to each outcome: a property that never meets an outcome says
/// nothing about it.
#[test]
fn the_random_requests_reach_every_outcome() {
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    let mut runner = TestRunner::new(config(1));
    for _ in 0..1_500 {
        let acts = (setups(), actions()).new_tree(&mut runner).unwrap();
        let (setup, acts) = acts.current();
        let mut hall = Hall::new(setup);
        hall.run(&acts, |_, answered| {
            if let Some((_, Reply::Rejected(reason))) = answered {
                *counts.entry(format!("{reason:?}")).or_default() += 1;
            }
        })
        .unwrap();
        for event in &hall.events {
            if let ExchangeEvent::Private(PrivateMessage { execution, .. }) = event {
                let outcome = match execution {
                    Execution::Accepted { .. } => "accepted",
                    Execution::Filled(fill) if fill.position_after.is_flat() => "closed",
                    Execution::Filled(_) => "filled",
                    Execution::Decreased { .. } => "decreased",
                    Execution::Amended { .. } => "amended",
                    Execution::Ended { end: OrderEnd::GroupCanceled, .. } => "group canceled",
                    Execution::Ended { end: OrderEnd::Unfunded, .. } => "unfunded",
                    Execution::Ended { end: OrderEnd::Halted, .. } => "halted",
                    Execution::Ended { end: OrderEnd::MarketClosed, .. } => "market closed",
                    Execution::Ended { end: OrderEnd::Executed, .. } => "executed",
                    Execution::Ended { end: OrderEnd::Canceled, .. } => "canceled",
                    Execution::Ended { end: OrderEnd::Expired, .. } => "expired",
                    Execution::Ended { end: OrderEnd::PostOnlyCross, .. } => "post only",
                    Execution::Ended { end: OrderEnd::SelfTrade, .. } => "self trade",
                    Execution::Ended { end: OrderEnd::NotFilledAtOnce, .. } => "not filled at once",
                    Execution::Ended { end: OrderEnd::NothingToClose, .. } => "closes nothing more",
                };
                *counts.entry(outcome.to_owned()).or_default() += 1;
            }
        }
    }
    // An unlisted market never occurs, no market has a limit, and amends name their order rightly.
    let never = [
        RejectReason::MarketNotFound,
        RejectReason::PositionLimit,
        RejectReason::OrderMarketMismatch,
        RejectReason::OrderSideMismatch,
        RejectReason::ClientOrderMismatch,
    ];
    let reasons = RejectReason::ALL.into_iter().filter(|reason| !never.contains(reason));
    let outcomes = [
        "accepted",
        "post only",
        "self trade",
        "closed",
        "filled",
        "decreased",
        "amended",
        "group canceled",
        "halted",
        "market closed",
        "executed",
        "canceled",
        "expired",
    ];
    let expected = reasons.map(|reason| format!("{reason:?}")).chain(outcomes.map(String::from));
    let rare: Vec<_> = expected
        .chain(["not filled at once".to_owned(), "closes nothing more".to_owned()])
        .filter(|outcome| {
            // The band of prices is on the grid.
            outcome != "InvalidPrice" && counts.get(outcome).copied().unwrap_or_default() < 20
        })
        .collect();
    assert!(rare.is_empty(), "{rare:?} in {counts:?}");
}
