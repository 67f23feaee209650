//! Writes the sample capture: `cargo run --example make_sample_capture -- data/sample-btc15m.jsonl.gz`.

use std::fs::File;
use std::io::BufWriter;

use fillgap::flow::capture::sample::write_sample;
use flate2::{Compression, GzBuilder};

fn main() -> anyhow::Result<()> {
    let path = std::env::args().nth(1);
    let path = path.unwrap_or_else(|| "data/sample-btc15m.jsonl.gz".to_owned());
    // No name and no time in the header, so that the same text makes the same file.
    let file = BufWriter::new(File::create(path)?);
    let mut packed = GzBuilder::new().mtime(0).write(file, Compression::best());
    write_sample(&mut packed)?;
    packed.finish()?.into_inner().map_err(std::io::IntoInnerError::into_error)?.sync_all()?;
    Ok(())
}
