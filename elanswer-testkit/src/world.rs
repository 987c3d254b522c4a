//! The state of the AWS in memory: every object of every kind, on a clock of its own.

use std::{collections::BTreeMap, fmt, sync::OnceLock, time::Duration};

use elanswer_core::{
    Kind, Place, Region, Resource, Tags,
    executor::{Observation, Status, Tagged},
    handler::{Create, Observed},
    resource::properties_of,
    tags::Ownership,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

pub use error::AwsError;
pub use object::Object;
pub use quotas::Quotas;
use table::Table;
pub(crate) use table::{Documents, Sight};

mod error;
mod object;
mod quotas;
mod table;

/// Milliseconds since the AWS in memory began.
pub type Millis = u64;

/// Every object of the AWS in memory, and the rules that hold across kinds.
///
/// Handlers get it for the duration of one API call; time stands still during a call.
#[derive(Debug, Clone)]
pub struct World {
    seed: u64,
    made: u64,
    now: Millis,
    /// When the next object that is being deleted is gone.
    next_gone: Option<Millis>,
    /// How many API calls there were.
    calls: u64,
    /// For how many calls a read may not show yet what was made.
    pub(crate) read_lag: u64,
    tables: BTreeMap<Kind, Table>,
    tokens: BTreeMap<String, UsedToken>,
    series: BTreeMap<String, u64>,
    /// Until when the names of deleted things are not free.
    held: BTreeMap<String, Millis>,
    /// What was sent under tokens, as digests; never saved.
    sent: BTreeMap<String, [u8; 32]>,
    /// The limits of the account.
    pub quotas: Quotas,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct UsedToken {
    request: String,
    identifier: String,
}

/// Something in the world that uses an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Its kind.
    pub kind: Kind,
    /// Its identifier.
    pub identifier: String,
}

impl World {
    pub(crate) fn new(seed: u64, quotas: Quotas) -> Self {
        Self {
            seed,
            made: 0,
            now: 0,
            next_gone: None,
            calls: 0,
            read_lag: 0,
            tables: BTreeMap::new(),
            tokens: BTreeMap::new(),
            series: BTreeMap::new(),
            held: BTreeMap::new(),
            sent: BTreeMap::new(),
            quotas,
        }
    }

    pub(crate) fn register<R: Resource>(&mut self) {
        self.tables.entry(R::SCHEMA.kind).or_insert_with(Table::new::<R>);
    }

    /// The time.
    #[must_use]
    pub const fn now(&self) -> Millis {
        self.now
    }

    /// Counts a call.
    pub(crate) const fn call(&mut self) {
        self.calls += 1;
    }

    /// Whether a read does not show the object yet: for some calls after it was made, fewer than
    /// the most, always the same for the same object.
    pub(crate) fn is_hidden(&self, kind: Kind, place: &Place, identifier: &str) -> bool {
        if self.read_lag == 0 {
            return false;
        }
        let made_in = self.tables.get(&kind).and_then(|table| table.made_in(place, identifier));
        let mut hasher = Sha256::new();
        hasher.update(self.seed.to_be_bytes());
        hasher.update(identifier);
        let chance = hasher.finalize().first().copied().map_or(0, u64::from);
        let lag = chance % (self.read_lag + 1);
        made_in.is_some_and(|made_in| self.calls.saturating_sub(made_in) <= lag)
    }

    /// Moves the clock on, and lets go of what is gone by then.
    pub(crate) fn advance_to(&mut self, now: Millis) {
        self.now = self.now.max(now);
        if self.next_gone.is_some_and(|next| next <= self.now) {
            for table in self.tables.values_mut() {
                table.purge(self.now);
            }
            self.look_for_next_gone();
        }
    }

    fn look_for_next_gone(&mut self) {
        self.next_gone = self.tables.values().filter_map(Table::next_gone).min();
    }

    /// An identifier that AWS would make up: `vpc-` and seventeen hexadecimal digits.
    pub fn new_id(&mut self, prefix: &str) -> String {
        format!("{prefix}-0{}", self.new_hex(16))
    }

    /// `digits` hexadecimal digits (at most 64) that no other object has.
    pub fn new_hex(&mut self, digits: usize) -> String {
        self.made += 1;
        let mut hasher = Sha256::new();
        hasher.update(self.seed.to_be_bytes());
        hasher.update(self.made.to_be_bytes());
        let text: String = hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        text.chars().take(digits).collect()
    }

    /// The next number of a series in `place`, from 1: numbers that AWS never gives twice.
    pub fn next_number(&mut self, place: &Place, series: &str) -> u64 {
        let last = self.series.entry(format!("{place} {series}")).or_default();
        *last += 1;
        *last
    }

    /// The objects of kind `R` in `place`, in the order of their identifiers; those that are being
    /// deleted are among them.
    pub fn all<R: Resource>(&self, place: &Place) -> impl Iterator<Item = (&str, &Object<R>)> {
        self.everywhere()
            .filter(move |(at, ..)| *at == place)
            .map(|(_, identifier, object)| (identifier, object))
    }

    /// The objects of kind `R` anywhere.
    pub fn everywhere<R: Resource>(&self) -> impl Iterator<Item = (&Place, &str, &Object<R>)> {
        self.tables.get(&R::SCHEMA.kind).into_iter().flat_map(Table::typed)
    }

    /// The object of kind `R` in `place`, unless it is being deleted.
    #[must_use]
    pub fn get<R: Resource>(&self, place: &Place, identifier: &str) -> Option<&Object<R>> {
        self.look::<R>(place, identifier).filter(|object| object.gone_at.is_none())
    }

    /// The object of kind `R` in `place`, even while it is being deleted.
    #[must_use]
    pub fn look<R: Resource>(&self, place: &Place, identifier: &str) -> Option<&Object<R>> {
        self.tables.get(&R::SCHEMA.kind)?.get(place, identifier)
    }

    /// The object of kind `R`, or AWS's error of this code.
    ///
    /// # Errors
    ///
    /// When there is no such object.
    pub fn require<R: Resource>(
        &self,
        place: &Place,
        identifier: &str,
        code: &str,
    ) -> Result<&Object<R>, AwsError> {
        self.get::<R>(place, identifier).ok_or_else(|| {
            AwsError::not_found(
                code,
                format!("The {} '{identifier}' does not exist", R::SCHEMA.kind.short()),
            )
        })
    }

    /// Makes an object, which can be used after `delay` and is in `state` until then.
    ///
    /// # Errors
    ///
    /// When the outputs lack the identifier: a fault of the handler.
    pub fn insert<R: Resource>(
        &mut self,
        request: &Create<R>,
        outputs: R::Outputs,
        state: &str,
        delay: Duration,
    ) -> Result<Observed<R>, AwsError> {
        let object = Object {
            resource: request.desired.clone(),
            outputs,
            tags: request.tags(),
            state: state.to_owned(),
            ready_at: self.now + millis(delay),
            gone_at: None,
            created_at: self.now,
            made_in: self.calls,
            index: OnceLock::new(),
        };
        let observed = object.observed(self.now);
        let identifier = properties_of(&object.outputs)
            .get(R::SCHEMA.identifier)
            .and_then(Value::as_str)
            .map(str::to_owned)
            .ok_or_else(|| {
                AwsError::invalid("InternalFailure", "the outputs lack the identifier")
            })?;
        if let Some(table) = self.tables.get_mut(&R::SCHEMA.kind) {
            table.insert(request.place.clone(), identifier, Box::new(object));
        }
        Ok(observed)
    }

    /// Changes the object in place, and its tags; it can be used again after `delay`.
    ///
    /// # Errors
    ///
    /// When there is no such object.
    pub fn change<R: Resource>(
        &mut self,
        place: &Place,
        identifier: &str,
        state: &str,
        delay: Duration,
        f: impl FnOnce(&mut Object<R>),
    ) -> Result<Observed<R>, AwsError> {
        let now = self.now;
        let object = self
            .tables
            .get_mut(&R::SCHEMA.kind)
            .and_then(|table| table.get_mut::<R>(place, identifier))
            .ok_or_else(|| AwsError::not_found("NotFound", format!("no object '{identifier}'")))?;
        f(object);
        if !delay.is_zero() {
            state.clone_into(&mut object.state);
            object.ready_at = now + millis(delay);
        }
        object.index = OnceLock::new();
        Ok(object.observed(now))
    }

    /// Deletes the object: at once, or over `delay`, while reads still show it.
    pub fn remove<R: Resource>(&mut self, place: &Place, identifier: &str, delay: Duration) {
        let gone_at = self.now + millis(delay);
        if let Some(table) = self.tables.get_mut(&R::SCHEMA.kind) {
            if delay.is_zero() {
                table.remove(place, identifier);
            } else if let Some(object) = table.get_mut::<R>(place, identifier) {
                let gone_at = *object.gone_at.get_or_insert(gone_at);
                self.next_gone = Some(self.next_gone.map_or(gone_at, |next| next.min(gone_at)));
            }
        }
    }

    /// Everything in `place` whose properties name `identifier`; what a `DependencyViolation` is
    /// about.
    #[must_use]
    pub fn users_of(&self, place: &Place, identifier: &str) -> Vec<User> {
        self.tables.values().flat_map(|table| table.users_of(place, identifier)).collect()
    }

    /// What an earlier call with this token made, so that a repeated call makes nothing.
    ///
    /// # Errors
    ///
    /// `IdempotentParameterMismatch`, when the token came with another request.
    pub fn replay<R: Resource>(&self, request: &Create<R>) -> Result<Option<String>, AwsError> {
        let Some(used) = self.tokens.get(&token_key(request)) else { return Ok(None) };
        if used.request == fingerprint(&request.desired) {
            Ok(Some(used.identifier.clone()))
        } else {
            Err(AwsError::invalid(
                "IdempotentParameterMismatch",
                "The request uses the same client token as a previous, but non-identical request",
            ))
        }
    }

    /// Remembers what the call with this token made.
    pub fn remember<R: Resource>(&mut self, request: &Create<R>, identifier: &str) {
        self.tokens.insert(
            token_key(request),
            UsedToken { request: fingerprint(&request.desired), identifier: identifier.to_owned() },
        );
    }

    /// Keeps the name of something that was deleted from whoever wants it next.
    pub fn hold_name<R: Resource>(&mut self, place: &Place, name: &str, time: Duration) {
        self.held.insert(name_key::<R>(place, name), self.now + millis(time));
    }

    /// For how long the name of something that was deleted is not free yet.
    #[must_use]
    pub fn name_held<R: Resource>(&self, place: &Place, name: &str) -> Option<Duration> {
        let until = self.held.get(&name_key::<R>(place, name))?;
        until.checked_sub(self.now).filter(|left| *left > 0).map(Duration::from_millis)
    }

    /// Whether a value that nobody may see is what came first with this token; `None` when nothing
    /// came with it.
    #[must_use]
    pub fn was_sent(&self, token: &str, value: &str) -> Option<bool> {
        self.sent.get(token).map(|digest| *digest == self.digest(token, value))
    }

    /// Remembers, and cannot tell, which value came with this token.
    pub fn remember_sent(&mut self, token: &str, value: &str) {
        let digest = self.digest(token, value);
        self.sent.entry(token.to_owned()).or_insert(digest);
    }

    fn digest(&self, token: &str, value: &str) -> [u8; 32] {
        let mut hasher = Sha256::new();
        hasher.update(self.seed.to_be_bytes());
        hasher.update(token);
        hasher.update([0]);
        hasher.update(value);
        hasher.finalize().into()
    }

    /// The object in `place` that this owner made, unless it is being deleted.
    #[must_use]
    pub fn owned<R: Resource>(
        &self,
        place: &Place,
        ownership: &Ownership,
    ) -> Option<(&str, &Object<R>)> {
        self.all::<R>(place)
            .find(|(_, object)| object.gone_at.is_none() && ownership.owns(&object.tags))
    }

    /// A line for each object, for people and snapshots.
    #[must_use]
    pub fn inventory(&self) -> Vec<Entry> {
        self.tables.values().flat_map(Table::entries).collect()
    }

    /// The objects of a kind in `place` that carry all of these tags.
    pub(crate) fn tagged(&self, kind: Kind, place: &Place, tags: &Tags) -> Vec<Tagged> {
        let table = self.tables.get(&kind).into_iter();
        let sights = table.flat_map(|table| table.sights(self.now));
        let found = sights.filter(|sight| {
            sight.status != Status::Deleting
                && (sight.place == *place || sight.place == global())
                && tags.iter().all(|(key, value)| sight.tags.get(key) == Some(value))
        });
        found.map(|sight| Tagged { identifier: sight.identifier, tags: sight.tags }).collect()
    }

    /// Every object without its type.
    pub(crate) fn sights(&self) -> Vec<Sight> {
        self.tables.values().flat_map(|table| table.sights(self.now)).collect()
    }

    /// Every object that has policies and is not being deleted.
    pub(crate) fn documents(&self) -> Vec<Documents<'_>> {
        self.tables.values().flat_map(Table::documents).collect()
    }

    /// The ARN of an object in `place` that `is` one of some kind, by its identifier.
    pub(crate) fn arn_of(
        &self,
        place: &Place,
        identifier: &str,
        is: impl Fn(Kind) -> bool,
    ) -> Option<String> {
        let mut tables = self.tables.iter().filter(|(kind, _)| is(**kind));
        tables.find_map(|(_, table)| table.arn_of(place, identifier))
    }

    pub(crate) fn save(&self) -> Saved {
        Saved {
            format: 1,
            seed: self.seed,
            made: self.made,
            now: self.now,
            tokens: self.tokens.clone(),
            series: self.series.clone(),
            held: self.held.clone(),
            quotas: self.quotas.clone(),
            tables: self
                .tables
                .iter()
                .filter_map(|(kind, table)| Some((kind.as_str().to_owned(), table.save()?)))
                .collect(),
        }
    }

    pub(crate) fn load(&mut self, saved: Saved) -> Result<(), serde_json::Error> {
        self.seed = saved.seed;
        self.made = saved.made;
        self.now = saved.now;
        self.tokens = saved.tokens;
        self.series = saved.series;
        self.held = saved.held;
        self.quotas = saved.quotas;
        for (kind, table) in &mut self.tables {
            if let Some(objects) = saved.tables.get(kind.as_str()) {
                table.load(objects.clone())?;
            }
        }
        self.look_for_next_gone();
        Ok(())
    }

    /// Puts an object where another AWS has it, so that it exists here too; a kind that is not
    /// known here is left out.
    pub(crate) fn seed(
        &mut self,
        kind: Kind,
        place: &Place,
        observation: &Observation,
        ownership: &Ownership,
    ) -> Result<(), serde_json::Error> {
        let now = self.now;
        match self.tables.get_mut(&kind) {
            Some(table) => table.seed(place, observation, ownership, now),
            None => Ok(()),
        }
    }
}

/// One object of the inventory.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Entry {
    /// Its kind.
    pub kind: Kind,
    /// Where it is.
    pub place: Place,
    /// Its identifier.
    pub identifier: String,
    /// The resource that it realises, as its ownership tag says.
    pub resource: Option<String>,
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.kind, self.place, self.identifier)?;
        match &self.resource {
            Some(resource) => write!(f, " ({resource})"),
            None => Ok(()),
        }
    }
}

/// The world as a file.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Saved {
    pub(crate) format: u32,
    seed: u64,
    made: u64,
    now: Millis,
    quotas: Quotas,
    tokens: BTreeMap<String, UsedToken>,
    #[serde(default)]
    series: BTreeMap<String, u64>,
    #[serde(default)]
    held: BTreeMap<String, Millis>,
    pub(crate) tables: BTreeMap<String, Value>,
}

fn token_key<R: Resource>(request: &Create<R>) -> String {
    format!("{} {} {}", R::SCHEMA.kind, request.place, request.token)
}

fn name_key<R: Resource>(place: &Place, name: &str) -> String {
    format!("{} {place} {name}", R::SCHEMA.kind)
}

fn fingerprint<R: Resource>(resource: &R) -> String {
    Value::Object(properties_of(resource)).to_string()
}

fn millis(duration: Duration) -> Millis {
    Millis::try_from(duration.as_millis()).unwrap_or(Millis::MAX)
}

/// The ARN of `resource` of `service` in `place`.
#[must_use]
pub fn arn(place: &Place, service: &str, resource: &str) -> String {
    format!("arn:aws:{service}:{}:{}:{resource}", place.region, account(place))
}

/// The account of `place`: that of AWS's documentation, unless the place names one.
#[must_use]
pub fn account(place: &Place) -> String {
    place.account.as_ref().map_or_else(|| "123456789012".to_owned(), ToString::to_string)
}

/// The place where kinds of a global service keep their objects.
#[must_use]
pub const fn global() -> Place {
    Place::new(Region::UsEast1)
}
