"""The one language of conditions and derived values: an expression over one record of named, typed fields.

``parse`` and ``show`` are its text, ``check`` its types, ``evaluate`` and ``to_ibis`` its two interpreters;
``explain`` answers why a condition held. Its meaning is fixed in ``docs/concepts/language.md``.
"""
