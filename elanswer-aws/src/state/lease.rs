//! The lock of a state: it expires unless its holder renews it.

use std::{
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use aws_smithy_types::date_time::{DateTime, Format};
use elanswer_core::state::{StateError, format::FORMAT};
use object_store::UpdateVersion;
use serde::{Deserialize, Serialize};

use super::{
    clock::Clock,
    objects::{Objects, Written, is_transient},
};

/// How often a write of the lock is tried: against others, and against errors that pass.
const TRIES: u32 = 5;

/// Who a lock is for, and how long.
#[derive(Debug, Clone)]
pub(super) struct Holder {
    pub(super) stack: String,
    /// The session, and nobody else ever.
    pub(super) session: String,
    /// User, machine and process.
    pub(super) owner: String,
    pub(super) lifetime: Duration,
    pub(super) clock: Arc<dyn Clock>,
}

/// How the lock was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// Its last holder did not give it back.
    Expired,
    /// Nobody ever had it, or somebody removed it.
    Missing,
    /// Its last holder gave it back.
    Released,
}

/// A lock that is held, or was.
#[derive(Debug)]
pub(super) struct Lease {
    objects: Objects,
    holder: Holder,
    /// The lock as it was last written.
    written: tokio::sync::Mutex<LastWritten>,
    status: Mutex<Status>,
}

#[derive(Debug)]
struct LastWritten {
    version: UpdateVersion,
    renewals: u64,
}

#[derive(Debug)]
struct Status {
    until: SystemTime,
    /// Who took over.
    lost_to: Option<String>,
}

/// The lock object.
#[derive(Debug, Serialize, Deserialize)]
struct Lock {
    format: u32,
    session: String,
    owner: String,
    /// Milliseconds since 1970.
    until: u64,
    /// Makes no two writes the same, so that their versions differ.
    renewals: u64,
    /// Whether it was given back.
    released: bool,
}

impl Lock {
    fn parse(file: &Path, text: &[u8]) -> Result<Self, StateError> {
        let damaged = |error: serde_json::Error| StateError::Damaged {
            file: file.to_owned(),
            line: 1,
            reason: error.to_string(),
        };
        let value: serde_json::Value = serde_json::from_slice(text).map_err(damaged)?;
        let format = value.get("format").and_then(serde_json::Value::as_u64).unwrap_or(0);
        if format > u64::from(FORMAT) {
            let found = u32::try_from(format).unwrap_or(u32::MAX);
            return Err(StateError::Newer { file: file.to_owned(), found, known: FORMAT });
        }
        serde_json::from_value(value).map_err(damaged)
    }

    fn until(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_millis(self.until)
    }

    /// Who has it and until when, for people.
    fn owner_until(&self) -> String {
        let until = DateTime::from_secs(i64::try_from(self.until / 1000).unwrap_or(i64::MAX));
        match until.fmt(Format::DateTime) {
            Ok(until) => format!("{}, until {until} unless it goes on", self.owner),
            Err(_) => self.owner.clone(),
        }
    }
}

impl Holder {
    fn text(&self, until: SystemTime, renewals: u64, released: bool) -> String {
        let until = until.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_millis();
        let lock = Lock {
            format: FORMAT,
            session: self.session.clone(),
            owner: self.owner.clone(),
            until: u64::try_from(until).unwrap_or(u64::MAX),
            renewals,
            released,
        };
        // A value of strings and numbers always has a JSON form.
        serde_json::to_string(&lock).unwrap_or_default()
    }

    /// The end of a lock that is written now: counted from before it is sent.
    fn until(&self) -> SystemTime {
        self.clock.now() + self.lifetime
    }
}

impl Lease {
    /// Takes the lock, or says who has it.
    pub(super) async fn take(
        objects: &Objects,
        holder: Holder,
    ) -> Result<(Self, Found), StateError> {
        let path = objects.lock();
        let mut first_found = None;
        let mut tries = 0;
        loop {
            tries += 1;
            let until = holder.until();
            let text = holder.text(until, 0, false);
            let (found, written) = match objects.read(&path).await? {
                None => (Found::Missing, objects.create(&path, &text).await),
                Some((found, version)) => {
                    let lock = Lock::parse(&objects.file(&path), &found)?;
                    if lock.session == holder.session {
                        // Written by a try before, whose answer was lost.
                        let found = first_found.unwrap_or(Found::Expired);
                        return Ok((Self::held(objects, holder, version, lock.until()), found));
                    }
                    if !lock.released && lock.until() > holder.clock.now() {
                        let (stack, owner) = (holder.stack, lock.owner_until());
                        return Err(StateError::Locked { stack, owner });
                    }
                    let found = if lock.released { Found::Released } else { Found::Expired };
                    (found, objects.replace(&path, &text, &version).await)
                }
            };
            match written {
                Ok(Written::Done(version)) => {
                    return Ok((Self::held(objects, holder, version, until), found));
                }
                Err(error) if tries >= TRIES || !is_transient(&error) => {
                    return Err(objects.failed("lock", &path, error));
                }
                // Somebody else was faster, or the answer was lost: the lock itself says.
                Ok(Written::Refused) if tries >= TRIES => {
                    let (stack, owner) = (holder.stack, "others, who take turns".to_owned());
                    return Err(StateError::Locked { stack, owner });
                }
                Ok(Written::Refused) => {}
                Err(_) => tokio::time::sleep(pause(tries)).await,
            }
            first_found = Some(found);
        }
    }

    fn held(objects: &Objects, holder: Holder, version: UpdateVersion, until: SystemTime) -> Self {
        Self {
            objects: objects.clone(),
            holder,
            written: tokio::sync::Mutex::new(LastWritten { version, renewals: 0 }),
            status: Mutex::new(Status { until, lost_to: None }),
        }
    }

    pub(super) const fn holder(&self) -> &Holder {
        &self.holder
    }

    /// Makes sure that the lock is held at this moment.
    ///
    /// One that expired while this process could not run is renewed, unless it was taken over.
    pub(super) async fn ensure(&self) -> Result<(), StateError> {
        self.not_lost()?;
        if self.holder.clock.now() < self.status().until {
            return Ok(());
        }
        let renewed = tokio::time::timeout(self.holder.lifetime, self.renew()).await;
        renewed.unwrap_or_else(|_| {
            let source = "the lock expired, and renewing it took too long".into();
            let object = self.objects.name(&self.objects.lock());
            Err(StateError::Remote { action: "renew", object, source })
        })
    }

    /// Renews the lock for as long as this process lives, or until somebody else has it.
    pub(super) async fn keep(&self) {
        let third = self.holder.lifetime / 3;
        loop {
            tokio::time::sleep(third).await;
            // Should it fail, the next one may not; whoever writes makes sure.
            match tokio::time::timeout(third, self.renew()).await {
                Ok(Err(error @ StateError::Fenced { .. })) => {
                    tracing::warn!(%error);
                    return;
                }
                Ok(Err(error)) => tracing::warn!(%error, "the lock was not renewed"),
                Ok(Ok(())) => {}
                Err(_) => tracing::warn!("the lock was not renewed in time"),
            }
        }
    }

    async fn renew(&self) -> Result<(), StateError> {
        let mut written = self.written.lock().await;
        for _ in 0..TRIES {
            self.not_lost()?;
            written.renewals += 1;
            let until = self.holder.until();
            let text = self.holder.text(until, written.renewals, false);
            if self.write(&mut written, &text, "renew").await? {
                self.status().until = until;
                return Ok(());
            }
        }
        self.not_lost()
    }

    /// Gives the lock back, unless somebody else has it.
    pub(super) async fn release(&self) -> Result<(), StateError> {
        let mut written = self.written.lock().await;
        for _ in 0..TRIES {
            if self.status().lost_to.is_some() {
                return Ok(());
            }
            written.renewals += 1;
            let text = self.holder.text(self.holder.clock.now(), written.renewals, true);
            if self.write(&mut written, &text, "release").await? {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Writes the lock over what this session wrote last. When something else is there, finds out
    /// what it is: one of our own, whose answer was lost, or that of somebody else.
    async fn write(
        &self,
        written: &mut LastWritten,
        text: &str,
        action: &'static str,
    ) -> Result<bool, StateError> {
        let path = self.objects.lock();
        match self.objects.replace(&path, text, &written.version).await {
            Ok(Written::Done(version)) => {
                written.version = version;
                return Ok(true);
            }
            Ok(Written::Refused) => {}
            Err(error) => return Err(self.objects.failed(action, &path, error)),
        }
        match self.objects.read(&path).await? {
            None => self.lose("somebody who removed the lock"),
            Some((found, version)) => {
                let lock = Lock::parse(&self.objects.file(&path), &found)?;
                if lock.session == self.holder.session {
                    written.version = version;
                } else {
                    self.lose(&lock.owner);
                }
            }
        }
        Ok(false)
    }

    /// Somebody else has the lock.
    pub(super) fn lose(&self, to: &str) {
        self.status().lost_to.get_or_insert_with(|| to.to_owned());
    }

    pub(super) fn not_lost(&self) -> Result<(), StateError> {
        match self.status().lost_to.clone() {
            None => Ok(()),
            Some(owner) => Err(StateError::Fenced { stack: self.holder.stack.clone(), owner }),
        }
    }

    fn status(&self) -> MutexGuard<'_, Status> {
        self.status.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How long to wait before another try.
pub(super) fn pause(tries: u32) -> Duration {
    Duration::from_millis(50) * 2_u32.saturating_pow(tries)
}
