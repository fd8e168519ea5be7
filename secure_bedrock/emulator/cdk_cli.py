"""The AWS CDK CLI of one exact version, deploying to the emulator and nowhere else."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from secure_bedrock.emulator.isolation import ACCOUNT, isolated_environment
from secure_bedrock.emulator.node import node_program, npm_command

_ASSETS = Path(__file__).with_name("cdk-cli")
_MANIFESTS = ("package.json", "package-lock.json")
_INSTALL_SECONDS = 600
_RUN_SECONDS = 900
_LINES_SHOWN = 20

Listener = Callable[[str], None]


class CdkError(RuntimeError):
    """The CDK CLI failed; the message ends with what it wrote."""


class CdkCli:
    """Runs the CDK CLI against the emulator.

    Args:
        folder: Where it is installed, from a lock file with integrity hashes; kept between runs.
        endpoint_url: The emulator's address.
        region: The Region to bootstrap and deploy to.
        listener: Gets every line the CLI writes, as it comes.
    """

    def __init__(
        self,
        folder: Path,
        *,
        endpoint_url: str,
        region: str,
        listener: Listener | None = None,
    ) -> None:
        self._folder = folder
        self._endpoint_url = endpoint_url
        self._region = region
        self._listener = listener or (lambda _: None)

    def listen(self, listener: Listener) -> "CdkCli":
        """The same CLI, that tells what it writes."""
        return CdkCli(
            self._folder, endpoint_url=self._endpoint_url, region=self._region, listener=listener
        )

    def bootstrap(self, *regions: str) -> str:
        """Prepare Regions of the emulated account for deployments."""
        chosen = regions or (self._region,)
        return self._run(None, "bootstrap", *(f"aws://{ACCOUNT}/{region}" for region in chosen))

    def deploy(
        self, app: str | Path, *stacks: str, parameters: Mapping[str, str] | None = None
    ) -> str:
        """Deploy stacks of an app; all unless named.

        Args:
            app: The folder an app was synthesized to (a path), or the command that synthesizes.
            stacks: Their names.
            parameters: Values of CloudFormation parameters.

        Raises:
            CdkError: The deployment failed and was rolled back.
        """
        given = [f"--parameters={key}={value}" for key, value in (parameters or {}).items()]
        chosen = stacks or ("--all",)
        return self._run(
            app,
            "deploy",
            *("--require-approval=never", "--progress=events", "--asset-parallelism=false"),
            *given,
            *chosen,
        )

    def diff(self, app: str | Path, *stacks: str) -> str:
        """What a deployment would change."""
        return self._run(app, "diff", "--method=template", *stacks)

    def destroy(self, app: str | Path, *stacks: str) -> str:
        """Delete stacks."""
        return self._run(app, "destroy", "--force", *(stacks or ("--all",)))

    def install(self) -> Path:
        """The CLI's program, installed if it is not there yet."""
        program = self._folder / "node_modules" / "aws-cdk" / "bin" / "cdk"
        wanted = json.loads((_ASSETS / "package.json").read_text())["dependencies"]["aws-cdk"]
        about = program.parents[1] / "package.json"
        if about.exists() and json.loads(about.read_text())["version"] == wanted:
            return program
        self._folder.mkdir(parents=True, exist_ok=True)
        for name in _MANIFESTS:
            (self._folder / name).write_text((_ASSETS / name).read_text())
        command = [
            *npm_command(),
            "ci",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--loglevel=error",
        ]
        self._listener(f"Installing the AWS CDK CLI {wanted} in {self._folder}")
        path = f"{node_program().parent}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(
            command,
            cwd=self._folder,
            env={**os.environ, "PATH": path},
            capture_output=True,
            text=True,
            timeout=_INSTALL_SECONDS,
            check=False,
        )
        if done.returncode:
            raise CdkError(f"npm ci failed for aws-cdk {wanted}:\n{done.stdout}{done.stderr}")
        return program

    def _run(self, app: str | Path | None, *arguments: str) -> str:
        command = [str(node_program()), str(self.install()), *arguments]
        command += ["--no-notices", "--ci", "--no-color"]
        with tempfile.TemporaryDirectory(prefix="cdk-home-") as home:
            # a cdk.json here belongs to the app whose command is run, to nothing else
            folder = Path.cwd() if isinstance(app, str) else Path(home)
            if app is not None:
                command.append(f"--app={app.resolve() if isinstance(app, Path) else app}")
            return self._stream(command, self._environment(home), folder)

    def _environment(self, home: str) -> dict[str, str]:
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
        return isolated_environment(self._endpoint_url, self._region) | {
            "PATH": path,
            "HOME": home,
            "NODE_OPTIONS": f'--require "{_ASSETS / "loopback.js"}"',
            "CDK_HOME": home,
            "CDK_DISABLE_CLI_TELEMETRY": "true",
            "CDK_DISABLE_VERSION_CHECK": "true",
        }

    def _stream(self, command: Sequence[str], environment: Mapping[str, str], folder: Path) -> str:
        lines = []
        with subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment,
            cwd=folder,
        ) as process:
            for line in process.stdout or ():
                lines.append(line)
                self._listener(line.rstrip("\n"))
            code = process.wait(_RUN_SECONDS)
        output = "".join(lines)
        if code:
            raise CdkError(f"cdk {command[2]} failed:\n{''.join(lines[-_LINES_SHOWN:])}")
        return output
