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

mod crowd;
mod patterns;
mod recording;
mod subset;
mod volume;

use std::sync::Arc;

pub use recording::Recording;
pub use volume::VolumeExplained;

use crate::flow::{Flow, FlowStep};
use crate::kernel::{Stream, Streams};
use crate::market::TimeInForce;
use crate::protocol::{CreateOrder, PrivateMessage, Reduction, Request};
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
    /// Contracts that were to be removed and were not there.
    pub clipped: Quantity,
    /// Contracts of the crowd that traded in the recording, met the bot's order instead in the
    /// replay, and were canceled for it.
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
    following: Following,
}

/// What is left to do of a deed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Work {
    /// Nothing: the next deed is to be taken up.
    Idle,
    /// The crowd's level is to come down.
    Lower(Lowering),
}

/// A level on its way down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Lowering {
    op: Op,
    /// Contracts that the crowd keeps.
    target: Quantity,
    /// Contracts that the recording removes and the level does not have.
    clipped: Quantity,
    /// What the level held when an order was canceled last.
    before: Option<Quantity>,
}

impl Recorded {
    /// The flow of one run.
    #[must_use]
    pub fn new(recording: Arc<Recording>, settings: RecordedSettings, streams: &Streams) -> Self {
        let crowd = Crowd::new(recording.tick_count());
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
        let total = self.crowd.total(op.side, op.tick);
        let lower = Work::Lower(Lowering {
            op,
            target: total.saturating_sub(op.quantity),
            clipped: op.quantity.saturating_sub(total),
            before: None,
        });
        match op.deed {
            Deed::Place => {
                let client_order = self.crowd.next_order(op.side, op.tick);
                let account = self.settings.crowd;
                Some(self.create(account, client_order, op.side, &op, TimeInForce::REST))
            }
            Deed::Trade => {
                self.work = lower;
                let client_order = ClientOrderId::new(self.takers);
                self.takers += 1;
                let account = self.settings.crowd_taker;
                let side = op.side.opposite();
                Some(self.create(account, client_order, side, &op, TimeInForce::ImmediateOrCancel))
            }
            Deed::Cancel => {
                self.work = lower;
                if self.settings.cancels == CancelModel::ProRata {
                    self.draws = self.stream.keyed(index as u64);
                }
                None
            }
        }
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
        let Lowering { op, target, clipped, before } = lowering;
        let total = self.crowd.total(op.side, op.tick);
        let excess = total.saturating_sub(target);
        if excess.is_zero() {
            self.work = Work::Idle;
            self.following.clipped += clipped;
            let market = self.settings.market;
            return (!clipped.is_zero()).then_some(FlowStep::Clipped { market, quantity: clipped });
        }
        assert!(
            before.is_none_or(|before| total < before),
            "Invariant: the exchange cancels an order of the crowd that rests"
        );
        lowering.before = Some(total);
        self.work = Work::Lower(lowering);
        let model = match op.deed {
            Deed::Cancel => self.settings.cancels,
            Deed::Trade | Deed::Place => CancelModel::OldestFirst,
        };
        let (order, remaining) = self.crowd.pick(op.side, op.tick, model, &mut self.draws);
        if op.deed == Deed::Trade {
            self.following.displaced += remaining.min(excess);
        }
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
        self.recording.moment(self.moment).map(|(at, _)| at)
    }

    fn next_step(&mut self, now: SimTime) -> Option<FlowStep> {
        loop {
            let (_, end) = self.recording.moment(self.moment).filter(|(at, _)| *at <= now)?;
            let step = match self.work {
                Work::Lower(lowering) => self.lower(lowering),
                Work::Idle if self.op == end => {
                    self.moment += 1;
                    None
                }
                Work::Idle => {
                    self.op += 1;
                    self.begin(self.op - 1)
                }
            };
            if step.is_some() {
                return step;
            }
        }
    }

    fn observe(&mut self, message: &PrivateMessage) {
        if message.account == self.settings.crowd {
            self.crowd.observe(&message.execution);
        }
    }
}
