//! Tells trades from cancels with the traded volume that the ticker reports.

use crate::flow::capture::{CapturedMarket, ExchangeTime, MomentKind, RecordedBook, Ticker};
use crate::flow::recorded::patterns::{Likelihood, Run, run_of};
use crate::flow::recorded::subset::choose;
use crate::units::{Quantity, Side};

/// How much of the traded volume the removals explain. Between two ticker messages the candidates
/// are the removals from the best level outward; those are taken for trades whose sum is the volume.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct VolumeExplained {
    /// Contracts matched between the first and the last ticker message: half of what the ticker's
    /// volume grew by.
    pub matched: Quantity,
    /// Contracts of these that removals explain.
    pub explained: Quantity,
    /// Contracts of removals that must be trades though the ticker does not know them.
    pub excess: Quantity,
    /// Intervals between two ticker messages.
    pub intervals: u64,
    /// Intervals that are explained to the last hundredth of a contract.
    pub intervals_exact: u64,
}

impl VolumeExplained {
    /// The explained part of the matched contracts, from 0 to 1; 1 when nothing was matched.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a statistic for a person")]
    pub fn share(&self) -> f64 {
        if self.matched.is_zero() {
            return 1.0;
        }
        self.explained.hundredths() as f64 / self.matched.hundredths() as f64
    }
}

/// A run of removals with the exchange event that it is in.
pub(super) struct Candidate {
    moment: usize,
    at: ExchangeTime,
    run: Run,
}

/// The runs that are trades, as (exchange event, side of the makers), in the order of the events,
/// and how well they explain the volume.
pub(super) fn find_trades(market: &CapturedMarket) -> (Vec<(usize, Side)>, VolumeExplained) {
    let candidates = candidates(market);
    let mut verdicts = Vec::new();
    let mut explained = VolumeExplained::default();
    // Messages from before the book's first snapshot count trades that the book does not show.
    let known = market.tickers().partition_point(|ticker| ticker.at < market.origin());
    let tickers = &market.tickers()[known..];
    let first = tickers.first().map_or(ExchangeTime::from_us(0), |ticker| ticker.at);
    let mut rest = take_while(
        &candidates,
        |at| at <= first,
        |early| {
            // No volume is known for what precedes the first message: patterns alone decide.
            verdicts.extend(early.iter().map(|each| each.run.likelihood != Likelihood::Single));
        },
    );
    for pair in tickers.windows(2) {
        let end = pair[1].at;
        rest = take_while(
            rest,
            |at| at <= end,
            |within| {
                verdicts.extend(explain(within, pair[0], pair[1], &mut explained));
            },
        );
    }
    // A trade makes the exchange send another ticker message. None came: what is removed after
    // the close is canceled orders, before it the capture just ends.
    let open = |at| market.close_time().is_some_and(|close| at <= close);
    verdicts.extend(rest.iter().map(|each| match each.run.likelihood {
        Likelihood::Certain => true,
        Likelihood::Sweep => open(each.at),
        Likelihood::Single => false,
    }));
    let trades = candidates.iter().zip(verdicts).filter(|(_, is_trade)| *is_trade);
    (trades.map(|(each, _)| (each.moment, each.run.side)).collect(), explained)
}

/// Hands over the candidates up to some time and returns the others.
fn take_while<'a>(
    candidates: &'a [Candidate],
    due: impl Fn(ExchangeTime) -> bool,
    hand: impl FnOnce(&'a [Candidate]),
) -> &'a [Candidate] {
    let (within, rest) = candidates.split_at(candidates.partition_point(|each| due(each.at)));
    hand(within);
    rest
}

fn candidates(market: &CapturedMarket) -> Vec<Candidate> {
    let mut book = RecordedBook::new();
    let mut candidates = Vec::new();
    for (index, moment) in market.moments().enumerate() {
        if moment.kind == MomentKind::Deltas {
            let runs = [Side::Bid, Side::Ask].map(|side| run_of(&moment, side, &book));
            let candidate = |run| Candidate { moment: index, at: moment.at, run };
            candidates.extend(runs.into_iter().flatten().map(candidate));
        }
        for change in moment.changes {
            book.apply(change).expect("Invariant: the reader checked every level");
        }
    }
    candidates
}

/// Which candidates of one interval are trades.
fn explain(
    within: &[Candidate],
    before: Ticker,
    after: Ticker,
    explained: &mut VolumeExplained,
) -> Vec<bool> {
    let matched = (after.volume - before.volume).hundredths() / 2;
    let mut traded: Vec<bool> =
        within.iter().map(|each| each.run.likelihood == Likelihood::Certain).collect();
    let certain = sum(within, &traded);
    if let Some(left) = matched.checked_sub(certain).filter(|left| *left > 0) {
        add_chosen(within, after, left, &mut traded);
    }
    let found = sum(within, &traded);
    explained.matched += contracts(matched);
    explained.explained += contracts(found.min(matched));
    explained.excess += contracts(found.saturating_sub(matched));
    explained.intervals += 1;
    explained.intervals_exact += u64::from(found == matched);
    traded
}

/// Adds the uncertain candidates that make up the volume that is left: first with the run that
/// ends with the match that the ticker calls the last, sweeps before single removals, earlier ones
/// before later ones.
fn add_chosen(within: &[Candidate], after: Ticker, left: u64, traded: &mut [bool]) {
    let open = |likelihood| {
        (0..within.len()).filter(move |index| within[*index].run.likelihood == likelihood)
    };
    let mut order: Vec<usize> = open(Likelihood::Sweep).chain(open(Likelihood::Single)).collect();
    let is_last =
        |index: &usize| within[*index].run.last == (after.last_price, after.last_quantity);
    let last = order.iter().copied().filter(is_last).max();
    let amount = |index: usize| within[index].run.quantity.hundredths();
    let mut left = left;
    if let Some(last) = last.filter(|last| amount(*last) <= left) {
        let mut others = order.clone();
        others.retain(|index| *index != last);
        let amounts: Vec<_> = others.iter().map(|index| amount(*index)).collect();
        let chosen = choose(&amounts, left - amount(last));
        let total: u64 =
            amounts.iter().zip(&chosen).map(|(amount, taken)| u64::from(*taken) * amount).sum();
        if total + amount(last) == left {
            traded[last] = true;
            left -= amount(last);
            order = others;
        }
    }
    let amounts: Vec<_> = order.iter().map(|index| amount(*index)).collect();
    for (index, taken) in order.into_iter().zip(choose(&amounts, left)) {
        traded[index] |= taken;
    }
}

fn sum(within: &[Candidate], traded: &[bool]) -> u64 {
    let taken = within.iter().zip(traded).filter(|(_, traded)| **traded);
    taken.map(|(each, _)| each.run.quantity.hundredths()).sum()
}

/// Contracts, as many as a quantity can say.
fn contracts(hundredths: u64) -> Quantity {
    Quantity::new(hundredths).unwrap_or(Quantity::MAX)
}
