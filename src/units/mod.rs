//! Exact quantities of the domain: prices, contracts, money, time, identities.
//!
//! Everything is an integer with its unit in the type. A price counts ten-thousandths of a dollar,
//! a quantity hundredths of a contract, cash millionths of a dollar, so that price times quantity
//! is exact. Sums that leave the range are bugs of the caller and stop the program in every build
//! (`overflow-checks` stay on in release).

mod additive;
mod cash;
mod decimal;
mod error;
mod ids;
mod position;
mod price;
mod quantity;
mod side;
mod time;

pub use cash::Cash;
pub use decimal::{decimal_of, parse_decimal};
pub use error::UnitsError;
pub use ids::{
    AccountId, ClientOrderId, CommandId, ConnectionId, EventId, FeedSequence, MarketId,
    OrderGroupId, OrderId, RecordId, RequestId, SubscriptionId, TradeId,
};
pub use position::Position;
pub use price::Price;
pub use quantity::Quantity;
pub use side::Side;
pub use time::{SimDuration, SimTime};
