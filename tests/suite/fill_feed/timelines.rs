//! The worked scenarios, with this bot: numbers by hand.
