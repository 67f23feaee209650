//! Rate limits: what requests cost, what tiers allow, how buckets fill.

use fillgap::kernel::Streams;
use fillgap::link::{Admission, Bucket, Latency, Link, LinkSettings, Tier, cost};
use fillgap::protocol::{
    AmendOrder, CreateOrder, ExpiryChange, FaultKind, GroupRequest, HttpStatus, Query, Reduction,
    Request,
};
use fillgap::units::{
    ClientOrderId, MarketId, OrderGroupId, OrderId, Price, Quantity, Side, SimDuration, SimTime,
};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use rust_decimal::Decimal;

use crate::operation_count::{case, count};

const ORDER: OrderId = OrderId::new(1);
const CANCEL: Request = Request::Cancel { order: ORDER };
const POSITIONS: Request = Request::Read(Query::Positions);
const ONE_ORDER: Request = Request::Read(Query::Order(ORDER));

fn order() -> CreateOrder {
    CreateOrder::new(
        ClientOrderId::new(0),
        MarketId::new(0),
        Side::Bid,
        Price::new(5_000).unwrap(),
        Quantity::of_contracts(1).unwrap(),
    )
}

fn create() -> Request {
    Request::Create(order())
}

fn link(tier: Option<Tier>) -> Link {
    let latency = Latency::constant(SimDuration::ZERO);
    let settings = LinkSettings { rate_limit: tier, ..LinkSettings::same(&latency) };
    Link::new(&settings, &Streams::new(1))
}

fn at(at_ms: u64) -> SimTime {
    SimTime::START + SimDuration::from_ms(at_ms)
}

/// How many requests pass at one instant.
fn passing(link: &mut Link, now: SimTime, request: &Request) -> usize {
    (0..100_000).take_while(|_| link.admit(now, request, None) == Admission::Admitted).count()
}

/// Kalshi, "Rate limits", 2026-10: 10 by default, 2 for a cancel and a read of one order; a batch costs
/// as much as its items.
#[test]
fn each_request_has_its_cost_and_its_bucket() {
    let market = MarketId::new(0);
    let decrease = Request::Decrease { order: ORDER, reduction: Reduction::By(Quantity::STEP) };
    let amend = AmendOrder {
        order: ORDER,
        market,
        side: Side::Bid,
        limit_price: Price::new(5_000).unwrap(),
        quantity: Quantity::STEP,
        client_order: None,
        new_client_order: None,
        expiry: ExpiryChange::Keep,
    };
    for (request, expected) in [
        (create(), (Bucket::Write, 10)),
        (decrease, (Bucket::Write, 10)),
        (CANCEL, (Bucket::Write, 2)),
        // A batch costs what its items cost, which no one of them says alone.
        (Request::CreateBatch([order(), order(), order()].into()), (Bucket::Write, 30)),
        (Request::CancelBatch([ORDER, ORDER, ORDER].into()), (Bucket::Write, 6)),
        (Request::CreateBatch([].into()), (Bucket::Write, 0)),
        (Request::CancelAll, (Bucket::Write, 2)),
        (Request::Amend(amend), (Bucket::Write, 10)),
        (Request::Group(GroupRequest::Trigger(OrderGroupId::new(0))), (Bucket::Write, 10)),
        (ONE_ORDER, (Bucket::Read, 2)),
        (Request::Read(Query::OrderByClient(ClientOrderId::new(1))), (Bucket::Read, 10)),
        (Request::Read(Query::Orders), (Bucket::Read, 10)),
        (Request::Read(Query::Fills), (Bucket::Read, 10)),
        (POSITIONS, (Bucket::Read, 10)),
        (Request::Read(Query::Balance), (Bucket::Read, 10)),
        (Request::Read(Query::Quote(market)), (Bucket::Read, 10)),
        (Request::Read(Query::Book(market)), (Bucket::Read, 10)),
    ] {
        assert_eq!(cost(&request), expected, "{request:?}");
    }
}

/// Kalshi, "Rate limits", 2026-10: tokens per second, and how many seconds can be saved up.
#[test]
fn each_tier_has_its_refill_and_its_capacity() {
    for (name, tier, read, read_burst_s, write, write_burst_s) in [
        ("basic", Tier::Basic, 200, 3, 100, 1),
        ("advanced", Tier::Advanced, 300, 3, 300, 3),
        ("expert", Tier::Expert, 600, 1, 600, 3),
        ("premier", Tier::Premier, 1_200, 1, 1_200, 3),
        ("paragon", Tier::Paragon, 2_400, 1, 2_400, 3),
        ("prime", Tier::Prime, 4_800, 1, 4_800, 3),
        ("prestige", Tier::Prestige, 12_000, 1, 9_600, 3),
    ] {
        for (bucket, refill, burst_s) in
            [(Bucket::Read, read, read_burst_s), (Bucket::Write, write, write_burst_s)]
        {
            let found = tier.bucket(bucket);
            assert_eq!(
                (found.refill_per_s, found.capacity),
                (refill, refill * burst_s),
                "{name} {bucket:?}"
            );
        }
        assert_eq!(name.parse(), Ok(tier));
        assert_eq!(tier.to_string(), name);
    }
    assert_eq!(
        "gold".parse::<Tier>().unwrap_err().to_string(),
        "rate limit tier: found `gold`, allowed is basic, advanced, expert, premier, paragon, \
         prime, prestige"
    );
}

/// Basic writes: 100 tokens, 100 more a second. Ten creates empty the bucket, one token comes back
/// each 10 ms.
#[test]
fn an_empty_bucket_refuses_until_it_holds_the_cost_again() {
    let mut link = link(Some(Tier::Basic));
    assert_eq!(passing(&mut link, at(0), &create()), 10);
    // 19 ms bring 1.9 tokens, 20 ms bring the 2 of a cancel.
    for (now, request, passes) in [
        (19, CANCEL, false),
        (20, CANCEL, true),
        (20, CANCEL, false),
        // 10 tokens since 20 ms.
        (119, create(), false),
        (120, create(), true),
    ] {
        let refused = Admission::Refused {
            status: HttpStatus::TooManyRequests,
            fault: FaultKind::RateLimited,
        };
        let expected = if passes { Admission::Admitted } else { refused };
        assert_eq!(link.admit(at(now), &request, None), expected, "{request:?} at {now} ms");
    }
    // A long rest fills it to the brim and no further: 50 cancels.
    assert_eq!(passing(&mut link, at(3_600_000), &CANCEL), 50);
}

/// 600 tokens of reads: 60 lists, or 300 single orders.
#[test]
fn reads_and_writes_do_not_share_a_bucket() {
    let mut link = link(Some(Tier::Basic));
    assert_eq!(passing(&mut link, at(0), &create()), 10);
    assert_eq!(passing(&mut link, at(0), &POSITIONS), 60);
    assert_eq!(passing(&mut link, at(0), &CANCEL), 0);
    assert_eq!(passing(&mut link, at(10_000), &ONE_ORDER), 300);
    assert_eq!(passing(&mut link, at(10_000), &CANCEL), 50);
}

#[test]
fn without_a_tier_everything_passes() {
    let mut link = link(None);
    assert!((0..100_000).all(|_| link.admit(at(0), &create(), None) == Admission::Admitted));
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 100,
        rng_seed: RngSeed::Fixed(4),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// The reference keeps tokens as an exact decimal.
    #[test]
    fn a_bucket_holds_what_an_exact_account_holds(
        tier in prop::sample::select(Tier::ALL.to_vec()),
        steps in prop::collection::vec((0_u64..40_000_000, prop::bool::ANY), 1..400),
    ) {
        let case = case();
        let mut link = link(Some(tier));
        let bucket = tier.bucket(Bucket::Write);
        let capacity = Decimal::from(bucket.capacity);
        let (mut now, mut tokens) = (SimTime::START, capacity);
        for (step_ns, is_create) in steps {
            count();
            let step = SimDuration::from_ns(step_ns);
            now += step;
            let refill = step.to_decimal_s() * Decimal::from(bucket.refill_per_s);
            tokens = capacity.min(tokens + refill);
            let (request, price) = if is_create { (create(), 10) } else { (CANCEL, 2) };
            let passes = tokens >= Decimal::from(price);
            if passes {
                tokens -= Decimal::from(price);
            }
            let found = link.admit(now, &request, None) == Admission::Admitted;
            prop_assert_eq!(found, passes, "{} tokens at {}", tokens, now);
        }
        case.holds();
    }
}
