//! How often the random steps lead to each outcome: a comparison that never meets an outcome says
//! nothing about it.

use std::collections::BTreeMap;

use fillgap::market::LifeStep;
use fillgap::protocol::{Execution, OrderEnd, OrderStatus, RejectReason, Reply, Request};
use fillgap::units::{AccountId, Cash, MarketId};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use proptest_state_machine::ReferenceStateMachine;

use super::effects::effective;
use super::machine::config;
use super::readings::Second;
use super::settings::Limit;
use super::state::{Market, Reference, Told};
use super::steps::Transition;

type Counts = BTreeMap<String, u32>;

/// What besides refusals must be reached.
const EXPECTED: [&str; 62] = [
    "end Executed",
    "end Canceled",
    "end Expired",
    "end NotFilledAtOnce",
    "end PostOnlyCross",
    "end SelfTrade",
    "end Unfunded",
    "end NothingToClose",
    "end GroupCanceled",
    "end Halted",
    "end MarketClosed",
    "filled, Millionth { step: 100 }",
    "filled, Millionth { step: 10000 }",
    "filled, TenThousandth { step: 100 }",
    "filled, TenThousandth { step: 10000 }",
    "filled, WholeCent",
    "filled, AtEntry",
    "filled, AtMatch",
    "filled, limit None",
    "filled, limit Contracts",
    "filled, limit Risk",
    "refused by a limit of Contracts",
    "refused by a limit of Risk",
    "a maker pays",
    "a fee of 10 times",
    "paid back",
    "no fee",
    "amended",
    "decreased",
    "settled",
    "settled with a remainder",
    "came to rest after all were canceled",
    "read Order Resting",
    "read Order Canceled",
    "read Order Executed",
    "read Orders",
    "read Fills",
    "read Positions",
    "read Balance that is net",
    "read Balance that is gross",
    "read Quote",
    "read Book",
    "active",
    "inactive",
    "closed",
    "determined",
    "disputed",
    "finalized",
    "refined",
    "refined while orders rest",
    "not refined",
    "filled between cents",
    "a waived fee",
    "a maker's waived fee",
    "a fee after a waiver",
    "a waiver ends while orders rest",
    "returned",
    "taken back",
    "taken back by a settlement",
    "returned in part",
    "a return locks more",
    "a result too high",
];

fn count(counts: &mut Counts, outcome: impl Into<String>) {
    *counts.entry(outcome.into()).or_default() += 1;
}

fn kind(limit: Limit) -> &'static str {
    match limit {
        Limit::None => "None",
        Limit::Contracts(_) => "Contracts",
        Limit::Risk(_) => "Risk",
    }
}

fn count_reply(counts: &mut Counts, state: &Reference, step: &Transition) {
    let mut refused = |reason: RejectReason| {
        count(counts, format!("{reason:?}"));
        if reason == RejectReason::PositionLimit {
            count(counts, format!("refused by a limit of {}", kind(state.settings.limit)));
        }
    };
    match state.reply.as_ref() {
        Some(Reply::Rejected(reason)) => refused(*reason),
        Some(Reply::CreatedBatch(items)) => {
            items.iter().filter_map(|it| it.as_ref().err()).for_each(|it| refused(*it));
        }
        Some(Reply::Order(view)) => count(counts, format!("read Order {:?}", view.status)),
        Some(Reply::Orders(views)) if views.iter().any(|it| it.status != OrderStatus::Resting) => {
            count(counts, "read Orders");
        }
        Some(Reply::Fills(fills)) if !fills.is_empty() => count(counts, "read Fills"),
        Some(Reply::Positions(held)) if !held.is_empty() => count(counts, "read Positions"),
        Some(Reply::Balance(funds)) => {
            let Transition::Look(account, ..) = step else { return };
            let (is_net, now) = (state.settings.reads(Second::NetBalance), state.funds(*account));
            if is_net && now.available < now.balance {
                count(counts, "read Balance that is net");
            } else if funds.available < funds.balance {
                count(counts, "read Balance that is gross");
            }
        }
        Some(Reply::Quote(quote)) if quote.bid.is_some() => count(counts, "read Quote"),
        Some(Reply::Book(book)) if book.asks.len() > 1 => count(counts, "read Book"),
        _ => {}
    }
}

fn count_told(counts: &mut Counts, state: &Reference, step: &Transition, told: &Told) {
    match told {
        Told::Execution(_, Execution::Ended { end, .. }) => {
            count(counts, format!("end {end:?}"));
            let is_new = matches!(step, Transition::Ask(_, Request::Create(_)));
            if *end == OrderEnd::Canceled && is_new {
                count(counts, "came to rest after all were canceled");
            }
        }
        Told::Execution(_, Execution::Filled(fill)) => {
            let settings = &state.settings;
            count(counts, format!("filled, {:?}", settings.rounding));
            count(counts, format!("filled, {:?}", settings.payment));
            count(counts, format!("filled, limit {}", kind(settings.limit)));
            let is_maker = fill.liquidity == fillgap::protocol::Liquidity::Maker;
            let is_waived = state.formula(fill.market) != settings.formula;
            for (is_so, what) in [
                (is_waived, "a waived fee"),
                (is_waived && is_maker && settings.formula.maker > 0, "a maker's waived fee"),
                (
                    fill.fee > Cash::ZERO && !is_waived && settings.waived_until.is_some(),
                    "a fee after a waiver",
                ),
                (is_maker && fill.fee > Cash::ZERO, "a maker pays"),
                (
                    fill.fee > Cash::ZERO && settings.formula.multiplier > 10_000,
                    "a fee of 10 times",
                ),
                (fill.fee.is_negative(), "paid back"),
                (fill.fee == Cash::ZERO, "no fee"),
                (fill.price.ten_thousandths() % 100 != 0, "filled between cents"),
            ] {
                if is_so {
                    count(counts, what);
                }
            }
        }
        Told::Execution(_, Execution::Amended { .. }) => count(counts, "amended"),
        Told::Execution(_, Execution::Decreased { .. }) => count(counts, "decreased"),
        Told::Settled(.., payout) => {
            count(counts, "settled");
            if payout.kept > Cash::ZERO {
                count(counts, "settled with a remainder");
            }
        }
        Told::Status(_, status) => count(counts, status.to_string()),
        Told::Refined(_) => count(counts, "refined"),
        Told::Execution(_, Execution::Accepted { .. }) | Told::Trade(..) => {}
    }
}

fn count_refined(counts: &mut Counts, before: &Reference, step: &Transition, after: &Reference) {
    let Transition::Refine(market, _) = step else { return };
    if !after.has_stepped {
        count(counts, "not refined");
    } else if before.orders.iter().any(|order| order.market == *market) {
        count(counts, "refined while orders rest");
    }
}

fn count_waiver(counts: &mut Counts, before: &Reference, after: &Reference) {
    let is_over = |after: &Market, before: &Market| after.waived_until != before.waived_until;
    if !after.markets.iter().zip(&before.markets).any(|(after, before)| is_over(after, before)) {
        return;
    }
    if !before.orders.is_empty() {
        count(counts, "a waiver ends while orders rest");
    }
}

fn count_returns(counts: &mut Counts, before: &Reference, step: &Transition, after: &Reference) {
    if after.settings.returns.is_none() {
        return;
    }
    let has_settled = after.told.iter().any(|told| matches!(told, Told::Settled(..)));
    let is_partial = !matches!(after.yes_left().ten_thousandths(), 0 | 10_000);
    for (was, is) in before.returned.iter().zip(&after.returned) {
        for (is_so, what) in [
            (is > was, "returned"),
            (is < was, "taken back"),
            (is < was && has_settled, "taken back by a settlement"),
            (is != was && is_partial, "returned in part"),
        ] {
            if is_so {
                count(counts, what);
            }
        }
    }
    let accounts = || (0..).map(AccountId::new).take(after.cash.len());
    let locks = |state: &Reference| -> Cash {
        let markets = || (0..).map(MarketId::new).take(state.markets.len());
        let all = accounts().flat_map(|account| markets().map(move |market| (account, market)));
        all.map(|(account, market)| state.locked(account, market)).sum()
    };
    let mut without = after.clone();
    without.settings.returns = None;
    if locks(after) > locks(&without) {
        count(counts, "a return locks more");
    }
    if let Transition::Step(market, LifeStep::Determine(result) | LifeStep::Amend(result)) = step
        && !after.has_stepped
        && after.is_too_high(market.number() as usize, *result)
    {
        count(counts, "a result too high");
    }
}

#[test]
fn the_random_steps_reach_every_outcome() {
    let mut counts = Counts::new();
    let mut runner = TestRunner::new(config(1, 7));
    for _ in 0..1_000 {
        let steps = Reference::sequential_strategy(1..150).new_tree(&mut runner).unwrap();
        let (mut state, steps, _) = steps.current();
        for step in &steps {
            let before = state.clone();
            state = <Reference as ReferenceStateMachine>::apply(state, step);
            for reading in effective(&before, step, &state) {
                count(&mut counts, reading);
            }
            count_reply(&mut counts, &state, step);
            count_refined(&mut counts, &before, step, &state);
            count_waiver(&mut counts, &before, &state);
            count_returns(&mut counts, &before, step, &state);
            for told in &state.told {
                count_told(&mut counts, &state, step, told);
            }
        }
    }
    // The book has room, and the readings of assumed rules that refuse these are not drawn here.
    let never = [
        RejectReason::ExchangeUnavailable,
        RejectReason::ForeignOrder,
        RejectReason::NothingToClose,
    ];
    let reasons = RejectReason::ALL.into_iter().filter(|reason| !never.contains(reason));
    let expected = reasons.map(|reason| format!("{reason:?}"));
    let readings = Second::ALL
        .into_iter()
        .flat_map(|second| ["with", "without"].map(|has| format!("{has} {second:?}")));
    let expected = expected.chain(EXPECTED.map(str::to_owned)).chain(readings);
    let rare: Vec<_> = expected
        .filter(|outcome| counts.get(outcome).copied().unwrap_or_default() < least(outcome))
        .collect();
    assert!(rare.is_empty(), "{rare:?} in {counts:?}");
}

/// How often an outcome must be reached at least. Some readings matter only in an instant, for several
/// orders of one group, or where money is short.
fn least(outcome: &str) -> u32 {
    let is = |all: &[&str]| all.iter().any(|rare| outcome.ends_with(rare));
    if is(&[
        "AmendedPostOnlyCanceled",
        "ExpiryAfterPause",
        "JudgedEachMatch",
        "by a settlement",
        "a result too high",
        "ReturnWithOrder",
    ]) {
        2
    } else {
        10
    }
}
