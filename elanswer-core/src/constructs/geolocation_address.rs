//! A name whose answer depends on where the client is.

use super::{
    AddressTarget, NoDefault,
    address::{Added, Member, add},
};
use crate::{
    architecture::{Construct, Scope},
    reference::Ref,
    services::route53::{
        Continent, CountryCode, DnsName, GeoLocation, HealthCheck, HostedZone, RecordSet, Routing,
        SetIdentifier, SubdivisionCode,
    },
};

/// A name that leads each client to the target of where it is, and all others to a default one.
///
/// The narrowest location decides; when its target is seen not to work, the next wider one does. It
/// cannot be added without the default. Give a target a health check with
/// [`AddressTarget::checked_by`]. When all targets have IPv6 too, so has the name.
///
/// ```
/// use std::net::IpAddr;
///
/// use elanswer_core::{
///     Architecture, Region,
///     constructs::{AddressTarget, GeolocationAddress},
///     services::route53::{Continent, DnsName, HealthCheck, HostedZone, ResourcePath},
/// };
///
/// let mut arch = Architecture::new("shop", Region::UsEast1);
/// let zone = arch.resource("zone", HostedZone::new(DnsName::literal("example.com")));
/// let ireland = IpAddr::from([3, 248, 0, 1]);
/// let europe = AddressTarget::from(ireland)
///     .checked_by(HealthCheck::https(ireland, ResourcePath::literal("/health")));
/// let address = GeolocationAddress::new("address", &zone, DnsName::literal("www.example.com"))
///     .location(Continent::Europe, europe)
///     .default_to(IpAddr::from([3, 80, 0, 1]));
/// arch.add(address);
/// assert!(elanswer_core::check(&arch).is_deployable());
/// ```
///
/// ```compile_fail,E0277
/// # use elanswer_core::{Architecture, Ref, Region, constructs::GeolocationAddress};
/// # use elanswer_core::services::route53::{Continent, DnsName};
/// # let mut arch = Architecture::new("shop", Region::UsEast1);
/// # let ireland = std::net::IpAddr::from([3, 248, 0, 1]);
/// let name = DnsName::literal("www.example.com");
/// let address = GeolocationAddress::new("address", &Ref::existing("Z1"), name);
/// arch.add(address.location(Continent::Europe, ireland)); // and who is elsewhere?
/// ```
#[derive(Debug, Clone)]
#[must_use = "an address leads nowhere until it is added to an architecture"]
pub struct GeolocationAddress<D> {
    name: String,
    zone: Ref<HostedZone>,
    at: DnsName,
    locations: Vec<(Location, AddressTarget)>,
    default: D,
}

/// Where a client is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// On a continent.
    Continent(Continent),
    /// In a country.
    Country(CountryCode),
    /// In a state of the United States, or an oblast of Ukraine.
    Subdivision(CountryCode, SubdivisionCode),
}

impl From<Continent> for Location {
    fn from(continent: Continent) -> Self {
        Self::Continent(continent)
    }
}

impl From<CountryCode> for Location {
    fn from(country: CountryCode) -> Self {
        Self::Country(country)
    }
}

impl From<(CountryCode, SubdivisionCode)> for Location {
    fn from((country, subdivision): (CountryCode, SubdivisionCode)) -> Self {
        Self::Subdivision(country, subdivision)
    }
}

impl Location {
    /// What it is called in the architecture and in Route 53. `AF` is a continent and a country.
    fn id(&self) -> String {
        match self {
            Self::Continent(continent) => format!("continent-{}", continent.as_str()),
            Self::Country(country) => format!("country-{country}"),
            Self::Subdivision(country, subdivision) => format!("country-{country}-{subdivision}"),
        }
        .to_ascii_lowercase()
    }
}

impl From<Location> for GeoLocation {
    fn from(location: Location) -> Self {
        match location {
            Location::Continent(continent) => Self::Continent(continent),
            Location::Country(country) => Self::Country(country),
            Location::Subdivision(country, subdivision) => Self::Subdivision(country, subdivision),
        }
    }
}

impl GeolocationAddress<NoDefault> {
    /// The name `at` in this zone.
    pub fn new(name: impl Into<String>, zone: &Ref<HostedZone>, at: DnsName) -> Self {
        Self {
            name: name.into(),
            zone: zone.clone(),
            at,
            locations: Vec::new(),
            default: NoDefault,
        }
    }

    /// Where the name leads clients of no location that is named, and those whose place Route 53
    /// does not know.
    pub fn default_to(self, target: impl Into<AddressTarget>) -> GeolocationAddress<AddressTarget> {
        let Self { name, zone, at, locations, .. } = self;
        GeolocationAddress { name, zone, at, locations, default: target.into() }
    }
}

impl<D> GeolocationAddress<D> {
    /// Where the name leads clients of this location.
    pub fn location(
        mut self,
        location: impl Into<Location>,
        target: impl Into<AddressTarget>,
    ) -> Self {
        self.locations.push((location.into(), target.into()));
        self
    }
}

impl Construct for GeolocationAddress<AddressTarget> {
    type Handle = GeolocationAddressHandle;

    fn name(&self) -> &str {
        &self.name
    }

    fn build(self, scope: &mut Scope<'_>) -> GeolocationAddressHandle {
        let member = |id: String, location, target| {
            let set_identifier = SetIdentifier::new(id.clone()).ok()?;
            Some(Member { id, routing: Routing::Geolocation { set_identifier, location }, target })
        };
        let members = self
            .locations
            .into_iter()
            .map(|(location, target)| (location.id(), GeoLocation::from(location), target))
            .chain([("default".to_owned(), GeoLocation::Default, self.default)])
            .filter_map(|(id, location, target)| member(id, location, target))
            .collect();
        GeolocationAddressHandle(add(scope, &self.zone, &self.at, members))
    }
}

/// An address by location that was added.
#[derive(Debug, Clone)]
pub struct GeolocationAddressHandle(Added);

impl GeolocationAddressHandle {
    /// The record sets.
    #[must_use]
    pub fn records(&self) -> &[Ref<RecordSet>] {
        &self.0.records
    }

    /// The health checks, in the order of the locations: what alarms watch.
    #[must_use]
    pub fn checks(&self) -> &[Ref<HealthCheck>] {
        &self.0.checks
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;
    use crate::{
        constructs::testing::{described, inventory, messages},
        services::route53::ResourcePath,
    };

    const WWW: DnsName = DnsName::literal("www.example.com");
    const AFGHANISTAN: CountryCode = CountryCode::literal("AF");
    const USA: CountryCode = CountryCode::literal("US");
    const NEW_YORK: SubdivisionCode = SubdivisionCode::literal("NY");

    fn server(last: u8) -> AddressTarget {
        let address = IpAddr::from([1, 2, 3, last]);
        let check = HealthCheck::https(address, ResourcePath::literal("/"));
        AddressTarget::from(address).checked_by(check)
    }

    #[test]
    fn builds_a_record_set_for_each_location_and_one_for_all_others() {
        let (arch, handle) = described(|arch| {
            let address = GeolocationAddress::new("www", &Ref::existing("Z1"), WWW)
                .location(Continent::Africa, server(1))
                .location(AFGHANISTAN, server(2))
                .location((USA, NEW_YORK), server(3))
                .default_to(IpAddr::from([1, 2, 3, 4]));
            arch.add(address)
        });
        assert!(messages(&arch).is_empty());
        insta::assert_snapshot!(inventory(&arch, "www/"), @"
        www/continent-af RecordSet <- www/continent-af-check.HealthCheckId
        www/continent-af-check HealthCheck
        www/country-af RecordSet <- www/country-af-check.HealthCheckId
        www/country-af-check HealthCheck
        www/country-us-ny RecordSet <- www/country-us-ny-check.HealthCheckId
        www/country-us-ny-check HealthCheck
        www/default RecordSet
        ");
        assert_eq!((handle.records().len(), handle.checks().len()), (4, 3));
        let locations: Vec<String> = handle
            .records()
            .iter()
            .filter_map(|record| match &arch.get(record)?.routing {
                Routing::Geolocation { location, .. } => Some(location.to_string()),
                _ => None,
            })
            .collect();
        assert_eq!(locations, ["AF", "AF", "US-NY", "*"]);
        let report = crate::check(&arch);
        assert!(report.diagnostics.is_empty(), "{report}");
    }

    #[test]
    fn a_location_twice_is_found() {
        let (arch, _) = described(|arch| {
            let address = GeolocationAddress::new("www", &Ref::existing("Z1"), WWW)
                .location(Continent::Africa, server(1))
                .location(Continent::Africa, server(2));
            arch.add(address.default_to(server(3)))
        });
        let report = crate::check(&arch);
        assert!(report.diagnostics.iter().any(|it| it.code == "duplicate-name"), "{report}");
    }
}
