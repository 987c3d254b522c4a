//! AWS Budgets in memory.

pub use budget::BudgetHandler;

mod budget;

/// The name of the API in calls and errors.
const SERVICE: &str = "budgets";
