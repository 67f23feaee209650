//! One order as its sender knows it: a state machine over everything that can be heard of it.

use crate::protocol::OrderStatus;
use crate::units::{OrderId, Quantity};

/// What is known of an order. What filled of it is what came by trade id; counters of replies and
/// reads only say how much there is to be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OrderState {
    /// Sent; nothing was heard of it.
    InFlight,
    /// The exchange took it; no fill is known.
    Resting {
        /// The exchange's id.
        order: OrderId,
    },
    /// The exchange took it, and part of it filled.
    PartiallyFilled {
        /// The exchange's id.
        order: OrderId,
        /// Contracts, more than none and less than all.
        filled: Quantity,
    },
    /// A cancel was sent; nothing was heard of that.
    CancelInFlight {
        /// The exchange's id.
        order: OrderId,
        /// Contracts known to be filled, less than all.
        filled: Quantity,
    },
    /// A request was given up on, or its answer left something open.
    UnknownOutcome(Doubt),
    /// Nothing more happens to it.
    Final(Ending),
}

/// What is not known of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Doubt {
    /// Whether the exchange took it, or still will.
    Create,
    /// Whether its cancel took effect.
    Cancel {
        /// The exchange's id.
        order: OrderId,
        /// Contracts known to be filled, less than all.
        filled: Quantity,
    },
    /// It is gone, but not how much of it filled.
    Total {
        /// The exchange's id.
        order: OrderId,
        /// Contracts known to be filled, less than all.
        filled: Quantity,
    },
}

/// How an order ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// The exchange refused it.
    Refused,
    /// No read showed it when all time for it to arrive was over. Should it be heard of after all,
    /// it is an order again.
    NeverSeen,
    /// It is out of the book.
    Over {
        /// The exchange's id.
        order: OrderId,
        /// Contracts known to be filled.
        filled: Quantity,
        /// Contracts that filled in all; those above `filled` are yet to be found.
        total: Quantity,
    },
}

/// What can be heard of an order, from wherever it comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum News {
    /// The exchange took it.
    Accepted {
        /// The exchange's id.
        order: OrderId,
    },
    /// Some of it filled, by a trade that was not known before.
    Filled {
        /// The exchange's id.
        order: OrderId,
        /// Contracts.
        quantity: Quantity,
    },
    /// It left the book with this much unfilled.
    Ended {
        /// The exchange's id.
        order: OrderId,
        /// Contracts.
        unfilled: Quantity,
    },
    /// It left the book.
    Gone,
    /// The create was answered: the order is in the book.
    Rests {
        /// The exchange's id.
        order: OrderId,
    },
    /// The create was refused and changed nothing.
    Refused,
    /// The create was given up on, or answered with nothing that tells its outcome.
    CreateUnknown,
    /// Its cancel was sent.
    CancelSent,
    /// Its cancel was refused and changed nothing.
    CancelRefused,
    /// Its cancel was given up on, or answered with nothing that tells its outcome.
    CancelUnknown,
    /// A read, which may be old, shows it.
    Seen {
        /// The exchange's id.
        order: OrderId,
        /// Where it stood.
        status: OrderStatus,
        /// Contracts that had filled.
        filled: Quantity,
    },
    /// A read does not show it, though the order may still arrive, or the read may be too old.
    NotSeen,
    /// A read does not show it, and would if it had ever arrived.
    GivenUp,
}

impl OrderState {
    /// The state after some news of an order of this many contracts.
    pub(super) fn after(self, news: News, ordered: Quantity) -> Self {
        match self {
            Self::InFlight => unheard(self, news, ordered),
            Self::Resting { order } => Held { order, filled: Quantity::ZERO }.after(news, ordered),
            Self::PartiallyFilled { order, filled } => Held { order, filled }.after(news, ordered),
            Self::CancelInFlight { order, filled } => {
                canceling(self, Held { order, filled }, news, ordered)
            }
            Self::UnknownOutcome(doubt) => doubt.after(news, ordered),
            Self::Final(ending) => ending.after(news, ordered),
        }
    }

    /// The exchange's id, once it is known.
    pub(super) fn order(self) -> Option<OrderId> {
        match self {
            Self::Resting { order }
            | Self::PartiallyFilled { order, .. }
            | Self::CancelInFlight { order, .. }
            | Self::UnknownOutcome(Doubt::Cancel { order, .. } | Doubt::Total { order, .. })
            | Self::Final(Ending::Over { order, .. }) => Some(order),
            Self::InFlight
            | Self::UnknownOutcome(Doubt::Create)
            | Self::Final(Ending::Refused | Ending::NeverSeen) => None,
        }
    }

    /// Contracts known to be filled.
    pub(super) fn filled(self) -> Quantity {
        match self {
            Self::PartiallyFilled { filled, .. }
            | Self::CancelInFlight { filled, .. }
            | Self::UnknownOutcome(Doubt::Cancel { filled, .. } | Doubt::Total { filled, .. })
            | Self::Final(Ending::Over { filled, .. }) => filled,
            Self::InFlight
            | Self::Resting { .. }
            | Self::UnknownOutcome(Doubt::Create)
            | Self::Final(Ending::Refused | Ending::NeverSeen) => Quantity::ZERO,
        }
    }

    /// Contracts of an order of this many that may have filled, or may yet fill, beyond those
    /// known: the worst that any outcome can bring.
    pub(super) fn open(self, ordered: Quantity) -> Quantity {
        match self {
            Self::Final(Ending::Refused | Ending::NeverSeen) => Quantity::ZERO,
            Self::Final(Ending::Over { filled, total, .. }) => total.saturating_sub(filled),
            other => ordered.saturating_sub(other.filled()),
        }
    }

    /// Whether the order may be in the book, or may still get there.
    pub(super) fn may_rest(self) -> bool {
        !matches!(self, Self::Final(_) | Self::UnknownOutcome(Doubt::Total { .. }))
    }

    /// Whether nothing is left to be heard of it: it is final, and all that filled is known.
    pub(super) fn is_settled(self) -> bool {
        match self {
            Self::Final(Ending::Over { filled, total, .. }) => filled >= total,
            Self::Final(Ending::Refused | Ending::NeverSeen) => true,
            _ => false,
        }
    }
}

/// An order that the exchange took.
#[derive(Clone, Copy, Debug)]
struct Held {
    order: OrderId,
    filled: Quantity,
}

impl Held {
    /// The state of an order in the book, which is out of it once all of it filled.
    fn state(self, ordered: Quantity) -> OrderState {
        let Self { order, filled } = self;
        if filled >= ordered {
            OrderState::Final(Ending::Over { order, filled, total: filled })
        } else if filled.is_zero() {
            OrderState::Resting { order }
        } else {
            OrderState::PartiallyFilled { order, filled }
        }
    }

    /// The state once the order is out of the book and this much filled in all. Known fills are
    /// never unlearned.
    fn over(self, total: Quantity) -> OrderState {
        let Self { order, filled } = self;
        OrderState::Final(Ending::Over { order, filled, total: total.max(filled) })
    }

    fn plus(self, quantity: Quantity) -> Self {
        Self { filled: self.filled + quantity, ..self }
    }

    /// What news of an end make of it; `None` when the news tell no end. All contracts known to be
    /// filled are an end, too.
    fn ended(self, news: News, ordered: Quantity) -> Option<OrderState> {
        let Self { order, filled } = self;
        match news {
            News::Filled { quantity, .. } => {
                let held = self.plus(quantity);
                (held.filled >= ordered).then(|| held.state(ordered))
            }
            News::Ended { unfilled, .. } => Some(self.over(ordered.saturating_sub(unfilled))),
            News::Seen {
                status: OrderStatus::Canceled | OrderStatus::Executed, filled, ..
            } => Some(self.over(filled)),
            News::Gone => Some(OrderState::UnknownOutcome(Doubt::Total { order, filled })),
            _ => None,
        }
    }

    fn after(self, news: News, ordered: Quantity) -> OrderState {
        if let Some(ended) = self.ended(news, ordered) {
            return ended;
        }
        let Self { order, filled } = self;
        match news {
            News::Filled { quantity, .. } => self.plus(quantity).state(ordered),
            News::CancelSent => OrderState::CancelInFlight { order, filled },
            _ => self.state(ordered),
        }
    }
}

/// An order of which nothing was heard before.
fn unheard(state: OrderState, news: News, ordered: Quantity) -> OrderState {
    match news {
        News::Accepted { order }
        | News::Rests { order }
        | News::Filled { order, .. }
        | News::Ended { order, .. }
        | News::Seen { order, .. } => Held { order, filled: Quantity::ZERO }.after(news, ordered),
        News::Refused => OrderState::Final(Ending::Refused),
        News::CreateUnknown => OrderState::UnknownOutcome(Doubt::Create),
        News::Gone
        | News::CancelSent
        | News::CancelRefused
        | News::CancelUnknown
        | News::NotSeen
        | News::GivenUp => state,
    }
}

/// An order whose cancel is on its way.
fn canceling(state: OrderState, held: Held, news: News, ordered: Quantity) -> OrderState {
    if let Some(ended) = held.ended(news, ordered) {
        return ended;
    }
    let Held { order, filled } = held;
    match news {
        News::Filled { quantity, .. } => {
            OrderState::CancelInFlight { order, filled: filled + quantity }
        }
        News::CancelRefused => held.state(ordered),
        News::CancelUnknown => OrderState::UnknownOutcome(Doubt::Cancel { order, filled }),
        _ => state,
    }
}

impl Doubt {
    fn after(self, news: News, ordered: Quantity) -> OrderState {
        let same = OrderState::UnknownOutcome(self);
        match self {
            Self::Create => match news {
                News::GivenUp => OrderState::Final(Ending::NeverSeen),
                // A copy of the request was refused; what became of the other stays open.
                News::Refused => same,
                _ => unheard(same, news, ordered),
            },
            Self::Cancel { order, filled } => {
                let held = Held { order, filled };
                match (held.ended(news, ordered), news) {
                    (Some(ended), _) => ended,
                    (None, News::Filled { quantity, .. }) => {
                        let filled = filled + quantity;
                        OrderState::UnknownOutcome(Self::Cancel { order, filled })
                    }
                    (None, News::CancelSent) => OrderState::CancelInFlight { order, filled },
                    (None, _) => same,
                }
            }
            Self::Total { order, filled } => {
                let held = Held { order, filled };
                match (held.ended(news, ordered), news) {
                    (Some(ended), _) => ended,
                    (None, News::Filled { quantity, .. }) => {
                        let filled = filled + quantity;
                        OrderState::UnknownOutcome(Self::Total { order, filled })
                    }
                    (None, _) => same,
                }
            }
        }
    }
}

impl Ending {
    fn after(self, news: News, ordered: Quantity) -> OrderState {
        let same = OrderState::Final(self);
        match (self, news) {
            (Self::Over { order, filled, total }, News::Filled { quantity, .. }) => {
                Held { order, filled }.plus(quantity).over(total)
            }
            (Self::Over { order, filled, total }, News::Ended { unfilled, .. }) => {
                Held { order, filled }.over(total.max(ordered.saturating_sub(unfilled)))
            }
            (Self::Over { .. }, _) | (_, News::Refused | News::CreateUnknown) => same,
            (Self::Refused | Self::NeverSeen, _) => unheard(same, news, ordered),
        }
    }
}
