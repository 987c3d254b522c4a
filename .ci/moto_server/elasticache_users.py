"""What moto does otherwise than AWS with the users of caches.

- It does not know ModifyUser and user groups.
- CreateUser takes ways to log in that an engine does not have, and users without a password say so
  as requests do.
- A deleted user stays until someone looks at it.

What takes AWS a while is done at once: only the answer says that it is under way.
"""

from types import SimpleNamespace

from moto.core.responses import ActionResult, PaginatedResult
from moto.elasticache.exceptions import (
    ElastiCacheException,
    InvalidParameterCombinationException as Combination,
    InvalidParameterValueException as Value,
    PasswordTooShort,
)
from moto.elasticache.models import ElastiCacheBackend
from moto.elasticache.responses import ElastiCacheResponse
from moto.elasticache.utils import VALID_ENGINE_TYPES

from elasticache import arn_of, find, forget, named, under_way

USERS_PER_GROUP = 100
NO_PASSWORD = "no-password-required"

#: The version from which on an engine knows users.
FIRST_VERSION = {"redis": "6.0", "valkey": "7.2"}

make_backend = ElastiCacheBackend.__init__
create_user = ElastiCacheBackend.create_user
describe_users = ElastiCacheBackend.describe_users


def made_backend(self, *arguments, **asked):
    make_backend(self, *arguments, **asked)
    self.user_groups = {}


def linked(backend):
    """Tells the users their groups, and the groups their caches."""
    groups, caches = [*backend.user_groups.values()], [*backend.replication_groups.values()]
    for user in [*backend.users.values()]:
        user.user_group_ids = [
            group.user_group_id for group in groups if user.id in group.user_ids]
    for group in groups:
        group.replication_groups = [
            cache.replication_group_id for cache in caches
            if group.user_group_id in cache.user_group_ids]
    return backend


def check_engine(engine, before=None):
    if engine not in VALID_ENGINE_TYPES:
        raise Value(f"Unknown engine {engine}: it must be one of {', '.join(VALID_ENGINE_TYPES)}")
    if (before, engine) == ("valkey", "redis"):
        raise Combination("The engine cannot be changed from valkey to redis")


def check_login(user_id, user_name, engine, mode):
    if engine == "valkey" and mode == NO_PASSWORD:
        raise Combination("A user of engine valkey must have an authentication type: password or "
                          "iam")
    if mode == "iam" and user_id != user_name:
        raise Combination("User Id and User name must be same for authentication type: iam")


def created_user(self, **asked):
    mode = asked["authentication_type"]
    check_login(asked["user_id"], asked["user_name"], asked["engine"], mode)
    user = create_user(self, **asked)
    user.no_password_required = mode == NO_PASSWORD
    return user


def described_users(self, user_id):
    return describe_users(linked(self), user_id)


def own_user(backend, user_id):
    """The user, who must not be the one of AWS."""
    user = find(backend, "user", user_id)
    if user_id == "default":
        raise Value("The user default can be neither modified nor deleted.")
    return user


def login(self, user):
    """The way to log in that a request asks for, and the passwords; or those that the user has."""
    asked = self._get_param("AuthenticationMode", {})
    passwords = self._get_param("Passwords") or asked.get("Passwords") or []
    mode = asked.get("Type")
    if mode is None and self._get_bool_param("NoPasswordRequired"):
        mode = NO_PASSWORD
    if mode is None and passwords:
        mode = "password"
    if mode is None:
        return user.authentication_type, user.passwords
    if passwords and mode != "password":
        raise Combination(f"Password field is not allowed with authentication type: {mode}")
    if any(not 16 <= len(password) <= 128 for password in passwords):
        raise PasswordTooShort
    if mode == "password" and not passwords:
        passwords = user.passwords
        if not passwords:
            raise Combination("A user with Authentication Mode: password, must have at least one "
                              "password")
    return mode, passwords


def modify_user(self):
    backend = linked(self.elasticache_backend)
    user = own_user(backend, self._get_param("UserId"))
    engine = self._get_param("Engine", user.engine).lower()
    check_engine(engine, user.engine)
    access, more = self._get_param("AccessString"), self._get_param("AppendAccessString")
    if access and more:
        raise Combination("Only one of AccessString and AppendAccessString can be specified.")
    mode, passwords = login(self, user)
    check_login(user.id, user.name, engine, mode)
    user.engine, user.authentication_type, user.passwords = engine, mode, passwords
    user.no_password_required = mode == NO_PASSWORD
    user.access_string = f"{user.access_string} {more}" if more else access or user.access_string
    return ActionResult(under_way(user, "modifying"))


def deleted_user(self, user_id):
    user = own_user(self, user_id)
    groups = [group for group in [*self.user_groups.values()] if user_id in group.user_ids]
    if user.name == "default" and groups:
        raise ElastiCacheException("DefaultUserAssociatedToUserGroup", (
            f"The default user {user_id} is associated to a user group."))
    for group in groups:
        group.user_ids.remove(user_id)
    return under_way(forget(self, "user", user_id), "deleting")


def check_users(backend, engine, ids):
    """Refuses users who do not exist or do not go together."""
    users = [find(backend, "user", user_id) for user_id in ids]
    names = [user.name for user in users]
    for user in users:
        if engine == "redis" and user.engine == "valkey":
            raise Value(f"User {user.id} of engine valkey cannot be in a user group of engine "
                        "redis")
        if engine == "valkey" and user.no_password_required:
            raise Value(f"User {user.id} has no authentication: a user group of engine valkey can "
                        "only contain users with a password or IAM")
    if len(set(names)) < len(names):
        raise ElastiCacheException("DuplicateUserName", (
            "More than one user of the group has the same user name"))
    if engine == "redis" and "default" not in names:
        raise ElastiCacheException("DefaultUserRequired", (
            "User group needs to contain a user with the user name default."))
    if not 1 <= len(ids) <= USERS_PER_GROUP:
        raise Value(f"A user group must have 1 to {USERS_PER_GROUP} users.")


def create_user_group(self):
    backend, engine = self.elasticache_backend, self._get_param("Engine").lower()
    name, users = self._get_param("UserGroupId"), self._get_param("UserIds", [])
    if named(name, "UserGroupId") in backend.user_groups:
        raise ElastiCacheException("UserGroupAlreadyExists", f"User Group {name} already exists.")
    check_engine(engine)
    check_users(backend, engine, users)
    group = SimpleNamespace(
        user_group_id=name, engine=engine, status="active", user_ids=[*users],
        minimum_engine_version=FIRST_VERSION[engine], replication_groups=[], serverless_caches=[],
        arn=arn_of(backend, "usergroup", name))
    backend.user_groups[name] = group
    backend.tagging_service.tag_resource(group.arn, self._get_param("Tags"))
    return ActionResult(under_way(group, "creating"))


def describe_user_groups(self):
    backend, name = linked(self.elasticache_backend), self._get_param("UserGroupId")
    groups = [find(backend, "usergroup", name)] if name else [*backend.user_groups.values()]
    return PaginatedResult({"UserGroups": groups})


def modify_user_group(self):
    backend = linked(self.elasticache_backend)
    group = find(backend, "usergroup", self._get_param("UserGroupId"))
    engine = self._get_param("Engine", group.engine).lower()
    more, fewer = self._get_param("UserIdsToAdd", []), self._get_param("UserIdsToRemove", [])
    if not (more or fewer or "Engine" in self.params):
        raise Combination("Nothing is to be changed of the user group.")
    check_engine(engine, group.engine)
    for stranger in set(fewer) - set(group.user_ids):
        raise ElastiCacheException("UserNotFound", f"User {stranger} is not in the user group.")
    users = [user for user in group.user_ids if user not in fewer] + more
    check_users(backend, engine, users)
    before, group.user_ids, group.engine = group.user_ids, users, engine
    group.minimum_engine_version = FIRST_VERSION[engine]
    pending = {"UserIdsToAdd": more, "UserIdsToRemove": fewer}
    return ActionResult(under_way(group, "modifying", user_ids=before, pending_changes=pending))


def delete_user_group(self):
    backend, name = linked(self.elasticache_backend), self._get_param("UserGroupId")
    if find(backend, "usergroup", name).replication_groups:
        raise ElastiCacheException("InvalidUserGroupState", (
            f"User group {name} is associated with a replication group."))
    return ActionResult(under_way(forget(backend, "usergroup", name), "deleting"))


ElastiCacheBackend.__init__ = made_backend
ElastiCacheBackend.create_user = created_user
ElastiCacheBackend.delete_user = deleted_user
ElastiCacheBackend.describe_users = described_users
for operation in (modify_user, create_user_group, describe_user_groups, modify_user_group,
                  delete_user_group):
    setattr(ElastiCacheResponse, operation.__name__, operation)
