"""Explore: where did it begin? One view for each question, and an overview of what they found."""
