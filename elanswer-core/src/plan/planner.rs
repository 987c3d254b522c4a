//! Computes a plan: a pure function of architecture, state and observations.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet, HashMap},
};

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{Action, ApiCalls, Plan, PlanError, Reason, Step, Target, diff, name, order::in_order};
use crate::{
    architecture::{Architecture, Node},
    executor::{Observation, Status},
    id::ResourceId,
    reference::Reference,
    resource::{Kinds, Properties},
    schema::Schema,
    state::{ObjectKey, Phase, Record, State},
};

/// What a read said of an object.
#[derive(Debug, Clone, PartialEq)]
pub enum Seen {
    /// It does not exist.
    Missing,
    /// It exists, so.
    Present(Box<Observation>),
}

impl Seen {
    /// The object, if it exists.
    #[must_use]
    pub fn present(&self) -> Option<&Observation> {
        match self {
            Self::Missing => None,
            Self::Present(observation) => Some(observation),
        }
    }
}

/// What a plan is computed from.
#[derive(Debug)]
pub struct Planner<'a> {
    /// What shall be; `None` to remove everything.
    pub arch: Option<&'a Architecture>,
    /// The name of the architecture.
    pub stack: &'a str,
    /// What was recorded.
    pub state: &'a State,
    /// What was read of the objects in the state; those that are not in it were not read.
    pub seen: &'a BTreeMap<ObjectKey, Seen>,
    /// The kinds by name, for what is only in the state.
    pub kinds: &'a Kinds,
    /// How many API calls the reading took.
    pub read_calls: u64,
}

/// What becomes of a resource, as far as those that refer to it must know.
enum Fate<'a> {
    /// Its object stays: these are its outputs.
    Kept(&'a Properties),
    /// It gets another object; its outputs are not known.
    Remade,
}

impl<'a> Planner<'a> {
    /// The plan.
    ///
    /// # Errors
    ///
    /// See [`PlanError`].
    pub fn plan(&self) -> Result<Plan, PlanError> {
        valid_name(self.stack)?;
        let mut steps = Vec::new();
        let mut unchanged = 0;
        let mut incarnation = self.state.last_incarnation;
        let mut handled: BTreeSet<&ObjectKey> = BTreeSet::new();
        let mut fates: HashMap<&ResourceId, Fate<'_>> = HashMap::new();
        let renamed_from: BTreeMap<&ResourceId, &ResourceId> = self
            .arch
            .iter()
            .flat_map(|arch| arch.moves())
            .filter(|(from, to)| {
                self.state.current(to).is_none() && self.state.current(from).is_some()
            })
            .map(|(from, to)| (to, from))
            .collect();
        for node in self.arch.map(in_order).transpose()?.unwrap_or_default() {
            let from = renamed_from.get(&node.id).copied();
            let record = self.state.current(from.unwrap_or(&node.id));
            let step = self.resource(node, record, &mut incarnation, &fates);
            if let Some(record) = record {
                handled.insert(&record.key);
            }
            let fate = match (&step, record) {
                (Some(step), _) if matches!(step.action, Action::Create | Action::Replace) => {
                    Fate::Remade
                }
                (_, Some(record)) => Fate::Kept(self.outputs(record)),
                (_, None) => Fate::Remade,
            };
            fates.insert(&node.id, fate);
            if let (Some(from), Some(record)) = (from, record) {
                steps.push(self.rename(node, from, record));
            }
            match step {
                Some(step) => steps.push(step),
                None => unchanged += 1,
            }
        }
        for record in self.state.records.values() {
            if !handled.contains(&record.key) {
                steps.extend(self.removal(record)?);
            }
        }
        self.delete_first_with(&mut steps);
        self.refuse_protected(&steps)?;
        steps.sort_by(|a, b| {
            (&a.resource, a.action, &a.existing).cmp(&(&b.resource, b.action, &b.existing))
        });
        let apply = steps.iter().map(|step| step.api_calls).sum::<u64>() - self.batched(&steps);
        let mut plan = Plan {
            stack: self.stack.to_owned(),
            steps,
            unchanged,
            api_calls: ApiCalls { read: self.read_calls, apply },
            fingerprint: String::new(),
        };
        plan.fingerprint = self.fingerprint(&plan);
        Ok(plan)
    }

    fn outputs<'s>(&'s self, record: &'s Record) -> &'s Properties {
        match self.seen.get(&record.key) {
            Some(Seen::Present(observation)) => &observation.outputs,
            _ => &record.outputs,
        }
    }

    /// What is to be done to a resource of the architecture.
    fn resource(
        &self,
        node: &Node,
        record: Option<&Record>,
        incarnation: &mut u32,
        fates: &HashMap<&ResourceId, Fate<'_>>,
    ) -> Option<Step> {
        let schema = node.resource.schema();
        let tags = self.arch.map(Architecture::tags).filter(|tags| !tags.is_empty());
        let declared = match tags {
            Some(tags) => node.resource.tagged(tags),
            None => node.properties().clone(),
        };
        let lookup = |reference: &Reference| match fates.get(&reference.resource) {
            Some(Fate::Kept(outputs)) => outputs.get(&reference.output).cloned(),
            _ => None,
        };
        let mut desired = if node.references().is_empty() {
            declared
        } else {
            self.kinds.resolve(schema, declared, &lookup)
        };
        let mut step = Step {
            action: Action::Create,
            kind: schema.kind,
            resource: node.id.clone(),
            place: node.place.clone(),
            reasons: Vec::new(),
            data_loss: false,
            api_calls: 0,
            source: Some(node.source.clone()),
            target: None,
            existing: None,
            delete_first: false,
        };
        let target = |key: ObjectKey, properties: Properties, actual: Properties| Target {
            key,
            properties,
            actual,
            dependencies: node.dependencies().cloned().collect(),
            protect: node.options.protect,
            retain: node.options.retain,
        };
        let mut fresh = |desired: Properties| {
            *incarnation = incarnation.saturating_add(1);
            let key = ObjectKey { resource: node.id.clone(), incarnation: *incarnation };
            let properties = self.named(schema, desired, &key);
            target(key, properties, Properties::new())
        };
        let Some(record) = record else {
            step.reasons.push(Reason::New);
            step.api_calls = node.resource.calls_to_create().into();
            step.target = Some(fresh(desired));
            return Some(step);
        };
        let seen = self.seen.get(&record.key);
        if let Phase::Creating { .. } = record.phase
            && record.identifier.is_none()
            && !matches!(seen, Some(Seen::Present(_)))
        {
            // The call may or may not have been sent: the same incarnation is made again, and the
            // engine looks for what the first call made.
            let key = ObjectKey { resource: node.id.clone(), ..record.key.clone() };
            let properties = self.named(schema, desired, &key);
            step.reasons.push(Reason::Interrupted { doing: "create".to_owned() });
            step.api_calls = node.resource.calls_to_create().into();
            step.target = Some(target(key, properties, Properties::new()));
            return Some(step);
        }
        if matches!(seen, Some(Seen::Missing)) {
            step.reasons.push(Reason::Gone);
            step.api_calls = node.resource.calls_to_create().into();
            step.target = Some(fresh(desired));
            step.existing = Some(record.key.clone());
            return Some(step);
        }
        let actual = actual(record, seen);
        let same_kind = record.kind == schema.kind.as_str();
        // The properties of two kinds have nothing to do with each other.
        let mut changes =
            if same_kind { diff::changes(schema, &desired, &actual) } else { Vec::new() };
        // A set of references is in the order of the references; its identifiers have another.
        if !changes.is_empty()
            && !node.references().is_empty()
            && let Some(kind) = self.kinds.get(schema.kind.as_str())
            && let Ok(resource) = kind.parse(&desired)
        {
            desired = resource.properties();
            changes = diff::changes(schema, &desired, &actual);
        }
        let status = seen.and_then(Seen::present).map(|object| &object.status);
        let doomed = match (&record.phase, status) {
            // What can still be used was not deleted, and stays. What is gone was dealt with.
            (Phase::Deleting, None | Some(Status::Deleting)) => {
                Some(Reason::Interrupted { doing: "delete".to_owned() })
            }
            (_, Some(Status::Failed(message))) => Some(Reason::Failed { message: message.clone() }),
            _ => None,
        };
        let moved_elsewhere = record.place != node.place || !same_kind;
        let replace =
            doomed.is_some() || moved_elsewhere || changes.iter().any(|change| change.replaces);
        let interrupted = match (&record.phase, seen) {
            (Phase::Updating, _) => Some("update"),
            (Phase::Pending | Phase::Creating { .. }, _) => Some("create"),
            (Phase::Deleting, _) => Some("delete"),
            _ => None,
        };
        let options =
            (record.protect, record.retain) != (node.options.protect, node.options.retain);
        // Somebody else brought it to what it shall be: a plan that reads nothing would do it again.
        let unrecorded = seen.is_some()
            && changes.is_empty()
            && !replace
            && !diff::changes(schema, &desired, &record.properties).is_empty();
        if changes.is_empty() && !replace && interrupted.is_none() && !options && !unrecorded {
            return None;
        }
        // A rename comes first, and leaves the object under the new id.
        step.existing = Some(ObjectKey { resource: node.id.clone(), ..record.key.clone() });
        step.reasons.extend(doomed);
        if replace && moved_elsewhere {
            step.reasons.push(Reason::Property(diff::PropertyChange {
                path: "Place".to_owned(),
                from: Value::String(format!("{} {}", record.kind, record.place)),
                to: Value::String(format!("{} {}", schema.kind, node.place)),
                unknown: false,
                replaces: true,
            }));
        }
        if !replace {
            step.reasons
                .extend(interrupted.map(|doing| Reason::Interrupted { doing: doing.to_owned() }));
        }
        step.reasons.extend(changes.into_iter().map(Reason::Property));
        if options && step.reasons.is_empty() {
            step.reasons.push(Reason::Options);
        }
        if unrecorded && step.reasons.is_empty() {
            step.reasons.push(Reason::Unrecorded);
        }
        if replace {
            step.action = Action::Replace;
            let old = self.kinds.get(&record.kind).map_or(schema, |kind| kind.schema);
            step.data_loss = old.holds_data;
            let made = fresh(desired);
            step.delete_first =
                step.reasons.iter().any(|reason| matches!(reason, Reason::Interrupted { .. }))
                    || (same_kind && collides(schema, &made.properties, &actual));
            step.api_calls = u64::from(node.resource.calls_to_create())
                + u64::from(self.calls(record, Some(&actual), None));
            step.target = Some(made);
        } else {
            step.action = Action::Update;
            let key = ObjectKey { resource: node.id.clone(), ..record.key.clone() };
            let mut properties = desired;
            for name in schema.computed.iter().copied().chain(schema.name.map(|rule| rule.property))
            {
                if let (None, Some(value)) = (properties.get(name), actual.get(name)) {
                    properties.insert(name.to_owned(), value.clone());
                }
            }
            // What is seen to be so already needs no call: only the state does not say so yet.
            let recorded_only =
                seen.is_some() && !step.reasons.iter().any(|r| matches!(r, Reason::Property(_)));
            if !recorded_only {
                step.api_calls = self.calls(record, Some(&actual), Some(&properties)).into();
            }
            step.target = Some(target(key, properties, actual.into_owned()));
        }
        Some(step)
    }

    /// The properties with a physical name, where the user left naming to elanswer.
    fn named(&self, schema: &Schema, mut properties: Properties, key: &ObjectKey) -> Properties {
        if let Some(rule) = &schema.name
            && !properties.contains_key(rule.property)
        {
            let name = name::physical(rule, self.stack, &self.state.id, key);
            properties.insert(rule.property.to_owned(), Value::String(name));
        }
        properties
    }

    fn calls(&self, record: &Record, from: Option<&Properties>, to: Option<&Properties>) -> u32 {
        self.kinds.get(&record.kind).map_or(1, |kind| kind.calls(from, to))
    }

    fn rename(&self, node: &Node, from: &ResourceId, record: &Record) -> Step {
        Step {
            action: Action::Move,
            kind: node.resource.schema().kind,
            resource: node.id.clone(),
            place: record.place.clone(),
            reasons: vec![Reason::Renamed { from: from.clone() }],
            data_loss: false,
            api_calls: 0,
            source: Some(node.source.clone()),
            target: Some(Target {
                key: ObjectKey { resource: node.id.clone(), ..record.key.clone() },
                properties: Properties::new(),
                actual: Properties::new(),
                dependencies: node.dependencies().cloned().collect(),
                protect: node.options.protect,
                retain: node.options.retain,
            }),
            existing: Some(record.key.clone()),
            delete_first: false,
        }
    }

    /// What is to be done to an object that the architecture does not have.
    fn removal(&self, record: &Record) -> Result<Option<Step>, PlanError> {
        let resource = &record.key.resource;
        let kind = self.kinds.get(&record.kind).ok_or_else(|| PlanError::UnknownKind {
            resource: resource.clone(),
            kind: record.kind.clone(),
        })?;
        let node = self.arch.and_then(|arch| arch.node(resource));
        let deposed = node.is_some();
        let forget = record.retain && !deposed;
        let reason = if deposed { Reason::Replaced } else { Reason::Removed };
        let actual = actual(record, self.seen.get(&record.key));
        let calls = if forget { 0 } else { kind.calls(Some(&actual), None) };
        Ok(Some(Step {
            action: if forget { Action::Forget } else { Action::Delete },
            kind: kind.schema.kind,
            resource: resource.clone(),
            place: record.place.clone(),
            reasons: vec![reason],
            data_loss: kind.schema.holds_data && !forget,
            api_calls: calls.into(),
            source: node.map(|node| node.source.clone()),
            target: None,
            existing: Some(record.key.clone()),
            delete_first: false,
        }))
    }

    /// What depends on an object that must go first must itself go first.
    fn delete_first_with(&self, steps: &mut [Step]) {
        loop {
            let first: BTreeSet<ResourceId> = steps
                .iter()
                .filter(|step| step.delete_first)
                .map(|step| step.resource.clone())
                .collect();
            let mut changed = false;
            for step in steps.iter_mut() {
                let depends = step
                    .existing
                    .as_ref()
                    .and_then(|key| self.state.records.get(key))
                    .is_some_and(|record| !record.dependencies.is_disjoint(&first));
                if step.action == Action::Replace && !step.delete_first && depends {
                    step.delete_first = true;
                    changed = true;
                }
            }
            if !changed {
                return;
            }
        }
    }

    fn refuse_protected(&self, steps: &[Step]) -> Result<(), PlanError> {
        let protected = |step: &&Step| {
            let record = step.existing.as_ref().and_then(|key| self.state.records.get(key));
            let target = step.target.as_ref().is_some_and(|target| target.protect);
            match step.action {
                Action::Delete => record.is_some_and(|record| record.protect),
                Action::Replace => {
                    target || record.is_some_and(|record| record.protect && step.target.is_none())
                }
                _ => false,
            }
        };
        let resources: Vec<ResourceId> =
            steps.iter().filter(protected).map(|step| step.resource.clone()).collect();
        if resources.is_empty() { Ok(()) } else { Err(PlanError::Protected { resources }) }
    }

    /// How many calls are saved by making several objects in one.
    fn batched(&self, steps: &[Step]) -> u64 {
        let mut batches: BTreeMap<String, u64> = BTreeMap::new();
        for step in steps.iter().filter(|step| step.action == Action::Create) {
            let schema = self.kinds.get(step.kind.as_str()).map(|kind| kind.schema);
            let target = step.target.as_ref();
            if let (Some(by), Some(target)) = (schema.and_then(|schema| schema.batch_by), target) {
                let value = target.properties.get(by).unwrap_or(&Value::Null);
                *batches.entry(format!("{} {} {value}", step.kind, step.place)).or_default() += 1;
            }
        }
        batches.into_values().map(|count| count - 1).sum()
    }

    fn without_made_up_name<'t>(&self, step: &Step, target: &'t Target) -> Cow<'t, Properties> {
        let mut properties = Cow::Borrowed(&target.properties);
        let rule = self.kinds.get(step.kind.as_str()).and_then(|kind| kind.schema.name);
        if let Some(rule) = rule {
            let made_up = name::physical(&rule, self.stack, &self.state.id, &target.key);
            if properties.get(rule.property).and_then(Value::as_str) == Some(&made_up) {
                properties.to_mut().remove(rule.property);
            }
        }
        properties
    }

    fn fingerprint(&self, plan: &Plan) -> String {
        let mut hasher = Sha256::new();
        // A state that was never written gets its id, on which names depend, when it first is.
        let id = if self.state.serial == 0 { "" } else { &self.state.id };
        hasher.update(format!("{id}\n{}\n", self.state.serial));
        for step in &plan.steps {
            let target = step.target.as_ref().map(|target| self.without_made_up_name(step, target));
            let line = (step.action, &step.resource, &step.existing, target);
            // Texts and trees, which all can be written.
            hasher.update(serde_json::to_vec(&line).unwrap_or_default());
        }
        hasher.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
    }
}

/// What an object is, as far as is known.
fn actual<'a>(record: &'a Record, seen: Option<&'a Seen>) -> Cow<'a, Properties> {
    match seen {
        Some(Seen::Present(observation)) => observation.properties_or(&record.properties),
        _ => Cow::Borrowed(&record.properties),
    }
}

/// Whether AWS would refuse the new object while the old one exists.
fn collides(schema: &Schema, new: &Properties, old: &Properties) -> bool {
    !schema.exclusive.is_empty()
        && schema.exclusive.iter().all(|property| new.get(*property) == old.get(*property))
}

fn valid_name(stack: &str) -> Result<(), PlanError> {
    let valid = (1..=64).contains(&stack.len())
        && stack.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    if valid { Ok(()) } else { Err(PlanError::StackName { name: stack.to_owned() }) }
}
