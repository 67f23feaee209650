//! The engines, each driven through its public interface.

pub(crate) mod fillgap_book;
pub(crate) mod limitbook_book;
pub(crate) mod lobster_book;
pub(crate) mod matchcore_book;
pub(crate) mod orderbook_rs_book;
pub(crate) mod textbook;

use crate::workload::{Kind, Operation, Workload};

/// An operation with the side and price of its order, for engines that have no such operation and
/// must enter the order anew.
#[derive(Clone, Copy)]
pub(crate) struct Spelled {
    pub(crate) id: u32,
    pub(crate) quantity: u32,
    pub(crate) market: u16,
    pub(crate) kind: Kind,
    pub(crate) side: u8,
    pub(crate) price: u8,
}

/// Writes the side and price of its order into every operation, prefill first.
fn spell(workload: &Workload) -> Vec<Spelled> {
    let mut places = vec![(0, 0); workload.check.ids as usize];
    let all = workload.prefill.iter().chain(&workload.operations);
    all.map(|operation| {
        let Operation { id, quantity, market, kind, .. } = *operation;
        let place = &mut places[id as usize];
        if matches!(kind, Kind::New | Kind::Replace) {
            *place = (operation.side, operation.price);
        }
        Spelled { id, quantity, market, kind, side: place.0, price: place.1 }
    })
    .collect()
}
