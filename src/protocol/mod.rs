//! What travels between a participant and the exchange, and what the event log says about it.
//!
//! Requests go up, replies come down, feeds come unasked. Nothing here knows how a message is
//! carried (`link`) or what answers it (`exchange`).

mod channel;
mod fault;
mod feed;
pub mod record;
mod reject;
mod reply;
mod request;
pub mod websocket;

pub use crate::market::{ExchangeStatus, Liquidity, MarketResult, MarketStatus};
pub use channel::{Channel, Endpoint, Leg};
pub use fault::{FaultKind, FaultSubject, FeedChange, HttpStatus, ServerError};
pub use feed::{
    Execution, FillReport, OrderEnd, PrivateEvent, PrivateMessage, PublicMessage, Quote,
};
pub use reject::RejectReason;
pub use reply::{
    Amended, BalanceView, BookLevel, BookView, Canceled, Created, Decreased, GroupState, GroupView,
    OrderStatus, OrderView, PositionView, QueuePosition, Reply,
};
pub use request::{
    AmendOrder, CreateOrder, Crossing, ExpiryChange, GroupRequest, OnPause, PositionEffect,
    Purpose, Query, Reduction, Request, TriggerKind,
};
