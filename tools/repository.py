"""Where the course lies on GitHub: `repository-code` in CITATION.cff, the one place that says it."""

import re
from pathlib import Path

import yaml

CITATION = Path(__file__).resolve().parent.parent / "CITATION.cff"
GITHUB = re.compile(r"https://github\.com/([\w.-]+/[\w.-]+?)(?:\.git)?/?")


def repository(citation: Path = CITATION) -> str | None:
    """Return OWNER/REPOSITORY, or None as long as nothing says where the course lies.

    Raises
    ------
    ValueError
        for an address that is not one of GitHub.
    """
    address = yaml.safe_load(citation.read_text(encoding="utf-8")).get("repository-code")
    if address is None:
        return None
    if not (found := GITHUB.fullmatch(str(address))):
        raise ValueError(
            f"{citation.name}: repository-code: got {address!r}, expected https://github.com/OWNER/REPOSITORY"
        )
    return found[1]
