"""The surface for programs: whether the process is well, and its figures for Prometheus."""
