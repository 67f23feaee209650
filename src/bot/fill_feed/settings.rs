//! What can be chosen about the bot that follows its fills.

use crate::bot::settings::Period;
use crate::link::TimeLimits;
use crate::protocol::Channel;
use crate::units::SimDuration;

/// The bot that learns its fills from the private feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FillFeedSettings {
    /// How long an entry order may rest; then what remains of it is canceled.
    pub rest: SimDuration,
    /// How long after that the exchange is told to remove the order by itself, should no cancel
    /// reach it.
    pub expiry_margin: Period,
    /// How far below the bid an exit may sell \[tick\].
    pub slippage_ticks: u32,
    /// From one look at all fills and orders to the next while nothing is suspicious.
    pub safety_read: Period,
    /// The same while the private feed is down.
    pub outage_read: Period,
    /// How old a read's view may be at most, as far as the bot knows.
    pub read_lag: SimDuration,
    /// How long a request may be on its way at most, as far as the bot knows.
    pub request_life: SimDuration,
    /// How long the feed may take to tell what a reply or read told before it is looked up.
    pub feed_grace: SimDuration,
    /// The first wait before something is tried again; each next one is twice as long.
    pub retry_first: Period,
    /// The longest wait before something is tried again.
    pub retry_longest: Period,
}

impl Default for FillFeedSettings {
    fn default() -> Self {
        Self {
            rest: SimDuration::from_s(5),
            expiry_margin: Period::of_s(5),
            slippage_ticks: 2,
            safety_read: Period::of_s(30),
            outage_read: Period::of_s(1),
            read_lag: SimDuration::from_s(10),
            request_life: SimDuration::from_s(10),
            feed_grace: SimDuration::from_s(1),
            retry_first: Period::of_ms(250),
            retry_longest: Period::of_s(4),
        }
    }
}

impl FillFeedSettings {
    /// How long after a change of the truth, or after the last fault if that is later, the belief
    /// agrees with it at the latest; `None` when reads have no time limit, so that a lost one is
    /// waited for for ever.
    ///
    /// The worst case is a fill that the feed lost without a trace: no later message shows the
    /// gap, no reply and no counter tells of it. Then a read of all fills finds it. A read that is
    /// sent [`read_lag`](Self::read_lag) after the fill shows it for certain. One that was sent
    /// just before may hang for its time limit, the next is due
    /// [`safety_read`](Self::safety_read) later, and its answer takes a round trip. Each read that
    /// fails on top of that, `failed_reads` of them, costs its time limit and the longest wait:
    ///
    /// `read_lag + limit + safety_read + round_trip + failed_reads * (limit + retry_longest)`
    ///
    /// It holds as long as no view is older than `read_lag`. Whatever shows itself, such as a gap
    /// in the feed's numbers, a connection that was lost, or a counter, is looked up without
    /// waiting for the next safety read.
    #[must_use]
    pub fn recovery_bound(
        &self,
        limits: &TimeLimits,
        round_trip: SimDuration,
        failed_reads: u32,
    ) -> Option<SimDuration> {
        let limit = limits.of(Channel::OrderRead)?;
        let failed = (0..failed_reads).map(|_| limit + self.retry_longest.length()).sum();
        Some(self.read_lag + limit + self.safety_read.length() + round_trip + failed)
    }

    /// The wait before something is tried for the next time after it was tried so often.
    pub(super) fn retry_after(&self, tries: u32) -> SimDuration {
        let doubled = self.retry_first.length().ns().saturating_mul(1 << tries.min(32));
        SimDuration::from_ns(doubled).min(self.retry_longest.length())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest() {
        let settings = FillFeedSettings::default();
        let waits: Vec<_> = (0..7).map(|tries| settings.retry_after(tries).to_string()).collect();
        assert_eq!(waits, ["0.25", "0.5", "1", "2", "4", "4", "4"]);
        assert_eq!(settings.retry_after(u32::MAX).to_string(), "4");
    }

    /// 10 + 10 + 30 + 0.2, and 10 + 4 for each failed read.
    #[test]
    fn the_recovery_bound_is_the_sum_of_what_can_come_in_its_way() {
        let (settings, limits) = (FillFeedSettings::default(), TimeLimits::default());
        let bound = |failed| {
            settings.recovery_bound(&limits, SimDuration::from_ms(200), failed).unwrap().to_string()
        };
        assert_eq!([bound(0), bound(1), bound(3)], ["50.2", "64.2", "92.2"]);
        assert_eq!(settings.recovery_bound(&TimeLimits::NONE, SimDuration::ZERO, 0), None);
    }
}
