//! What an architecture costs in a month, as far as that is known before anybody uses it.
//!
//! An estimate counts what AWS asks for what stands there all the time, 730 hours a month, at
//! on-demand prices. What usage decides is named and not counted: data, requests, logs. What nobody
//! knows the price of is listed as unpriced, never counted as nothing. A service that is scaled has
//! the least tasks that its scaling keeps. Nothing here asks AWS, and nothing buys.
//!
//! The prices are those of a table that is compiled in, each with its day, AWS's page, and whether
//! it could be verified; a program may put its own in their place ([`Prices::with`]).
//!
//! ```
//! use elanswer_core::{Architecture, Region, cost, services::kms::Key};
//!
//! let mut arch = Architecture::new("shop", Region::UsEast1);
//! arch.resource("key", Key::default());
//! let estimate = cost::estimate(&arch);
//! assert_eq!(estimate.monthly().to_string(), "1");
//! println!("{estimate}");
//! ```

pub use comparison::{CostChange, CostComparison, before_and_after};
pub use estimate::{CostEstimate, CostLine, ResourceCost, estimate};
pub use price::{Per, Price, Prices, PricesError};
pub use reservation::{Commitment, Reservation, Reservations, reservations};

mod charge;
mod comparison;
mod estimate;
mod price;
mod reservation;
#[cfg(test)]
mod tests;

/// The hours of a month, as AWS's own calculator has them.
pub const HOURS: u64 = 730;
