"""Every hostile file by its name, which begins with its format."""

from tests.hostile.csv_attacks import CSV
from tests.hostile.ctf_attacks import CTF
from tests.hostile.laying import Attack
from tests.hostile.ods_attacks import ODS
from tests.hostile.oneroster_attacks import ONEROSTER
from tests.hostile.xlsx_attacks import XLSX
from tests.hostile.zip_attacks import ARCHIVES

ATTACKS: dict[str, Attack] = {**ARCHIVES, **XLSX, **ODS, **CTF, **CSV, **ONEROSTER}
