//! What load balancers call.
//!
//! Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html>.

use elanswer_core::services::{elbv2::LoadBalancer, iam::Service};

use super::{Calls, STRANGER};
use crate::world::{World, account};

/// Load balancers write down who called them.
pub(super) fn access_logs(world: &World, calls: &mut Calls) {
    for (place, arn, it) in world.everywhere::<LoadBalancer>() {
        let Some(logs) = &it.resource.attributes.access_logs else { continue };
        let Some(bucket) = logs.bucket.known() else { continue };
        let prefix = logs.prefix.as_ref().map(|prefix| format!("{prefix}/")).unwrap_or_default();
        let account = account(place);
        let folder = format!("arn:aws:s3:::{bucket}/{prefix}AWSLogs/{account}");
        let file = format!("{folder}/elasticloadbalancing/{}/2030/01/01/log.gz", place.region);
        let caller = Service::LoadBalancerLogs.into();
        let name = &it.outputs.load_balancer_name;
        let context = [("aws:SourceAccount", account.as_str()), ("aws:SourceArn", arn)];
        let ours = format!("the load balancer {name} writes its log");
        calls.needed(ours, &caller, ["s3:PutObject"], &file, &context);
        let theirs = format!("a load balancer of others writes where {name} does");
        let stranger = [("aws:SourceAccount", STRANGER)];
        calls.refused(theirs, &caller, ["s3:PutObject"], &file, &stranger);
    }
}
