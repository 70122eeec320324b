"""Who is acting: a person, a token, a signed link or the worker, as one small value."""

from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID


class Post(NamedTuple):
    """A role held in an agency of a city; `city_id` None means the whole installation."""

    city_id: UUID | None
    agency_id: UUID | None
    role: str


@dataclass(frozen=True, slots=True)
class Actor:
    """Someone who acts. `name` is a person's and never enters a leaf of the journal."""

    id: str
    name: str
    person_id: UUID | None = None
    posts: frozenset[Post] = frozenset()

    def roles_in(self, city_id: UUID) -> frozenset[str]:
        return frozenset(post.role for post in self.posts if post.city_id == city_id)

    def agencies_in(self, city_id: UUID) -> frozenset[UUID]:
        return frozenset(
            post.agency_id for post in self.posts if post.city_id == city_id and post.agency_id
        )

    def serves(self, city_id: UUID) -> bool:
        return any(post.city_id == city_id for post in self.posts)

    @property
    def city_ids(self) -> frozenset[UUID]:
        return frozenset(post.city_id for post in self.posts if post.city_id)

    @property
    def installation_roles(self) -> frozenset[str]:
        return frozenset(post.role for post in self.posts if post.city_id is None)


WORKER = Actor("system:worker", "Takatuf")
COMMAND = Actor("system:command", "Takatuf")
# Somebody who reads the public pages and has no account: nobody knows who, so no name stands.
VISITOR = Actor("system:visitor", "Takatuf")
