//! What the four kinds without tags have in common: a name, a version, and who uses them.

use std::time::Duration;

use elanswer_core::{
    Place, Resource,
    executor::{Deletion, ExecError},
    handler::{Create, Delete, Observed, Update},
};

use super::{SERVICE, check_version, none_if_gone, version};
use crate::{
    api::Api,
    world::{AwsError, World},
};

/// What AWS does with the objects of one kind.
pub(super) struct Operations<R: Resource> {
    /// The operations: make, look at one, list, change, delete.
    pub(super) names: [&'static str; 5],
    /// The codes for a name that is taken, for what does not exist, for what is in use, and for one
    /// too many.
    pub(super) codes: [&'static str; 4],
    /// What a quota is called, and AWS's default for it.
    pub(super) quota: (&'static str, usize),
    /// Its name.
    pub(super) name: fn(&R) -> &str,
    /// What AWS refuses of it.
    pub(super) check: fn(&R) -> Result<(), AwsError>,
    /// How many use it.
    pub(super) users: fn(&World, &str) -> usize,
    /// What AWS decides of one with this identifier.
    pub(super) outputs: fn(String) -> R::Outputs,
    /// A new identifier.
    pub(super) identifier: fn(&mut World) -> String,
}

/// A UUID, as policies are called.
pub(super) fn uuid(world: &mut World) -> String {
    let hex = world.new_hex(32);
    let part = |from, to| hex.get(from..to).unwrap_or_default();
    [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-")
}

impl<R: Resource> Operations<R> {
    fn taken(&self, world: &World, place: &Place, name: &str, own: &str) -> Result<(), AwsError> {
        let mut others = world.all::<R>(place).filter(|(id, _)| *id != own);
        if others.any(|(_, it)| (self.name)(&it.resource) == name) {
            let [code, ..] = self.codes;
            let message = format!("Something of this kind with the name {name} already exists.");
            return Err(AwsError::conflict(code, message));
        }
        Ok(())
    }

    /// What AWS does to make one.
    pub(super) fn make(
        &self,
        world: &mut World,
        request: &Create<R>,
    ) -> Result<Observed<R>, AwsError> {
        let [.., too_many] = self.codes;
        (self.check)(&request.desired)?;
        self.taken(world, &request.place, (self.name)(&request.desired), "")?;
        let used = world.all::<R>(&request.place).count();
        world.quotas.check(self.quota.0, self.quota.1, used, too_many)?;
        let id = (self.identifier)(world);
        world.insert(request, (self.outputs)(id), "", Duration::ZERO)
    }

    /// What AWS does to change one.
    pub(super) fn change(
        &self,
        world: &mut World,
        place: &Place,
        id: &str,
        if_match: &str,
        to: &R,
    ) -> Result<Observed<R>, AwsError> {
        let [_, no_such, ..] = self.codes;
        check_version(world.require::<R>(place, id, no_such)?, if_match)?;
        (self.check)(to)?;
        self.taken(world, place, (self.name)(to), id)?;
        world.change::<R>(place, id, "", Duration::ZERO, |it| it.resource = to.clone())
    }

    /// What AWS does to delete one.
    pub(super) fn remove(
        &self,
        world: &mut World,
        place: &Place,
        id: &str,
        if_match: &str,
    ) -> Result<(), AwsError> {
        let [_, no_such, in_use, _] = self.codes;
        check_version(world.require::<R>(place, id, no_such)?, if_match)?;
        if (self.users)(world, id) > 0 {
            let message = format!("{id} is attached to one or more distributions.");
            return Err(AwsError::dependency(in_use, message));
        }
        world.remove::<R>(place, id, Duration::ZERO);
        Ok(())
    }

    /// The version of an object.
    async fn version(&self, api: &Api, place: &Place, id: &str) -> Result<String, ExecError> {
        let [_, get, ..] = self.names;
        let [_, no_such, ..] = self.codes;
        api.call(SERVICE, get, place, |world| world.require::<R>(place, id, no_such).map(version))
            .await
    }

    pub(super) async fn read(
        &self,
        api: &Api,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<R>>, ExecError>> {
        let [_, get, ..] = self.names;
        let mut answers = Vec::with_capacity(identifiers.len());
        for id in identifiers {
            let look = api.call(SERVICE, get, place, |world| {
                Ok(world.get::<R>(place, id).map(|it| it.observed(world.now())))
            });
            answers.push(look.await);
        }
        answers
    }

    pub(super) async fn create(
        &self,
        api: &Api,
        request: &Create<R>,
    ) -> Result<Observed<R>, ExecError> {
        let [create, ..] = self.names;
        api.call(SERVICE, create, &request.place, |world| self.make(world, request)).await
    }

    /// It has no tags: one of this name with this content is taken for the one that was made.
    pub(super) async fn find(
        &self,
        api: &Api,
        request: &Create<R>,
    ) -> Result<Option<Observed<R>>, ExecError> {
        let [_, _, list, ..] = self.names;
        let place = &request.place;
        api.call(SERVICE, list, place, |world| {
            let found = world.all::<R>(place).find(|(_, it)| it.resource == request.desired);
            Ok(found.map(|(_, it)| it.observed(world.now())))
        })
        .await
    }

    pub(super) async fn update(
        &self,
        api: &Api,
        request: &Update<R>,
    ) -> Result<Observed<R>, ExecError> {
        let [.., update, _] = self.names;
        let (place, id) = (&request.place, &request.identifier);
        let version = self.version(api, place, id).await?;
        api.call(SERVICE, update, place, |world| {
            self.change(world, place, id, &version, &request.desired)
        })
        .await
    }

    pub(super) async fn delete(
        &self,
        api: &Api,
        request: &Delete<R>,
    ) -> Result<Deletion, ExecError> {
        let [.., delete] = self.names;
        let (place, id) = (&request.place, &request.identifier);
        let Some(version) = none_if_gone(self.version(api, place, id).await)? else {
            return Ok(Deletion::Gone);
        };
        let gone =
            api.call(SERVICE, delete, place, |world| self.remove(world, place, id, &version)).await;
        none_if_gone(gone)?;
        Ok(Deletion::Gone)
    }
}

/// The handler of a kind in memory whose operations are the constant `$operations`.
macro_rules! handler {
    ($(#[$doc:meta])* $handler:ident of $kind:ident by $operations:ident) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $handler(Api);

        impl From<Api> for $handler {
            fn from(api: Api) -> Self {
                Self(api)
            }
        }

        #[async_trait]
        impl Handler<$kind> for $handler {
            async fn read(
                &self,
                place: &Place,
                identifiers: &[String],
            ) -> Vec<Result<Option<Observed<$kind>>, ExecError>> {
                $operations.read(&self.0, place, identifiers).await
            }

            async fn create(&self, request: &Create<$kind>) -> Result<Observed<$kind>, ExecError> {
                $operations.create(&self.0, request).await
            }

            async fn find(
                &self,
                request: &Create<$kind>,
            ) -> Result<Option<Observed<$kind>>, ExecError> {
                $operations.find(&self.0, request).await
            }

            async fn update(&self, request: &Update<$kind>) -> Result<Observed<$kind>, ExecError> {
                $operations.update(&self.0, request).await
            }

            async fn delete(&self, request: &Delete<$kind>) -> Result<Deletion, ExecError> {
                $operations.delete(&self.0, request).await
            }
        }
    };
}

pub(super) use handler;
