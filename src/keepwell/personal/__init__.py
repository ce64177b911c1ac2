"""Personal values in one form, so that equal ones are found equal; and masked, so that they can be shown."""

from keepwell.personal.email import Email, email
from keepwell.personal.invalid import REASONS, Invalid
from keepwell.personal.kinds import KINDS, Kind
from keepwell.personal.mask import mask
from keepwell.personal.name import Name, person_name
from keepwell.personal.national_id import NationalId, national_id
from keepwell.personal.phone import Phone, phone

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
    "person_name",
    "phone",
]
