"""The pages' own texts, each in every language; what definitions say comes with the definitions."""
