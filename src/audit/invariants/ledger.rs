//! What must be true of money and contracts.

use crate::audit::exchange_state::{AccountState, ExchangeState, InMarketState, MarketState};
use crate::audit::invariant::{Invariant, Violation, broken};
use crate::audit::order_fees::OrderFees;
use crate::audit::returned::Returned;
use crate::audit::shadow_accounts::ShadowAccounts;
use crate::exchange::{Funding, LifeRules, Settlement};
use crate::market::{FeeRounding, FeeSchedule, LifeStep, MarketStatus};
use crate::protocol::{BalanceView, FillReport};
use crate::units::{AccountId, Cash, MarketId, Position, Price, SimDuration};

/// The steps of a market's life that bring no result along.
const STEPS: [LifeStep; 6] = [
    LifeStep::Activate,
    LifeStep::Deactivate,
    LifeStep::Close,
    LifeStep::Dispute,
    LifeStep::Uphold,
    LifeStep::Settle,
];

/// INV-16: balances, fees and the settlement pool make what was deposited; the pool holds one dollar
/// for each pair of contracts, less what was returned; a balance is what fills, fees, settlements and
/// returns left of its deposit.
pub(in crate::audit) fn cash_is_conserved(
    state: &ExchangeState,
    shadow: &ShadowAccounts,
    returned: &Returned,
) -> Result<(), Violation> {
    let balances: Cash = state.accounts.iter().map(|account| account.funds.balance).sum();
    let holds = (balances, state.fees, state.pool);
    if balances + state.fees + state.pool != state.deposited || state.fees != shadow.fees {
        let found = (holds, "of", state.deposited, "fees by the fills", shadow.fees);
        return Err(broken(Invariant::CashIsConserved, &found));
    }
    let holdings = state.accounts.iter().flat_map(|account| &account.in_markets);
    let pairs = holdings.map(|here| here.holding.position.long()).sum();
    if Price::ONE_DOLLAR.times(pairs) != state.pool + returned.sum() {
        let found = (holds, "for pairs", pairs, "and returned", returned.sum());
        return Err(broken(Invariant::CashIsConserved, &found));
    }
    for account in &state.accounts {
        let expected = deposit(account.funding) + shadow.account(account.account).change;
        if account.funds.balance != expected {
            let found = (account.account, account.funds, "by the events", expected);
            return Err(broken(Invariant::CashIsConserved, &found));
        }
    }
    Ok(())
}

/// INV-16: what was returned of an account's collateral is what its contracts must pay in the worst
/// case, less a part of the smallest step of a balance.
pub(in crate::audit) fn returns_are_certain(
    rounding: FeeRounding,
    state: &ExchangeState,
    shadow: &ShadowAccounts,
    returned: &Returned,
    statuses: &[MarketStatus],
) -> Result<(), Violation> {
    for event in returned.events() {
        for here in &state.accounts {
            let (account, told) = (here.account, returned.told(here.account, event));
            let found = here.returned.get(&event).copied().unwrap_or_default();
            let certain = if returned.is_netted(account, event) {
                returned.certain(shadow, statuses, account, event)
            } else {
                Cash::ZERO
            };
            let due = certain - found;
            if told != found || due.floor_to(rounding.balance_step()) != Cash::ZERO {
                let found = (account, event, "told", told, "returned", found, "certain", certain);
                return Err(broken(Invariant::CashIsConserved, &found));
            }
        }
    }
    Ok(())
}

/// INV-16: an account is told the balance that fills, fees and settlements left of its deposit.
pub(in crate::audit) fn told_balance_is_right(
    account: AccountId,
    funding: Funding,
    told: BalanceView,
    shadow: &ShadowAccounts,
) -> Result<(), Violation> {
    let expected = deposit(funding) + shadow.account(account).change;
    if told.balance == expected {
        return Ok(());
    }
    Err(broken(Invariant::CashIsConserved, &(account, told, "by the events", expected)))
}

/// What an account brought.
fn deposit(funding: Funding) -> Cash {
    match funding {
        Funding::Cash(cash) => cash,
        Funding::Unlimited => Cash::ZERO,
    }
}

/// INV-17: the positions of all accounts in a market add up to zero, and each is the sum of the
/// account's fills.
pub(in crate::audit) fn contracts_are_conserved(
    state: &ExchangeState,
    market: MarketId,
    shadow: &ShadowAccounts,
) -> Result<(), Violation> {
    let mut sum = Position::FLAT;
    for account in &state.accounts {
        let position = account.in_markets[market.number() as usize].holding.position;
        let expected = shadow.position(account.account, market);
        if position != expected {
            let found = (market, account.account, position, "by the fills", expected);
            return Err(broken(Invariant::ContractsAreConserved, &found));
        }
        sum += position;
    }
    if sum.is_flat() {
        Ok(())
    } else {
        Err(broken(Invariant::ContractsAreConserved, &(market, sum)))
    }
}

/// INV-17: a fill tells the position that is the sum of the account's fills.
pub(in crate::audit) fn told_position_is_right(
    report: &FillReport,
    position: Position,
) -> Result<(), Violation> {
    if report.position_after == position {
        return Ok(());
    }
    Err(broken(Invariant::ContractsAreConserved, &(report, "by the fills", position)))
}

/// INV-19: the fee of a fill, and of all fills of an order, is the formula's value, rounded within its
/// bound. `fees` holds the fill already.
pub(in crate::audit) fn fees_are_within_bounds(
    rounding: FeeRounding,
    schedule: &FeeSchedule,
    fees: &OrderFees,
    fill: &FillReport,
) -> Result<(), Violation> {
    let due = excess(schedule, fees.paid, fees.due_parts);
    let is_right = match rounding {
        FeeRounding::WholeCent => {
            let moved = fees.cost + fees.paid;
            moved.floor_to(Cash::CENT) == moved
                && (0..parts_of(schedule, Cash::CENT)).contains(&due)
        }
        FeeRounding::Millionth { .. } | FeeRounding::TenThousandth { .. } => {
            let slack = parts_of(schedule, rounding.slack_per_fill());
            let parts = schedule.parts(fill.liquidity, fill.price, fill.quantity);
            let alone = excess(schedule, fill.fee, parts);
            !fill.fee.is_negative()
                && alone < slack
                && (0..slack * i128::from(fees.fills)).contains(&due)
        }
    };
    if is_right {
        return Ok(());
    }
    Err(broken(Invariant::FeesWithinBounds, &(fill, "the order's fills so far", fees)))
}

/// An amount in a schedule's parts.
fn parts_of(schedule: &FeeSchedule, amount: Cash) -> i128 {
    i128::from(amount.millionths()) * i128::from(schedule.parts_per_millionth())
}

/// What was paid beyond what is due, in a schedule's parts.
fn excess(schedule: &FeeSchedule, paid: Cash, due_parts: u128) -> i128 {
    let due = i128::try_from(due_parts).expect("Invariant: Quantity::MAX bounds a fee");
    parts_of(schedule, paid) - due
}

/// INV-20: an account's balance is its deposit plus profit minus fees, with what was returned, and moves
/// in whole steps; all profits together are zero at any mark. Profit is linear in the mark, so that its
/// two ends speak for all between.
pub(in crate::audit) fn profits_add_up(
    rounding: FeeRounding,
    state: &ExchangeState,
    returned: &Returned,
) -> Result<(), Violation> {
    let step = rounding.balance_step();
    for account in &state.accounts {
        let holdings = account.in_markets.iter().map(|here| here.holding);
        let earned: Cash = holdings.map(|held| held.realized - held.cost - held.fees).sum();
        let returned = returned.of(account.account);
        let changed = account.funds.balance - deposit(account.funding);
        if changed != earned + returned || changed != changed.floor_to(step) {
            let found = (account.account, account.funds, account.funding, earned, returned);
            return Err(broken(Invariant::ProfitsAddUp, &found));
        }
    }
    for market in &state.markets {
        for mark in [Price::ZERO, Price::ONE_DOLLAR] {
            let profits = state.accounts.iter().map(|it| profit_at(it, market, mark));
            let profits: Cash = profits.sum();
            if profits != Cash::ZERO {
                return Err(broken(Invariant::ProfitsAddUp, &(market.market, mark, profits)));
            }
        }
    }
    Ok(())
}

/// An account's profit in a market before fees, its position valued at a price.
fn profit_at(account: &AccountState, market: &MarketState, mark: Price) -> Cash {
    let holding = account.in_markets[market.market.number() as usize].holding;
    let (long, short) = (holding.position.long(), holding.position.short());
    holding.realized - holding.cost + mark.times(long) + mark.complement().times(short)
}

/// INV-21: a market's status follows from the one before.
pub(in crate::audit) fn life_goes_its_way(
    market: MarketId,
    before: MarketStatus,
    status: MarketStatus,
) -> Result<(), Violation> {
    let follows = STEPS.iter().any(|step| before.after(*step) == Some(status));
    let decides = match status {
        MarketStatus::Determined(_) => before == MarketStatus::Closed,
        MarketStatus::Amended(_) => matches!(before, MarketStatus::Disputed(_)),
        _ => false,
    };
    if follows || decides {
        return Ok(());
    }
    Err(broken(Invariant::SettlementPaysOnce, &(market, before, "becomes", status)))
}

/// INV-21: a final market pays a position what it is worth, once; what is finer than a balance may be
/// is kept as a fee. `held` is what the account's fills left it with before.
pub(in crate::audit) fn position_is_paid_once(
    account: AccountId,
    settlement: &Settlement,
    held: Position,
    status: MarketStatus,
    rounding: FeeRounding,
) -> Result<(), Violation> {
    let Settlement { result, position, payout, fee, .. } = *settlement;
    let value = result.settlement_value();
    let worth = value.times(position.long()) + value.complement().times(position.short());
    let is_whole = !fee.is_negative() && fee < rounding.balance_step();
    let is_due = status == MarketStatus::Finalized(result) && !position.is_flat();
    if is_due && is_whole && (held, worth) == (position, payout + fee) {
        return Ok(());
    }
    Err(broken(Invariant::SettlementPaysOnce, &(account, settlement, held, status)))
}

/// INV-21: a market whose trading is over has no orders, and one that has paid no positions and locks.
pub(in crate::audit) fn nothing_is_left(
    state: &ExchangeState,
    market: &MarketState,
    told: MarketStatus,
    life: LifeRules,
) -> Result<(), Violation> {
    let status = market.status;
    let waits = life.close_cancels_after > SimDuration::ZERO;
    let may_have_orders = matches!(status, MarketStatus::Active | MarketStatus::Inactive)
        || waits && status == MarketStatus::Closed;
    let has_orders = !market.bids.orders.is_empty() || !market.asks.orders.is_empty();
    let mut holdings =
        state.accounts.iter().map(|it| it.in_markets[market.market.number() as usize]);
    let is_held =
        |here: InMarketState| !here.holding.position.is_flat() || here.locked != Cash::ZERO;
    let is_settled = !matches!(status, MarketStatus::Finalized(_)) || !holdings.any(is_held);
    if status == told && (may_have_orders || !has_orders) && is_settled {
        return Ok(());
    }
    Err(broken(Invariant::SettlementPaysOnce, &(market.market, status, "told", told)))
}
