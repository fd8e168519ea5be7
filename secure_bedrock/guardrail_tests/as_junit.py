"""A result as JUnit XML, for CI systems that show test results."""

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from secure_bedrock.custom_resources.assets.handlers.guardrail_judging import (
    WRONG,
    Judgement,
    Status,
)
from secure_bedrock.findings.printable import printable
from secure_bedrock.guardrail_tests.results import Result, SuiteResult

_TAGS = (
    ("tests", "testcase"),
    ("failures", "failure"),
    ("errors", "error"),
    ("skipped", "skipped"),
)


def as_junit(result: Result) -> str:
    """A suite for each suite and a case for each case.

    Misses and false blocks are failures; what was not emulated is skipped, what has no answer is an
    error. A failure within the thresholds stays a failure here.
    """
    root = Element("testsuites", name=printable(f"guardrail {result.guardrail}"))
    for each in result.suites:
        _suite(root, each, strict=result.strict)
    for name, tag in _TAGS:
        root.set(name, str(len(root.findall(f".//{tag}"))))
    indent(root)
    return tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _suite(root: Element, result: SuiteResult, *, strict: bool) -> None:
    suite = SubElement(root, "testsuite", name=printable(result.suite.name))
    regressed = {each.case.id for each in result.regressions}
    for each in result.judgements:
        _case(suite, each, regressed=each.case.id in regressed, strict=strict)
    for text in result.broken:
        case = SubElement(suite, "testcase", name=text.partition(":")[0], classname="thresholds")
        SubElement(case, "failure", message=printable(text), type="threshold")
    for name, tag in _TAGS:
        suite.set(name, str(len(suite.findall(f".//{tag}"))))


def _case(suite: Element, judgement: Judgement, *, regressed: bool, strict: bool) -> None:
    name, category = judgement.case.id, printable(judgement.case.category)
    case = SubElement(suite, "testcase", name=name, classname=category)
    message = printable(told(judgement))
    if judgement.status in WRONG or (strict and judgement.status is Status.OTHER_POLICY):
        kind = "regression" if regressed else judgement.status.value
        failure = SubElement(case, "failure", message=message, type=kind)
        failure.text = printable("\n".join(judgement.case.texts))
    elif judgement.status is Status.NOT_EMULATED:
        SubElement(case, "skipped", message=message)
    elif judgement.status is Status.NO_ANSWER:
        SubElement(case, "error", message=message)


def told(judgement: Judgement) -> str:
    """What happened, in one line."""
    if judgement.status is Status.NO_ANSWER:
        return f"no answer: {judgement.problem}"
    case = judgement.case
    wanted = case.expect + (f" by {'/'.join(filter(None, (case.policy, case.detail)))}"
                            if case.policy != "none" else "")  # fmt: skip
    got = judgement.got + (f" by {', '.join(judgement.acted)}" if judgement.acted else "")
    if judgement.status is Status.NOT_EMULATED:
        return f"expected {wanted}, not emulated: {', '.join(judgement.not_evaluated)}"
    return f"{judgement.status}: expected {wanted}, got {got}"
