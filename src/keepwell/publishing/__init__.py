"""Published versions of the plan: what run, serve and workers use, and how a folder keeps in step with them."""
