"""What is said to a container, a platform or systemd names commands, settings and routes that there are."""

import configparser
import json
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

from bot.cli import cli
from bot.settings import Settings

ROOT = Path(__file__).parents[2]
COMMANDS = set(get_command(cli).commands)  # type: ignore[attr-defined]
SETTINGS = {name.upper() for name in Settings.model_fields}
ROUTES = {"/slack/events", "/stripe/webhooks", "/healthz", "/readyz"}


def stages() -> dict[str, list[tuple[str, str]]]:
    """The instructions of the Dockerfile by the name of their stage."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE)
    found: dict[str, list[tuple[str, str]]] = {}
    for line in text.replace("\\\n", " ").splitlines():
        if not line.strip():
            continue
        word, rest = line.split(maxsplit=1)
        if word == "FROM":
            image, _, name = rest.split()
            found[name] = [*found.get(image, [("FROM", image)])]
        else:
            found[name].append((word, " ".join(rest.split())))
    return found


def compose() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
    return read


@pytest.mark.parametrize(("stage", "command"), [("portalbot", "serve"), ("demo", "demo")])
def test_an_image_runs_as_nobody_in_particular_and_starts_a_command_that_there_is(
    stage: str, command: str
) -> None:
    lines = dict(stages()[stage])
    assert int(lines["USER"]) >= 10_000
    assert json.loads(lines["ENTRYPOINT"]) == ["portalbot"]
    assert json.loads(lines["CMD"])[0] == command
    assert command in COMMANDS
    assert re.fullmatch(r"python:3\.1[1-4]-slim-\w+", lines["FROM"])


def test_the_image_says_whether_it_is_alive() -> None:
    check = dict(stages()["portalbot"])["HEALTHCHECK"]
    program, _, code = json.loads(check.partition("CMD ")[2])
    assert program == "python"
    compile(code, "HEALTHCHECK", "exec")
    assert "/healthz" in code


def test_everything_is_installed_with_its_hashes_and_compiled() -> None:
    runs = [rest for word, rest in stages()["build-demo"] if word == "RUN"]
    installs = [run for run in runs if "-r requirements" in run]
    assert len(installs) == 2
    assert all("--require-hashes" in run for run in installs)
    assert sum("compileall" in run for run in runs) == 2


def test_the_images_are_tried_as_shut_in_as_the_compose_file_has_them() -> None:
    script = (ROOT / "deploy" / "try-image.sh").read_text()
    (options,) = re.findall(r"^shut_in=\((.*)\)$", script, re.MULTILINE)
    assert {"--read-only", "--cap-drop ALL", "--security-opt no-new-privileges"} <= {
        each.strip() for each in re.split(r" (?=--)", options)
    }
    assert set(re.findall(r"build --tag \S+ --target (\w+)", script)) <= stages().keys()


def test_where_no_container_tool_works_that_is_said() -> None:
    program = shutil.which("bash")
    assert program is not None
    script = str(ROOT / "deploy" / "try-image.sh")
    ran = subprocess.run(
        [program, script], env={"PATH": "/nowhere"}, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout == "Neither docker nor podman works here: nothing was built or run.\n"


def test_what_is_built_from_is_there_and_is_let_through() -> None:
    allowed = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line[:1] == "!"]
    assert [name for name in allowed if not (ROOT / name).exists()] == []
    project = (ROOT / "pyproject.toml").read_text()
    (included,) = re.findall(r"^only-include = (\[.*\])$", project, re.MULTILINE)
    forced = re.findall(r'^"([^"]+)" = "portalbot/program/bot/messages/init/', project, re.MULTILINE)
    needed = [*json.loads(included), *forced, "hatch_build.py", "README.md", "LICENSE"]
    assert [
        name for name in needed if not any(name == each or name.startswith(f"{each}/") for each in allowed)
    ] == []


def test_every_service_of_ours_is_shut_in_and_runs_a_command_that_there_is() -> None:
    services = compose()["services"]
    assert services.keys() == {"migrate", "web", "worker", "db", "demo"}
    for name in ("migrate", "web", "worker", "demo"):
        service = services[name]
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service.get("command", "serve") in COMMANDS
        assert service["build"]["target"] in stages()
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))
    assert services["demo"]["profiles"] == ["demo"]
    for name in ("web", "worker"):
        assert services[name]["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}
        assert services[name]["environment"].keys() <= SETTINGS


def test_the_button_asks_for_settings_that_there_are_and_starts_what_the_procfile_has() -> None:
    app = json.loads((ROOT / "app.json").read_text())
    assert app["env"].keys() <= SETTINGS
    asked = {name for name, variable in app["env"].items() if variable.get("required", True)}
    assert asked == {"STRIPE_API_KEY", "SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"}
    processes = {line.partition(":")[0] for line in (ROOT / "Procfile").read_text().splitlines()}
    assert app["formation"].keys() == processes - {"release"}


def test_the_unit_runs_a_command_that_there_is_with_settings_that_there_are_and_is_shut_in() -> None:
    unit = configparser.RawConfigParser(strict=False, comment_prefixes=("#",))
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(ROOT / "deploy" / "portalbot.service")
    service = unit["Service"]
    assert service["ExecStart"].split()[1] in COMMANDS
    assert {each.partition("=")[0] for each in shlex.split(service["Environment"])} <= SETTINGS
    assert (service["ProtectSystem"], service["NoNewPrivileges"]) == ("strict", "true")
    assert service["User"] == "portalbot"


def passed_on() -> Iterator[tuple[str, set[str]]]:
    caddy = (ROOT / "deploy" / "Caddyfile").read_text()
    (paths,) = re.findall(r"@callers path (.*)$", caddy, re.MULTILINE)
    yield "Caddyfile", set(paths.split())
    nginx = (ROOT / "deploy" / "nginx.conf").read_text()
    yield "nginx.conf", set(re.findall(r"location = (\S+) \{ proxy_pass", nginx))


@pytest.mark.parametrize(("file", "paths"), [*passed_on()])
def test_a_proxy_passes_on_what_strangers_may_call_and_nothing_else(file: str, paths: set[str]) -> None:
    assert paths == ROUTES
