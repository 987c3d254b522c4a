//! The physical names of load balancers and target groups.

use crate::text::{is_of, text};

/// The most characters of a name.
pub(super) const MAX_NAME_LEN: usize = 32;

text! {
    /// The name of a load balancer.
    ///
    /// Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html>.
    LoadBalancerName: "the name of a load balancer",
    "1 to 32 letters, digits and hyphens, no hyphen at either end, not beginning with `internal-`",
    is_load_balancer_name
}

text! {
    /// The name of a target group.
    ///
    /// Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html>.
    TargetGroupName: "the name of a target group",
    "1 to 32 letters, digits and hyphens, no hyphen at either end, no two hyphens in a row",
    is_target_group_name
}

const fn is_load_balancer_name(text: &str) -> bool {
    is_name(text)
        && !matches!(text.as_bytes(), [b'i', b'n', b't', b'e', b'r', b'n', b'a', b'l', b'-', ..])
}

const fn is_target_group_name(text: &str) -> bool {
    let mut rest = text.as_bytes();
    while let [_, tail @ ..] = rest {
        if matches!(rest, [b'-', b'-', ..]) {
            return false;
        }
        rest = tail;
    }
    is_name(text)
}

const fn is_name(text: &str) -> bool {
    is_of(text, 1, MAX_NAME_LEN, "-") && !matches!(text.as_bytes(), [b'-', ..] | [.., b'-'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_the_form_that_aws_accepts() {
        for good in ["a", "front", "a-1", &"x".repeat(32)] {
            assert!(good.parse::<LoadBalancerName>().is_ok(), "{good}");
            assert!(good.parse::<TargetGroupName>().is_ok(), "{good}");
        }
        for bad in ["", "-a", "a-", "a_b", "a.b", "ä", &"x".repeat(33)] {
            assert!(bad.parse::<LoadBalancerName>().is_err(), "{bad}");
            assert!(bad.parse::<TargetGroupName>().is_err(), "{bad}");
        }
    }

    #[test]
    fn only_target_groups_have_no_two_hyphens_in_a_row() {
        assert!("a--b".parse::<TargetGroupName>().is_err());
        assert!("a--b".parse::<LoadBalancerName>().is_ok());
    }

    #[test]
    fn only_load_balancers_must_not_begin_with_internal() {
        assert!("internal-api".parse::<LoadBalancerName>().is_err());
        assert!("internal".parse::<LoadBalancerName>().is_ok());
        assert!("internal-api".parse::<TargetGroupName>().is_ok());
    }
}
