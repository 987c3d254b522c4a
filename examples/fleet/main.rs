//! A fleet for measurements: one VPC, n subnets, n security groups and 4n ingress rules.
//!
//! `FLEET` sets n; with its default of 100 there are 601 resources.
//!
//! ```sh
//! FLEET=100 cargo run --release --example fleet -- plan
//! ```

mod architecture;

use std::{env, process::ExitCode};

use elanswer::Region;

fn main() -> ExitCode {
    elanswer::cli::main(|context| {
        let size = env::var("FLEET").unwrap_or_else(|_| "100".to_owned());
        match size.parse() {
            Ok(size @ 1..=4096) => {
                Ok(architecture::fleet(size, context.region_or(Region::UsEast1)))
            }
            _ => Err(format!("FLEET is `{size}`; set it to a number from 1 to 4096")),
        }
    })
}
