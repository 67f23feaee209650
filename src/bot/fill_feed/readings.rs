//! When to read all fills and all orders: after anything suspicious, and now and then anyway.

use crate::bot::fill_feed::settings::FillFeedSettings;
use crate::units::SimTime;

/// The schedule of readings. One reading asks for both lists; the next one begins when both were
/// answered or given up on.
#[derive(Debug)]
pub(super) struct Readings {
    settings: FillFeedSettings,
    /// When the next one is due; never, as long as there is nothing to read.
    next_at: Option<SimTime>,
    running: Option<Running>,
    /// Something may be missing: readings go on until one that was sent at this instant or later.
    suspected_until: Option<SimTime>,
    feed: Feed,
    /// Readings since the suspicion arose, or failures in a row.
    tries: u32,
    memory: Memory,
}

/// Whether what the process knows is all that it has to know before it may enter anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Memory {
    Whole,
    /// The process started anew, and has not read since what its file may miss.
    FromFile,
}

/// Whether the private feed brings messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Feed {
    Connected,
    Lost,
}

#[derive(Clone, Copy, Debug)]
struct Running {
    sent_at: SimTime,
    fills: Answer,
    orders: Answer,
}

/// One of the two lists that a reading asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum List {
    Fills,
    Orders,
}

/// What became of one request of a reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Awaited,
    Came,
    Failed,
}

impl Readings {
    pub(super) fn new(settings: FillFeedSettings) -> Self {
        Self {
            settings,
            next_at: None,
            running: None,
            suspected_until: None,
            feed: Feed::Connected,
            tries: 0,
            memory: Memory::Whole,
        }
    }

    /// The schedule of the process that follows on this one: it reads at once. Whether the feed is
    /// there it sees when it connects.
    pub(super) fn started_anew(self, now: SimTime) -> Self {
        let Self { settings, feed, .. } = self;
        let mut readings = Self { feed, memory: Memory::FromFile, ..Self::new(settings) };
        readings.suspect(now);
        readings
    }

    /// Whether a reading has to come before anything may be entered.
    pub(super) fn is_owed(&self) -> bool {
        self.memory == Memory::FromFile
    }

    /// There is something to read from now on.
    pub(super) fn begin(&mut self, now: SimTime) {
        if self.next_at.is_none() && self.running.is_none() {
            self.next_at = Some(now + self.settings.safety_read.length());
        }
    }

    /// Something that happened up to now may have gone unheard.
    pub(super) fn suspect(&mut self, now: SimTime) {
        self.suspected_until = self.suspected_until.max(Some(now + self.settings.read_lag));
        self.tries = 0;
        self.next_at = Some(self.next_at.map_or(now, |next| next.min(now)));
    }

    /// The private feed broke.
    pub(super) fn feed_lost(&mut self, now: SimTime) {
        self.feed = Feed::Lost;
        self.suspect(now);
    }

    /// The private feed is back; what happened in between is not told.
    pub(super) fn feed_restored(&mut self, now: SimTime) {
        self.feed = Feed::Connected;
        self.suspect(now);
    }

    /// When the next reading is due; none while one is running.
    pub(super) fn due(&self) -> Option<SimTime> {
        self.next_at.filter(|_| self.running.is_none())
    }

    /// A reading was sent.
    pub(super) fn sent(&mut self, now: SimTime) {
        self.running =
            Some(Running { sent_at: now, fills: Answer::Awaited, orders: Answer::Awaited });
    }

    /// One of the lists came, or did not. The last of both ends the reading.
    pub(super) fn answered(&mut self, list: List, answer: Answer, now: SimTime) {
        let Some(running) = &mut self.running else { return };
        match list {
            List::Fills => running.fills = answer,
            List::Orders => running.orders = answer,
        }
        let Running { sent_at, fills, orders } = *running;
        if fills == Answer::Awaited || orders == Answer::Awaited {
            return;
        }
        self.running = None;
        let has_failed = fills == Answer::Failed || orders == Answer::Failed;
        if !has_failed {
            self.memory = Memory::Whole;
        }
        if !has_failed && self.suspected_until.is_some_and(|until| sent_at >= until) {
            self.suspected_until = None;
        }
        self.next_at = Some(self.next_after(now, sent_at, has_failed));
        let is_calm = !has_failed && self.suspected_until.is_none();
        self.tries = if is_calm { 0 } else { self.tries.saturating_add(1) };
    }

    fn next_after(&self, now: SimTime, sent_at: SimTime, has_failed: bool) -> SimTime {
        let again = now + self.settings.retry_after(self.tries);
        let next = match self.suspected_until {
            // The one that settles it is not sent later than it could be.
            Some(until) if until > now => again.min(until),
            Some(_) => again,
            None if has_failed => again,
            None => now + self.settings.safety_read.length(),
        };
        match self.feed {
            Feed::Connected => next,
            Feed::Lost => next.min(now.max(sent_at + self.settings.outage_read.length())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: u64) -> SimTime {
        SimTime::from_ns(ms * 1_000_000)
    }

    /// Sends the reading that is due and has it answered at once; returns when the next is due
    /// [ms].
    fn read(readings: &mut Readings, answer: Answer) -> u64 {
        let due = readings.due().unwrap();
        readings.sent(due);
        assert_eq!(readings.due(), None);
        readings.answered(List::Fills, answer, due);
        assert_eq!(readings.due(), None);
        readings.answered(List::Orders, Answer::Came, due);
        readings.due().unwrap().ns() / 1_000_000
    }

    #[test]
    fn without_suspicion_a_reading_comes_every_safety_period() {
        let mut readings = Readings::new(FillFeedSettings::default());
        assert_eq!(readings.due(), None);
        readings.begin(at(1_000));
        assert_eq!(readings.due(), Some(at(31_000)));
        readings.begin(at(2_000));
        assert_eq!(read(&mut readings, Answer::Came), 61_000);
        // A failed one is repeated after 0.25 s, then after 0.5 s.
        assert_eq!(read(&mut readings, Answer::Failed), 61_250);
        assert_eq!(read(&mut readings, Answer::Failed), 61_750);
        assert_eq!(read(&mut readings, Answer::Came), 91_750);
    }

    /// The waits double from 0.25 s to 4 s; the last reading comes when the views are no older
    /// than the suspicion: 5 + 10 s.
    #[test]
    fn a_suspicion_ends_with_a_reading_that_can_not_be_too_old() {
        let mut readings = Readings::new(FillFeedSettings::default());
        readings.begin(at(0));
        readings.suspect(at(5_000));
        let mut due = vec![readings.due().unwrap().ns() / 1_000_000];
        due.extend((0..8).map(|_| read(&mut readings, Answer::Came)));
        assert_eq!(due, [5_000, 5_250, 5_750, 6_750, 8_750, 12_750, 15_000, 45_000, 75_000],);
    }

    #[test]
    fn a_failed_reading_settles_no_suspicion() {
        let mut readings = Readings::new(FillFeedSettings::default());
        readings.suspect(at(0));
        while readings.due().unwrap() < at(10_000) {
            read(&mut readings, Answer::Came);
        }
        assert_eq!(readings.due(), Some(at(10_000)));
        assert!(read(&mut readings, Answer::Failed) <= 14_000);
        let settled = readings.due().unwrap();
        assert_eq!(read(&mut readings, Answer::Came), settled.ns() / 1_000_000 + 30_000);
    }

    /// A reading that fails does not tell what the file misses.
    #[test]
    fn a_process_that_starts_anew_reads_at_once_and_owes_that_reading_until_it_came() {
        let mut before = Readings::new(FillFeedSettings::default());
        assert!(!before.is_owed());
        before.begin(at(0));
        let mut readings = before.started_anew(at(7_000));
        assert_eq!(readings.due(), Some(at(7_000)));
        assert_eq!(read(&mut readings, Answer::Failed), 7_250);
        assert!(readings.is_owed());
        read(&mut readings, Answer::Came);
        assert!(!readings.is_owed());
    }

    #[test]
    fn while_the_feed_is_down_readings_go_on_every_second() {
        let mut readings = Readings::new(FillFeedSettings::default());
        readings.begin(at(0));
        readings.feed_lost(at(0));
        while readings.due().unwrap() < at(20_000) {
            read(&mut readings, Answer::Came);
        }
        assert_eq!(read(&mut readings, Answer::Came), 21_000);
        readings.feed_restored(at(20_500));
        assert_eq!(readings.due(), Some(at(20_500)));
        while readings.due().unwrap() < at(30_500) {
            read(&mut readings, Answer::Came);
        }
        assert_eq!(read(&mut readings, Answer::Came), 60_500);
    }
}
