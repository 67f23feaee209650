//! The event log: everything that happened, in order, with a running digest.

use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;

use serde::Serialize;

use crate::kernel::Clock;
use crate::units::SimTime;

/// A BLAKE3 digest. Shown as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of some bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(*blake3::hash(bytes).as_bytes())
    }

    /// The 32 bytes.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The first 12 hexadecimal digits, for people.
    #[must_use]
    pub fn short(&self) -> String {
        self.to_string()[..12].to_owned()
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(blake3::Hash::from_bytes(self.0).to_hex().as_str())
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Digest({self})")
    }
}

/// Hashes values in their canonical encoding (the `postcard` wire format, version 1: the same
/// bytes for the same value on every machine).
#[derive(Debug, Default)]
pub struct Hasher {
    hasher: blake3::Hasher,
    pending: Vec<u8>,
}

/// Pending bytes are hashed in blocks of at least this size: long blocks hash several times faster.
const BLOCK_BYTES: usize = 1 << 16;

impl Hasher {
    /// Adds a value.
    ///
    /// # Panics
    /// When the value has no canonical encoding; the records of this crate all have one.
    pub fn add(&mut self, value: &impl Serialize) {
        let pending = std::mem::take(&mut self.pending);
        self.pending = postcard::to_extend(value, pending)
            .expect("Invariant: every record has a canonical encoding");
        if self.pending.len() >= BLOCK_BYTES {
            self.hasher.update(&self.pending);
            self.pending.clear();
        }
    }

    /// The digest of everything added so far.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let mut hasher = self.hasher.clone();
        hasher.update(&self.pending);
        Digest(*hasher.finalize().as_bytes())
    }
}

/// A record with its instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Stamped<R> {
    /// When it happened.
    pub time: SimTime,
    /// What happened.
    pub record: R,
}

/// An append-only list of records with a running digest.
#[derive(Debug)]
pub struct EventLog<R> {
    entries: Vec<Stamped<R>>,
    hasher: Hasher,
}

impl<R> Default for EventLog<R> {
    fn default() -> Self {
        Self { entries: Vec::new(), hasher: Hasher::default() }
    }
}

impl<R: Serialize> EventLog<R> {
    /// Appends a record.
    ///
    /// # Panics
    /// When `time` is before the last entry's: simulated time never goes back.
    pub fn append(&mut self, time: SimTime, record: R) {
        let in_order = self.entries.last().is_none_or(|last| last.time <= time);
        assert!(in_order, "Invariant: simulated time never goes back");
        let entry = Stamped { time, record };
        self.hasher.add(&entry);
        self.entries.push(entry);
    }

    /// All entries, oldest first.
    #[must_use]
    pub fn entries(&self) -> &[Stamped<R>] {
        &self.entries
    }

    /// The digest of all entries.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.hasher.digest()
    }
}

/// A shared handle that appends at the clock's time.
#[derive(Debug)]
pub struct Log<R> {
    clock: Clock,
    log: Rc<RefCell<EventLog<R>>>,
}

impl<R> Clone for Log<R> {
    fn clone(&self) -> Self {
        Self { clock: self.clock.clone(), log: Rc::clone(&self.log) }
    }
}

impl<R: Serialize> Log<R> {
    /// An empty log on a clock.
    #[must_use]
    pub fn new(clock: Clock) -> Self {
        Self { clock, log: Rc::default() }
    }

    /// Appends a record now.
    pub fn append(&self, record: R) {
        self.log.borrow_mut().append(self.clock.now(), record);
    }

    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.log.borrow().entries.len()
    }

    /// Whether there is no entry.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Takes the entries out, leaving an empty log.
    #[must_use]
    pub fn take(&self) -> EventLog<R> {
        std::mem::take(&mut *self.log.borrow_mut())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_tells_time_record_and_order_apart() {
        let digest = |entries: &[(u64, u32)]| {
            let mut log = EventLog::default();
            for (ns, record) in entries {
                log.append(SimTime::from_ns(*ns), *record);
            }
            log.digest()
        };
        let base = digest(&[(1, 10), (1, 11)]);
        assert_eq!(base, digest(&[(1, 10), (1, 11)]));
        assert_ne!(base, digest(&[(1, 11), (1, 10)]));
        assert_ne!(base, digest(&[(1, 10), (2, 11)]));
        assert_ne!(base, digest(&[(1, 10)]));
    }

    /// The digest is BLAKE3 of the concatenated encodings, also across the block size.
    #[test]
    fn the_running_digest_equals_the_digest_of_all_bytes() {
        let (mut hasher, mut bytes) = (Hasher::default(), Vec::new());
        for value in 0_u64..30_000 {
            hasher.add(&value);
            bytes = postcard::to_extend(&value, bytes).unwrap();
        }
        assert!(bytes.len() > BLOCK_BYTES);
        assert_eq!(hasher.digest(), Digest::of(&bytes));
    }
}
