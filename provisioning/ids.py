"""The identifiers of provisioning as types, so that mypy tells them from other text and from each other."""

from typing import NewType

SchoolNumber = NewType("SchoolNumber", str)
"""A school's 7-digit DfES number."""

Upn = NewType("Upn", str)
"""A Unique Pupil Number in its normal form: 13 characters, capitals, no spaces (`provisioning.upn`)."""

Fingerprint = NewType("Fingerprint", str)
"""A SHA-256 hash in hexadecimal, of an extract's content or of a change."""
