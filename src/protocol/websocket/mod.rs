//! The exchange's websocket: commands, answers, and the messages of its channels.
//!
//! What travels, as values; how it is written down as text is not said here. Prices in messages are
//! as the wire shows them where a type says so, and in the YES frame everywhere else.

mod body;
mod command;
mod frame;

pub use body::{
    BookDelta, BookSnapshot, FeedBody, FillNotice, GroupChange, GroupNotice, LastTrade,
    LifecycleChange, LifecycleNotice, MarketPositionNotice, Movement, Outcome, PriceFrame,
    ShownLevel, Ticker, TradeNotice, UserOrderNotice,
};
pub use command::{Command, FeedChannel, MarketChoice, Subscribe, SubscriptionChange, TickerStart};
pub use frame::{FeedMessage, Frame, Place, SubscriptionError};
