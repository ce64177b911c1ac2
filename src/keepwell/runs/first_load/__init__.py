"""From somebody's own file to a source of the plan: a draft that is kept, a trial run of it, and its publication."""
