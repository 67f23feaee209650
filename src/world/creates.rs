//! Whether an order that the bot sent may still come to be.

use std::collections::BTreeMap;

use crate::units::RequestId;

/// What may still become of an order that the exchange has not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Prospect {
    /// It may be taken, or was.
    Open,
    /// Nothing on its way can bring it any more.
    NeverTaken,
}

/// The creates that the exchange has not taken, each with the copies of it that are on their way.
#[derive(Debug, Default)]
pub(super) struct Creates {
    copies: BTreeMap<RequestId, usize>,
}

impl Creates {
    /// A create leaves the bot; so many copies of it will arrive.
    pub(super) fn sent(&mut self, request: RequestId, copies: usize) -> Prospect {
        if copies == 0 {
            return Prospect::NeverTaken;
        }
        self.copies.insert(request, copies);
        Prospect::Open
    }

    /// The exchange took a copy. The fate of the others does not matter.
    pub(super) fn taken(&mut self, request: RequestId) {
        self.copies.remove(&request);
    }

    /// A copy arrived and was turned away or refused.
    pub(super) fn failed(&mut self, request: RequestId) -> Prospect {
        match self.copies.get_mut(&request) {
            None => Prospect::Open,
            Some(1) => {
                self.copies.remove(&request);
                Prospect::NeverTaken
            }
            Some(copies) => {
                *copies -= 1;
                Prospect::Open
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One life a line: how many copies arrive, what becomes of each (`taken`, `failed`), and after
    /// which of these steps, if any, the order can not be any more; the sending is step 0.
    #[test]
    fn an_order_is_out_of_the_question_when_its_last_copy_failed_and_none_was_taken() {
        for (copies, steps, never_taken_at) in [
            (0, &[][..], Some(0)),
            (1, &["failed"], Some(1)),
            (1, &["taken"], None),
            (2, &["failed", "failed"], Some(2)),
            (2, &["failed", "taken"], None),
            // The copy is refused as a second order of the same id.
            (2, &["taken", "failed"], None),
        ] {
            let (mut creates, request) = (Creates::default(), RequestId::new(3));
            let mut told = vec![creates.sent(request, copies)];
            for step in steps {
                if *step == "failed" {
                    told.push(creates.failed(request));
                } else {
                    creates.taken(request);
                    told.push(Prospect::Open);
                }
            }
            let never: Vec<_> =
                (0..told.len()).filter(|at| told[*at] == Prospect::NeverTaken).collect();
            assert_eq!(never, Vec::from_iter(never_taken_at), "{copies} {steps:?}");
            assert!(creates.copies.is_empty(), "{copies} {steps:?}");
        }
    }
}
