"""A copy of the shipped content, for tests that edit it."""

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

SHIPPED = Path(__file__).parent.parent / "dialogues"


@dataclass(frozen=True)
class EditableContent:
    """The content in a folder of its own."""

    folder: Path

    @classmethod
    def copied_to(cls, folder: Path) -> "EditableContent":
        """A fresh copy of what is shipped."""
        for path in SHIPPED.rglob("*.yml"):
            target = folder / path.relative_to(SHIPPED)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
        return cls(folder)

    def file(self, name: str) -> Path:
        """One of its files."""
        return self.folder / name

    def edit(self, file: str, old: str, new: str) -> int:
        """Put a text in place of another, once; the line where it stood."""
        path = self.folder / file
        text = path.read_text()
        assert old in text, f"{old!r} is not in {file}"
        path.write_text(text.replace(old, new, 1))
        return text[: text.index(old)].count("\n") + 1

    def rename(self, old: str, new: str) -> None:
        """Give something another name, wherever it is named."""
        for path in self.folder.rglob("*.yml"):
            path.write_text(re.sub(rf"\b{old}\b", new, path.read_text()))

    def remove(self, file: str, block: str) -> None:
        """Take out what a pattern finds."""
        path = self.folder / file
        text, count = re.subn(block, "", path.read_text())
        assert count == 1, f"{block!r} is {count} times in {file}"
        path.write_text(text)
