"""The conversations of a chunk as they were written, for what was done by them."""

from __future__ import annotations

from dataclasses import dataclass

from lib.jobs.demo.plan import Array


@dataclass(frozen=True)
class Talks:
    """One row a conversation: contact id, who, moment (UTC), staff, purpose, whether it reached the customer."""

    ids: Array
    who: Array
    at: Array
    staff: Array
    purpose: Array
    reached: Array

    @property
    def day(self) -> Array:
        """The bank's day of each: all lie in office hours, in which both calendars agree."""
        return self.at.astype("datetime64[D]")

    def some(self, where: Array) -> Talks:
        """Those chosen."""
        return Talks(*(getattr(self, name)[where] for name in self.__dataclass_fields__))
