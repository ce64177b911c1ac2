"""Many records at a time: a checked expression becomes one Ibis expression, for any engine Ibis speaks to.

Nothing here can raise on an engine: whole arithmetic is done in decimals and tried as int64, quotients are
guarded, and no cast can fail. Number arithmetic is left to run into infinity and NaN, which never turn finite
again, and is settled where its result is used. A value that has to be named twice is named once when it is
large (:meth:`_Translation.once`), so the result grows in step with the expression.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from functools import reduce
from math import inf, nextafter
from operator import add, and_, eq, ge, gt, le, lt, mul, ne, or_, sub

import ibis
import ibis.expr.datatypes as dt

from keepwell.core.clock import AsOf, offsets
from keepwell.language.check import Checked
from keepwell.language.evaluate import compiled
from keepwell.language.typed import Apply, Constant, FieldValue, Operation, Typed, names_in
from keepwell.language.types import MAX_NUMBER, MAX_ROUNDED, MAX_WHOLE, MIN_WHOLE, Type, Value
from keepwell.language.values import CAPITALS, MAX_DAYS, MAX_MONTHS, SMALL

Columns = Mapping[str, ibis.Value] | ibis.Table

DATA_TYPES: Mapping[Type, dt.DataType] = {
    Type.WHOLE: dt.int64,
    Type.NUMBER: dt.float64,
    Type.MONEY: dt.int64,
    Type.TEXT: dt.string,
    Type.FLAG: dt.boolean,
    Type.DAY: dt.date,
    Type.MOMENT: dt.timestamp,
}
