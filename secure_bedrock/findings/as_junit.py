"""A report as JUnit XML, for CI systems that show test results."""

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from secure_bedrock.findings.located import Located, State, shown
from secure_bedrock.findings.printable import printable
from secure_bedrock.findings.result import Result
from secure_bedrock.findings.summary import summary
from secure_bedrock.rules import Status

_ACCEPTED = {State.ACKNOWLEDGED: "acknowledged: ", State.BASELINE: "in the baseline"}


def render(result: Result) -> str:
    """A suite for each template and a case for each finding.

    Findings that fail the check are failures; all others are skipped and say why. What could not
    be read is an error.
    """
    root = Element("testsuites", name="secure-bedrock")
    for path in result.paths:
        _suite(root, shown(path), [each for each in result.listed if each.path == path])
    if result.problems:
        suite = SubElement(root, "testsuite", name="could not be read")
        for problem in result.problems:
            case = SubElement(suite, "testcase", name=printable(problem), classname="input")
            SubElement(case, "error", message=printable(problem))
        _count(suite)
    _count(root)
    SubElement(root[-1] if len(root) else root, "system-out").text = printable(_notes(result))
    indent(root)
    return tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _suite(root: Element, name: str, found: Sequence[Located]) -> None:
    suite = SubElement(root, "testsuite", name=printable(name))
    for each in found:
        _case(suite, each)
    if not found:
        SubElement(suite, "testcase", name="no findings", classname=printable(name))
    _count(suite)


def _case(suite: Element, each: Located) -> None:
    finding = each.finding
    where = " ".join(filter(None, (finding.logical_id, finding.location)))
    name = printable(f"{finding.rule_id} {where}".rstrip())
    file = printable(each.file)
    case = SubElement(suite, "testcase", name=name, classname=file, file=file, line=str(each.line))
    message = printable(f"{finding.severity}: {finding.message}")
    if each.fails:
        failure = SubElement(case, "failure", message=message, type=finding.rule_id)
        failure.text = printable(
            f"{finding.title}\n{finding.message}\nFix: {finding.fix}\n{file}:{each.line}"
        )
    else:
        SubElement(case, "skipped", message=printable(f"{_why(each)} ({message})"))


def _why(each: Located) -> str:
    if each.state is not State.OPEN:
        return _ACCEPTED[each.state] + each.finding.acknowledged
    unknown = each.finding.status is Status.UNKNOWN
    return "unknown until deployment" if unknown else "does not fail the check"


def _count(element: Element) -> None:
    for name, tag in (
        ("tests", "testcase"),
        ("failures", "failure"),
        ("errors", "error"),
        ("skipped", "skipped"),
    ):
        element.set(name, str(len(element.findall(f".//{tag}"))))


def _notes(result: Result) -> str:
    stale = [f"stale in the baseline: {e.rule} {e.file} {e.resource}" for e in result.stale]
    return "\n".join([summary(result), *stale])
