"""What moto lacks or forgets outside Bedrock, kept: so that what was deployed can be read back."""

from importlib import import_module

from secure_bedrock.emulator.amendments import hook

_MODULES = ("alarms", "bucket_policies", "functions", "keys", "log_groups", "managed_policies")


def install() -> None:
    """Amend moto's answers in this process. Safe to call more than once."""
    for module in _MODULES:
        import_module(f"{__name__}.{module}")
    hook.hook_into_moto()


__all__ = ["install"]
