"""Who works on the command line: the account of the process, as the system knows it."""

import os
import re

_NAME = re.compile(r"[\w.@\\+-]{1,32}")
_ROOT = 0


def me() -> str:
    """Return the account of this process, for the records, such as `jones` or `root (sudo: jones)`.

    The system is asked: variables such as LOGNAME say what the user has set them to. SUDO_USER is believed
    where the process is root's, as sudo sets it; only root can set it to another name there.
    """
    if os.name != "posix":
        return os.getlogin()  # what the system says, there
    user = os.getuid()
    sudo = os.environ.get("SUDO_USER", "")
    behind = user == _ROOT and _NAME.fullmatch(sudo) and sudo != _account(_ROOT)
    return f"{_account(user)} (sudo: {sudo})" if behind else _account(user)


def _account(user: int) -> str:
    """Return the name of the account with the number `user`; the number where it has no name."""
    import pwd  # there is none on Windows

    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return str(user)
