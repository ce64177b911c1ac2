"""The summary of purchases as the package lifetimes makes it; run by rfm.py in an environment of its own.

Arguments: the Parquet file of purchases, that of the summary to write, the last day. Prints the seconds of each run.
"""

from __future__ import annotations

import sys
from time import perf_counter

import pandas as pd
from lifetimes.utils import summary_data_from_transaction_data

purchases, summary, last_day, runs = sys.argv[1:]
frame = pd.read_parquet(purchases)
for _ in range(int(runs)):
    start = perf_counter()
    made = summary_data_from_transaction_data(
        frame, "customer", "occurred_on", monetary_value_col="amount", observation_period_end=last_day
    )
    print(perf_counter() - start)
made.reset_index().to_parquet(summary)
