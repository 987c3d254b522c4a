//! What IAM decides.

use std::fmt;

use elanswer_core::{
    Input,
    services::iam::{Action, Effect, Principal, Selection, Statement},
};

use super::{
    condition,
    matching::arn_like,
    policies::{Iam, Policy, Scope},
    request::{Caller, Request},
};

/// What IAM decides of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    outcome: Outcome,
    /// The policy and the statement that decided.
    by: Option<(String, Statement)>,
    /// Why nothing allows it.
    reason: String,
}

/// How a request is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// It is done.
    Allowed,
    /// A statement denies it.
    ExplicitlyDenied,
    /// No statement allows it.
    ImplicitlyDenied,
}

impl Decision {
    /// How the request is answered.
    #[must_use]
    pub const fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// Whether it is allowed.
    #[must_use]
    pub fn is_allowed(&self) -> bool {
        self.outcome == Outcome::Allowed
    }

    /// The statement that decided: that allows it, or denies it. None when nothing allows it, and
    /// for the root user of an account.
    #[must_use]
    pub fn statement(&self) -> Option<&Statement> {
        self.by.as_ref().map(|(_, statement)| statement)
    }

    fn new(outcome: Outcome, by: Option<(String, &Statement)>) -> Self {
        let by = by.map(|(policy, statement)| (policy, statement.clone()));
        Self { outcome, by, reason: String::new() }
    }

    fn refused(reason: impl Into<String>) -> Self {
        Self { outcome: Outcome::ImplicitlyDenied, by: None, reason: reason.into() }
    }
}

impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = match self.outcome {
            Outcome::Allowed => "allowed",
            Outcome::ExplicitlyDenied => "denied",
            Outcome::ImplicitlyDenied => return write!(f, "not allowed: {}", self.reason),
        };
        match &self.by {
            Some((policy, statement)) => {
                let json = serde_json::to_string(statement).unwrap_or_default();
                write!(f, "{verdict} by {policy}: {json}")
            }
            None => f.pad(verdict),
        }
    }
}

/// How a statement names the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Named {
    /// By its account: the account's own policies decide.
    Account,
    /// Itself.
    Itself,
}

impl Iam {
    /// What IAM decides of a request.
    #[must_use]
    pub fn decide(&self, request: &Request) -> Decision {
        let own = self.own(request);
        let of_resource: Vec<&Policy> =
            self.policies.iter().filter(|policy| guards(policy, request)).collect();
        let endpoints: Vec<&Policy> = self.endpoints(request);
        let boundary = self.boundary(request);

        // An explicit denial anywhere decides.
        let on_resource = of_resource.iter().chain(&endpoints);
        let on_resource = on_resource.flat_map(|policy| matching(policy, request));
        let denied = own
            .iter()
            .chain(&boundary.documents)
            .flat_map(|(name, statements)| statements.iter().map(move |it| (name.clone(), *it)))
            .chain(on_resource.map(|(policy, statement, _)| (policy.id.to_string(), statement)))
            .find(|(_, statement)| statement.effect == Effect::Deny);
        if denied.is_some() {
            return Decision::new(Outcome::ExplicitlyDenied, denied);
        }

        for endpoint in &endpoints {
            if !matching(endpoint, request).any(|(_, it, _)| it.effect == Effect::Allow) {
                return Decision::refused(format!(
                    "the policy of {} does not allow it",
                    endpoint.id
                ));
            }
        }

        let allows = |it: &&Statement| it.effect == Effect::Allow;
        let by_itself = own.iter().find_map(|(name, statements)| {
            let statement = statements.iter().copied().find(allows)?;
            Some((name.clone(), statement))
        });
        let may_itself = by_itself.is_some() || request.caller.is_root();
        let within = boundary.is_absent()
            || boundary.documents.iter().any(|(_, all)| all.iter().copied().any(|it| allows(&it)));
        if !within {
            return Decision::refused("the permissions boundary of the role does not allow it");
        }

        let by_resource = of_resource
            .iter()
            .flat_map(|policy| matching(policy, request))
            .filter(|(_, statement, _)| statement.effect == Effect::Allow)
            .max_by_key(|(_, _, named)| *named);
        let named = by_resource.map(|(_, _, named)| named);
        let by_resource = by_resource.map(|(policy, it, _)| (policy.id.to_string(), it));

        let account = of_resource.first().map(|policy| policy.account.as_str());
        let account = request.resource_account().or(account);
        let at_home = match (request.caller.account(), account) {
            (Some(caller), Some(resource)) => caller == resource,
            _ => true,
        };
        let asks_resource = must_be_allowed_by_resource(request);
        let allowed = match request.caller {
            Caller::Principal(_) if !at_home => named.is_some() && may_itself,
            Caller::Principal(_) if asks_resource => {
                named == Some(Named::Itself) || (named == Some(Named::Account) && may_itself)
            }
            Caller::Principal(_) => named == Some(Named::Itself) || may_itself,
            Caller::Anonymous | Caller::Service(_) => named == Some(Named::Itself),
        };
        if allowed {
            return Decision::new(Outcome::Allowed, by_itself.or(by_resource));
        }
        let unknown = self.unknown(request);
        Decision::refused(match (&request.caller, unknown.is_empty()) {
            (Caller::Principal(_), true) if asks_resource && named.is_none() => {
                "the policy of the resource, which must, does not allow it".to_owned()
            }
            (Caller::Principal(_), true) => "no policy allows it".to_owned(),
            (Caller::Principal(_), false) => {
                format!("no policy allows it; what {} says is not known", unknown.join(", "))
            }
            _ => "no policy of the resource allows it".to_owned(),
        })
    }

    /// The statements about the request in the policies of the caller itself.
    fn own(&self, request: &Request) -> Documented<'_> {
        let Some(role) = role(&request.caller) else { return Vec::new() };
        let of_role = |arn: &str| is_role(arn, &role);
        let inline = self.policies.iter().filter_map(|policy| match &policy.scope {
            Scope::Identity(arn) if of_role(arn) => {
                let statements = policy.document.statements.iter();
                let about = statements.filter(|it| about(it, request)).collect();
                Some((policy.id.to_string(), about))
            }
            _ => None,
        });
        let managed = self.roles.iter().filter(|(arn, _)| of_role(arn));
        let managed = managed.flat_map(|(_, limits)| &limits.managed);
        inline.chain(managed.filter_map(|arn| self.managed(arn, request))).collect()
    }

    fn managed<'a>(&'a self, arn: &str, request: &Request) -> Option<(String, Vec<&'a Statement>)> {
        let document = self.managed.get(arn)?;
        let about = document.statements.iter().filter(|it| about(it, request)).collect();
        Some((arn.to_owned(), about))
    }

    /// What the managed policies of the caller are called whose documents are not known.
    fn unknown(&self, request: &Request) -> Vec<&str> {
        let Some(role) = role(&request.caller) else { return Vec::new() };
        let limits = self.roles.iter().filter(|(arn, _)| is_role(arn, &role));
        let managed = limits.flat_map(|(_, limits)| &limits.managed);
        // One of the account's own is among the policies.
        let known = |arn: &str| {
            self.managed.contains_key(arn)
                || self.policies.iter().any(|policy| policy.id.identifier == arn)
        };
        managed.map(String::as_str).filter(|arn| !known(arn)).collect()
    }

    fn boundary(&self, request: &Request) -> Boundary<'_> {
        let role = role(&request.caller);
        let limits = role.and_then(|role| self.roles.iter().find(|(arn, _)| is_role(arn, &role)));
        let Some(arn) = limits.and_then(|(_, limits)| limits.boundary.as_deref()) else {
            return Boundary { exists: false, documents: Vec::new() };
        };
        let documents = self.managed(arn, request).into_iter().collect();
        Boundary { exists: true, documents }
    }

    /// The policies of the endpoint that the request goes through.
    fn endpoints(&self, request: &Request) -> Vec<&Policy> {
        let through = request.values("aws:SourceVpce").unwrap_or_default();
        let is = |policy: &&Policy| match &policy.scope {
            Scope::Endpoint(id) => through.contains(id),
            _ => false,
        };
        self.policies.iter().filter(is).collect()
    }
}

/// Statements about a request, each with the name of its policy.
type Documented<'a> = Vec<(String, Vec<&'a Statement>)>;

/// What limits a role.
struct Boundary<'a> {
    exists: bool,
    documents: Documented<'a>,
}

impl Boundary<'_> {
    const fn is_absent(&self) -> bool {
        !self.exists
    }
}

/// The ARN of the role of a caller, or of one of its sessions.
fn role(caller: &Caller) -> Option<String> {
    let Caller::Principal(arn) = caller else { return None };
    if arn.contains(":assumed-role/") {
        let (front, rest) = arn.split_once(":assumed-role/")?;
        let (name, _session) = rest.split_once('/')?;
        return Some(format!("{}:role/{name}", front.replacen(":sts:", ":iam:", 1)));
    }
    Some(arn.clone())
}

/// Whether `arn` is the role of the ARN `role`, which lacks the path when it is that of a session.
fn is_role(arn: &str, role: &str) -> bool {
    let ends = |text: &str| {
        let (front, name) = text.split_once(":role/")?;
        Some((front.to_owned(), name.rsplit('/').next()?.to_owned()))
    };
    arn == role || (ends(arn).is_some() && ends(arn) == ends(role))
}

/// Whether the policy of the resource must allow what is asked, whatever the caller's own say.
fn must_be_allowed_by_resource(request: &Request) -> bool {
    let key = request.action.service() == Some("kms") && request.resource.contains(":key/");
    let role = request.action.service() == Some("sts") && request.resource.contains(":role/");
    key || role
}

/// Whether a policy is one of the resource of the request.
fn guards(policy: &Policy, request: &Request) -> bool {
    match &policy.scope {
        Scope::Anything => true,
        Scope::Resource(arn) => {
            let rest = request.resource.strip_prefix(arn.trim_end_matches(":*"));
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', ':']))
        }
        Scope::Endpoint(_) | Scope::Identity(_) => false,
    }
}

/// The statements of a policy of a resource that are about the request, and how they name the caller.
fn matching<'a>(
    policy: &'a Policy,
    request: &'a Request,
) -> impl Iterator<Item = (&'a Policy, &'a Statement, Named)> {
    policy.document.statements.iter().filter_map(move |statement| {
        let named = names(statement, &request.caller)?;
        about(statement, request).then_some((policy, statement, named))
    })
}

/// Whether a statement is about the action, resource and circumstances of the request.
fn about(statement: &Statement, request: &Request) -> bool {
    let covers = |it: &Action| it.covers(&request.action);
    let action = match &statement.actions {
        Selection::Of(actions) => actions.iter().any(covers),
        Selection::AllExcept(actions) => !actions.iter().any(covers),
    };
    let on = |it: &Input<String>| {
        it.known().is_some_and(|pattern| arn_like(pattern, &request.resource, request))
    };
    // Trust policies have no resources: they are about their role.
    let resource = match &statement.resources {
        Selection::Of(resources) => resources.is_empty() || resources.iter().any(on),
        Selection::AllExcept(resources) => !resources.iter().any(on),
    };
    action && resource && condition::hold(statement, request)
}

/// How a statement names the caller, if it does.
fn names(statement: &Statement, caller: &Caller) -> Option<Named> {
    let one = |principal: &Principal| match (principal, caller) {
        (Principal::Any, _) => Some(Named::Itself),
        (Principal::Service(a), Caller::Service(b)) => (a == b).then_some(Named::Itself),
        (Principal::Aws(named), Caller::Principal(arn)) => {
            let named = named.known()?;
            let of_account =
                named.ends_with(":root") && named.split(':').nth(4) == caller.account();
            let same = named == arn || role(caller).is_some_and(|role| is_role(named, &role));
            if same { Some(Named::Itself) } else { of_account.then_some(Named::Account) }
        }
        _ => None,
    };
    match &statement.principals {
        Selection::Of(principals) => principals.iter().filter_map(one).max(),
        Selection::AllExcept(principals) => {
            principals.iter().all(|principal| one(principal).is_none()).then_some(Named::Itself)
        }
    }
}
