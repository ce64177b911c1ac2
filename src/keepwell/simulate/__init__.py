"""A made-up Chinese retailer of any size whose truth is known: plan, files, and the truth beside them."""
