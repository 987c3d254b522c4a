//! Container images, as far as permissions depend on where they are.

/// A private repository of Amazon ECR.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct EcrRepository<'a> {
    account: &'a str,
    region: &'a str,
    name: &'a str,
}

impl<'a> EcrRepository<'a> {
    /// That of an image such as `123456789012.dkr.ecr.us-east-1.amazonaws.com/shop/web:1.4`; images
    /// of other registries are in none.
    pub(super) fn of(image: &'a str) -> Option<Self> {
        let (host, path) = image.split_once('/')?;
        let (account, rest) = host.split_once(".dkr.ecr.")?;
        let region = rest.strip_suffix(".amazonaws.com")?;
        let name = path.split(['@', ':']).next()?;
        Some(Self { account, region, name })
    }

    pub(super) fn arn(self) -> String {
        let Self { account, region, name } = self;
        format!("arn:aws:ecr:{region}:{account}:repository/{name}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arn(image: &str) -> Option<String> {
        EcrRepository::of(image).map(EcrRepository::arn)
    }

    #[test]
    fn knows_private_repositories() {
        let expected = "arn:aws:ecr:eu-west-1:123456789012:repository/shop/web";
        for suffix in ["", ":1.4", "@sha256:0f", ":1.4@sha256:0f"] {
            let image = format!("123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/web{suffix}");
            assert_eq!(arn(&image).as_deref(), Some(expected), "{image}");
        }
        for image in ["nginx", "public.ecr.aws/nginx/nginx:1.29", "docker.io/library/nginx"] {
            assert_eq!(arn(image), None, "{image}");
        }
    }
}
