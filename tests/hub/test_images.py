"""What images are built from is understood by the tools that build and run them."""

import os
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.hub


def merged(one, other):
    """The values of a chart with some of them changed, as Helm merges them."""
    return one | {
        key: merged(one[key], value) if isinstance(value, dict) and isinstance(one.get(key), dict) else value
        for key, value in other.items()
    }


def test_repo2docker_takes_the_version_of_python_that_environment_yml_names(monkeypatch):
    conda = pytest.importorskip("repo2docker.buildpacks.conda")
    monkeypatch.chdir(ROOT)
    build = conda.CondaBuildPack("buildpack-deps")
    assert build.detect()
    assert build.python_version == "3.12"


def test_the_values_for_kubernetes_fit_the_charts_own_schema():
    """The chart is in no package: LSTM_TEACH_Z2JH names a clone of zero-to-jupyterhub-k8s."""
    if not (named := os.environ.get("LSTM_TEACH_Z2JH")):
        pytest.skip("LSTM_TEACH_Z2JH names no clone of zero-to-jupyterhub-k8s")
    jsonschema = pytest.importorskip("jsonschema")
    usual, schema = (
        yaml.safe_load((Path(named) / "jupyterhub" / name).read_text(encoding="utf-8"))
        for name in ("values.yaml", "values.schema.yaml")
    )
    ours = yaml.safe_load((ROOT / "deploy" / "zero-to-jupyterhub.yaml").read_text(encoding="utf-8"))
    check = jsonschema.Draft7Validator(schema)
    assert [error.message for error in check.iter_errors(merged(usual, ours))] == []
    ours["singleuser"]["memry"] = "2G"
    assert [error.message for error in check.iter_errors(merged(usual, ours))]
