//! A recording becomes orders of a crowd.
//!
//! An added quantity is an order of the crowd. A removed quantity is a trade (the crowd's taker
//! sends an immediate or cancel order at that price) or a cancel. The two are told apart by the
//! shape of the exchange event and by the volume that the ticker reports.
//!
//! The bot's orders take part in the same queues. So the crowd can not always follow:
//!
//! - **What others took is gone.** Each removal takes what it finds of the crowd's contracts at its
//!   level, and never more than the recording says. What it does not find is clipped and counted.
//!   At the end of every exchange event the crowd's level is the recorded level minus what others
//!   took from it and no removal has missed yet; it is never negative and never above the record,
//!   and it is the recorded level again at the latest when that was empty once.
//! - **What others gave is not kept.** Where a recorded trade meets an order of the bot, the crowd
//!   order that traded in the recording would be left over. It is canceled in the same event,
//!   oldest first, as the oldest is what the recorded taker met; the contracts are counted as
//!   displaced.
//! - An order of the crowd that would cross the bot's order trades with it. The contracts count as
//!   taken from the level where the rest of the order comes to stand.
//! - **What the venue refuses is made up for.** While the exchange or the market is paused, closed or
//!   not open yet, the crowd goes on asking for what the recording does. What can not be removed when
//!   the recording removes it is clipped and counted; a recorded trade that can not be is a cancel of
//!   the oldest, if that can be. With every change of status the crowd tries to come to what it would
//!   have by then: first it cancels what is too much, then it places what is missing, one order a
//!   level, and that with what the venue canceled by a close or by the end of a pause.

mod crowd;
mod patterns;
mod recording;
mod subset;
mod volume;

use std::collections::VecDeque;
use std::sync::Arc;

pub use recording::Recording;
pub use volume::VolumeExplained;

use crate::flow::{Flow, FlowStep};
use crate::kernel::{Stream, Streams};
use crate::market::{Tick, TimeInForce};
use crate::protocol::{
    CreateOrder, Execution, OrderEnd, PrivateMessage, Reduction, RejectReason, Request,
};
use crate::units::{AccountId, ClientOrderId, MarketId, Quantity, Side, SimTime};
use crowd::Crowd;
use recording::{Deed, Op};

/// Which of the crowd's orders a recorded cancel hits. The recording does not say; the first and
/// the last bound what the bot's place in the queue can be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CancelModel {
    /// Any, with a chance in proportion to its remaining quantity.
    #[default]
    ProRata,
    /// The one that joined last: nothing ahead of the bot leaves but by trades.
    NewestFirst,
    /// The one that joined first: everything ahead of the bot leaves first.
    OldestFirst,
}

/// Who the crowd is and where it trades.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordedSettings {
    /// The market at the exchange.
    pub market: MarketId,
    /// The account that owns all resting orders of the crowd.
    pub crowd: AccountId,
    /// The account whose orders take in recorded trades; another than `crowd`.
    pub crowd_taker: AccountId,
    /// Which orders leave in a cancel.
    pub cancels: CancelModel,
}

/// How far the replay could follow the recording.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Following {
    /// Contracts that were to be removed and were not there, or that the venue let nobody remove.
    pub clipped: Quantity,
    /// Contracts of the crowd that traded in the recording and not in the replay, where the taker met
    /// the bot's order instead or the venue did not trade, and were canceled for it.
    pub displaced: Quantity,
}

/// Replays one recording.
///
/// Its first exchange event, the snapshot, is due at the start; each level of it is one order.
/// Draws come from the stream `flow`, keyed by the number of the recorded deed, so what the bot
/// does to one level shifts no draw elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    recording: Arc<Recording>,
    settings: RecordedSettings,
    stream: Stream,
    /// The draws of the deed in work.
    draws: Stream,
    crowd: Crowd,
    takers: u64,
    /// The exchange event in work, or the next.
    moment: usize,
    /// The next deed.
    op: usize,
    work: Work,
    /// The venue's last change of status, until all that was refused before was tried again.
    change: Option<Change>,
    /// Levels that came down after they could not before.
    made_up: u64,
    following: Following,
}

/// A change of the venue's status.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Change {
    at: SimTime,
    /// Levels where something is still to be made up for, once they are known.
    left: Option<VecDeque<(Side, Tick)>>,
}

/// What is left to do of a deed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Work {
    /// Nothing: the next deed is to be taken up.
    Idle,
    /// The exchange was asked for an order of the crowd.
    Place {
        /// Where.
        side: Side,
        /// Where.
        tick: Tick,
        /// What the crowd is to have there with it.
        wanted: Quantity,
    },
    /// The crowd's level is to come down.
    Lower(Lowering),
}

/// A level on its way down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Lowering {
    /// What the recording does. Without contracts where it did so before.
    op: Op,
    /// Contracts that the crowd keeps.
    target: Quantity,
    /// What the level held at first.
    begun_at: Quantity,
    removal: Removal,
}

/// The last request for a level to come down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Removal {
    /// There was none.
    None,
    /// It was made when the level held this.
    Asked(Quantity),
    /// The venue lets nobody remove anything now.
    Refused,
}

impl Recorded {
    /// The flow of one run.
    #[must_use]
    pub fn new(recording: Arc<Recording>, settings: RecordedSettings, streams: &Streams) -> Self {
        let crowd = Crowd::new(recording.levels().tick_count());
        let stream = streams.named("flow");
        Self {
            recording,
            settings,
            draws: stream.clone(),
            stream,
            crowd,
            takers: 0,
            moment: 0,
            op: 0,
            work: Work::Idle,
            change: None,
            made_up: 0,
            following: Following::default(),
        }
    }

    /// How many exchange events of the recording are over.
    #[must_use]
    pub const fn moments_done(&self) -> usize {
        self.moment
    }

    /// How far the replay could follow so far.
    #[must_use]
    pub const fn following(&self) -> Following {
        self.following
    }

    /// Takes up a deed. Some deeds have a step of their own.
    fn begin(&mut self, index: usize) -> Option<FlowStep> {
        let op = *self.recording.op(index);
        let wanted = self.crowd.wanted(op.side, op.tick);
        match op.deed {
            Deed::Place => self.place(&op, wanted + op.quantity),
            Deed::Trade => {
                self.begin_to_lower(op, wanted.saturating_sub(op.quantity));
                let client_order = ClientOrderId::new(self.takers);
                self.takers += 1;
                let account = self.settings.crowd_taker;
                let side = op.side.opposite();
                Some(self.create(account, client_order, side, &op, TimeInForce::ImmediateOrCancel))
            }
            Deed::Cancel => {
                self.begin_to_lower(op, wanted.saturating_sub(op.quantity));
                self.key_draws(index as u64);
                None
            }
        }
    }

    /// The next level to make up for after a change of status.
    fn next_behind(&mut self) -> Option<(Side, Tick)> {
        let change = self.change.as_mut()?;
        let level = change.left.get_or_insert_with(|| self.crowd.all_behind()).pop_front();
        if level.is_none() {
            self.change = None;
        }
        level
    }

    /// Brings a level to what the crowd is to have there, after the venue had refused that.
    fn make_up(&mut self, side: Side, tick: Tick) -> Option<FlowStep> {
        let wanted = self.crowd.wanted(side, tick);
        let price = self.recording.levels().price_of(tick);
        let op = Op { deed: Deed::Cancel, side, price, tick, quantity: Quantity::ZERO };
        if self.crowd.total(side, tick) < wanted {
            return self.place(&op, wanted);
        }
        self.begin_to_lower(op, wanted);
        // The deeds of a recording count from 0.
        self.key_draws(u64::MAX - self.made_up);
        self.made_up += 1;
        None
    }

    fn begin_to_lower(&mut self, op: Op, target: Quantity) {
        let begun_at = self.crowd.total(op.side, op.tick);
        self.work = Work::Lower(Lowering { op, target, begun_at, removal: Removal::None });
    }

    fn key_draws(&mut self, key: u64) {
        if self.settings.cancels == CancelModel::ProRata {
            self.draws = self.stream.keyed(key);
        }
    }

    /// Asks for what a level lacks, if it lacks anything.
    fn place(&mut self, op: &Op, wanted: Quantity) -> Option<FlowStep> {
        let Op { side, tick, .. } = *op;
        let quantity = wanted.saturating_sub(self.crowd.total(side, tick));
        if quantity.is_zero() {
            self.crowd.want(side, tick, wanted);
            return None;
        }
        self.work = Work::Place { side, tick, wanted };
        let client_order = self.crowd.next_order(side, tick);
        let (account, op) = (self.settings.crowd, Op { quantity, ..*op });
        Some(self.create(account, client_order, side, &op, TimeInForce::REST))
    }

    fn create(
        &self,
        account: AccountId,
        client_order: ClientOrderId,
        side: Side,
        op: &Op,
        time_in_force: TimeInForce,
    ) -> FlowStep {
        let market = self.settings.market;
        let order = CreateOrder {
            time_in_force,
            self_trade: None,
            ..CreateOrder::new(client_order, market, side, op.price, op.quantity)
        };
        FlowStep::Act { account, request: Request::Create(order) }
    }

    /// Goes on with a level on its way down; none when it is there and nothing was clipped.
    fn lower(&mut self, mut lowering: Lowering) -> Option<FlowStep> {
        let Lowering { op, target, begun_at, removal } = lowering;
        let total = self.crowd.total(op.side, op.tick);
        let excess = total.saturating_sub(target);
        if let Removal::Asked(before) = removal {
            assert!(
                total < before,
                "Invariant: the exchange cancels an order of the crowd that rests"
            );
            if op.deed == Deed::Trade {
                self.following.displaced += before - total;
            }
        }
        if excess.is_zero() || removal == Removal::Refused {
            self.work = Work::Idle;
            self.crowd.want(op.side, op.tick, target);
            let clipped = op.quantity.saturating_sub(begun_at.saturating_sub(total));
            self.following.clipped += clipped;
            let market = self.settings.market;
            return (!clipped.is_zero()).then_some(FlowStep::Clipped { market, quantity: clipped });
        }
        lowering.removal = Removal::Asked(total);
        self.work = Work::Lower(lowering);
        let model = match op.deed {
            Deed::Cancel => self.settings.cancels,
            Deed::Trade | Deed::Place => CancelModel::OldestFirst,
        };
        let (order, remaining) = self.crowd.pick(op.side, op.tick, model, &mut self.draws);
        let request = if remaining <= excess {
            Request::Cancel { order }
        } else {
            Request::Decrease { order, reduction: Reduction::By(excess) }
        };
        Some(FlowStep::Act { account: self.settings.crowd, request })
    }
}

impl Flow for Recorded {
    fn next_due(&self) -> Option<SimTime> {
        let recorded = self.recording.moment(self.moment).map(|(at, _)| at);
        self.change.as_ref().map(|change| change.at).into_iter().chain(recorded).min()
    }

    fn next_step(&mut self, now: SimTime) -> Option<FlowStep> {
        loop {
            let step = match self.work {
                Work::Lower(lowering) => self.lower(lowering),
                Work::Place { .. } => {
                    self.work = Work::Idle;
                    None
                }
                Work::Idle => {
                    if let Some((side, tick)) = self.next_behind() {
                        self.make_up(side, tick)
                    } else {
                        let due = self.recording.moment(self.moment);
                        let (_, end) = due.filter(|(at, _)| *at <= now)?;
                        if self.op == end {
                            self.moment += 1;
                            None
                        } else {
                            self.op += 1;
                            self.begin(self.op - 1)
                        }
                    }
                }
            };
            if step.is_some() {
                return step;
            }
        }
    }

    fn observe(&mut self, message: &PrivateMessage) {
        if message.account != self.settings.crowd {
            return;
        }
        match message.execution {
            Execution::Ended { client_order, end: OrderEnd::MarketClosed, .. } => {
                self.crowd.lose(client_order);
            }
            // Finer prices may halt orders, too: that is no change of status, and they are gone.
            Execution::Ended { client_order, end: OrderEnd::Halted, .. }
                if self.change.is_some() =>
            {
                self.crowd.lose(client_order);
            }
            execution => self.crowd.observe(&execution),
        }
    }

    fn refused(&mut self, reason: RejectReason) {
        let is_for_now = matches!(
            reason,
            RejectReason::TradingPaused
                | RejectReason::ExchangePaused
                | RejectReason::MarketInactive
        );
        match &mut self.work {
            Work::Place { side, tick, wanted } => {
                let (side, tick) = (*side, *tick);
                // An order that is refused for what it is will not be taken later.
                let wanted = if is_for_now { *wanted } else { self.crowd.total(side, tick) };
                self.crowd.want(side, tick, wanted);
            }
            Work::Lower(Lowering { removal: removal @ Removal::Asked(_), .. }) if is_for_now => {
                *removal = Removal::Refused;
            }
            Work::Lower(_) | Work::Idle => {}
        }
    }

    fn venue_changed(&mut self, now: SimTime) {
        self.change = Some(Change { at: now, left: None });
    }
}
