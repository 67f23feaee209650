//! How much a participant may ask.

use std::fmt;
use std::str::FromStr;

use crate::link::LinkError;
use crate::protocol::{Query, Request};
use crate::units::SimTime;

/// A member's tier: how fast it may ask (Kalshi, "Rate limits", 2026-10, documented).
///
/// There are two buckets of tokens, one for reads and one for writes. Each request takes its cost
/// from its bucket when it reaches the exchange, and is refused with 429 when the bucket holds
/// less. A refusal takes nothing and has no other consequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tier {
    /// 200 tokens a second for reads, 100 for writes.
    Basic,
    /// 300 and 300.
    Advanced,
    /// 600 and 600.
    Expert,
    /// 1,200 and 1,200.
    Premier,
    /// 2,400 and 2,400.
    Paragon,
    /// 4,800 and 4,800.
    Prime,
    /// 12,000 and 9,600.
    Prestige,
}

/// What a request takes its cost from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Bucket {
    /// Everything that only looks.
    Read,
    /// Orders, amends, decreases, cancels and order groups.
    Write,
}

/// How a bucket fills.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BucketSettings {
    /// Tokens that come back in a second.
    pub refill_per_s: u32,
    /// Tokens that it holds when full.
    pub capacity: u32,
}

impl Tier {
    /// All tiers, the slowest first.
    pub const ALL: [Self; 7] = [
        Self::Basic,
        Self::Advanced,
        Self::Expert,
        Self::Premier,
        Self::Paragon,
        Self::Prime,
        Self::Prestige,
    ];

    /// The name in scenarios and reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Basic => "basic",
            Self::Advanced => "advanced",
            Self::Expert => "expert",
            Self::Premier => "premier",
            Self::Paragon => "paragon",
            Self::Prime => "prime",
            Self::Prestige => "prestige",
        }
    }

    /// How one of the tier's buckets fills. The reads of the two lowest tiers, and the writes of
    /// all but the lowest, may save up three seconds of budget, the others one.
    #[must_use]
    pub const fn bucket(self, bucket: Bucket) -> BucketSettings {
        let refill_per_s = match (self, bucket) {
            (Self::Basic, Bucket::Read) => 200,
            (Self::Basic, Bucket::Write) => 100,
            (Self::Advanced, _) => 300,
            (Self::Expert, _) => 600,
            (Self::Premier, _) => 1_200,
            (Self::Paragon, _) => 2_400,
            (Self::Prime, _) => 4_800,
            (Self::Prestige, Bucket::Read) => 12_000,
            (Self::Prestige, Bucket::Write) => 9_600,
        };
        let burst_s = match (self, bucket) {
            (Self::Basic | Self::Advanced, Bucket::Read) => 3,
            (Self::Basic, Bucket::Write) | (_, Bucket::Read) => 1,
            (_, Bucket::Write) => 3,
        };
        BucketSettings { refill_per_s, capacity: refill_per_s * burst_s }
    }
}

impl fmt::Display for Tier {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

impl FromStr for Tier {
    type Err = LinkError;

    fn from_str(text: &str) -> Result<Self, LinkError> {
        let found = Self::ALL.into_iter().find(|tier| tier.name() == text);
        found.ok_or_else(|| LinkError::Tier {
            found: text.to_owned(),
            allowed: Self::ALL.map(Self::name).join(", "),
        })
    }
}

/// What a request takes, and from which bucket (Kalshi, "Rate limits", 2026-10, documented: 10,
/// but 2 for a cancel, for a cancel of all and for a read of one order by its id; a batch costs as
/// much as its items).
#[must_use]
pub fn cost(request: &Request) -> (Bucket, u32) {
    match request {
        Request::CreateBatch(orders) => (Bucket::Write, times(10, orders.len())),
        Request::CancelBatch(orders) => (Bucket::Write, times(2, orders.len())),
        Request::Create(_) | Request::Amend(_) | Request::Decrease { .. } | Request::Group(_) => {
            (Bucket::Write, 10)
        }
        Request::Cancel { .. } | Request::CancelAll => (Bucket::Write, 2),
        Request::Read(Query::Order(_)) => (Bucket::Read, 2),
        Request::Read(_) => (Bucket::Read, 10),
    }
}

/// A cost for each item of a batch; beyond what any bucket holds it is as high as can be.
fn times(cost: u32, items: usize) -> u32 {
    u32::try_from(items).map_or(u32::MAX, |items| cost.saturating_mul(items))
}

/// The buckets of one participant, full at the start.
#[derive(Debug)]
pub(super) struct RateLimit {
    read: TokenBucket,
    write: TokenBucket,
}

impl RateLimit {
    pub(super) fn new(tier: Tier) -> Self {
        Self {
            read: TokenBucket::full(tier.bucket(Bucket::Read)),
            write: TokenBucket::full(tier.bucket(Bucket::Write)),
        }
    }

    /// Takes the cost of a request that arrives now; `false` when there are too few tokens.
    pub(super) fn take(&mut self, now: SimTime, request: &Request) -> bool {
        let (bucket, cost) = cost(request);
        match bucket {
            Bucket::Read => self.read.take(now, cost),
            Bucket::Write => self.write.take(now, cost),
        }
    }
}

/// A bucket that fills evenly, counted in thousand-millionths of a token: what comes back in a
/// nanosecond is then a whole number.
#[derive(Debug)]
struct TokenBucket {
    refill_per_ns: u128,
    capacity: u128,
    level: u128,
    as_of: SimTime,
}

const PARTS_PER_TOKEN: u128 = 1_000_000_000;

impl TokenBucket {
    fn full(settings: BucketSettings) -> Self {
        let capacity = u128::from(settings.capacity) * PARTS_PER_TOKEN;
        Self {
            refill_per_ns: settings.refill_per_s.into(),
            capacity,
            level: capacity,
            as_of: SimTime::START,
        }
    }

    fn take(&mut self, now: SimTime, tokens: u32) -> bool {
        let refill = u128::from(now.since(self.as_of).ns()) * self.refill_per_ns;
        self.level = self.capacity.min(self.level + refill);
        self.as_of = now;
        let left = self.level.checked_sub(u128::from(tokens) * PARTS_PER_TOKEN);
        self.level = left.unwrap_or(self.level);
        left.is_some()
    }
}
