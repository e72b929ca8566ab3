"""How large the files of one school may be: far above any real school, far below what would hurt us.

The largest school in Wales has some 2,500 learners; ten years of them, leavers included, are about
25,000 rows and 4 MB of CSV.
"""

MIB = 1 << 20

MAX_FILE = 64 * MIB
"""Bytes of one file as it lies in the folder, and of one member of an archive when unpacked."""

MAX_ARCHIVE = 256 * MIB
"""Bytes of all members of an archive together when unpacked."""

MAX_WORKBOOK = 48 * MIB
"""Bytes of all parts of a workbook when unpacked; they are slower to read than tables."""

MAX_MEMBERS = 1_000
"""Members of an archive."""

MAX_DIRECTORY = MIB
"""Bytes of an archive's own table of contents, which has to be read whole."""

MAX_RATIO = 200
"""How many times its packed size a member may be, from `RATIO_FROM` bytes on; text reaches 10 to 40."""

RATIO_FROM = MIB

MAX_LINE = MIB
"""Bytes of one line of a text file."""

MAX_CELL = 1 << 17
"""Characters of one cell or element; the `csv` module's own limit."""

MAX_TEXT = 16 * MIB
"""Characters of one sheet: cells may share a string or be repeated, so that the file's size says little."""

MAX_COLUMNS = 1_000
"""Columns of a header row."""

MAX_SHEET_ROWS = 1 << 20
"""Rows of a sheet, blank ones included: what a spreadsheet program can have."""

MAX_LINES = 2_000_000
"""Lines of a text file, blank ones included; a rostering table may hold a whole authority's enrolments."""

MAX_KEPT = 300_000
"""Rows about one school's people that are kept of all the tables of a rostering standard together."""

MAX_PARTS = 100_000
"""Elements of a workbook's small parts: its list of sheets, their places, the styles of cells."""

MAX_STRINGS = 200_000
"""Different strings of one workbook."""

MAX_RECORDS = 50_000
"""Rows of one school's people, readable or rejected."""

MAX_DEPTH = 100
"""How deep elements may stand in one another."""

MAX_ELEMENTS = 2_000_000
"""Elements of one XML file; a large school's CTF with its assessments has about a million."""
