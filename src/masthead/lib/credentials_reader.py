"""Reads the credentials of one file and tells them as JSON: a process that nobody would miss.

The library decodes what strangers send. So it works here with bounds on time and memory, and
is told to ask no network. Run as ``-m masthead.lib.credentials_reader PARENT FILE ANCHORS``.
"""

import json
import resource
import signal
import sys
from pathlib import Path
from typing import Any

from masthead.lib.process_end import end_with_parent

#: Bytes of address space, most of which the library only reserves; seconds of processor time.
MOST_MEMORY = 2 * 1024**3
MOST_SECONDS = 120
#: Kinds of file in which the library finds credentials, by the suffix of our own names.
KINDS = {".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif", ".heic", ".tif", ".tiff", ".mp4"}


def main() -> None:
    """Print what the file says."""
    parent, path, anchors = sys.argv[1:]
    end_with_parent(int(parent), signal.SIGKILL)
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.stdout.write(json.dumps(_said(Path(path), Path(anchors).read_text() if anchors else "")))


def _said(path: Path, anchors: str) -> dict[str, Any]:
    kind = path.suffix.lower()
    if kind not in KINDS:
        return {"verdict": "none"}
    import c2pa  # noqa: PLC0415 - an extra, and only where it is bounded

    try:
        with (
            c2pa.Context(c2pa.Settings.from_dict(_settings(anchors))) as context,
            path.open("rb") as file,
            c2pa.Reader(kind.removeprefix("."), file, context=context) as reader,
        ):
            return _told(json.loads(reader.json()))
    except c2pa.C2paError.ManifestNotFound:
        return {"verdict": "none"}
    except c2pa.C2paError:
        return {"verdict": "unsound"}


def _settings(anchors: str) -> dict[str, Any]:
    settings: dict[str, Any] = {
        "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False, "verify_trust": True},
        "core": {"allowed_network_hosts": []},
    }
    if anchors:
        settings["trust"] = {"user_anchors": anchors}
    return settings


def _told(store: dict[str, Any]) -> dict[str, Any]:
    active = store["manifests"][store["active_manifest"]]
    signature = active.get("signature_info", {})
    programs = active.get("claim_generator_info") or [{}]
    return {
        "verdict": _verdict(store),
        "signer": signature.get("issuer") or signature.get("common_name"),
        "signed_at": signature.get("time"),
        "program": programs[0].get("name"),
        "actions": _actions(active),
    }


def _verdict(store: dict[str, Any]) -> str:
    if store["validation_state"] == "Trusted":
        return "trusted"
    if store["validation_state"] == "Valid":
        return "unknown"
    codes = [each["code"] for each in store.get("validation_status", ())]
    return "changed" if any(code.endswith(".mismatch") for code in codes) else "unsound"


def _actions(manifest: dict[str, Any]) -> list[str]:
    return [
        action["action"]
        for assertion in manifest.get("assertions", ())
        if assertion["label"].startswith("c2pa.actions")
        for action in assertion["data"].get("actions", ())
    ]


if __name__ == "__main__":
    main()
