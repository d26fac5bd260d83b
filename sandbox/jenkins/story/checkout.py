"""`shop/checkout`: a pipeline whose integration tests do not reach the payments service.

The last good build is #479; the three after it brought a commit each, and fail alike.
"""

from collections.abc import Iterator
from datetime import timedelta

from sandbox.jenkins.builds import Artifact, Build, Course
from sandbox.jenkins.items import Folder, Job, Scm
from sandbox.jenkins.reports import Change, Stage, Step, TestCase, TestReport
from sandbox.jenkins.story.scenes import ORIGIN, Scenes, checked_out

GOOD, FIRST_FAILED, LAST = 479, 480, 482
FIRST_TROUBLE = 8114  # the line of the log on which the first test says what is wrong
TROUBLE = "java.net.ConnectException: payments:8443 refused"
_FAILED_TESTS = ("retriesOnConflict", "refundsPartially", "capturesAfterExpiry")
_COMMITS = (
    ("retry on 409\n\nThe provider answers 409 while a payment is open.", "mira", "RetryPolicy"),
    ("talk TLS to payments", "jo", "PaymentsClient"),
    ("log the payment's id", "mira", "PaymentFlow"),
)
_TOOK = timedelta(minutes=6, seconds=12)
_SUITES = (
    ("shop.checkout.CartTest", 58),
    ("shop.checkout.AddressTest", 41),
    ("shop.checkout.VoucherTest", 37),
    ("shop.checkout.ShippingTest", 46),
    ("shop.checkout.PaymentFlowTest", 30),
)


def tell(shop: Folder, scenes: Scenes) -> None:
    """Make the job and its last builds."""
    scm = Scm(f"{ORIGIN}/checkout.git", "*/main", "git-shop")
    job = shop.add(Job("checkout", "Builds and tests the checkout", kind="pipeline", scm=scm))
    job.next_number = 470
    for number in range(470, GOOD + 1):
        _good(scenes, job, timedelta(days=GOOD - number + 1, hours=2))
    for hours, told in zip((7, 4, 1), _COMMITS, strict=True):
        message, author, changed = told
        path = f"src/main/java/shop/checkout/{changed}.java"
        ago = timedelta(hours=hours, minutes=-20)
        _failed(scenes, job, ago, scenes.change(ago, message, author, path))


def _good(scenes: Scenes, job: Job, ago: timedelta) -> None:
    change = scenes.change(ago, f"update dependencies of week {job.next_number}", "bot", "pom.xml")
    log = "[INFO] Tests run: 212, Failures: 0, Errors: 0, Skipped: 0\n[INFO] BUILD SUCCESS\n"
    build = scenes.build(job, ago, _TOOK, log=log, cause="Started by timer", changes=[change])
    build.revisions = [checked_out("checkout", "main", change)]
    build.artifacts = [Artifact("target/checkout.jar", b"PK")]


def _failed(scenes: Scenes, job: Job, ago: timedelta, change: Change) -> None:
    lines = _lines if job.next_number == LAST else _test_lines
    build = scenes.build(job, ago, _TOOK, "FAILURE", changes=[change])
    build.log.make(lambda: "\n".join([*lines(), "Finished: FAILURE"]) + "\n")
    build.revisions = [checked_out("checkout", "main", change)]
    _report(build)


def _report(build: Build) -> None:
    """Put the test report and the stages into a build that failed."""
    build.tests = TestReport({suite: list(_cases(suite, count)) for suite, count in _SUITES})
    start = build.started
    made = Step("14", "Shell Script", "make it", "FAILED", "script returned exit code 2")
    made.log = "\n".join(_test_lines()) + "\n"
    made.duration = 231_000
    stub = Step("13", "Shell Script", "docker compose up -d payments", duration=9_000)
    build.stages = [
        Stage("6", "checkout", started=start, duration=8_000),
        Stage("8", "build", started=start + 8_000, duration=74_000),
        Stage("10", "unit tests", started=start + 82_000, duration=50_000),
        Stage("12", "integration tests", "FAILED", start + 132_000, 240_000, [stub, made]),
        Stage("17", "publish", "NOT_EXECUTED", start + 372_000, 0),
    ]


def _cases(suite: str, count: int) -> Iterator[TestCase]:
    failed = _FAILED_TESTS if suite.endswith("PaymentFlowTest") else ()
    for name in failed:
        trace = f"{TROUBLE}\n\tat shop.checkout.PaymentsClient.connect(PaymentsClient.java:88)"
        yield TestCase(suite, name, "FAILED", 10.2, TROUBLE, trace, FIRST_FAILED)
    for number in range(1, count - len(failed) + 1):
        yield TestCase(suite, f"case{number:02}", duration=0.02)


def _lines() -> list[str]:
    """Write the whole log of a failed build: long, and to the point only near its end."""
    lines = ["[Pipeline] Start of Pipeline", "[Pipeline] node", "Running on Built-In Node"]
    tests = _test_lines()
    before_tests = FIRST_TROUBLE - 2 - tests.index(TROUBLE)  # the cause is the first line
    lines += [_noise(number) for number in range(before_tests - len(lines))]
    return [*lines, *tests, "[Pipeline] End of Pipeline", "ERROR: script returned exit code 2"]


def _noise(number: int) -> str:
    artifact = f"lib-{number % 97}/{number % 13}.{number % 7}.{number % 5}"
    place = f"https://repo.example.com/maven2/org/example/shop/{artifact}"
    return f"[INFO] Downloaded from central: {place}/lib-{number:05}.jar ({number % 900} kB)"


def _test_lines() -> list[str]:
    lines = ["[Pipeline] { (integration tests)", "+ make it", "docker compose run tests"]
    for suite, count in _SUITES:
        lines.append(f"[INFO] Running {suite}")
        if suite.endswith("PaymentFlowTest"):
            for name in _FAILED_TESTS:
                lines += _failed_test(name)
        lines.append(f"[INFO] Tests run: {count}, Time elapsed: {count / 10:.1f} s -- in {suite}")
    summary = ["[ERROR] Tests run: 212, Failures: 3, Errors: 0, Skipped: 0"]
    return [*lines, *summary, "[INFO] BUILD FAILURE", "make: *** [Makefile:31: it] Error 1"]


def _failed_test(name: str) -> list[str]:
    """Write three attempts of a test."""
    attempt = [TROUBLE, "\tat shop.checkout.PaymentsClient.connect(PaymentsClient.java:88)"]
    return [*attempt * 3, f"[ERROR] PaymentFlowTest.{name} -- Time elapsed: 10.2 s <<< FAILURE!"]


def course(_: Job) -> Course:
    """Let the next build fail like the last."""
    lines = _test_lines()
    quarter = len(lines) // 4 + 1
    texts = ["\n".join(lines[i : i + quarter]) + "\n" for i in range(0, len(lines), quarter)]
    return Course(["[Pipeline] Start of Pipeline\n", *texts], "FAILURE", _report)
