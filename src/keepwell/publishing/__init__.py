"""Published versions of the plan: what run, serve and workers use, and folders keep in step with."""
