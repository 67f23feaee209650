//! Reads of one order by its owner's id.

use fillgap::exchange::{Exchange, ExchangeSettings, Funding};
use fillgap::market::{
    FeeKind, FeeMultiplier, FeeSchedule, MarketTerms, PriceLevelLabel, PriceLevelStructure,
    TimeInForce,
};
use fillgap::protocol::{
    CreateOrder, Crossing, OnPause, OrderStatus, PositionEffect, Query, RejectReason, Reply,
    Request,
};
use fillgap::units::{
    AccountId, ClientOrderId, EventId, MarketId, Price, Quantity, Side, SimDuration, SimTime,
};

fn at_s(s: u64) -> SimTime {
    SimTime::START + SimDuration::from_s(s)
}

struct Desk {
    exchange: Exchange,
    market: MarketId,
    account: AccountId,
}

impl Desk {
    fn new() -> Self {
        let mut exchange = Exchange::new(ExchangeSettings::default());
        let market = exchange.list_market(MarketTerms {
            ticker: "KXDEMO-26NOV22-T50".to_owned(),
            event: EventId::new(0),
            levels: PriceLevelStructure::of_label(PriceLevelLabel::LinearCent),
            fees: FeeSchedule::new(FeeKind::Quadratic, FeeMultiplier::ONE),
        });
        let account = exchange.open_account(Funding::Unlimited);
        Self { exchange, market, account }
    }

    fn send(&mut self, now: SimTime, request: &Request, as_of: SimTime) -> Reply {
        self.exchange.apply(now, self.account, request, as_of, &mut Vec::new())
    }

    fn bid(&mut self, now: SimTime, client_order: u64) -> Reply {
        let order = CreateOrder {
            client_order: ClientOrderId::new(client_order),
            market: self.market,
            side: Side::Bid,
            limit_price: Price::new(4_000).unwrap(),
            quantity: Quantity::of_contracts(10).unwrap(),
            time_in_force: TimeInForce::REST,
            effect: PositionEffect::Any,
            crossing: Crossing::Allowed,
            self_trade: None,
            on_pause: OnPause::Stays,
            group: None,
        };
        self.send(now, &Request::Create(order), now)
    }

    /// The status and the remaining contracts of an order as a read shows them.
    fn look(
        &mut self,
        now: SimTime,
        client_order: u64,
        as_of: SimTime,
    ) -> Option<(OrderStatus, u32)> {
        let query = Query::OrderByClient(ClientOrderId::new(client_order));
        match self.send(now, &Request::Read(query), as_of) {
            Reply::Order(view) => {
                assert_eq!(view.client_order.number(), client_order);
                let remaining = [0, 10].into_iter().find(|contracts| {
                    view.remaining == Quantity::of_contracts(*contracts).unwrap()
                });
                Some((view.status, remaining.expect("all or nothing remains here")))
            }
            Reply::Rejected(RejectReason::OrderNotFound) => None,
            other => panic!("a read of an order answers with it, found {other:?}"),
        }
    }
}

#[test]
fn a_watched_account_reads_its_order_by_its_own_id_as_of_an_instant() {
    let mut desk = Desk::new();
    desk.exchange.watch(desk.account, SimDuration::from_s(10));
    let Reply::Created(created) = desk.bid(at_s(1), 70) else { panic!("the bid is taken") };
    desk.bid(at_s(1), 71);
    desk.send(at_s(3), &Request::Cancel { order: created.order }, at_s(3));
    // Unknown before its acceptance at 1 s, resting until its cancel at 3 s.
    for (as_of_s, expected) in [
        (0, None),
        (1, Some((OrderStatus::Resting, 10))),
        (2, Some((OrderStatus::Resting, 10))),
        (3, Some((OrderStatus::Canceled, 0))),
        (4, Some((OrderStatus::Canceled, 0))),
    ] {
        assert_eq!(desk.look(at_s(4), 70, at_s(as_of_s)), expected, "as of {as_of_s} s");
    }
    assert_eq!(desk.look(at_s(4), 71, at_s(4)), Some((OrderStatus::Resting, 10)));
    assert_eq!(desk.look(at_s(4), 72, at_s(4)), None);
}

#[test]
fn the_id_of_another_account_is_not_found() {
    let mut desk = Desk::new();
    let other = desk.exchange.open_account(Funding::Unlimited);
    for account in [desk.account, other] {
        desk.exchange.watch(account, SimDuration::from_s(10));
    }
    desk.bid(at_s(1), 70);
    desk.account = other;
    assert_eq!(desk.look(at_s(2), 70, at_s(2)), None);
}

#[test]
fn a_reused_id_still_finds_the_order_that_took_it() {
    let mut desk = Desk::new();
    desk.exchange.watch(desk.account, SimDuration::from_s(10));
    desk.bid(at_s(1), 70);
    let again = desk.bid(at_s(2), 70);
    assert_eq!(again, Reply::Rejected(RejectReason::OrderAlreadyExists));
    assert_eq!(desk.look(at_s(3), 70, at_s(3)), Some((OrderStatus::Resting, 10)));
}

#[test]
fn an_account_that_is_not_watched_finds_its_resting_orders() {
    let mut desk = Desk::new();
    desk.bid(at_s(1), 70);
    assert_eq!(desk.look(at_s(2), 70, at_s(2)), Some((OrderStatus::Resting, 10)));
    assert_eq!(desk.look(at_s(2), 71, at_s(2)), None);
}
