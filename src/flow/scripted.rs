//! Orders and cancels of named accounts at given times.

use std::collections::BTreeMap;

use thiserror::Error;

use crate::flow::{Flow, FlowStep};
use crate::market::TimeInForce;
use crate::protocol::{CreateOrder, Crossing, Execution, PrivateMessage, Request};
use crate::units::{AccountId, ClientOrderId, MarketId, OrderId, Price, Quantity, Side, SimTime};

/// One line of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptedStep {
    /// When.
    pub at: SimTime,
    /// What.
    pub action: ScriptedAction,
}

/// What a line of a script does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScriptedAction {
    /// Places an order.
    Place(ScriptedOrder),
    /// Removes what remains of an earlier order. Harmless when nothing remains.
    Cancel {
        /// The label of the order.
        label: String,
    },
    /// Cancels what the bot has resting in a market, on its owner's or the exchange's behalf.
    Withdraw {
        /// Where.
        market: MarketId,
    },
}

/// An order of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptedOrder {
    /// Who.
    pub account: AccountId,
    /// The name by which a cancel may refer to the order; unique within the script.
    pub label: Option<String>,
    /// Where.
    pub market: MarketId,
    /// Which side.
    pub side: Side,
    /// The limit, in the YES frame.
    pub price: Price,
    /// Contracts.
    pub quantity: Quantity,
    /// How long the order may live.
    pub time_in_force: TimeInForce,
    /// What becomes of it if it would trade at once.
    pub crossing: Crossing,
}

/// What can be wrong with a script.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ScriptError {
    /// Two orders share a label.
    #[error("order at {at} s: found label `{label}` a second time, allowed is once")]
    DuplicateLabel {
        /// When the second one is placed.
        at: SimTime,
        /// The label.
        label: String,
    },
    /// A cancel names an order that the script never places.
    #[error("cancel at {at} s: found label `{label}`, allowed is one of {allowed}")]
    UnknownLabel {
        /// When.
        at: SimTime,
        /// The label.
        label: String,
        /// The labels of the script.
        allowed: String,
    },
    /// A cancel comes before its order.
    #[error("cancel at {at} s: found label `{label}`, allowed is after its order at {placed_at} s")]
    CancelBeforeOrder {
        /// When.
        at: SimTime,
        /// The label.
        label: String,
        /// When the order is placed.
        placed_at: SimTime,
    },
}

/// What is left of an order that was placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// Not placed, or refused.
    Absent,
    /// The exchange took it.
    Resting(OrderId),
    /// Nothing of it is left.
    Final,
}

/// A step with its label resolved to the order's number.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Action {
    Place { account: AccountId, order: CreateOrder },
    Cancel { number: usize },
    Withdraw { market: MarketId },
}

/// Plays a script.
///
/// Steps are done in the order of their times, those of one instant in the order of the script.
/// The client order ids are the numbers of the orders in that order, counted from 0 over all
/// accounts.
///
/// ```
/// use fillgap::flow::Flow;
/// use fillgap::flow::scripted::{Scripted, ScriptedAction, ScriptedStep};
/// use fillgap::units::SimTime;
/// let action = ScriptedAction::Cancel { label: "wall".to_owned() };
/// let lonely = Scripted::new(vec![ScriptedStep { at: SimTime::START, action }]);
/// assert!(lonely.is_err());
/// assert_eq!(Scripted::new(vec![]).unwrap().next_due(), None);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scripted {
    actions: Vec<(SimTime, Action)>,
    next: usize,
    /// By client order id.
    orders: Vec<(AccountId, Standing)>,
    needless_cancels: u64,
}

impl Scripted {
    /// The flow of a script.
    ///
    /// # Errors
    /// When two orders share a label, or a cancel names no order or one that comes later.
    pub fn new(mut steps: Vec<ScriptedStep>) -> Result<Self, ScriptError> {
        steps.sort_by_key(|step| step.at);
        let placed = place_labels(&steps)?;
        let mut actions = Vec::with_capacity(steps.len());
        let mut orders = Vec::new();
        for (position, step) in steps.iter().enumerate() {
            let action = match &step.action {
                ScriptedAction::Place(order) => {
                    let number = orders.len();
                    orders.push((order.account, Standing::Absent));
                    Action::Place { account: order.account, order: create(order, number) }
                }
                ScriptedAction::Cancel { label } => {
                    let Some(place) = placed.get(label.as_str()) else {
                        let allowed = list(placed.keys());
                        let label = label.clone();
                        return Err(ScriptError::UnknownLabel { at: step.at, label, allowed });
                    };
                    if place.position > position {
                        return Err(ScriptError::CancelBeforeOrder {
                            at: step.at,
                            label: label.clone(),
                            placed_at: steps[place.position].at,
                        });
                    }
                    Action::Cancel { number: place.number }
                }
                ScriptedAction::Withdraw { market } => Action::Withdraw { market: *market },
            };
            actions.push((step.at, action));
        }
        Ok(Self { actions, next: 0, orders, needless_cancels: 0 })
    }

    /// How many cancels found nothing to remove: the order was filled, expired, or refused.
    #[must_use]
    pub const fn needless_cancels(&self) -> u64 {
        self.needless_cancels
    }

    fn standing(&mut self, account: AccountId, order: ClientOrderId) -> Option<&mut Standing> {
        let number = usize::try_from(order.number()).ok()?;
        self.orders
            .get_mut(number)
            .filter(|(owner, _)| *owner == account)
            .map(|(_, standing)| standing)
    }
}

impl Flow for Scripted {
    fn next_due(&self) -> Option<SimTime> {
        self.actions.get(self.next).map(|(at, _)| *at)
    }

    fn next_step(&mut self, now: SimTime) -> Option<FlowStep> {
        loop {
            let (_, action) = self.actions.get(self.next).filter(|(at, _)| *at <= now)?;
            self.next += 1;
            match *action {
                Action::Place { account, order } => {
                    return Some(FlowStep::Act { account, request: Request::Create(order) });
                }
                Action::Cancel { number } => match self.orders[number] {
                    (account, Standing::Resting(order)) => {
                        return Some(FlowStep::Act { account, request: Request::Cancel { order } });
                    }
                    (_, Standing::Absent | Standing::Final) => self.needless_cancels += 1,
                },
                Action::Withdraw { market } => return Some(FlowStep::Withdraw { market }),
            }
        }
    }

    fn observe(&mut self, message: &PrivateMessage) {
        let (client_order, standing) = match message.execution {
            Execution::Accepted { order, client_order, .. } => {
                (client_order, Standing::Resting(order))
            }
            Execution::Ended { client_order, .. } => (client_order, Standing::Final),
            Execution::Filled(_) | Execution::Amended { .. } | Execution::Decreased { .. } => {
                return;
            }
        };
        if let Some(known) = self.standing(message.account, client_order) {
            *known = standing;
        }
    }
}

/// Where a script places a labelled order.
#[derive(Clone, Copy)]
struct Place {
    /// Its place among the steps.
    position: usize,
    /// Its place among the orders.
    number: usize,
}

fn place_labels(steps: &[ScriptedStep]) -> Result<BTreeMap<&str, Place>, ScriptError> {
    let mut placed = BTreeMap::new();
    let mut number = 0;
    for (position, step) in steps.iter().enumerate() {
        let ScriptedAction::Place(order) = &step.action else { continue };
        if let Some(label) = &order.label {
            let place = Place { position, number };
            if placed.insert(label.as_str(), place).is_some() {
                let label = label.clone();
                return Err(ScriptError::DuplicateLabel { at: step.at, label });
            }
        }
        number += 1;
    }
    Ok(placed)
}

fn create(order: &ScriptedOrder, number: usize) -> CreateOrder {
    let client_order = ClientOrderId::new(number as u64);
    let ScriptedOrder { market, side, price, quantity, time_in_force, crossing, .. } = *order;
    CreateOrder {
        time_in_force,
        crossing,
        self_trade: None,
        ..CreateOrder::new(client_order, market, side, price, quantity)
    }
}

fn list<'a>(labels: impl Iterator<Item = &'a &'a str>) -> String {
    let quoted: Vec<_> = labels.map(|label| format!("`{label}`")).collect();
    if quoted.is_empty() { "none".to_owned() } else { quoted.join(", ") }
}
