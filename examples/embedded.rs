//! elanswer inside another async program: a control plane that gives each customer a network.
//!
//! The program owns the runtime, decides when to plan and apply, listens to events, and handles
//! errors as values. Here the customers' stacks go to one AWS in memory, all at the same time.
//!
//! ```sh
//! cargo run --example embedded
//! ```

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::error::Error;

use elanswer::{
    Architecture, Event, Region, Zone, cidr,
    services::ec2::{Subnet, Vpc},
    testkit::MockAws,
};
use tokio::sync::mpsc;

/// What a customer gets.
fn network(customer: &str) -> Architecture {
    let mut arch = Architecture::new(format!("customer-{customer}"), Region::EuWest1);
    arch.tag("customer", customer);
    let vpc = arch.resource("vpc", Vpc::new(cidr!("10.0.0.0/16")));
    for (name, zone, range) in [("a", 'a', cidr!("10.0.1.0/24")), ("b", 'b', cidr!("10.0.2.0/24"))]
    {
        let subnet = Subnet::builder()
            .vpc(&vpc)
            .cidr_block(range)
            .availability_zone(Zone::new(Region::EuWest1, zone))
            .build();
        arch.resource(&format!("subnet-{name}"), subnet);
    }
    arch.output("vpc", &vpc);
    arch
}

/// Brings one customer's network up, and says what it is called in AWS.
async fn serve(customer: &str, aws: &MockAws) -> Result<String, elanswer::Error> {
    let arch = network(customer);
    let plan = elanswer::plan(&arch, aws).await?;
    println!("{customer}: {} steps, {} API calls", plan.steps.len(), plan.api_calls.apply);

    let (sender, mut events) = mpsc::unbounded_channel();
    let applying = elanswer::apply(&arch, aws).expecting(&plan).events(sender);
    let log = async {
        while let Some(event) = events.recv().await {
            if let Event::StepFinished { resource, took, .. } = event {
                println!("{customer}: {resource} after {:.1} s", took.as_secs_f64());
            }
        }
    };
    let (report, ()) = tokio::join!(applying.into_future(), log);
    let report = report?;
    println!("{customer}: {report}");
    Ok(report.outputs.get("vpc").map(ToString::to_string).unwrap_or_default())
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() -> Result<(), Box<dyn Error>> {
    let aws = MockAws::new();
    let (first, second) = tokio::join!(serve("anvil", &aws), serve("bellows", &aws));
    println!("anvil has {}, bellows has {}", first?, second?);

    let removed = elanswer::destroy("customer-anvil", &aws).await?;
    println!("anvil left: {removed}");
    assert_eq!(aws.inventory().len(), 3, "bellows keeps its network");
    Ok(())
}
