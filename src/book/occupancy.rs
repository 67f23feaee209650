//! Which levels of one side hold orders.

/// How many bits a word holds, as a shift.
const WORD_SHIFT: u32 = 6;
/// The position inside a word.
const IN_WORD: u32 = 63;

/// A set of keys below 2^18 that finds the next member in three steps: a bit for each key, a bit
/// for each word of those that is not zero, and the same once more.
#[derive(Clone, Debug)]
pub(super) struct Occupancy {
    /// The bits of the keys, then those of their words: together, so that both are near.
    bits: Box<[u64]>,
    top: u64,
    /// Where the bits of the words start.
    words_at: u32,
}

impl Occupancy {
    /// No key, room for keys below `key_count`.
    pub(super) fn new(key_count: u32) -> Self {
        let words = key_count.div_ceil(64);
        let blocks = words.div_ceil(64);
        let bits = vec![0; (words + blocks) as usize].into_boxed_slice();
        Self { bits, top: 0, words_at: words }
    }

    /// Adds a key.
    #[inline]
    pub(super) fn insert(&mut self, key: u32) {
        let word = key >> WORD_SHIFT;
        let bits = &mut self.bits[word as usize];
        let before = *bits;
        *bits = before | 1 << (key & IN_WORD);
        if before == 0 {
            let block = word >> WORD_SHIFT;
            *self.block(block) |= 1 << (word & IN_WORD);
            self.top |= 1 << block;
        }
    }

    /// Removes a key.
    #[inline]
    pub(super) fn remove(&mut self, key: u32) {
        let word = key >> WORD_SHIFT;
        let bits = &mut self.bits[word as usize];
        *bits &= !(1 << (key & IN_WORD));
        if *bits == 0 {
            let block = word >> WORD_SHIFT;
            *self.block(block) &= !(1 << (word & IN_WORD));
            if *self.block(block) == 0 {
                self.top &= !(1 << block);
            }
        }
    }

    /// Whether a key is a member.
    pub(super) fn contains(&self, key: u32) -> bool {
        self.bits[(key >> WORD_SHIFT) as usize] >> (key & IN_WORD) & 1 == 1
    }

    /// The lowest member above a key.
    #[inline]
    pub(super) fn next_above(&self, key: u32) -> Option<u32> {
        let word = key >> WORD_SHIFT;
        if let Some(found) = lowest_above(self.bits[word as usize], key & IN_WORD) {
            return Some(word << WORD_SHIFT | found);
        }
        let block = word >> WORD_SHIFT;
        let block_bits = |block| self.bits[(self.words_at + block) as usize];
        let word = if let Some(found) = lowest_above(block_bits(block), word & IN_WORD) {
            block << WORD_SHIFT | found
        } else {
            let block = lowest_above(self.top, block)?;
            block << WORD_SHIFT | block_bits(block).trailing_zeros()
        };
        Some(word << WORD_SHIFT | self.bits[word as usize].trailing_zeros())
    }

    fn block(&mut self, block: u32) -> &mut u64 {
        &mut self.bits[(self.words_at + block) as usize]
    }

    /// Whether the upper layers say exactly which words of the lower ones are not zero.
    pub(super) fn layers_agree(&self) -> bool {
        let marks = |layer: &[u64], word: usize| layer[word >> 6] >> (word & 63) & 1 == 1;
        let top = [self.top];
        let (keys, words) = self.bits.split_at(self.words_at as usize);
        (0..keys.len()).all(|word| marks(words, word) == (keys[word] != 0))
            && (0..words.len()).all(|word| marks(&top, word) == (words[word] != 0))
    }

    /// Does what a bug would do, for the tests of the recount.
    #[cfg(test)]
    pub(super) fn lose_layer(&mut self) {
        self.top = 0;
    }
}

/// The lowest set bit above a position.
fn lowest_above(word: u64, position: u32) -> Option<u32> {
    let above = word & (!1 << position);
    (above != 0).then(|| above.trailing_zeros())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_answers_like_an_ordered_set(
            steps in prop::collection::vec((any::<bool>(), key()), 1..200),
            asked in prop::collection::vec(key(), 1..50),
        ) {
            let mut fast = Occupancy::new(1 << 17);
            let mut plain = BTreeSet::new();
            for (adds, key) in steps {
                if adds {
                    fast.insert(key);
                    plain.insert(key);
                } else {
                    fast.remove(key);
                    plain.remove(&key);
                }
            }
            prop_assert!(fast.layers_agree());
            for key in asked {
                prop_assert_eq!(fast.contains(key), plain.contains(&key));
                prop_assert_eq!(fast.next_above(key), plain.range(key + 1..).next().copied());
            }
        }
    }

    /// Few keys, at the edges of words and blocks, so that they collide.
    fn key() -> impl Strategy<Value = u32> {
        prop::sample::select(vec![
            0, 1, 62, 63, 64, 65, 127, 128, 4_095, 4_096, 4_097, 8_191, 8_192, 131_070, 131_071,
        ])
    }
}
