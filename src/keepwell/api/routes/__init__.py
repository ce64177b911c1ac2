"""The addresses of the API: each asks what the pages ask, and answers in a shape."""
