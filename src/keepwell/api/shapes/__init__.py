"""What the API answers: the shapes of its JSON, from which its OpenAPI document is made."""
