//! What a run's log says about a bot that claims to lose nothing: its own account of the truth,
//! independent of the measures.

use std::collections::{BTreeMap, BTreeSet};

use fillgap::kernel::Stamped;
use fillgap::protocol::record::{Answer, Belief, Decision, Message, Record, Standing, Truth};
use fillgap::protocol::{Channel, Execution, FaultKind, Leg, Purpose, Request};
use fillgap::units::{
    ClientOrderId, Position, Quantity, RecordId, RequestId, Side, SimDuration, SimTime,
};

/// What was seen of a run with one market.
#[derive(Debug, Default)]
pub(super) struct Witness {
    /// The longest time after the last fill for which belief and truth still differed.
    pub(super) slowest: SimDuration,
    /// Belief less truth at the end.
    pub(super) gap_at_end: Position,
    /// True contracts that were bought.
    pub(super) bought: Quantity,
    /// The longest row of reads of orders and fills that failed, one after the other.
    pub(super) failed_reads: u32,
    /// How often each fault happened.
    pub(super) faults: BTreeMap<(Channel, Leg, &'static str), u32>,
    /// Everything that must not happen.
    pub(super) broken: Vec<String>,
}

/// One entry order as the exchange has it.
#[derive(Clone, Copy, Debug)]
struct Entry {
    left: Quantity,
    is_over: bool,
}

#[derive(Debug, Default)]
struct State {
    truth: Position,
    stakes: BTreeMap<RecordId, Position>,
    last_fill: SimTime,
    entries: BTreeMap<ClientOrderId, Entry>,
    reads: BTreeSet<RequestId>,
    failed_in_a_row: u32,
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

    fn settle(&self, time: SimTime, until: SimTime, witness: &mut Witness) {
        if !self.gap().is_flat() {
            witness.slowest = witness.slowest.max(until.since(self.last_fill));
        }
        if !self.truth.short().is_zero() {
            witness.broken.push(format!("at {time} s: {} held", self.truth));
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
                let working = self.entries.values().filter(|entry| !entry.is_over);
                let working: Quantity = working.map(|entry| entry.left).sum();
                let worst = self.truth.long() + working;
                if live < worst {
                    let line = format!("at {time} s: counts {live} of {worst} that may be held");
                    witness.broken.push(line);
                }
            }
            Record::Message(message) => self.message(&message, accepted, witness),
            _ => {}
        }
    }

    fn execute(&mut self, execution: &Execution, time: SimTime, witness: &mut Witness) {
        match *execution {
            Execution::Filled(fill) => {
                self.truth += Position::of(fill.side, fill.quantity);
                self.last_fill = time;
                if let Some(entry) = self.entries.get_mut(&fill.client_order) {
                    entry.left -= fill.quantity;
                }
                if fill.side == Side::Bid {
                    witness.bought += fill.quantity;
                }
            }
            Execution::Ended { client_order, .. } => {
                if let Some(entry) = self.entries.get_mut(&client_order) {
                    entry.is_over = true;
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
            Message::Sent {
                body: Request::Create(create), purpose: Purpose::Entry { .. }, ..
            } => {
                // What never gets into the book is no exposure, whatever the bot has to assume.
                let is_over = !accepted.contains(&create.client_order);
                let entry = Entry { left: create.quantity, is_over };
                self.entries.insert(create.client_order, entry);
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
                let name = match kind {
                    FaultKind::Lost => "lost",
                    other => other.name(),
                };
                *witness.faults.entry((channel, leg, name)).or_default() += 1;
            }
            _ => {}
        }
    }

    fn fail(&mut self, witness: &mut Witness) {
        self.failed_in_a_row += 1;
        witness.failed_reads = witness.failed_reads.max(self.failed_in_a_row);
    }
}
