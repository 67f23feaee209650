//! Results as text for people and as files for programs.

#[cfg(feature = "frames")]
pub mod frames;
pub mod sheet;
