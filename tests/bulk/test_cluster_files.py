"""The image and the job file of a cluster: linted, and held against what they name in this project."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import typer

from zeronine.bulk.here import GRACE_S
from zeronine.cli.app import app

ROOT = Path(__file__).parents[2]
DOCKERFILE = ROOT / "cluster/Dockerfile"
JOB = ROOT / "cluster/rayjob.yaml"

#: what a RayJob of KubeRay may hold, of that what ours holds: anything else is a slip of the pen
POD = {"containers", "volumes", "terminationGracePeriodSeconds"}
KNOWN: dict[str, set[str]] = {
    "": {"apiVersion", "kind", "metadata", "spec"},
    "spec": {
        "entrypoint",
        "backoffLimit",
        "shutdownAfterJobFinishes",
        "ttlSecondsAfterFinished",
        "rayClusterSpec",
    },
    "spec.rayClusterSpec": {"rayVersion", "enableInTreeAutoscaling", "headGroupSpec", "workerGroupSpecs"},
    "spec.rayClusterSpec.headGroupSpec": {"rayStartParams", "template"},
}
WORKERS = {"groupName", "replicas", "minReplicas", "maxReplicas", "rayStartParams", "template"}
CONTAINER = {"name", "image", "resources", "volumeMounts"}


@pytest.fixture(scope="module")
def job() -> Any:
    yaml = pytest.importorskip("yaml", reason="the extra 'documents' is not installed")
    return yaml.safe_load(JOB.read_text())


def pods(job: Any) -> list[Any]:
    """Return what the head's and the workers' pods are made of."""
    cluster = job["spec"]["rayClusterSpec"]
    groups = [cluster["headGroupSpec"], *cluster["workerGroupSpecs"]]
    return [group["template"]["spec"] for group in groups]


@pytest.mark.skipif(sys.platform != "linux", reason="the linter comes for Linux")
def test_the_linter_has_nothing_to_say_about_the_image() -> None:
    linter = shutil.which("hadolint", path=str(Path(sys.executable).parent)) or shutil.which("hadolint")
    if linter is None and os.environ.get("CI") != "true":
        pytest.skip("hadolint is not installed")
    assert linter is not None
    done = subprocess.run([linter, str(DOCKERFILE)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_image_copies_what_there_is_and_installs_extras_that_there_are() -> None:
    text = DOCKERFILE.read_text()
    for words in re.findall(r"^COPY (.+)$", text, re.MULTILINE):
        assert all((ROOT / name).exists() for name in words.split()[:-1])
    (extras,) = re.findall(r"\.whl\)\[([a-z,]+)\]", text)
    there = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    assert set(extras.split(",")) <= set(there)


def test_the_job_asks_for_the_ray_that_the_image_has(job: Any) -> None:
    (version,) = re.findall(r"^ARG RAY=(\S+)$", DOCKERFILE.read_text(), re.MULTILINE)
    assert job["spec"]["rayClusterSpec"]["rayVersion"] == version


def test_the_job_file_has_no_key_that_kuberay_does_not_know(job: Any) -> None:
    assert (job["apiVersion"], job["kind"]) == ("ray.io/v1", "RayJob")
    for place, known in KNOWN.items():
        part = job
        for name in filter(None, place.split(".")):
            part = part[name]
        assert set(part) <= known, place
    assert all(set(group) <= WORKERS for group in job["spec"]["rayClusterSpec"]["workerGroupSpecs"])
    for pod in pods(job):
        assert set(pod) <= POD
        assert all(set(container) <= CONTAINER for container in pod["containers"])


def test_its_command_is_one_of_ours_and_goes_on_where_it_was_ended(job: Any) -> None:
    """The line is parsed as it would be in the cluster; a driver that ends is begun again."""
    program, name, *words = shlex.split(job["spec"]["entrypoint"])
    command: Any = typer.main.get_group(app)
    context = command.commands[name].make_context(name, words)
    assert program == "zeronine"
    assert (context.params["on"], context.params["resume"]) == ("ray", True)
    assert job["spec"]["backoffLimit"] > 0
    most = sum(
        group["maxReplicas"] * int(group["template"]["spec"]["containers"][0]["resources"]["limits"]["cpu"])
        for group in job["spec"]["rayClusterSpec"]["workerGroupSpecs"]
    )
    assert context.params["workers"] == most


def test_every_node_sees_the_job_s_folder(job: Any) -> None:
    _, _, source, _, out, *_ = shlex.split(job["spec"]["entrypoint"])
    for pod in pods(job):
        (container,) = pod["containers"]
        mounts = {mount["mountPath"]: mount["name"] for mount in container["volumeMounts"]}
        for place in (source, out):
            (mount,) = [mount for mount in mounts if Path(place).is_relative_to(mount)]
            assert mounts[mount] in {volume["name"] for volume in pod["volumes"]}
        assert container["image"] == pods(job)[0]["containers"][0]["image"]


def test_workers_have_the_time_that_a_stop_gives_them(job: Any) -> None:
    assert all(pod.get("terminationGracePeriodSeconds", 30) > GRACE_S for pod in pods(job))
