"""Personal values in one form, so that equal ones are found equal; and masked, so that they can be shown."""

from keepwell.identity.normalise.column import KINDS, Kind, normalise_column
from keepwell.identity.normalise.email import Email, email
from keepwell.identity.normalise.invalid import REASONS, Invalid
from keepwell.identity.normalise.mask import mask
from keepwell.identity.normalise.name import Name, person_name
from keepwell.identity.normalise.national_id import NationalId, national_id
from keepwell.identity.normalise.phone import Phone, phone

__all__ = [
    "KINDS",
    "REASONS",
    "Email",
    "Invalid",
    "Kind",
    "Name",
    "NationalId",
    "Phone",
    "email",
    "mask",
    "national_id",
    "normalise_column",
    "person_name",
    "phone",
]
