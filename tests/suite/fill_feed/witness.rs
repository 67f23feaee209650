//! What a run's log says about a bot that claims to lose nothing: its own account of the truth,
//! independent of the measures.

use std::collections::{BTreeMap, BTreeSet};

use fillgap::kernel::Stamped;
use fillgap::protocol::record::{Answer, Belief, Decision, Message, Record, Standing, Truth};
use fillgap::protocol::{Channel, Execution, FaultKind, FeedChange, Leg, Purpose, Request};
use fillgap::units::{
    ClientOrderId, Position, Quantity, RecordId, RequestId, Side, SimDuration, SimTime,
};

/// What was seen of a run with one market.
#[derive(Debug, Default)]
pub(super) struct Witness {
    /// The longest time after the last fill or payment for which belief and truth still differed.
    pub(super) slowest: SimDuration,
    /// Belief less truth at the end.
    pub(super) gap_at_end: Position,
    /// True contracts that were bought.
    pub(super) bought: Quantity,
    /// The longest row of reads of orders and fills that failed, one after the other.
    pub(super) failed_reads: u32,
    /// How often each fault happened.
    pub(super) faults: BTreeMap<(Channel, Leg, FaultKind), u64>,
    /// How often each feed broke and came back.
    pub(super) feeds: BTreeMap<(Channel, FeedChange), u64>,
    /// How often the bot started anew.
    pub(super) restarts: u64,
    /// Everything that must not happen.
    pub(super) broken: Vec<String>,
}

/// One order as the exchange has it.
#[derive(Clone, Copy, Debug)]
struct Order {
    left: Quantity,
    is_over: bool,
}

#[derive(Debug, Default)]
struct State {
    truth: Position,
    stakes: BTreeMap<RecordId, Position>,
    last_fill: SimTime,
    entries: BTreeMap<ClientOrderId, Order>,
    exits: BTreeMap<ClientOrderId, Order>,
    reads: BTreeSet<RequestId>,
    failed_in_a_row: u32,
}

/// Contracts that orders can still trade.
fn working(orders: &BTreeMap<ClientOrderId, Order>) -> Quantity {
    orders.values().filter(|order| !order.is_over).map(|order| order.left).sum()
}

/// Watches a run.
pub(super) fn watch(entries: &[Stamped<Record>]) -> Witness {
    let accepted: BTreeSet<ClientOrderId> = entries
        .iter()
        .filter_map(|entry| match entry.record {
            Record::Truth(Truth::Execution(Execution::Accepted { client_order, .. })) => {
                Some(client_order)
            }
            _ => None,
        })
        .collect();
    let (mut witness, mut state) = (Witness::default(), State::default());
    for (index, entry) in entries.iter().enumerate() {
        state.take(&entry.record, entry.time, &accepted, &mut witness);
        // Only the end of an instant counts, and it lasts until the next one.
        if let Some(next) = entries.get(index + 1)
            && next.time > entry.time
        {
            state.settle(entry.time, next.time, &mut witness);
        }
    }
    witness.gap_at_end = state.gap();
    witness
}

impl State {
    fn gap(&self) -> Position {
        self.stakes.values().copied().sum::<Position>() - self.truth
    }

    fn order(&mut self, client_order: ClientOrderId) -> Option<&mut Order> {
        let entry = self.entries.get_mut(&client_order);
        entry.or_else(|| self.exits.get_mut(&client_order))
    }

    fn settle(&self, time: SimTime, until: SimTime, witness: &mut Witness) {
        if !self.gap().is_flat() {
            witness.slowest = witness.slowest.max(until.since(self.last_fill));
        }
        if !self.truth.short().is_zero() {
            witness.broken.push(format!("at {time} s: {} held", self.truth));
        }
        let selling = working(&self.exits);
        if selling > self.truth.long() {
            witness.broken.push(format!("at {time} s: sells {selling} of {}", self.truth));
        }
    }

    fn take(
        &mut self,
        record: &Record,
        time: SimTime,
        accepted: &BTreeSet<ClientOrderId>,
        witness: &mut Witness,
    ) {
        match record.clone() {
            Record::Truth(Truth::Execution(execution)) => self.execute(&execution, time, witness),
            Record::Truth(Truth::Settled { position, .. }) => {
                self.truth -= position;
                self.last_fill = time;
            }
            Record::Belief(Belief::Holding { record, holding, .. }) => {
                let is_settled = holding.standing == Standing::Settled;
                if !holding.stake.short().is_zero() || (is_settled && !holding.stake.is_flat()) {
                    witness.broken.push(format!("at {time} s: {record} holds {}", holding.stake));
                }
                self.stakes.insert(record, holding.stake);
            }
            Record::Decision(Decision::WaitBegan(wait)) => {
                witness.broken.push(format!("at {time} s: waits for {wait:?}"));
            }
            Record::Decision(Decision::LiveCap { live, .. }) => {
                let worst = self.truth.long() + working(&self.entries);
                if live < worst {
                    let line = format!("at {time} s: counts {live} of {worst} that may be held");
                    witness.broken.push(line);
                }
            }
            Record::Decision(Decision::Restarted) => witness.restarts += 1,
            Record::Message(message) => self.message(&message, accepted, witness),
            _ => {}
        }
    }

    fn execute(&mut self, execution: &Execution, time: SimTime, witness: &mut Witness) {
        match *execution {
            Execution::Filled(fill) => {
                self.truth += Position::of(fill.side, fill.quantity);
                self.last_fill = time;
                if let Some(order) = self.order(fill.client_order) {
                    order.left -= fill.quantity;
                }
                if fill.side == Side::Bid {
                    witness.bought += fill.quantity;
                }
            }
            Execution::Ended { client_order, .. } => {
                if let Some(order) = self.order(client_order) {
                    order.is_over = true;
                }
            }
            Execution::Accepted { .. }
            | Execution::Amended { .. }
            | Execution::Decreased { .. } => {}
        }
    }

    fn message(
        &mut self,
        message: &Message,
        accepted: &BTreeSet<ClientOrderId>,
        witness: &mut Witness,
    ) {
        match message.clone() {
            Message::Sent { body: Request::Create(create), purpose, .. } => {
                // What never gets into the book is no exposure, whatever the bot has to assume.
                let is_over = !accepted.contains(&create.client_order);
                let order = Order { left: create.quantity, is_over };
                let orders = match purpose {
                    Purpose::Entry { .. } => &mut self.entries,
                    _ => &mut self.exits,
                };
                orders.insert(create.client_order, order);
            }
            Message::Sent { request, body, .. } if body.channel() == Channel::OrderRead => {
                self.reads.insert(request);
            }
            Message::Answered { request, answer } if self.reads.remove(&request) => match answer {
                Answer::Failed(_) => self.fail(witness),
                Answer::Done | Answer::Rejected(_) => self.failed_in_a_row = 0,
            },
            Message::GaveUp { request } if self.reads.remove(&request) => self.fail(witness),
            Message::Fault { channel, leg, kind, .. } => {
                *witness.faults.entry((channel, leg, kind)).or_default() += 1;
            }
            Message::Feed { channel, change } => {
                *witness.feeds.entry((channel, change)).or_default() += 1;
            }
            _ => {}
        }
    }

    fn fail(&mut self, witness: &mut Witness) {
        self.failed_in_a_row += 1;
        witness.failed_reads = witness.failed_reads.max(self.failed_in_a_row);
    }
}
