//! What must be true of the money that orders lock.

use crate::audit::exchange_audit::ExchangeAudit;
use crate::audit::exchange_state::AccountState;
use crate::audit::invariant::{Invariant, Violation, broken};
use crate::exchange::{CollateralRule, Funding, MakerFeeLock, PositionUse};
use crate::market::{FeeRounding, Liquidity};
use crate::protocol::BalanceView;
use crate::units::{AccountId, Cash, MarketId, Price, Quantity, Side};

/// INV-18: what an account locks covers the worst case of its orders and nothing else, so that nothing
/// stays locked for a final order; no account with limited funds spends more than it has; an account
/// that is followed was told what it has.
pub(in crate::audit) fn locks_cover_orders(
    audit: &ExchangeAudit,
    account: &AccountState,
) -> Result<(), Violation> {
    let AccountState { account: id, funds, .. } = *account;
    let in_all: Cash = account.in_markets.iter().map(|here| here.locked).sum();
    let shadow = audit.accounts.account(id);
    let is_told = shadow.told.is_none_or(|told| told == funds);
    let is_free = account.funding == Funding::Unlimited;
    if funds.balance - in_all != funds.available || !is_told || is_free && in_all != Cash::ZERO {
        return Err(broken(Invariant::LocksCoverOrders, &(id, funds, in_all, shadow.told)));
    }
    if is_free {
        return Ok(());
    }
    let mut returning = 0;
    for (market, here) in (0..).map(MarketId::new).zip(&account.in_markets) {
        returning += lock_is_worst_case(audit, id, market, here.locked)?;
    }
    // Each fill may cost more than was set aside for its part of the order, by its rounding. What orders
    // bring back is rounded down for each alone, and in fact for all together.
    let rounding = audit.settings.fee_rounding;
    let slack = times(rounding.slack_per_fill(), i64::from(shadow.fills))
        + times(rounding.balance_step(), returning);
    let spent = match audit.settings.collateral {
        CollateralRule::AtEntry => funds.available,
        CollateralRule::AtMatch => funds.balance,
    };
    if (spent + slack + shadow.unlocked_fees).is_negative() {
        let found = (id, funds, slack, shadow.unlocked_fees);
        return Err(broken(Invariant::LocksCoverOrders, &found));
    }
    Ok(())
}

/// INV-18: an account is told what it has when that changes, and never more free money than it has.
pub(in crate::audit) fn told_funds_are_news(
    account: AccountId,
    told: BalanceView,
    before: Option<BalanceView>,
) -> Result<(), Violation> {
    if before == Some(told) || told.available > told.balance {
        return Err(broken(Invariant::LocksCoverOrders, &(account, told, "after", before)));
    }
    Ok(())
}

/// INV-18: compares a lock with what the account's orders can cost if all of them fill: each contract
/// that does not close paying its price and its part of the maker fee. Which close, and whether the
/// fee counts, the exchange's settings say. Returns how many orders bring collateral back.
fn lock_is_worst_case(
    audit: &ExchangeAudit,
    account: AccountId,
    market: MarketId,
    locked: Cash,
) -> Result<i64, Violation> {
    let shadow = &audit.books[market.number() as usize];
    // What rests may fill when fees are no longer waived; whether that is locked is a setting.
    let schedule = audit.resting_fees(market);
    let fee_of = |limit, quantity| match audit.settings.money.maker_fee {
        MakerFeeLock::Locked => schedule.parts(Liquidity::Maker, limit, quantity),
        MakerFeeLock::NotLocked => 0,
    };
    let per_millionth = u128::from(schedule.parts_per_millionth());
    let in_dollars = |parts: u128| {
        let millionths = i64::try_from(parts.div_ceil(per_millionth));
        Cash::from_millionths(millionths.expect("Invariant: Quantity::MAX bounds a fee"))
    };
    let (mut prices, mut fee_parts, mut orders, mut returning) = (Cash::ZERO, 0, 0, 0);
    for side in [Side::Bid, Side::Ask] {
        let place = (account, market);
        let closable = audit.returned.closable(&audit.accounts, &audit.statuses, place, side);
        let (mut closable, kept) = closable;
        let trails = shadow.side(side).values().map(|order| &audit.orders[order]);
        let mut trails: Vec<_> = trails.filter(|trail| trail.account == account).collect();
        if audit.settings.money.position_use == PositionUse::FirstPlaced {
            trails.sort_by_key(|trail| trail.accepted);
        }
        for trail in trails {
            let opening = trail.remaining.saturating_sub(closable);
            let closing = trail.remaining - opening;
            closable -= closing;
            let price = side.own_price(trail.limit);
            if kept != Price::ONE_DOLLAR {
                let cost = price.times(closing) + in_dollars(fee_of(trail.limit, closing));
                let step = audit.settings.fee_rounding.balance_step();
                prices += (cost - kept.times(closing).floor_to(step)).max(Cash::ZERO);
                orders += i64::from(closing > Quantity::ZERO);
                returning += i64::from(closing > Quantity::ZERO);
            }
            prices += price.times(opening);
            fee_parts += fee_of(trail.limit, opening);
            orders += i64::from(opening > Quantity::ZERO);
        }
    }
    if audit.settings.money.maker_fee == MakerFeeLock::NotLocked {
        orders = 0;
    }
    let fees = in_dollars(fee_parts);
    let (credit, rounding) = tolerance(audit.settings.fee_rounding, orders);
    if locked < prices + fees - credit || locked > prices + fees + rounding {
        let found = (account, market, locked, "for", prices, fees);
        return Err(broken(Invariant::LocksCoverOrders, &found));
    }
    Ok(returning)
}

/// How much less and more than price and fee so many orders may lock: a lock is rounded up to an
/// amount that can be paid, and an order that paid for rounding before may owe less.
fn tolerance(rounding: FeeRounding, orders: i64) -> (Cash, Cash) {
    let (credit, more) = match rounding {
        FeeRounding::WholeCent => (Cash::CENT, Cash::CENT),
        FeeRounding::Millionth { .. } | FeeRounding::TenThousandth { .. } => {
            (Cash::ZERO, rounding.slack_per_fill())
        }
    };
    (times(credit, orders), times(more, orders))
}

fn times(amount: Cash, count: i64) -> Cash {
    Cash::from_millionths(amount.millionths() * count)
}
