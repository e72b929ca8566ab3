"""Uploads in Slack's three steps: ask for an address, send the bytes there, complete."""

import secrets

from slack_workspace.errors import SlackError
from slack_workspace.new_ids import new_id
from slack_workspace.state import Json, StoredFile, Workspace

# The only types that the page shows; everything else is handed out as a download
IMAGES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
}


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


def as_slack(workspace: Workspace, file: StoredFile) -> Json:
    """Show a file as the Web API does; ``alt_txt`` is what a screen reader says of an image."""
    url = f"{workspace.url}/files/{file.key}/{file.id}"
    return {
        "id": file.id,
        "name": file.name,
        "title": file.title or file.name,
        "mimetype": media_type(file) or "application/octet-stream",
        "filetype": file.name.rpartition(".")[2].lower(),
        "size": file.length,
        "alt_txt": file.alt_text,
        "url_private": url,
        "url_private_download": url,
        "permalink": url,
        "mode": "hosted",
    }
