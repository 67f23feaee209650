//! The exchange against a reference of it: slow, plain, and sharing only units and the protocol.
//!
//! The reference keeps one list of resting orders and looks through all of it for everything; money
//! is worked out anew for every question. It knows no fees (they have their own oracle) and numbers
//! orders by acceptance.

mod entry;
mod life;
mod machine;
mod matching;
mod money;
mod state;
mod steps;
