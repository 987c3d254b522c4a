//! The core of [elanswer](https://docs.rs/elanswer): model, checks, plan, apply engine and state.
//!
//! This crate has no AWS SDK and no network. Programs use it through the facade crate `elanswer`.

pub mod apply;
pub mod architecture;
mod arn;
pub mod bounded;
pub mod checks;
pub mod cidr;
pub mod constructs;
pub mod cost;
pub mod diagnostic;
pub mod dollars;
pub mod drift;
pub mod executor;
pub mod graph;
pub mod handler;
pub mod id;
pub mod network;
pub mod operations;
pub mod plan;
pub mod platform;
pub mod recovery;
pub mod reference;
pub mod region;
pub mod resource;
pub mod rules;
pub mod schema;
pub mod secret;
pub mod services;
pub mod state;
pub mod tags;
pub mod text;

pub use apply::{ApplyReport, Cancel, Event};
pub use architecture::{Architecture, Construct, Node, ResourceOptions, Scope};
pub use bounded::{Bounded, RangeError};
pub use checks::{Checks, Diagnostics, Rule, RuleContext, check};
pub use cidr::{Cidr, CidrError};
pub use diagnostic::{Diagnostic, Report, Severity, Source, Suppressed, Suppression};
pub use dollars::{Dollars, DollarsError};
pub use drift::{Drift, drift};
pub use executor::Executor;
pub use handler::Handler;
pub use id::ResourceId;
pub use network::{NetworkError, NetworkLayout, NetworkPlan, TierName};
pub use operations::{Error, Target, apply, destroy, import, plan, plan_destroy};
pub use plan::{Action, Plan, Step};
pub use platform::{Part, PartError, Platform, PlatformHandle, PlatformService, Site};
pub use recovery::{Gap, RecoveryPart, RecoveryReport, recovery};
pub use reference::{Input, Output, Ref, Reference};
pub use region::{Place, Region, Zone};
pub use resource::{Operation, Properties, Resource};
pub use schema::{Kind, NameRule, Schema, Timing};
pub use secret::{SecretRef, Secrets};
pub use state::{LocalStore, MemoryStore};
pub use tags::Tags;
pub use text::TextError;
