"""Uploads in Slack's three steps: ask for an address, send the bytes there, complete."""

import secrets
from mimetypes import MimeTypes
from typing import Final

from slack_workspace.errors import SlackError
from slack_workspace.new_ids import new_id
from slack_workspace.state import Json, StoredFile, Workspace

# The only types that the page shows; everything else is handed out as a download
IMAGES: Final = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
}


_TYPES: Final = MimeTypes()
for _type, _ending in (
    ("application/vnd.oasis.opendocument.spreadsheet", ".ods"),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx"),
    ("text/csv", ".csv"),
    ("text/markdown", ".md"),
):
    _TYPES.add_type(_type, _ending)
_WORDS: Final = {"txt": "text", "jpeg": "jpg", "md": "markdown", "htm": "html"}
"""Slack's words for types of files, where they are not the ending."""


def expect(workspace: Workspace, name: str, length: int, alt_text: str) -> StoredFile:
    """Make room for a file of a length."""
    file = StoredFile(new_id("F"), secrets.token_urlsafe(18), name.rpartition("/")[2], length, alt_text)
    workspace.files[file.id] = file
    return file


def receive(workspace: Workspace, key: str, content: bytes) -> StoredFile:
    """Keep the bytes of an expected file; they must be as many as announced."""
    for file in workspace.files.values():
        if secrets.compare_digest(file.key, key) and file.content is None:
            if len(content) != file.length:
                raise SlackError("length_mismatch")
            file.content = content
            return file
    raise SlackError("file_not_found")


def complete(workspace: Workspace, id_: str, title: str) -> StoredFile:
    """Finish an upload."""
    file = workspace.files.get(id_)
    if file is None or file.content is None:
        raise SlackError("file_not_found")
    file.title = title or file.name
    return file


def media_type(file: StoredFile) -> str | None:
    """Tell what kind of image a file is, or None."""
    return IMAGES.get(file.name.rpartition(".")[2].lower())


def _file_type(name: str) -> str:
    """Return Slack's word for the type of a file; ``binary`` where its name has no ending."""
    ending = name.rpartition(".")[2].lower() if "." in name else "binary"
    return _WORDS.get(ending, ending)


def as_slack(workspace: Workspace, file: StoredFile) -> Json:
    """Show a file as the Web API does; ``alt_txt`` is what a screen reader says of an image."""
    url = f"{workspace.url}/files/{file.key}/{file.id}"
    return {
        "id": file.id,
        "name": file.name,
        "title": file.title or file.name,
        "mimetype": _TYPES.guess_type(file.name)[0] or "application/octet-stream",
        "filetype": _file_type(file.name),
        "size": file.length,
        "alt_txt": file.alt_text,
        "url_private": url,
        "url_private_download": url,
        "permalink": url,
        "mode": "hosted",
    }
