"""A report as workflow commands of GitHub Actions: annotations at the lines of a pull request."""

from secure_bedrock.findings.located import Located, State
from secure_bedrock.findings.printable import printable
from secure_bedrock.findings.result import Result
from secure_bedrock.findings.summary import summary
from secure_bedrock.rules import Status

_TEXT = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def render(result: Result) -> str:
    """One command for each open finding, and a line of counts.

    Findings that fail the check are errors, others warnings, unknown ones notices.
    """
    lines = [_command(each) for each in result.listed if each.state is State.OPEN]
    lines += [f"::error title=secure-bedrock::{each.translate(_TEXT)}" for each in result.problems]
    lines += [
        f"::notice title=Stale baseline entry::{e.rule} {e.file} {e.resource}".translate(
            {10: "%0A", 13: "%0D"}
        )
        for e in result.stale
    ]
    return printable("\n".join([*lines, summary(result)]) + "\n")


def _command(each: Located) -> str:
    finding = each.finding
    unknown = finding.status is Status.UNKNOWN
    level = "error" if each.fails else "notice" if unknown else "warning"
    kind = f"{finding.severity}, unknown until deployment" if unknown else finding.severity
    title = f"{finding.rule_id} ({kind}): {finding.title}".translate(_PROPERTY)
    place = f"file={each.file.translate(_PROPERTY)},line={each.line},title={title}"
    where = f"{finding.logical_id}: " if finding.logical_id else ""
    text = f"{where}{finding.message}\nFix: {finding.fix}".translate(_TEXT)
    return f"::{level} {place}::{text}"
