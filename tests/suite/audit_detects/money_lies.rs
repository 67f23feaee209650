//! Lies about money and contracts.

use fillgap::audit::AccountState;
use fillgap::exchange::{ExchangeEvent, Settlement};
use fillgap::market::{MarketResult, MarketStatus};
use fillgap::protocol::{BalanceView, FillReport};
use fillgap::units::{Cash, Position};

use super::heard::{Heard, Told};
use super::order_lies::purchase;
use super::{Lie, lie};

const MILLIONTH: Cash = Cash::from_millionths(1);

/// The bot buys 4 at 0.60; the market closes, is decided yes, and pays 4 dollars to the bot.
fn settlement() -> Heard {
    Heard::of(&[
        (0, "crowd", "ask 4 @ 0.60"),
        (1, "bot", "bid 4 @ 0.60"),
        (2, "crowd", "bid 1 @ 0.10"),
        (3, "crowd", "close"),
        (4, "crowd", "yes"),
        (5, "crowd", "pay"),
    ])
}

/// The bot's bid of 2 at 0.30 rests.
fn bid() -> Heard {
    Heard::of(&[(0, "bot", "bid 2 @ 0.30")])
}

pub(super) fn truths() -> Vec<Lie> {
    vec![lie("a settlement", settlement(), |_| ()), lie("a bid", bid(), |_| ())]
}

fn in_bot(what: &'static str, story: Heard, change: fn(&mut AccountState)) -> Lie {
    lie(what, story, |story| change(&mut story.state.accounts[0]))
}

fn with_fill(what: &'static str, number: usize, change: fn(&mut FillReport)) -> Lie {
    lie(what, purchase(), |story| change(story.last().fills()[number]))
}

/// What an account is told last of its money.
fn funds(told: &mut Told) -> &mut BalanceView {
    let told = told.events.iter_mut().filter_map(|event| match event {
        ExchangeEvent::FundsChanged { balance, .. } => Some(balance),
        _ => None,
    });
    told.last().unwrap()
}

pub(super) fn lost_cash() -> Vec<Lie> {
    let of_ledger = |what, change: fn(&mut fillgap::audit::ExchangeState)| {
        lie(what, purchase(), |story| change(&mut story.state))
    };
    vec![
        of_ledger("a millionth of the fees is gone", |state| state.fees -= MILLIONTH),
        of_ledger("a millionth went from the pool to the fees", |state| {
            state.pool -= MILLIONTH;
            state.fees += MILLIONTH;
        }),
        of_ledger("a millionth went from the pool to an account", |state| {
            state.pool -= MILLIONTH;
            state.accounts[1].funds.balance += MILLIONTH;
        }),
        of_ledger("a millionth went from one account to the other", |state| {
            state.accounts[0].funds.balance -= MILLIONTH;
            state.accounts[1].funds.balance += MILLIONTH;
        }),
        of_ledger("a millionth was deposited and is nowhere", |state| {
            state.deposited += MILLIONTH;
        }),
        of_ledger("a millionth was deposited and went to the fees", |state| {
            state.deposited += MILLIONTH;
            state.fees += MILLIONTH;
        }),
        lie("an account is told a millionth too much", purchase(), |story| {
            let told = funds(story.last());
            told.balance += MILLIONTH;
            told.available += MILLIONTH;
        }),
        // Within the bound of a fee, but not what was booked.
        with_fill("an account is told a fee that it did not pay", 1, |fill| {
            fill.fee += Cash::from_millionths(50);
        }),
    ]
}

pub(super) fn lost_positions() -> Vec<Lie> {
    let more = Position::new(1);
    vec![
        with_fill("the taker is told 0.01 more", 0, |fill| fill.position_after += Position::new(1)),
        with_fill("the maker is told 0.01 more", 1, |fill| fill.position_after += Position::new(1)),
        lie("both hold 0.01 more", purchase(), move |story| {
            for account in &mut story.state.accounts {
                account.in_markets[0].holding.position += more;
            }
        }),
        lie("the buyer holds 0.01 more", purchase(), move |story| {
            story.state.accounts[0].in_markets[0].holding.position += more;
        }),
    ]
}

pub(super) fn wrong_locks() -> Vec<Lie> {
    let lock = |account: &mut AccountState, more: Cash| {
        account.in_markets[0].locked += more;
        account.funds.available -= more;
    };
    vec![
        in_bot("a millionth more is available", bid(), |bot| bot.funds.available += MILLIONTH),
        // 2 x 0.30 and no maker fee; a lock may be 0.000101 more for rounding.
        lie("less than the price is locked", bid(), |story| {
            lock(&mut story.state.accounts[0], -MILLIONTH);
            funds(story.last()).available += MILLIONTH;
        }),
        lie("a cent more than the price is locked", bid(), |story| {
            lock(&mut story.state.accounts[0], Cash::CENT);
            funds(story.last()).available -= Cash::CENT;
        }),
        lie("something is locked for no order", purchase(), |story| {
            lock(&mut story.state.accounts[0], Cash::CENT);
            funds(story.last()).available -= Cash::CENT;
        }),
        lie("an unlimited account locks something", purchase(), |story| {
            lock(&mut story.state.accounts[1], MILLIONTH);
        }),
        lie("an account is told what it was told", purchase(), |story| {
            story.last().repeat("Funds");
        }),
        lie("an account is told of a millionth too little", bid(), |story| {
            funds(story.last()).available -= MILLIONTH;
        }),
        lie("more is available than there is", bid(), |story| {
            funds(story.last()).available = "101".parse().unwrap();
        }),
        lie("an account spends what it has not", bid(), |story| {
            // It brought only 0.59 of the 0.60 that it locks.
            let less: Cash = "99.41".parse().unwrap();
            let told = funds(story.last());
            told.balance -= less;
            told.available -= less;
            let bot = &mut story.state.accounts[0];
            bot.funding = fillgap::exchange::Funding::Cash("0.59".parse().unwrap());
            bot.funds.balance -= less;
            bot.funds.available -= less;
            story.state.deposited -= less;
            story.deposit = "0.59";
        }),
    ]
}

pub(super) fn wrong_fees() -> Vec<Lie> {
    // 0.07 x 3 x 0.2499 = 0.052479, rounded up to a step of 0.0001; makers pay nothing.
    vec![
        with_fill("a cent too much", 0, |fill| fill.fee += Cash::CENT),
        with_fill("less than the formula", 0, |fill| fill.fee = Cash::from_millionths(52_478)),
        with_fill("a step too much", 0, |fill| fill.fee = Cash::from_millionths(52_479 + 101)),
        with_fill("a maker is paid", 1, |fill| fill.fee -= MILLIONTH),
        with_fill("a maker pays a step and more", 1, |fill| fill.fee += Cash::from_millionths(101)),
    ]
}

pub(super) fn wrong_profits() -> Vec<Lie> {
    vec![
        in_bot("a profit of a millionth from nowhere", purchase(), |bot| {
            bot.in_markets[0].holding.realized += MILLIONTH;
        }),
        in_bot("a fee of a millionth that was not paid", purchase(), |bot| {
            bot.in_markets[0].holding.fees += MILLIONTH;
        }),
        in_bot("a profit that a fee takes again", purchase(), |bot| {
            let holding = &mut bot.in_markets[0].holding;
            holding.realized += MILLIONTH;
            holding.fees += MILLIONTH;
        }),
    ]
}

/// What the bot is told that it is paid.
fn paid(told: &mut Told) -> &mut Settlement {
    let settled = told.events.iter_mut().find_map(|event| match event {
        ExchangeEvent::Settled { settlement, .. } => Some(settlement),
        _ => None,
    });
    settled.unwrap()
}

pub(super) fn wrong_settlements() -> Vec<Lie> {
    let in_last =
        |what, change: fn(&mut Told)| lie(what, settlement(), |story| change(story.last()));
    vec![
        in_last("a millionth too much is paid", |told| {
            paid(told).payout += MILLIONTH;
        }),
        in_last("0.01 contract more is paid", |told| {
            let paid = paid(told);
            paid.position += Position::new(1);
            paid.payout += Cash::CENT;
        }),
        in_last("a step is kept", |told| {
            let paid = paid(told);
            paid.payout -= Cash::from_millionths(100);
            paid.fee += Cash::from_millionths(100);
        }),
        in_last("the other result is paid", |told| {
            paid(told).result = MarketResult::No;
        }),
        in_last("a position is paid twice", |told| told.repeat("Settled")),
        in_last("a market pays that is not final", |told| told.conceal("status: Finalized(Yes)")),
        lie("a market pays that was never decided", settlement(), |story| {
            story.told.remove(4);
        }),
        lie("a market is final and its orders rest", settlement(), |story| {
            story.told[3].conceal("MarketClosed");
            story.told[3].conceal("Quote");
            let resting = Heard::of(&[(2, "crowd", "bid 1 @ 0.10")]).state.markets.remove(0);
            let order = story.order(2);
            let here = &mut story.state.markets[0];
            (here.bids, here.quote) = (resting.bids, resting.quote);
            here.bids.orders[0].order = order;
        }),
        lie("a market stands elsewhere than was told", settlement(), |story| {
            story.state.markets[0].status = MarketStatus::Closed;
        }),
        lie("a lock stays after the end", settlement(), |story| {
            story.state.accounts[0].in_markets[0].locked = MILLIONTH;
        }),
    ]
}
