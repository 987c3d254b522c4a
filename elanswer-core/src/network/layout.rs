//! Addresses that come from configuration.

use serde::{Deserialize, Serialize};

use super::{
    NetworkError, NetworkPlan, TierName,
    rules::{self, Row},
};
use crate::cidr::Cidr;

/// The addresses of a network, known when the program runs.
///
/// The same rules hold as for a [`NetworkPlan`]. A tier without subnets is not built.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use elanswer_core::NetworkLayout;
///
/// let layout: NetworkLayout = serde_json::from_str(
///     r#"{ "vpc": "10.0.0.0/16", "private": ["10.0.11.0/24", "10.0.12.0/24"] }"#,
/// )?;
/// assert_eq!(layout.zones(), 2);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Unchecked")]
pub struct NetworkLayout {
    vpc: Cidr,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    public: Vec<Cidr>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    private: Vec<Cidr>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    isolated: Vec<Cidr>,
}

/// What a configuration says.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Unchecked {
    vpc: Cidr,
    #[serde(default)]
    public: Vec<Cidr>,
    #[serde(default)]
    private: Vec<Cidr>,
    #[serde(default)]
    isolated: Vec<Cidr>,
}

impl NetworkLayout {
    /// The layout of a VPC with these tiers; a tier may be empty.
    ///
    /// # Errors
    ///
    /// See [`NetworkError`].
    pub fn try_new(
        vpc: Cidr,
        public: impl Into<Vec<Cidr>>,
        private: impl Into<Vec<Cidr>>,
        isolated: impl Into<Vec<Cidr>>,
    ) -> Result<Self, NetworkError> {
        let (public, private, isolated) = (public.into(), private.into(), isolated.into());
        let layout = Self { vpc, public, private, isolated };
        rules::vpc_size(vpc)?;
        rules::enough_zones(layout.zones())?;
        let [public, private, isolated] =
            [TierName::Public, TierName::Private, TierName::Isolated].map(|tier| layout.row(tier));
        for row in [public, private, isolated].into_iter().flatten() {
            rules::one_per_zone(row, layout.zones())?;
        }
        for (row, earlier) in
            [(public, [None, None]), (private, [public, None]), (isolated, [public, private])]
        {
            if let Some(row) = row {
                rules::fits(vpc, row, earlier)?;
            }
        }
        Ok(layout)
    }

    /// The addresses of the VPC.
    #[must_use]
    pub const fn vpc(&self) -> Cidr {
        self.vpc
    }

    /// How many zones it spans.
    #[must_use]
    pub fn zones(&self) -> usize {
        [&self.public, &self.private, &self.isolated]
            .into_iter()
            .map(Vec::len)
            .find(|subnets| *subnets > 0)
            .unwrap_or_default()
    }

    /// The subnets of a tier in the order of the zones; none when there is no such tier.
    #[must_use]
    pub fn subnets(&self, tier: TierName) -> &[Cidr] {
        match tier {
            TierName::Public => &self.public,
            TierName::Private => &self.private,
            TierName::Isolated => &self.isolated,
        }
    }

    fn row(&self, tier: TierName) -> Option<Row<'_>> {
        let subnets = self.subnets(tier);
        (!subnets.is_empty()).then_some(Row { tier, subnets })
    }
}

impl TryFrom<Unchecked> for NetworkLayout {
    type Error = NetworkError;

    fn try_from(layout: Unchecked) -> Result<Self, Self::Error> {
        let Unchecked { vpc, public, private, isolated } = layout;
        Self::try_new(vpc, public, private, isolated)
    }
}

impl<const ZONES: usize> From<NetworkPlan<ZONES>> for NetworkLayout {
    fn from(plan: NetworkPlan<ZONES>) -> Self {
        let subnets = |tier| plan.subnets(tier).to_vec();
        Self {
            vpc: plan.vpc(),
            public: subnets(TierName::Public),
            private: subnets(TierName::Private),
            isolated: subnets(TierName::Isolated),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Result<NetworkLayout, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }

    #[test]
    fn a_configuration_goes_through_the_rules() {
        let text = r#"{"vpc":"10.0.0.0/16","public":["10.0.1.0/24","10.0.2.0/24"]}"#;
        let layout = read(text).unwrap();
        assert_eq!(serde_json::to_string(&layout).unwrap(), text);

        let message = |text| read(text).unwrap_err();
        assert_eq!(
            message(
                r#"{"vpc":"10.0.0.0/16","public":["10.0.1.0/24","10.0.2.0/24"],"isolated":["10.0.2.0/25","10.0.3.0/24"]}"#
            ),
            "isolated subnet 1 (`10.0.2.0/25`) and public subnet 2 (`10.0.2.0/24`) overlap"
        );
        assert_eq!(
            message(
                r#"{"vpc":"10.0.0.0/16","public":["10.0.1.0/24","10.0.2.0/24"],"private":["10.0.3.0/24"]}"#
            ),
            "the number of private subnets (1) is not the number of zones (2)"
        );
        assert_eq!(
            message(r#"{"vpc":"10.0.0.0/16"}"#),
            "the number of zones (0) is below the two that AWS needs for a load balancer or a database"
        );
    }

    proptest! {
        /// The two doors agree.
        #[test]
        fn plan_and_layout_agree(
            vpc in 14_u8..30,
            subnets in proptest::array::uniform4((0_u32..8, 15_u8..30)),
        ) {
            let vpc = Cidr::parse(&format!("10.0.0.0/{vpc}")).unwrap();
            let [a, b, c, d] = subnets.map(|(index, prefix)| {
                let first = u32::from_be_bytes([10, 0, 0, 0]) + (index << 10);
                let net = ipnet::Ipv4Net::new(first.into(), prefix).unwrap().trunc();
                net.to_string().parse::<Cidr>().unwrap()
            });
            let plan = NetworkPlan::<2>::try_new(vpc)
                .and_then(|plan| plan.try_public([a, b]))
                .and_then(|plan| plan.try_private([c, d]))
                .map(NetworkLayout::from);
            prop_assert_eq!(NetworkLayout::try_new(vpc, [a, b], [c, d], []), plan);
        }
    }
}
