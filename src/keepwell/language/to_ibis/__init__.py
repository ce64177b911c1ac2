"""Many records at a time: a checked expression becomes one Ibis expression, for any engine Ibis speaks to.

Nothing here can raise on an engine: wholes are reckoned within bounds that are tested first, quotients are
guarded, no cast can fail. Numbers are left to run into infinity and NaN, which never turn finite again, and
are settled where their result is used. A large value that is needed twice is named once
(``Translation.once``), so that the result grows in step with the expression.
"""

from keepwell.language.to_ibis.operators import to_ibis

__all__ = ["to_ibis"]
