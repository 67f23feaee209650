//! The lines of a file, one at a time, plain or gzip.

use std::io::{BufRead, BufReader, Read};
use std::sync::Arc;

use flate2::bufread::MultiGzDecoder;

use crate::flow::capture::{CaptureError, LineProblem};

/// The first two bytes of every gzip file (RFC 1952, 2.3.1).
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// No message of the venue comes near: a snapshot of 20,000 levels has about half of it.
const LONGEST_LINE_BYTES: usize = 1 << 20;

const BUFFER_BYTES: usize = 1 << 16;

/// Reads lines into one buffer that is used again.
pub(super) struct Lines<'a> {
    file: Arc<str>,
    source: Box<dyn BufRead + 'a>,
    buffer: Vec<u8>,
    number: u64,
}

impl<'a> Lines<'a> {
    /// Looks at the first bytes and unpacks if they say gzip.
    pub(super) fn new(file: Arc<str>, source: impl Read + 'a) -> Result<Self, CaptureError> {
        let mut start = Vec::new();
        let mut source = source;
        source.by_ref().take(2).read_to_end(&mut start).map_err(|cause| {
            CaptureError::Unreadable { file: file.to_string(), cause: cause.to_string() }
        })?;
        let packed = start == GZIP_MAGIC;
        let whole =
            BufReader::with_capacity(BUFFER_BYTES, std::io::Cursor::new(start).chain(source));
        let source: Box<dyn BufRead + 'a> = if packed {
            Box::new(BufReader::with_capacity(BUFFER_BYTES, MultiGzDecoder::new(whole)))
        } else {
            Box::new(whole)
        };
        Ok(Self { file, source, buffer: Vec::new(), number: 0 })
    }

    /// The next line without its end, and its number counted from 1.
    pub(super) fn next_line(&mut self) -> Result<Option<(u64, &[u8])>, CaptureError> {
        self.number += 1;
        self.buffer.clear();
        let limit = LONGEST_LINE_BYTES as u64 + 1;
        let read = self.source.by_ref().take(limit).read_until(b'\n', &mut self.buffer);
        match read {
            Err(cause) => {
                return Err(CaptureError::Broken {
                    file: self.file.to_string(),
                    line: self.number,
                    cause: cause.to_string(),
                });
            }
            Ok(0) => return Ok(None),
            Ok(_) => {}
        }
        if self.buffer.last() == Some(&b'\n') {
            self.buffer.pop();
        }
        if self.buffer.len() > LONGEST_LINE_BYTES {
            return Err(CaptureError::BadLine {
                file: self.file.to_string(),
                line: self.number,
                problem: LineProblem::TooLong { allowed: LONGEST_LINE_BYTES },
            });
        }
        Ok(Some((self.number, &self.buffer)))
    }
}
