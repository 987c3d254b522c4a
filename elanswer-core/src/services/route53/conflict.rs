//! Which record sets Route 53 does not keep beside each other.

use super::{RecordSet, RecordType, Routing};

/// Why Route 53 does not keep two record sets of a name beside each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conflict {
    /// A `CNAME` record is the only one of its name.
    Cname,
    /// Both have the same type and set identifier.
    Duplicate,
    /// Both are for the same clients, or are the same half of a failover.
    Place,
    /// They have different routing policies, or one has none.
    Policies,
}

impl RecordSet {
    /// Why Route 53 does not keep this record set and `other` beside each other, if it does not.
    ///
    /// Source: <https://docs.aws.amazon.com/Route53/latest/APIReference/API_ResourceRecordSet.html>.
    #[must_use]
    pub fn conflict_with(&self, other: &Self) -> Option<Conflict> {
        if self.hosted_zone != other.hosted_zone || self.name != other.name {
            return None;
        }
        if self.record_type != other.record_type {
            let cname = [self.record_type, other.record_type].contains(&RecordType::Cname);
            return cname.then_some(Conflict::Cname);
        }
        if self.routing.set_identifier() == other.routing.set_identifier() {
            return Some(Conflict::Duplicate);
        }
        let same_place = match (&self.routing, &other.routing) {
            (Routing::Failover { role: one, .. }, Routing::Failover { role: two, .. }) => {
                one == two
            }
            (
                Routing::Geolocation { location: one, .. },
                Routing::Geolocation { location: two, .. },
            ) => one == two,
            (Routing::Latency { region: one, .. }, Routing::Latency { region: two, .. }) => {
                one == two
            }
            (Routing::Multivalue { .. }, Routing::Multivalue { .. })
            | (Routing::Weighted { .. }, Routing::Weighted { .. }) => false,
            _ => return Some(Conflict::Policies),
        };
        same_place.then_some(Conflict::Place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        reference::Ref,
        region::Region,
        services::route53::{DnsName, FailoverRole, SetIdentifier, Weight},
    };

    fn record(record_type: RecordType, routing: Routing) -> RecordSet {
        let name = DnsName::literal("www.example.com");
        let record = RecordSet::new(Ref::existing("Z1"), name, record_type, ["192.0.2.1"]);
        RecordSet { routing, ..record }
    }

    fn weighted(set: &'static str) -> Routing {
        let set_identifier = SetIdentifier::literal(set);
        Routing::Weighted { set_identifier, weight: Weight::of::<1>() }
    }

    fn failover(set: &'static str, role: FailoverRole) -> Routing {
        Routing::Failover { set_identifier: SetIdentifier::literal(set), role }
    }

    fn latency(set: &'static str, region: Region) -> Routing {
        Routing::Latency { set_identifier: SetIdentifier::literal(set), region }
    }

    #[test]
    fn types_live_beside_each_other_but_cname_lives_alone() {
        let of = |record_type| record(record_type, Routing::Simple);
        assert_eq!(of(RecordType::A).conflict_with(&of(RecordType::Aaaa)), None);
        for other in [RecordType::A, RecordType::Txt] {
            assert_eq!(of(RecordType::Cname).conflict_with(&of(other)), Some(Conflict::Cname));
            assert_eq!(of(other).conflict_with(&of(RecordType::Cname)), Some(Conflict::Cname));
        }
        assert_eq!(of(RecordType::A).conflict_with(&of(RecordType::A)), Some(Conflict::Duplicate));
    }

    #[test]
    fn a_name_and_type_has_one_policy() {
        let conflict = |one: Routing, two: Routing| {
            record(RecordType::A, one).conflict_with(&record(RecordType::A, two))
        };
        let (primary, secondary) = (FailoverRole::Primary, FailoverRole::Secondary);
        assert_eq!(conflict(weighted("a"), weighted("b")), None);
        let several = |set| Routing::Multivalue { set_identifier: SetIdentifier::literal(set) };
        assert_eq!(conflict(several("a"), several("b")), None);
        assert_eq!(conflict(several("a"), weighted("b")), Some(Conflict::Policies));
        assert_eq!(conflict(failover("a", primary), failover("b", secondary)), None);
        assert_eq!(conflict(weighted("a"), weighted("a")), Some(Conflict::Duplicate));
        assert_eq!(conflict(weighted("a"), Routing::Simple), Some(Conflict::Policies));
        assert_eq!(conflict(weighted("a"), failover("b", primary)), Some(Conflict::Policies));
        assert_eq!(conflict(failover("a", primary), failover("b", primary)), Some(Conflict::Place));
        assert_eq!(
            conflict(latency("a", Region::EuWest1), latency("b", Region::EuWest1)),
            Some(Conflict::Place)
        );
    }

    #[test]
    fn other_names_do_not_matter() {
        let other = RecordSet::new(
            Ref::existing("Z1"),
            DnsName::literal("other.example.com"),
            RecordType::Cname,
            ["www.example.com"],
        );
        assert_eq!(record(RecordType::A, Routing::Simple).conflict_with(&other), None);
    }
}
