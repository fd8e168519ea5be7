"""The environment of a process that may see the emulator and nothing of the user's AWS."""

import os
import tempfile

ACCOUNT = "123456789012"
ACCESS_KEY = "EMULATEDACCESSKEY000"
SECRET_KEY = "emulated"  # noqa: S105 - it opens nothing
MANTLE = "/_emulator/bedrock-mantle"
_KEPT = ("LANG", "LC_ALL", "PATH", "SYSTEMROOT", "TZ")


def isolated_environment(endpoint_url: str, region: str) -> dict[str, str]:
    """Variables that lead every AWS SDK to the emulator; the credentials work nowhere else."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return kept | {
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_DEFAULT_REGION": region,
        "AWS_REGION": region,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL": endpoint_url,
        "AWS_ENDPOINT_URL_BEDROCK_MANTLE": f"{endpoint_url}{MANTLE}",
        "HOME": tempfile.gettempdir(),
        "NO_PROXY": "localhost,127.0.0.1",
    }
