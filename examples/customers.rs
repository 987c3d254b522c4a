//! A stack for each customer, a hundred of them at the same time, from one process.
//!
//! Every customer has an architecture, a state and a lock of its own: what fails for one is no
//! matter for the others. Here all of them go to one AWS in memory, of which every tenth call is
//! throttled, and one customer's stack is refused for good.
//!
//! ```sh
//! cargo run --example customers
//! ```

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::{error::Error, time::Instant};

use elanswer::{
    ApplyReport, Architecture, NetworkPlan, Region, cidr,
    constructs::{Nat, Network, SecurityGroup, Tcp},
    services::logs::{LogGroup, Retention},
    testkit::{Call, MockAws, Verdict},
};
use tokio::task::JoinSet;

const CUSTOMERS: usize = 100;

const NETWORK: NetworkPlan<2> = NetworkPlan::new(cidr!("10.0.0.0/16"))
    .public([cidr!("10.0.1.0/24"), cidr!("10.0.2.0/24")])
    .private([cidr!("10.0.11.0/24"), cidr!("10.0.12.0/24")]);

/// The name of a customer's stack: that of its state, and the tag of everything in it.
fn stack(customer: usize) -> String {
    format!("customer-{customer:03}")
}

/// What a customer gets: a network over two zones, the way into it, and a log.
fn customer(number: usize) -> Architecture {
    let mut arch = Architecture::new(stack(number), Region::EuWest1);
    arch.tag("customer", number.to_string());
    let net = arch.add(Network::new("network", NETWORK).nat(Nat::None));
    let edge = SecurityGroup::edge("edge", &net).from_internet(Tcp(443));
    arch.add(edge);
    arch.resource("audit", LogGroup::builder().retention_in_days(Retention::Days90).build());
    arch
}

/// Applies every customer's stack at once; each has its own outcome.
async fn apply_all(aws: &MockAws) -> Vec<(usize, Result<ApplyReport, elanswer::Error>)> {
    let mut running = JoinSet::new();
    for number in 0..CUSTOMERS {
        let aws = aws.clone();
        running.spawn(async move {
            let arch = customer(number);
            (number, elanswer::apply(&arch, &aws).await)
        });
    }
    let mut done = running.join_all().await;
    done.sort_by_key(|(number, _)| *number);
    done
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() -> Result<(), Box<dyn Error>> {
    let started = Instant::now();
    let aws = MockAws::builder()
        .quota("VPCs per Region", CUSTOMERS - 1)
        .quota("internet gateways per Region", CUSTOMERS)
        .build();
    let busy = aws.fault(|call: &Call| match call.number % 10 {
        3 => Verdict::Throttle,
        _ => Verdict::Pass,
    });

    let done = apply_all(&aws).await;
    let mut refused = Vec::new();
    for (number, outcome) in &done {
        let report = outcome.as_ref().map_err(ToString::to_string)?;
        if !report.is_complete() {
            refused.push(*number);
            println!("{}: {report}", stack(*number));
        }
    }
    println!(
        "{} stacks applied and {} refused, {} objects with {} calls, in {:.1} s of this machine",
        CUSTOMERS - refused.len(),
        refused.len(),
        aws.inventory().len(),
        aws.log().len(),
        started.elapsed().as_secs_f64(),
    );
    assert_eq!(refused.len(), 1, "AWS has room for all networks but one");
    drop(busy);

    // One customer leaves, and there is room for the one that was refused.
    let Some(refused) = refused.first().copied() else { return Err("nobody was refused".into()) };
    let leaving = (refused + 1) % CUSTOMERS;
    println!("{}: {}", stack(leaving), elanswer::destroy(&stack(leaving), &aws).await?);
    let late = elanswer::apply(&customer(refused), &aws).await?;
    println!("{}: {late}", stack(refused));
    assert!(late.is_complete());

    // Nobody else noticed.
    for number in (0..CUSTOMERS).filter(|number| *number != leaving) {
        assert!(elanswer::plan(&customer(number), &aws).await?.is_empty(), "{number}");
    }
    Ok(())
}
