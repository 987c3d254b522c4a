//! Addresses that stand in the program.

use super::{
    NetworkError, TierName,
    rules::{self, Row},
};
use crate::cidr::Cidr;

/// The addresses of a network with up to three tiers of one subnet in each of `ZONES` zones.
///
/// Write it as a constant: a subnet outside its VPC, two subnets that overlap, a size that AWS
/// does not allow, or fewer than two zones do not compile.
///
/// ```
/// use elanswer_core::{NetworkPlan, cidr};
///
/// const NETWORK: NetworkPlan<3> = NetworkPlan::new(cidr!("10.0.0.0/16"))
///     .public([cidr!("10.0.1.0/24"), cidr!("10.0.2.0/24"), cidr!("10.0.3.0/24")])
///     .private([cidr!("10.0.11.0/24"), cidr!("10.0.12.0/24"), cidr!("10.0.13.0/24")])
///     .isolated([cidr!("10.0.21.0/24"), cidr!("10.0.22.0/24"), cidr!("10.0.23.0/24")]);
/// ```
///
/// ```compile_fail,E0080
/// use elanswer_core::{NetworkPlan, cidr};
///
/// const NETWORK: NetworkPlan<2> = NetworkPlan::new(cidr!("10.0.0.0/16"))
///     .public([cidr!("10.0.1.0/24"), cidr!("10.1.2.0/24")]); // outside its VPC
/// ```
///
/// For addresses that come from configuration use [`NetworkLayout`](super::NetworkLayout), or the
/// `try_` methods, which return what is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NetworkPlan<const ZONES: usize> {
    vpc: Cidr,
    public: Option<[Cidr; ZONES]>,
    private: Option<[Cidr; ZONES]>,
    isolated: Option<[Cidr; ZONES]>,
}

impl<const ZONES: usize> NetworkPlan<ZONES> {
    /// A plan for a VPC with these addresses, still without subnets.
    ///
    /// # Panics
    ///
    /// When the compiler evaluates it, and so as a compile error: if `vpc` is larger than a /16 or
    /// smaller than a /28, or `ZONES` is less than two.
    #[must_use]
    #[track_caller]
    pub const fn new(vpc: Cidr) -> Self {
        accept(Self::try_new(vpc))
    }

    /// Plans the public tier: a subnet for each zone, reached from the internet.
    ///
    /// # Panics
    ///
    /// When the compiler evaluates it, and so as a compile error: see [`NetworkError`].
    #[must_use]
    #[track_caller]
    pub const fn public(self, subnets: [Cidr; ZONES]) -> Self {
        accept(self.try_public(subnets))
    }

    /// Plans the private tier: a subnet for each zone, from which the internet is reached by NAT.
    ///
    /// # Panics
    ///
    /// When the compiler evaluates it, and so as a compile error: see [`NetworkError`].
    #[must_use]
    #[track_caller]
    pub const fn private(self, subnets: [Cidr; ZONES]) -> Self {
        accept(self.try_private(subnets))
    }

    /// Plans the isolated tier: a subnet for each zone, without a way to the internet.
    ///
    /// # Panics
    ///
    /// When the compiler evaluates it, and so as a compile error: see [`NetworkError`].
    #[must_use]
    #[track_caller]
    pub const fn isolated(self, subnets: [Cidr; ZONES]) -> Self {
        accept(self.try_isolated(subnets))
    }

    /// [`new`](Self::new) for values that are not known when the program compiles.
    ///
    /// # Errors
    ///
    /// If `vpc` is larger than a /16 or smaller than a /28, or `ZONES` is less than two.
    pub const fn try_new(vpc: Cidr) -> Result<Self, NetworkError> {
        if let Err(error) = rules::enough_zones(ZONES) {
            return Err(error);
        }
        if let Err(error) = rules::vpc_size(vpc) {
            return Err(error);
        }
        Ok(Self { vpc, public: None, private: None, isolated: None })
    }

    /// [`public`](Self::public) for values that are not known when the program compiles.
    ///
    /// # Errors
    ///
    /// See [`NetworkError`].
    pub const fn try_public(mut self, subnets: [Cidr; ZONES]) -> Result<Self, NetworkError> {
        let row = Row { tier: TierName::Public, subnets: &subnets };
        let others = [self.row(TierName::Private), self.row(TierName::Isolated)];
        if let Err(error) = rules::fits(self.vpc, row, others) {
            return Err(error);
        }
        self.public = Some(subnets);
        Ok(self)
    }

    /// [`private`](Self::private) for values that are not known when the program compiles.
    ///
    /// # Errors
    ///
    /// See [`NetworkError`].
    pub const fn try_private(mut self, subnets: [Cidr; ZONES]) -> Result<Self, NetworkError> {
        let row = Row { tier: TierName::Private, subnets: &subnets };
        let others = [self.row(TierName::Public), self.row(TierName::Isolated)];
        if let Err(error) = rules::fits(self.vpc, row, others) {
            return Err(error);
        }
        self.private = Some(subnets);
        Ok(self)
    }

    /// [`isolated`](Self::isolated) for values that are not known when the program compiles.
    ///
    /// # Errors
    ///
    /// See [`NetworkError`].
    pub const fn try_isolated(mut self, subnets: [Cidr; ZONES]) -> Result<Self, NetworkError> {
        let row = Row { tier: TierName::Isolated, subnets: &subnets };
        let others = [self.row(TierName::Public), self.row(TierName::Private)];
        if let Err(error) = rules::fits(self.vpc, row, others) {
            return Err(error);
        }
        self.isolated = Some(subnets);
        Ok(self)
    }

    /// The addresses of the VPC.
    #[must_use]
    pub const fn vpc(&self) -> Cidr {
        self.vpc
    }

    /// The subnets of a tier in the order of the zones; none when the tier is not planned.
    #[must_use]
    pub const fn subnets(&self, tier: TierName) -> &[Cidr] {
        match self.row(tier) {
            Some(row) => row.subnets,
            None => &[],
        }
    }

    const fn row(&self, tier: TierName) -> Option<Row<'_>> {
        let subnets = match tier {
            TierName::Public => &self.public,
            TierName::Private => &self.private,
            TierName::Isolated => &self.isolated,
        };
        match subnets {
            Some(subnets) => Some(Row { tier, subnets }),
            None => None,
        }
    }
}

/// What stands in the program is right, or the program does not compile.
#[track_caller]
#[expect(clippy::panic, reason = "it is how a constant is refused when the program compiles")]
const fn accept<const ZONES: usize>(
    plan: Result<NetworkPlan<ZONES>, NetworkError>,
) -> NetworkPlan<ZONES> {
    match plan {
        Ok(plan) => plan,
        Err(error) => {
            let text = error.message().text("; ").text(error.help());
            panic!("{}", text.as_str())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cidr;

    const PLAN: NetworkPlan<2> = NetworkPlan::new(cidr!("10.0.0.0/16"))
        .public([cidr!("10.0.1.0/24"), cidr!("10.0.2.0/24")])
        .isolated([cidr!("10.0.21.0/24"), cidr!("10.0.22.0/24")]);

    fn refused(public: [Cidr; 2]) -> String {
        NetworkPlan::<2>::try_new(cidr!("10.0.0.0/16"))
            .unwrap()
            .try_public(public)
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn a_plan_knows_its_subnets() {
        assert_eq!(PLAN.subnets(TierName::Public), [cidr!("10.0.1.0/24"), cidr!("10.0.2.0/24")]);
        assert!(PLAN.subnets(TierName::Private).is_empty());
    }

    #[test]
    fn an_error_names_the_subnet_and_the_other_one() {
        let error = PLAN.try_private([cidr!("10.0.11.0/24"), cidr!("10.0.16.0/20")]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "private subnet 2 (`10.0.16.0/20`) and isolated subnet 1 (`10.0.21.0/24`) overlap"
        );
        assert_eq!(
            refused([cidr!("10.0.1.0/24"), cidr!("10.0.1.128/25")]),
            "public subnet 2 (`10.0.1.128/25`) and public subnet 1 (`10.0.1.0/24`) overlap"
        );
        assert_eq!(
            refused([cidr!("10.0.1.0/24"), cidr!("10.1.2.0/24")]),
            "public subnet 2 (`10.1.2.0/24`) is outside its VPC `10.0.0.0/16`"
        );
    }

    #[test]
    fn sizes_are_those_of_aws() {
        assert_eq!(
            refused([cidr!("10.0.1.0/29"), cidr!("10.0.2.0/24")]),
            "public subnet 1 (`10.0.1.0/29`) is smaller than a /28, the smallest that AWS allows"
        );
        assert_eq!(
            NetworkPlan::<2>::try_new(cidr!("10.0.0.0/15")).unwrap_err().to_string(),
            "the VPC `10.0.0.0/15` is larger than a /16, the largest that AWS allows"
        );
        for vpc in [cidr!("10.0.0.0/16"), cidr!("10.0.0.0/28")] {
            assert!(NetworkPlan::<2>::try_new(vpc).is_ok(), "{vpc}");
        }
    }

    #[test]
    fn two_zones_are_the_fewest() {
        assert_eq!(
            NetworkPlan::<1>::try_new(cidr!("10.0.0.0/16")).unwrap_err(),
            NetworkError::TooFewZones { zones: 1 }
        );
    }
}
