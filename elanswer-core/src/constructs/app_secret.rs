//! A secret of one's own, and who reads it.

use super::{EncryptionKey, EncryptionKeyHandle, KeyUser, Secret, name_tag};
use crate::{
    Set,
    architecture::{Construct, Scope},
    reference::{Input, Output, Ref},
    region::Region,
    secret::SecretRef,
    services::{
        iam::{Operator, PolicyDocument, Principal, Role, Statement},
        secretsmanager::{
            self, FunctionArn, GenerateSecretString, Recovery, ReplicaRegion, ResourcePolicy,
            RotationDays, RotationRules, RotationSchedule, SecretArn, SecretDescription,
            SecretValue,
        },
    },
};

/// A secret in Secrets Manager whose value AWS makes up, the program gives, or somebody puts by
/// hand; the value is in no state, no plan and no log.
///
/// ```
/// # use elanswer_core::{Architecture, NetworkPlan, Region, cidr};
/// # use elanswer_core::constructs::{Network, SecurityGroup};
/// # const NETWORK: NetworkPlan<2> = NetworkPlan::new(cidr!("10.0.0.0/16"))
/// #     .public([cidr!("10.0.1.0/24"), cidr!("10.0.2.0/24")])
/// #     .private([cidr!("10.0.11.0/24"), cidr!("10.0.12.0/24")]);
/// use elanswer_core::constructs::{AppSecret, EncryptionKey, FargateService, KeyUser};
///
/// # let mut arch = Architecture::new("shop", Region::UsEast1);
/// # let net = arch.add(Network::new("main", NETWORK));
/// # let app = arch.add(SecurityGroup::internal("app", &net));
/// let key = arch.add(EncryptionKey::new("key").used_by([KeyUser::SecretsManager]));
/// let session = arch.add(AppSecret::generated("session-key").encrypted_with(&key));
/// let web = FargateService::new("web", "public.ecr.aws/nginx/nginx-unprivileged:1.29")
///     .subnets(net.private())
///     .guarded_by(&app)
///     .reads(session.in_variable("SESSION_KEY"));
/// # arch.add(web);
/// ```
#[derive(Debug, Clone)]
#[must_use = "a secret does nothing until it is added to an architecture"]
pub struct AppSecret {
    name: String,
    value: SecretValue,
    description: SecretDescription,
    key: Option<EncryptionKeyHandle>,
    copies: Set<Region>,
    rotation: Option<(Input<FunctionArn>, RotationDays)>,
    recovery: Recovery,
}

impl AppSecret {
    fn new(name: impl Into<String>, value: SecretValue) -> Self {
        Self {
            name: name.into(),
            value,
            description: SecretDescription::default(),
            key: None,
            copies: Set::new(),
            rotation: None,
            recovery: Recovery::default(),
        }
    }

    /// A password of 32 characters that AWS makes up.
    pub fn generated(name: impl Into<String>) -> Self {
        Self::new(name, GenerateSecretString::default().into())
    }

    /// What AWS makes up in this way: JSON with a password in it, say.
    pub fn generated_as(name: impl Into<String>, how: GenerateSecretString) -> Self {
        Self::new(name, how.into())
    }

    /// What the program gives, by [`Architecture::secret`](crate::Architecture::secret). AWS gets it
    /// again when its version is another one.
    pub fn given(name: impl Into<String>, value: SecretRef) -> Self {
        Self::new(name, value.into())
    }

    /// What somebody puts by hand once it is there; until then, tasks that read it do not start.
    pub fn filled_by_hand(name: impl Into<String>) -> Self {
        Self::new(name, SecretValue::Elsewhere)
    }

    /// What it is for.
    pub fn described_as(mut self, description: SecretDescription) -> Self {
        self.description = description;
        self
    }

    /// Encrypts it with this key, which [`KeyUser::SecretsManager`] uses. Default: that of AWS.
    pub fn encrypted_with(mut self, key: &EncryptionKeyHandle) -> Self {
        self.key = Some(key.clone());
        self
    }

    /// Keeps a copy in another Region, encrypted with a key there when it is with one here.
    pub fn copied_to(mut self, region: Region) -> Self {
        self.copies.insert(region);
        self
    }

    /// Has this function change it every so many days, and at once when it is made. The function
    /// must be there, and let `secretsmanager.amazonaws.com` invoke it. Default: nobody changes it.
    ///
    /// A task has the value of the moment when it started: start them anew after each rotation, or
    /// have the program read it when it needs it, for which its role is
    /// [allowed](super::FargateService::allow) `secretsmanager:GetSecretValue` of the secret, and
    /// `kms:Decrypt` with the key that encrypts it.
    pub fn rotated_by(
        mut self,
        function: impl Into<Input<FunctionArn>>,
        every: RotationDays,
    ) -> Self {
        self.rotation = Some((function.into(), every));
        self
    }

    /// Once deleted it is gone, not after 30 days: for tests and trials.
    pub const fn disposable(mut self) -> Self {
        self.recovery = Recovery::Never;
        self
    }

    /// The copy in a Region, and the key there.
    fn copy(&self, scope: &mut Scope<'_>, region: Region) -> ReplicaRegion {
        let copy = ReplicaRegion::in_region(region);
        if self.key.is_none() {
            return copy;
        }
        let key = EncryptionKey::new("key").used_by([KeyUser::SecretsManager]);
        let key = if self.recovery == Recovery::Never { key.disposable() } else { key };
        let key = scope.part(&format!("copy-{region}")).in_region(region).add(key);
        copy.encrypted_with(key.arn())
    }
}

impl Construct for AppSecret {
    type Handle = AppSecretHandle;

    fn name(&self) -> &str {
        &self.name
    }

    fn build(self, scope: &mut Scope<'_>) -> AppSecretHandle {
        let here = scope.place().region;
        if self.copies.contains(&here) {
            scope.problem(
                format!("`{}` is copied to its own Region {here}", self.name),
                "choose another Region for the copy",
            );
        }
        let elsewhere = self.copies.iter().copied().filter(|region| *region != here);
        let copies: Vec<_> = elsewhere.map(|region| self.copy(scope, region)).collect();
        let secret = secretsmanager::Secret::builder()
            .description(self.description)
            .maybe_kms_key_id(self.key.as_ref().map(EncryptionKeyHandle::arn))
            .value(self.value)
            .replica_regions(copies)
            .recovery(self.recovery)
            .tags(name_tag(scope, "secret"))
            .build();
        let secret = scope.resource("secret", secret);
        let rotation = self.rotation.map(|(function, days)| {
            let rotation = RotationSchedule::builder()
                .secret(&secret)
                .rotation_lambda_arn(function)
                .rotation_rules(RotationRules::every(days))
                .build();
            scope.resource("rotation", rotation)
        });
        AppSecretHandle { secret, rotation, key: self.key }
    }
}

/// A secret of one's own that was added.
#[derive(Debug, Clone)]
pub struct AppSecretHandle {
    secret: Ref<secretsmanager::Secret>,
    rotation: Option<Ref<RotationSchedule>>,
    key: Option<EncryptionKeyHandle>,
}

impl AppSecretHandle {
    /// The secret.
    #[must_use]
    pub const fn secret(&self) -> &Ref<secretsmanager::Secret> {
        &self.secret
    }

    /// Its ARN.
    #[must_use]
    pub fn arn(&self) -> Output<SecretArn> {
        self.secret.arn()
    }

    /// When it rotates, if a function [changes](AppSecret::rotated_by) it.
    #[must_use]
    pub const fn rotation(&self) -> Option<&Ref<RotationSchedule>> {
        self.rotation.as_ref()
    }

    /// What a [`FargateService`](super::FargateService::reads) reads to get the whole value in this
    /// variable.
    #[must_use]
    pub fn in_variable(&self, variable: impl Into<String>) -> Secret {
        self.readable(Secret::new(variable, self.arn().text()))
    }

    /// What a [`FargateService`](super::FargateService::reads) reads to get what a value of JSON has
    /// under these keys: `LOGIN_PASSWORD` of the prefix `login` and the key `password`.
    #[must_use]
    pub fn in_variables<K: AsRef<str>>(
        &self,
        prefix: &str,
        keys: impl IntoIterator<Item = K>,
    ) -> Secret {
        self.readable(Secret::json(prefix, self.arn().text(), keys))
    }

    fn readable(&self, secret: Secret) -> Secret {
        match &self.key {
            Some(key) => secret.encrypted_with(key),
            None => secret,
        }
    }
}

/// Keeps everybody from reading a secret but the roles that are named, whatever other policies say.
///
/// What rotates it must be named too. Who administers the account can still remove the policy, and
/// nobody is kept from anything but reading.
///
/// ```
/// # use elanswer_core::{Architecture, NetworkPlan, Region, cidr};
/// # use elanswer_core::constructs::{Network, SecurityGroup};
/// # const NETWORK: NetworkPlan<2> = NetworkPlan::new(cidr!("10.0.0.0/16"))
/// #     .public([cidr!("10.0.1.0/24"), cidr!("10.0.2.0/24")])
/// #     .private([cidr!("10.0.11.0/24"), cidr!("10.0.12.0/24")]);
/// use elanswer_core::constructs::{AppSecret, FargateService, SecretReaders};
///
/// # let mut arch = Architecture::new("shop", Region::UsEast1);
/// # let net = arch.add(Network::new("main", NETWORK));
/// # let app = arch.add(SecurityGroup::internal("app", &net));
/// let session = arch.add(AppSecret::generated("session-key"));
/// let web = FargateService::new("web", "public.ecr.aws/nginx/nginx-unprivileged:1.29")
///     .subnets(net.private())
///     .guarded_by(&app)
///     .reads(session.in_variable("SESSION_KEY"));
/// let web = arch.add(web);
/// arch.add(SecretReaders::of("session-readers", &session).role(web.execution_role()));
/// ```
#[derive(Debug, Clone)]
#[must_use = "a policy does nothing until it is added to an architecture"]
pub struct SecretReaders {
    name: String,
    secret: Ref<secretsmanager::Secret>,
    roles: Set<Input<String>>,
}

impl SecretReaders {
    /// Nobody reads this secret yet.
    pub fn of(name: impl Into<String>, secret: &AppSecretHandle) -> Self {
        Self { name: name.into(), secret: secret.secret.clone(), roles: Set::new() }
    }

    /// This role reads it too: the execution role of a service, which gets it for the containers.
    pub fn role(self, role: &Ref<Role>) -> Self {
        self.role_arn(role.arn().text())
    }

    /// The role of this ARN reads it too.
    pub fn role_arn(mut self, arn: impl Into<Input<String>>) -> Self {
        self.roles.insert(arn.into());
        self
    }
}

impl Construct for SecretReaders {
    type Handle = Ref<ResourcePolicy>;

    fn name(&self) -> &str {
        &self.name
    }

    fn build(self, scope: &mut Scope<'_>) -> Ref<ResourcePolicy> {
        if self.roles.is_empty() {
            scope.problem("nobody may read the secret", "name a role with `.role(..)`");
        }
        let others = Statement::deny(["secretsmanager:GetSecretValue"])
            .to([Principal::Any])
            .on(["*"])
            .when(Operator::STRING_NOT_EQUALS, "aws:PrincipalArn", self.roles)
            .named("NobodyElseReads");
        scope.resource("policy", ResourcePolicy::new(&self.secret, PolicyDocument::new([others])))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        constructs::testing::{described, inventory, messages, problems},
        services::iam::Service,
    };

    const FUNCTION: FunctionArn =
        FunctionArn::literal("arn:aws:lambda:us-east-1:123456789012:function:rotate");

    #[test]
    fn builds_a_secret_that_rotates_and_its_copy() {
        let (arch, _) = described(|arch| {
            let key = arch.add(EncryptionKey::new("key").used_by([KeyUser::SecretsManager]));
            let secret = AppSecret::generated("session")
                .encrypted_with(&key)
                .copied_to(Region::UsWest2)
                .rotated_by(FUNCTION, RotationDays::of::<30>());
            arch.add(secret)
        });
        assert!(messages(&arch).is_empty());
        insta::assert_snapshot!(inventory(&arch, "session/"), @"
        session/copy-us-west-2/key/alias Alias <- session/copy-us-west-2/key/key.KeyId
        session/copy-us-west-2/key/key Key <- caller.Root
        session/rotation RotationSchedule <- session/secret.Id
        session/secret Secret <- key/key.Arn, session/copy-us-west-2/key/key.Arn
        ");
        let there = arch.nodes().find(|node| node.id.as_str().ends_with("us-west-2/key/key"));
        assert_eq!(there.unwrap().place.region, Region::UsWest2);
        let report = crate::checks::check(&arch);
        assert!(report.diagnostics.is_empty(), "{report}");
    }

    #[test]
    fn goes_into_variables() {
        let (_, login) = described(|arch| arch.add(AppSecret::generated("login")));
        let values: Vec<_> = login.in_variables("login", ["password"]).values().collect();
        let (variable, from) = &values[0];
        assert_eq!(variable, "LOGIN_PASSWORD");
        let parts = [login.arn().text().into(), ":password::".into()];
        assert_eq!(*from, Input::concat(parts));
        let whole: Vec<_> = login.in_variable("KEY").values().collect();
        assert_eq!(whole, [("KEY".to_owned(), login.arn().text().into())]);
    }

    #[test]
    fn nobody_reads_but_who_is_named() {
        let (arch, _) = described(|arch| {
            let secret = arch.add(AppSecret::generated("login"));
            let role = arch.resource("role", Role::assumed_by(Service::EcsTasks));
            arch.add(SecretReaders::of("readers", &secret).role(&role))
        });
        assert!(messages(&arch).is_empty());
        let (_, policy) = arch.all::<ResourcePolicy>().next().unwrap();
        insta::assert_snapshot!(policy.policy_document.to_json(), @r#"{"Version":"2012-10-17","Statement":[{"Sid":"NobodyElseReads","Effect":"Deny","Principal":"*","Action":["secretsmanager:GetSecretValue"],"Resource":["*"],"Condition":{"StringNotEquals":{"aws:PrincipalArn":[{"Fn::GetAtt":["role","Arn"]}]}}}]}"#);
    }

    #[test]
    fn says_what_cannot_be_built() {
        let home = AppSecret::generated("login").copied_to(Region::UsEast1);
        assert_eq!(problems(home), ["login: `login` is copied to its own Region us-east-1"]);
        let (arch, _) = described(|arch| {
            let secret = arch.add(AppSecret::generated("login"));
            arch.add(SecretReaders::of("readers", &secret))
        });
        assert_eq!(messages(&arch), ["readers: nobody may read the secret"]);
    }
}
