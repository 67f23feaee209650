//! One order with what the bot wants of it and what it still has to do about it.

use crate::bot::fill_feed::order::{Doubt, Ending, News, OrderState};
use crate::bot::fill_feed::settings::FillFeedSettings;
use crate::bot::strategy::Signal;
use crate::market::TimeInForce;
use crate::protocol::CreateOrder;
use crate::units::{Quantity, RecordId, SimTime};

/// What an order is for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Role {
    /// To open a position.
    Entry {
        /// The wish behind it.
        signal: Signal,
        /// The record, once something filled.
        record: Option<RecordId>,
        /// Whether its end was told.
        end: EntryEnd,
    },
    /// To close one.
    Exit {
        /// The record.
        record: RecordId,
    },
}

/// Whether the end of an entry was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EntryEnd {
    Owed,
    Told,
}

/// What the bot wants of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    /// It may rest until this instant.
    RestUntil(SimTime),
    /// It shall leave the book.
    Gone,
}

/// Whether a look at an order is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    None,
    Sent,
}

/// Whether an order's quantity is what it was sent with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Extent {
    AsSent,
    /// Somebody lowered it: what did not fill no longer says what did.
    Lowered,
}

/// An order.
#[derive(Clone, Copy, Debug)]
pub(super) struct TrackedOrder {
    pub(super) create: CreateOrder,
    pub(super) role: Role,
    pub(super) sent_at: SimTime,
    pub(super) state: OrderState,
    pub(super) wish: Wish,
    pub(super) look: Look,
    /// Times that something was tried since the state last changed in kind.
    pub(super) tries: u32,
    /// Nothing is tried before this.
    pub(super) not_before: SimTime,
    /// When a reply or a read first told of fills that have not come by trade id.
    pub(super) told_more_since: Option<SimTime>,
    /// Contracts filled by the counters of replies and reads.
    told: Quantity,
    /// Contracts filled by the exchange's own word about this very order: the answer to its create
    /// or cancel, or its end.
    vouched: Quantity,
    /// Contracts that its record counts.
    counted: Quantity,
    extent: Extent,
}

/// What the bot has to do about an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Duty {
    /// Nothing: it waits for news, or the order is settled.
    Wait,
    /// Remove it from the book.
    Cancel,
    /// Ask what became of it.
    Look,
}

impl TrackedOrder {
    pub(super) fn new(create: CreateOrder, role: Role, sent_at: SimTime, wish: Wish) -> Self {
        Self {
            create,
            role,
            sent_at,
            state: OrderState::InFlight,
            wish,
            look: Look::None,
            tries: 0,
            not_before: sent_at,
            told_more_since: None,
            told: Quantity::ZERO,
            vouched: Quantity::ZERO,
            counted: Quantity::ZERO,
            extent: Extent::AsSent,
        }
    }

    /// Takes in news.
    pub(super) fn hear(&mut self, news: News, now: SimTime, settings: &FillFeedSettings) {
        let news = match (news, self.extent) {
            (News::Ended { .. }, Extent::Lowered) => News::Gone,
            (news, _) => news,
        };
        if let News::Ended { unfilled, .. } = news {
            self.vouch(self.create.quantity.saturating_sub(unfilled));
        }
        let before = self.state;
        self.state = before.after(news, self.create.quantity);
        if std::mem::discriminant(&before) != std::mem::discriminant(&self.state) {
            self.tries = 0;
            self.not_before = match self.state {
                // What is in doubt may clear up by itself.
                OrderState::UnknownOutcome(_) => now + settings.retry_after(0),
                _ => now,
            };
        }
        self.compare_told(now);
    }

    /// The process that sent it is gone: what it asked about the order is never answered.
    pub(super) fn start_anew(&mut self, now: SimTime, settings: &FillFeedSettings) {
        for news in [News::CreateUnknown, News::CancelUnknown] {
            self.hear(news, now, settings);
        }
        (self.look, self.tries, self.not_before) = (Look::None, 0, now);
    }

    /// The answer to its create or cancel, or its end, says that this much has filled at least.
    pub(super) fn vouch(&mut self, filled: Quantity) {
        self.vouched = self.vouched.max(filled);
    }

    /// Counts what is known to be filled and was not counted yet; returns how much that is. What
    /// the exchange vouches for is known before its trades are.
    pub(super) fn count(&mut self) -> Quantity {
        let known = self.vouched.max(self.state.filled());
        let fresh = known.saturating_sub(self.counted);
        self.counted += fresh;
        fresh
    }

    /// A counter of a reply or a read told how much has filled at least.
    pub(super) fn hear_told(&mut self, filled: Quantity, now: SimTime) {
        self.told = self.told.max(filled);
        self.compare_told(now);
    }

    /// Its quantity was lowered.
    pub(super) fn lower(&mut self) {
        self.extent = Extent::Lowered;
    }

    fn compare_told(&mut self, now: SimTime) {
        let total = match self.state {
            OrderState::Final(Ending::Over { total, .. }) => total,
            _ => self.told,
        };
        self.told_more_since =
            if total > self.state.filled() { self.told_more_since.or(Some(now)) } else { None };
    }

    /// What was tried brought nothing; it is tried again after a while.
    pub(super) fn wait_for_retry(&mut self, now: SimTime, settings: &FillFeedSettings) {
        self.tries = self.tries.saturating_add(1);
        self.not_before = now + settings.retry_after(self.tries);
    }

    /// When the order leaves the book, or can no longer get there, by itself: at its expiry, which
    /// the exchange sees to, or once no request can be on its way any longer.
    pub(super) fn gone_by(&self, settings: &FillFeedSettings) -> SimTime {
        match self.create.time_in_force {
            TimeInForce::GoodTillCanceled { expires_at: Some(expires_at) } => expires_at,
            _ => self.sent_at + settings.request_life,
        }
    }

    /// Whether it may be in the book at an instant.
    pub(super) fn may_rest_at(&self, now: SimTime, settings: &FillFeedSettings) -> bool {
        let rests = matches!(self.create.time_in_force, TimeInForce::GoodTillCanceled { .. });
        rests && self.state.may_rest() && now < self.gone_by(settings)
    }

    /// Contracts that may have filled, or may yet fill, beyond those counted.
    pub(super) fn open(&self) -> Quantity {
        let ahead = self.counted.saturating_sub(self.state.filled());
        self.state.open(self.create.quantity).saturating_sub(ahead)
    }

    /// What is to be done about it, and the instant from which on; never, when it waits for news.
    pub(super) fn duty(&self, settings: &FillFeedSettings) -> (Duty, Option<SimTime>) {
        let overdue = self.gone_by(settings) + settings.feed_grace;
        match self.state {
            OrderState::InFlight | OrderState::CancelInFlight { .. } | OrderState::Final(_) => {
                (Duty::Wait, None)
            }
            OrderState::Resting { .. } | OrderState::PartiallyFilled { .. } => {
                let rests =
                    matches!(self.create.time_in_force, TimeInForce::GoodTillCanceled { .. });
                match self.wish {
                    // It never rested, so its end is on its way, or was lost.
                    _ if !rests => (Duty::Look, Some(self.not_before + settings.feed_grace)),
                    Wish::RestUntil(until) if until < overdue => {
                        (Duty::Cancel, Some(until.max(self.not_before)))
                    }
                    Wish::RestUntil(_) => (Duty::Look, Some(overdue.max(self.not_before))),
                    Wish::Gone => (Duty::Cancel, Some(self.not_before)),
                }
            }
            OrderState::UnknownOutcome(Doubt::Cancel { .. }) => {
                (Duty::Cancel, Some(self.not_before))
            }
            OrderState::UnknownOutcome(Doubt::Create | Doubt::Total { .. }) => {
                (Duty::Look, Some(self.not_before))
            }
        }
    }
}
