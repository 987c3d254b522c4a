//! Who is told.

use serde::{Deserialize, Serialize};

use crate::{
    reference::Input,
    services::sns::{EmailAddress, TopicArn},
};

/// Who is told that a budget is used up.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "SubscriptionType", content = "Address", rename_all = "UPPERCASE")]
pub enum Subscriber {
    /// Whoever reads the mail of this address.
    Email(EmailAddress),
    /// A topic of Amazon SNS, of the same account, whose policy lets `budgets.amazonaws.com`
    /// publish.
    Sns(Input<TopicArn>),
}

impl Subscriber {
    /// Whoever reads the mail of this address.
    #[must_use]
    pub const fn email(address: EmailAddress) -> Self {
        Self::Email(address)
    }

    /// A topic of Amazon SNS.
    pub fn topic(arn: impl Into<Input<TopicArn>>) -> Self {
        Self::Sns(arn.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_the_shape_of_cloudformation() {
        let mail = Subscriber::email(EmailAddress::literal("ops@example.com"));
        let tree = serde_json::json!({"SubscriptionType": "EMAIL", "Address": "ops@example.com"});
        assert_eq!(serde_json::to_value(&mail).unwrap(), tree);
        assert_eq!(serde_json::from_value::<Subscriber>(tree).unwrap(), mail);
    }
}
