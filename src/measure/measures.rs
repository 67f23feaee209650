//! The measures of one run, with their definitions.

use rust_decimal::Decimal;

use crate::measure::columns::{
    CONTRACT_SECONDS, CONTRACTS, Column, DOLLAR_SECONDS, DOLLARS, Kind, SECONDS, columns,
};
use crate::units::{Cash, Position, Quantity, SimDuration};

/// The measures of one run.
///
/// T is the true position of a market: the account's net contracts after its last fill there. B is
/// the believed position: the sum of the stakes of all records that are not settled. The gap is
/// g = B - T \[contract\], by market. Everything is constant between two instants, and of an instant
/// only the state at its end counts: records of one time are one change. A run lasts from 0 to the
/// time of its end mark, or to its last entry when the log has none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measures {
    /// Create requests sent for an entry.
    pub entry_orders_placed: u64,
    /// Entries that the bot knows to be filled in full. An entry that it only assumes to be filled
    /// counts as placed alone.
    pub entry_orders_full_filled: u64,
    /// Entries that the bot knows to be filled in part.
    pub entry_orders_partial_filled: u64,
    /// Entries that were sent and brought nothing as far as the bot knows: refused, lost, or known
    /// to have filled nothing.
    pub entry_orders_failed: u64,
    /// Maximal stretches of time with g != 0, summed over markets.
    pub gap_windows: u64,
    /// Total length of the windows \[s\]. Two markets with a gap at the same time count twice.
    pub gap_seconds: SimDuration,
    /// The longest window \[s\].
    pub gap_seconds_longest: SimDuration,
    /// The largest |g| that lasted \[contract\].
    pub gap_contracts_peak: Quantity,
    /// Integral of |g| [contract s].
    pub gap_contract_seconds: Decimal,
    /// Its part where g > 0: more believed than held [contract s].
    pub gap_contract_seconds_over: Decimal,
    /// Its part where g < 0: more held than believed [contract s], not negative.
    pub gap_contract_seconds_under: Decimal,
    /// Integral of |g| times price [dollar s]. The price is the limit of the latest entry order in
    /// the market, without one the entry price of the market's latest record, without one the price
    /// of the account's latest fill there.
    pub gap_dollar_seconds: Decimal,
    /// The largest |believed - true exposure| at the end of any instant \[dollar\].
    ///
    /// Believed is the bot's own formula: the sum over records that are not settled of stake times
    /// entry price. True is the same on the account: |T| times average cost without fees, where
    /// selling lowers the cost in proportion (to the millionth of a dollar, half to even) and a
    /// flip starts anew. A NO contract costs one dollar minus the YES price, on both sides.
    pub exposure_error_dollars_peak: Cash,
    /// Mean of |believed - true exposure| over the run, weighted by time \[dollar\], rounded half to
    /// even at the sixth decimal; zero for a run of no length.
    pub exposure_error_dollars_mean: Cash,
    /// Limit checks that accepted an entry that the true exposure would have refused (true exposure
    /// plus what the entry adds is above the limit). The truth is taken as it stood at the check.
    pub limit_false_accepts: u64,
    /// Limit checks that refused an entry that the true exposure would have accepted.
    pub limit_false_rejects: u64,
    /// Time during which the true exposure of all markets was above the latest total limit that
    /// the bot applied, or that of an event's markets above the latest limit applied to it \[s\].
    pub limit_breach_seconds: SimDuration,
    /// Stop triggers of the bot.
    pub stop_triggers: u64,
    /// Mean time from an ideal stop to the first stop exit being sent for it \[s\], rounded half to
    /// even at the nanosecond; zero when it was sent before. Absent when no ideal stop got one.
    ///
    /// A protective level of a market guards the contracts that entries of signals with this level
    /// brought. The ideal stop: at the first instant at which the best bid of the others is at or
    /// below the level while contracts are guarded, all of them are sold at that bid; contracts
    /// that come later under a bid still at or below the level are sold then. It is over when none
    /// is left. An instant in which the bot itself sells counts as it was before the sale, so a bot
    /// that sells at the touch is on time.
    pub stop_delay_seconds_mean: Option<SimDuration>,
    /// The longest such time \[s\].
    pub stop_delay_seconds_longest: Option<SimDuration>,
    /// Contracts by which fills of stop exits took positions below zero.
    pub stop_oversold_contracts: Quantity,
    /// Contracts still held in a market when its stop exits were over in the bot's eyes, or at the
    /// run's end. Over means: no record there has a stop and a stake, and no stop exit order works
    /// any more. Counted once for each time that stops began to trigger in the market.
    pub stop_undersold_contracts: Quantity,
    /// Ideal stops without a trigger before their contracts were gone or the run ended.
    pub stops_missed: u64,
    /// Stop triggers while nothing was held in the market (T <= 0).
    pub stops_phantom: u64,
    /// Stop triggers of a record while an earlier stop exit order of the same record was not yet
    /// final at the exchange.
    pub stops_doubled: u64,
    /// What the ideal stops would have brought more than what happened \[dollar\], fees excluded;
    /// positive is worse than the ideal.
    ///
    /// For each ideal stop: its proceeds, minus the proceeds of as many contracts as it sold, in
    /// the order of their sale, where what stayed unsold is valued at the others' bid at the run's
    /// end. Contracts that a stop exit sold below zero cost the others' ask at the run's end minus
    /// their proceeds.
    pub stop_cost_dollars: Cash,
    /// Changes of the sign of T from above to below zero or back, by one fill or over flat.
    pub position_flips: u64,
    /// Integral of the contracts held that no believed stop covers \[contract s\]: |T| less what
    /// records of the same outcome that are not settled and have a stop cover, not below zero. A
    /// record covers its stake; while it is closing nobody compares its price, so it covers no more
    /// than its working exit orders can still sell.
    pub unprotected_contract_seconds: Decimal,
    /// Final cash plus the value of the positions minus the opening cash \[dollar\].
    ///
    /// A YES contract is worth what the market pays once its result is known; before that the
    /// others' bid, without one their ask, without one the latest trade, without one its average
    /// cost; a NO contract one dollar minus their ask, without one their bid, and so on.
    pub pnl_true_dollars: Cash,
    /// What the bot booked plus what its open records seem to gain \[dollar\]: stake times (price
    /// seen - entry price - fee), where the price seen is the bid of the latest quote that reached
    /// the bot, without one its ask, without any nothing is gained; the fee is the original's
    /// `ceil(100 * 0.0175 * p * (1 - p)) / 100` of one contract at the entry price. A NO record
    /// gains entry price - price seen - fee, where the price seen is the ask, else the bid.
    pub pnl_believed_dollars: Cash,
    /// The largest |believed - true profit or loss| at the end of any instant \[dollar\].
    pub pnl_error_dollars_peak: Cash,
    /// Fees of all fills \[dollar\], positive when paid.
    pub fees_dollars: Cash,
    /// Time that the bot spent waiting for an entry while nothing else of it ran \[s\].
    pub entry_blocked_seconds: SimDuration,
    /// The longest time without a pass of the stop monitor: from the start to the first, between
    /// two, or from the last to the end \[s\].
    pub stop_check_gap_seconds_longest: SimDuration,
    /// T at the end, summed over markets \[contract\].
    pub final_position_true_contracts: Position,
    /// B at the end, summed over markets \[contract\].
    pub final_position_believed_contracts: Position,
    /// Contracts of the recording that the replay could not remove because the bot's presence had
    /// changed the book, or the venue let nobody remove them then.
    pub replay_clipped_contracts: Quantity,
    /// Time that tasks of the bot waited for a lock that another held, summed over tasks \[s\].
    pub lock_wait_seconds: SimDuration,
    /// The longest such wait \[s\].
    pub lock_wait_seconds_longest: SimDuration,
    /// Faults of the link: messages that were lost, doubled, held back, slowed down by a burst,
    /// refused or answered with an error.
    pub link_faults: u64,
    /// The longest time from a fill at the exchange to the first delivery of its message on the
    /// private feed \[s\]. A fill whose message never came does not count; absent when none came.
    ///
    /// No bot that follows its fills can know of one earlier from the feed, so this is the delay
    /// that the feed alone causes. A message is on its way from the fill on until it is delivered
    /// for the first time or the run ends; one that the link loses is not.
    pub feed_delay_seconds_longest: Option<SimDuration>,
    /// The part of the integral of |g| that no fill on its way on the private feed explains
    /// [contract s], summed over markets. With b bought and s sold contracts on their way, a gap
    /// from -b to s is explained; what it is beyond that, g - s or -g - b, counts.
    pub gap_contract_seconds_beyond_feed: Decimal,
    /// The part of `unprotected_contract_seconds` that nothing on its way on the private feed
    /// explains [contract s]: less, by market, the contracts on their way that made the position
    /// (bought ones when T > 0, sold ones when T < 0) and what is left of exit orders whose end is
    /// on its way.
    pub unprotected_contract_seconds_beyond_feed: Decimal,
}

/// The columns of [`Measures`], in the order of a result row.
pub static COLUMNS: &[Column<Measures>] = columns!(Measures {
    entry_orders_placed: Kind::Count,
    entry_orders_full_filled: Kind::Count,
    entry_orders_partial_filled: Kind::Count,
    entry_orders_failed: Kind::Count,
    gap_windows: Kind::Count,
    gap_seconds: SECONDS,
    gap_seconds_longest: SECONDS,
    gap_contracts_peak: CONTRACTS,
    gap_contract_seconds: CONTRACT_SECONDS,
    gap_contract_seconds_over: CONTRACT_SECONDS,
    gap_contract_seconds_under: CONTRACT_SECONDS,
    gap_dollar_seconds: DOLLAR_SECONDS,
    exposure_error_dollars_peak: DOLLARS,
    exposure_error_dollars_mean: DOLLARS,
    limit_false_accepts: Kind::Count,
    limit_false_rejects: Kind::Count,
    limit_breach_seconds: SECONDS,
    stop_triggers: Kind::Count,
    stop_delay_seconds_mean: SECONDS,
    stop_delay_seconds_longest: SECONDS,
    stop_oversold_contracts: CONTRACTS,
    stop_undersold_contracts: CONTRACTS,
    stops_missed: Kind::Count,
    stops_phantom: Kind::Count,
    stops_doubled: Kind::Count,
    stop_cost_dollars: DOLLARS,
    position_flips: Kind::Count,
    unprotected_contract_seconds: CONTRACT_SECONDS,
    pnl_true_dollars: DOLLARS,
    pnl_believed_dollars: DOLLARS,
    pnl_error_dollars_peak: DOLLARS,
    fees_dollars: DOLLARS,
    entry_blocked_seconds: SECONDS,
    stop_check_gap_seconds_longest: SECONDS,
    final_position_true_contracts: CONTRACTS,
    final_position_believed_contracts: CONTRACTS,
    replay_clipped_contracts: CONTRACTS,
    lock_wait_seconds: SECONDS,
    lock_wait_seconds_longest: SECONDS,
    link_faults: Kind::Count,
    feed_delay_seconds_longest: SECONDS,
    gap_contract_seconds_beyond_feed: CONTRACT_SECONDS,
    unprotected_contract_seconds_beyond_feed: CONTRACT_SECONDS,
});
