"""A baked tree, as the baker writes it."""

import gzip
import json
import os
import struct
from dataclasses import dataclass, field
from pathlib import Path

HOST = "localhost:8000"


@dataclass
class Baked:
    """Writes pages whose codings can be told apart: the br form is the body behind ``br:``."""

    folder: Path
    generation: int = field(default=0)

    def page(self, path, body, *, host=HOST, status=200, kind="text/html; charset=utf-8", key="p1"):
        folder, name = self._place(host, path)
        file = name if status == 200 else ".gone.html"
        content = body.encode()
        self._write(folder / file, content)
        self._write(folder / f"{file}.br", b"br:" + content)
        self._write(folder / f"{file}.gz", gzip.compress(content, mtime=0))
        self._tell(folder, name, {"status": status, "type": kind, "body": file, "key": key})

    def moved(self, path, location, *, host=HOST, status=301):
        folder, name = self._place(host, path)
        self._tell(folder, name, {"status": status, "location": location})

    def remove(self, path, *, host=HOST):
        folder, name = self._place(host, path)
        (folder / f".{name}.json").unlink()
        self.raise_generation()

    def headers(self, **found):
        self._write(self.folder / ".headers.json", json.dumps(found).encode())
        self.raise_generation()

    def raise_generation(self):
        self.generation += 1
        path = self.folder / ".generation"
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        os.pwrite(descriptor, struct.pack("<Q", self.generation), 0)
        os.close(descriptor)

    def _place(self, host, path):
        whole = f"{self.folder}/{host}{path}"
        folder, _slash, name = whole.rpartition("/")
        Path(folder).mkdir(parents=True, exist_ok=True)
        return Path(folder), name or "index.html"

    def _tell(self, folder, name, facts):
        self._write(folder / f".{name}.json", json.dumps(facts).encode())
        self.raise_generation()

    def _write(self, path, content):
        new = path.with_name(f".{path.name.removeprefix('.')}.new")
        new.write_bytes(content)
        new.replace(path)
