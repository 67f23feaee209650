//! The feeds: what subscriptions are sent.

mod by_hand;
mod commands;
mod feed_desk;
mod follower;
mod groups;
mod lives;
mod properties;
mod readings;
mod recorded_driver;
mod recordings;
mod tickers;
