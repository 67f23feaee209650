//! One line of a capture as a typed message.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::flow::capture::values::{Field, Sign, Text, object};
use crate::flow::capture::{Change, ExchangeTime, LineProblem, Movement, Ticker};
use crate::units::{Price, Quantity, Side};

/// One line.
#[derive(Debug)]
pub(super) struct Message<'a> {
    /// The receiver's clock [ns since 1970].
    pub(super) received_ns: u64,
    pub(super) body: Body<'a>,
}

/// What a line says.
#[derive(Debug)]
pub(super) enum Body<'a> {
    Snapshot { place: Place, market: &'a str, levels: Vec<(Side, Price, Quantity)> },
    Delta { place: Place, market: &'a str, at: ExchangeTime, change: Change },
    Ticker { connection: u64, market: &'a str, ticker: Ticker },
    Subscribed { connection: u64 },
    WatchMarket { market: &'a str, close_time: ExchangeTime },
    Connected { connection: u64 },
    Rotated,
}

/// Where a message stands among those of its subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) connection: u64,
    pub(super) subscription: u64,
    pub(super) sequence: u64,
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow)]
    recv_ns: Option<&'a RawValue>,
    #[serde(borrow)]
    conn: Option<&'a RawValue>,
    #[serde(borrow, rename = "type")]
    kind: Option<&'a RawValue>,
    #[serde(borrow)]
    ctl: Option<&'a RawValue>,
    #[serde(borrow)]
    sid: Option<&'a RawValue>,
    #[serde(borrow)]
    seq: Option<&'a RawValue>,
    #[serde(borrow)]
    msg: Option<&'a RawValue>,
}

/// All keys that any body uses; which of them must be there depends on the type.
#[derive(Default, Deserialize)]
struct Keys<'a> {
    #[serde(borrow)]
    market_ticker: Option<&'a RawValue>,
    #[serde(borrow)]
    yes_dollars_fp: Option<&'a RawValue>,
    #[serde(borrow)]
    no_dollars_fp: Option<&'a RawValue>,
    #[serde(borrow)]
    price_dollars: Option<&'a RawValue>,
    #[serde(borrow)]
    delta_fp: Option<&'a RawValue>,
    #[serde(borrow)]
    side: Option<&'a RawValue>,
    #[serde(borrow)]
    ts: Option<&'a RawValue>,
    #[serde(borrow)]
    time: Option<&'a RawValue>,
    #[serde(borrow)]
    volume_fp: Option<&'a RawValue>,
    #[serde(borrow)]
    last_trade_size_fp: Option<&'a RawValue>,
    #[serde(borrow)]
    close_time: Option<&'a RawValue>,
}

#[derive(Clone, Copy)]
enum Kind {
    Snapshot,
    Delta,
    Ticker,
    Subscribed,
}

#[derive(Clone, Copy)]
enum Control {
    WatchMarket,
    Connected,
    Rotated,
}

const KINDS: &[(&str, Kind)] = &[
    ("orderbook_snapshot", Kind::Snapshot),
    ("orderbook_delta", Kind::Delta),
    ("ticker", Kind::Ticker),
    ("subscribed", Kind::Subscribed),
];
const CONTROLS: &[(&str, Control)] = &[
    ("watch_market", Control::WatchMarket),
    ("ws_connected", Control::Connected),
    ("market_rotated", Control::Rotated),
];
/// The side of a level in the capture, as the side of the YES book.
const SIDES: &[(&str, Side)] = &[("yes", Side::Bid), ("no", Side::Ask)];

/// Reads one line.
pub(super) fn parse(line: &[u8]) -> Result<Message<'_>, LineProblem> {
    let text = std::str::from_utf8(line).map_err(|problem| LineProblem::NotJson {
        column: problem.valid_up_to() + 1,
        found: "bytes that are not UTF-8".to_owned(),
    })?;
    let line = Text(text);
    let envelope: Envelope<'_> = object(line, text)?;
    let received_ns = line.field("recv_ns", envelope.recv_ns).count()?;
    let body =
        if envelope.ctl.is_some() { control(line, &envelope)? } else { data(line, &envelope)? };
    Ok(Message { received_ns, body })
}

fn keys<'a>(line: Text<'a>, envelope: &Envelope<'a>) -> Result<Keys<'a>, LineProblem> {
    let missing = || LineProblem::MissingKey { key: "msg", allowed: "an object".to_owned() };
    object(line, envelope.msg.ok_or_else(missing)?.get())
}

fn connection(line: Text<'_>, envelope: &Envelope<'_>) -> Result<u64, LineProblem> {
    line.field("conn", envelope.conn).count()
}

fn control<'a>(line: Text<'a>, envelope: &Envelope<'a>) -> Result<Body<'a>, LineProblem> {
    match line.field("ctl", envelope.ctl).word(CONTROLS)? {
        Control::WatchMarket => {
            let keys = keys(line, envelope)?;
            Ok(Body::WatchMarket {
                market: line.field("msg.market_ticker", keys.market_ticker).ticker()?,
                close_time: line.field("msg.close_time", keys.close_time).time()?,
            })
        }
        Control::Connected => Ok(Body::Connected { connection: connection(line, envelope)? }),
        Control::Rotated => Ok(Body::Rotated),
    }
}

fn data<'a>(line: Text<'a>, envelope: &Envelope<'a>) -> Result<Body<'a>, LineProblem> {
    let kind = line.field("type", envelope.kind).word(KINDS)?;
    let connection = connection(line, envelope)?;
    if let Kind::Subscribed = kind {
        return Ok(Body::Subscribed { connection });
    }
    let keys = keys(line, envelope)?;
    let market = line.field("msg.market_ticker", keys.market_ticker).ticker()?;
    if let Kind::Ticker = kind {
        return Ok(Body::Ticker { connection, market, ticker: ticker(line, &keys)? });
    }
    let place = Place {
        connection,
        subscription: line.field("sid", envelope.sid).count()?,
        sequence: line.field("seq", envelope.seq).count()?,
    };
    if let Kind::Snapshot = kind {
        return Ok(Body::Snapshot { place, market, levels: levels(line, &keys)? });
    }
    let side = line.field("msg.side", keys.side).word(SIDES)?;
    let (sign, quantity) = line.field("msg.delta_fp", keys.delta_fp).signed_quantity()?;
    let change = Change {
        side,
        price: yes_price(side, line.field("msg.price_dollars", keys.price_dollars).price()?),
        movement: match sign {
            Sign::Plus => Movement::Added(quantity),
            Sign::Minus => Movement::Removed(quantity),
        },
    };
    Ok(Body::Delta { place, market, at: line.field("msg.ts", keys.ts).time()?, change })
}

fn ticker(line: Text<'_>, keys: &Keys<'_>) -> Result<Ticker, LineProblem> {
    Ok(Ticker {
        at: line.field("msg.time", keys.time).time()?,
        last_price: line.field("msg.price_dollars", keys.price_dollars).match_price()?,
        last_quantity: line.field("msg.last_trade_size_fp", keys.last_trade_size_fp).quantity()?,
        volume: line.field("msg.volume_fp", keys.volume_fp).quantity()?,
    })
}

fn levels<'a>(
    line: Text<'a>,
    keys: &Keys<'a>,
) -> Result<Vec<(Side, Price, Quantity)>, LineProblem> {
    let sides: [(Side, Field<'a>); 2] = [
        (Side::Bid, line.field("msg.yes_dollars_fp", keys.yes_dollars_fp)),
        (Side::Ask, line.field("msg.no_dollars_fp", keys.no_dollars_fp)),
    ];
    let mut levels = Vec::new();
    for (side, field) in sides {
        let in_yes = |(price, quantity)| (side, yes_price(side, price), quantity);
        levels.extend(field.levels()?.into_iter().map(in_yes));
    }
    Ok(levels)
}

/// A NO level stands at its NO price; in the YES book it asks one dollar minus that
/// (Kalshi, "Orderbook responses", 2026-08-22, documented).
const fn yes_price(side: Side, price: Price) -> Price {
    match side {
        Side::Bid => price,
        Side::Ask => price.complement(),
    }
}
