"""The surface for a browser: pages rendered here, links and forms underneath, nothing to build."""
