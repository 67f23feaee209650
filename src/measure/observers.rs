//! All observers, and the report that they make together.

use crate::measure::entries::Entries;
use crate::measure::exact::{decimal, divide};
use crate::measure::exposure::ExposureError;
use crate::measure::faults::Faults;
use crate::measure::feed::PrivateFeed;
use crate::measure::gap::{Gaps, Tally};
use crate::measure::limits::Limits;
use crate::measure::positions::Positions;
use crate::measure::profit::ProfitAndLoss;
use crate::measure::state::{Observer, State};
use crate::measure::stops::Stops;
use crate::measure::timing::Timing;
use crate::measure::{Measures, Report, StopEpisode};
use crate::units::{SimDuration, SimTime};

/// One observer for each family of measures.
#[derive(Debug, Default)]
pub(super) struct Observers {
    entries: Entries,
    gaps: Gaps,
    exposure: ExposureError,
    limits: Limits,
    stops: Stops,
    positions: Positions,
    profit: ProfitAndLoss,
    timing: Timing,
    faults: Faults,
    feed: PrivateFeed,
}

impl Observers {
    /// Visits all of them.
    pub(super) fn each(&mut self, visit: impl Fn(&mut dyn Observer)) {
        visit(&mut self.entries);
        visit(&mut self.gaps);
        visit(&mut self.exposure);
        visit(&mut self.limits);
        visit(&mut self.stops);
        visit(&mut self.positions);
        visit(&mut self.profit);
        visit(&mut self.timing);
        visit(&mut self.faults);
        visit(&mut self.feed);
    }

    /// What they saw, when the run ended at `horizon` with this state.
    pub(super) fn report(self, state: &State, horizon: SimTime) -> Report {
        let Self { entries, gaps, exposure, limits, stops, .. } = self;
        let Self { positions, profit, timing, faults, feed, .. } = self;
        let windows = gaps.finish();
        let (over, under) = (sum(&windows, |each| each.over), sum(&windows, |each| each.under));
        let lengths = || windows.iter().map(Tally::length);
        let stop_triggers = stops.triggers;
        let stops = stops.finish(state);
        let timing = timing.finish(horizon);
        let faults = faults.finish();
        let markets = || state.markets.values();
        let measures = Measures {
            entry_orders_placed: entries.placed,
            entry_orders_full_filled: entries.full,
            entry_orders_partial_filled: entries.partial,
            entry_orders_failed: entries.failed,
            gap_windows: lengths().map(|_| 1).sum(),
            gap_seconds: lengths().sum(),
            gap_seconds_longest: lengths().max().unwrap_or_default(),
            gap_contracts_peak: windows.iter().map(|each| each.peak).max().unwrap_or_default(),
            gap_contract_seconds: decimal(over + under, 11),
            gap_contract_seconds_over: decimal(over, 11),
            gap_contract_seconds_under: decimal(under, 11),
            gap_dollar_seconds: decimal(sum(&windows, |each| each.dollars), 15),
            exposure_error_dollars_peak: exposure.peak,
            exposure_error_dollars_mean: exposure.mean(horizon),
            limit_false_accepts: limits.false_accepts,
            limit_false_rejects: limits.false_rejects,
            limit_breach_seconds: limits.breach.total(),
            stop_triggers,
            stop_delay_seconds_mean: mean_delay(&stops),
            stop_delay_seconds_longest: stops.iter().filter_map(|stop| stop.delay_s).max(),
            stop_oversold_contracts: stops.iter().map(|stop| stop.oversold_contracts).sum(),
            stop_undersold_contracts: stops.iter().map(|stop| stop.undersold_contracts).sum(),
            stops_missed: stops.iter().map(|stop| stop.missed).sum(),
            stops_phantom: stops.iter().map(|stop| stop.triggers_phantom).sum(),
            stops_doubled: stops.iter().map(|stop| stop.triggers_doubled).sum(),
            stop_cost_dollars: stops.iter().map(|stop| stop.cost_dollars).sum(),
            position_flips: positions.flips,
            unprotected_contract_seconds: decimal(positions.unprotected.total(), 11),
            pnl_true_dollars: profit.in_truth,
            pnl_believed_dollars: profit.believed,
            pnl_error_dollars_peak: profit.error_peak,
            fees_dollars: profit.fees,
            entry_blocked_seconds: timing.blocked,
            stop_check_gap_seconds_longest: timing.longest_without_pass,
            final_position_true_contracts: markets().map(|market| market.position).sum(),
            final_position_believed_contracts: markets()
                .map(|market| market.believed.position)
                .sum(),
            replay_clipped_contracts: positions.clipped,
            lock_wait_seconds: timing.lock_waits,
            lock_wait_seconds_longest: timing.longest_lock_wait,
            link_faults: faults.iter().map(|count| count.messages).sum(),
            feed_delay_seconds_longest: feed.longest_delay,
            gap_contract_seconds_beyond_feed: decimal(feed.gap_beyond.total(), 11),
            unprotected_contract_seconds_beyond_feed: decimal(feed.unprotected_beyond.total(), 11),
        };
        Report { measures, windows: windows.iter().map(Tally::row).collect(), stops, faults }
    }
}

fn sum(windows: &[Tally], part: impl Fn(&Tally) -> i128) -> i128 {
    windows.iter().map(part).sum()
}

/// The mean delay, rounded half to even at the nanosecond.
fn mean_delay(stops: &[StopEpisode]) -> Option<SimDuration> {
    let delays: Vec<i128> = stops.iter().filter_map(|stop| stop.delay_s).map(ns).collect();
    let number = i128::try_from(delays.len()).expect("Invariant: a length is a number");
    let mean = (number > 0).then(|| divide(delays.iter().sum(), number))?;
    Some(SimDuration::from_ns(u64::try_from(mean).expect("Invariant: no delay is negative")))
}

fn ns(length: SimDuration) -> i128 {
    i128::from(length.ns())
}
