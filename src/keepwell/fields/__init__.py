"""Every field of every customer: measures, rhythms and what is derived from them."""
