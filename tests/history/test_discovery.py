"""The stores of a workspace: ZenML's rules applied to real configurations, and listed stores."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from pipesight.history.addresses import file_path, local_path, mysql_address
from pipesight.history.discovery import Discovery, discover
from pipesight.history.history import History
from pipesight.history.rows import rows
from pipesight.history.sources import Source, SourceError
from tests import waiting
from tests.examples import mostly_slow
from tests.history.conftest import copy_without_artifacts

SECRET = "open sesame"


def databases(found: Discovery) -> list[str]:
    return [Path(source.label).name for source in found.sources]


@pytest.mark.parametrize("name", mostly_slow(["0.20.5", "0.55.5", "0.98.0"], quick=("0.98.0",)))
def test_a_configuration_folder_named_by_the_environment(
    name: str, unpack_history: Callable[[str], Path], tmp_path: Path
) -> None:
    config = unpack_history(name) / "config"
    found = discover([tmp_path], environment={"ZENML_CONFIG_PATH": str(config)}, home=tmp_path)
    assert [source.label for source in found.sources] == [str(config / "local_stores/default_zen_store/zenml.db")]
    assert any(finding.subject == "ZENML_CONFIG_PATH" for finding in found.findings)
    assert any(finding.outcome == "found" and "config.yaml" in finding.detail for finding in found.findings)


@pytest.mark.skipif(os.name == "nt", reason="XDG folders are of Unix")
@pytest.mark.parametrize("name", ["legacy-0.7.3", "legacy-0.13.2"])
@pytest.mark.parametrize("where", ["repo", "repo/sub/folder"])
def test_a_profile_in_the_home_folder(name: str, where: str, copy_configuration: Callable[[str], Path]) -> None:
    root = copy_configuration(name)
    (root / where).mkdir(parents=True, exist_ok=True)
    found = discover([root / where], environment={"XDG_CONFIG_HOME": str(root / "home/.config")}, home=root / "home")
    assert databases(found) == ["metadata.db"]
    with found.sources[0].connect() as session:
        assert list(session.stacks()) == ["default"]


def test_a_project_before_profiles(unpack_history: Callable[[str], Path], tmp_path: Path) -> None:
    root = unpack_history("legacy-0.5.7")
    found = discover([root / "repo"], environment={}, home=tmp_path)
    assert databases(found) == ["metadata.db"]
    with found.sources[0].connect() as session:
        assert list(session.stacks()) == ["local_stack"]


def test_the_project_may_be_named_by_the_environment(unpack_history: Callable[[str], Path], tmp_path: Path) -> None:
    repository = unpack_history("legacy-0.5.7") / "repo"
    found = discover([tmp_path], environment={"ZENML_REPOSITORY_PATH": str(repository)}, home=tmp_path)
    assert databases(found) == ["metadata.db"]


def test_a_profile_with_mysql(unpack_history: Callable[[str], Path]) -> None:
    root = unpack_history("legacy-0.13.2-mysql")
    found = discover(history=[str(root)], environment={})
    assert [source.label for source in found.sources] == ["mysql://127.0.0.1:3306/zenml_mlmd"]


def test_a_configuration_with_mysql(unpack_history: Callable[[str], Path]) -> None:
    found = discover(history=[str(unpack_history("0.98.0-mysql"))], environment={})
    assert [source.label for source in found.sources] == ["mysql://127.0.0.1:3306/zenml"]


@pytest.mark.parametrize(
    ("variables", "label"),
    [
        ({"ZENML_STORE_URL": "mysql://db:3307/prod", "ZENML_STORE_USERNAME": "me"}, "mysql://db:3307/prod"),
        ({"ZENML_STORE_URL": "sqlite:////else/where.db", "ZENML_STORE_TYPE": "sql"}, "/else/where.db"),
    ],
)
def test_the_environment_replaces_the_store(
    variables: dict[str, str], label: str, unpack_history: Callable[[str], Path], tmp_path: Path
) -> None:
    environment = {"ZENML_CONFIG_PATH": str(unpack_history("0.98.0") / "config"), **variables}
    found = discover([tmp_path], environment=environment, home=tmp_path)
    assert [source.label for source in found.sources] == [label]


def test_local_stores_named_by_the_environment(unpack_history: Callable[[str], Path], tmp_path: Path) -> None:
    stores = unpack_history("0.98.0") / "config/local_stores"
    environment = {"ZENML_LOCAL_STORES_PATH": str(stores), "ZENML_CONFIG_PATH": str(tmp_path)}
    found = discover([tmp_path], environment=environment, home=tmp_path)
    assert [source.label for source in found.sources] == [str(stores / "default_zen_store/zenml.db")]


@pytest.mark.parametrize("inside", ["", "config", "config/local_stores/default_zen_store", "config/local_stores"])
def test_an_explicit_folder(inside: str, unpack_history: Callable[[str], Path]) -> None:
    root = unpack_history("0.98.0")
    found = discover(history=[str(root / inside)], environment={})
    assert databases(found) == ["zenml.db"]


@pytest.mark.parametrize("name", ["legacy-0.5.7", "legacy-0.7.3"])
def test_a_legacy_project_that_was_moved(name: str, copy_configuration: Callable[[str], Path], tmp_path: Path) -> None:
    root = copy_configuration(name)
    recorded_in = tmp_path.parent / "gone"
    for file in [*root.rglob("metadata_stores/*.yaml"), *root.rglob("metadata_stores/*.json")]:
        text = file.read_text()
        start = text.index("/", text.index("uri"))
        end = text.index("/home/.config")
        file.write_text(text.replace(text[start:end], str(recorded_in)))
    (source,) = discover(history=[str(root)], environment={}).sources
    assert len(list(rows(source))) == 70


def test_a_project_of_the_first_releases_that_was_moved(
    copy_configuration: Callable[[str], Path], tmp_path: Path
) -> None:
    root = copy_configuration("legacy-0.5.7")
    (database,) = root.rglob("metadata.db")
    inside = root / "repo/.zen/local_store/metadata.db"  # where 0.5.0 to 0.5.2 put it
    inside.parent.mkdir()
    database.rename(inside)
    for file in root.rglob("metadata_stores/*.json"):
        store = json.loads(file.read_text())
        file.write_text(json.dumps({**store, "uri": "/recorded/there/.zen/local_store/metadata.db"}))
    (source,) = discover([root / "repo"], environment={}, home=tmp_path).sources
    assert len(list(rows(source))) == 70


def test_a_project_that_outgrew_its_first_release(copy_configuration: Callable[[str], Path], tmp_path: Path) -> None:
    repo, config = copy_configuration("legacy-0.5.7") / "repo", copy_configuration("0.98.0") / "config"
    (repo / ".zen/config.yaml").write_text("active_stack_id: 00000000-0000-0000-0000-00000000beef\n")
    found = discover([repo], environment={"ZENML_CONFIG_PATH": str(config)}, home=tmp_path)
    assert databases(found) == ["zenml.db"]


def in_a_database(profile: Path) -> Path:
    """Move a profile's stacks and metadata stores into a database, as `zenml profile create --store-type sql` does."""
    database = profile / "zenml.db"
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript(
            "CREATE TABLE zenstackcomponent (component_type VARCHAR NOT NULL, name VARCHAR NOT NULL,"
            " component_flavor VARCHAR NOT NULL, configuration BLOB NOT NULL, PRIMARY KEY (component_type, name));"
            "CREATE TABLE zenstackdefinition (stack_name VARCHAR NOT NULL, component_type VARCHAR NOT NULL,"
            " component_name VARCHAR NOT NULL, PRIMARY KEY (stack_name, component_type, component_name));"
        )
        for file in (profile / "metadata_stores").glob("*.yaml"):
            component = ("metadata_store", file.stem, "sqlite", b64encode(file.read_bytes()))
            connection.execute("INSERT INTO zenstackcomponent VALUES (?, ?, ?, ?)", component)
            for stack in ("default", "nightly"):
                definition = (stack, "metadata_store", file.stem)
                connection.execute("INSERT INTO zenstackdefinition VALUES (?, ?, ?)", definition)
            file.unlink()
        connection.commit()
    (profile / "stacks.yaml").unlink()
    return database


@pytest.mark.parametrize("moved", [False, True])
def test_a_profile_in_a_database(moved: bool, copy_configuration: Callable[[str], Path]) -> None:
    root = copy_configuration("legacy-0.13.2")
    config = root / "home/.config/zenml/config.yaml"
    database = in_a_database(config.parent / "profiles/default")
    url = f"sqlite:///{'/gone/zenml/profiles/default/zenml.db' if moved else database}"
    config.write_text(
        f"activated_profile: default\nprofiles:\n  default: {{name: default, store_type: sql, store_url: '{url}'}}\n"
    )
    (source,) = discover(history=[str(root)], environment={}).sources
    with source.connect() as session:
        assert list(session.stacks()) == ["default", "nightly"]
    assert len(list(rows(source))) == 72


def test_a_profile_on_a_server_is_explained(copy_configuration: Callable[[str], Path]) -> None:
    root = copy_configuration("legacy-0.13.2")
    (root / "home/.config/zenml/config.yaml").write_text(
        "activated_profile: default\n"
        "profiles:\n  default: {store_type: rest, store_url: 'http://me:open sesame@host'}\n"
    )
    found = discover(history=[str(root)], environment={})
    (problem,) = [finding for finding in found.findings if finding.outcome == "problem"]
    assert "cannot read it" in problem.detail
    assert problem.advice
    assert SECRET not in repr(found)


def test_the_environment_names_the_profile(copy_configuration: Callable[[str], Path]) -> None:
    root = copy_configuration("legacy-0.13.2")
    config = root / "home/.config/zenml"
    (config / "profiles/other").mkdir()
    environment = {"ZENML_CONFIG_PATH": str(config), "ZENML_ACTIVATED_PROFILE": "other"}
    assert discover([root], environment=environment, home=root).sources == ()
    environment["ZENML_ACTIVATED_PROFILE"] = "default"
    assert databases(discover([root], environment=environment, home=root)) == ["metadata.db"]


def test_explicit_locations(unpack_history: Callable[[str], Path]) -> None:
    root = unpack_history("0.98.0")
    file = root / "config/local_stores/default_zen_store/zenml.db"
    legacy = unpack_history("legacy-0.7.3")
    for locations in ([str(file)], [f"sqlite:///{file}"], [file.as_uri()]):
        assert [source.label for source in discover(history=locations, environment={}).sources] == [str(file)]
    found = discover([root], history=["config", str(legacy), str(file)], environment={})
    assert databases(found) == ["zenml.db", "metadata.db"]  # the file is that of the configuration


def test_a_configuration_that_was_moved(copy_configuration: Callable[[str], Path], tmp_path: Path) -> None:
    moved = copy_configuration("0.98.0").rename(tmp_path / "moved")
    config = moved / "config" / "config.yaml"
    config.write_text(config.read_text().replace("url: sqlite:////", "url: sqlite:////gone/"))
    found = discover(history=[str(moved)], environment={})
    assert [source.label for source in found.sources] == [str(moved / "config/local_stores/default_zen_store/zenml.db")]
    assert any("was moved" in finding.detail for finding in found.findings)


@pytest.mark.parametrize(
    ("location", "said"),
    [
        ("/no/such/folder", "no such file or folder"),
        ("file:///no/such/[file", "no such file or folder"),
        ("file://[no/such/file", "no such file or folder"),
        ("redis://user:open sesame@host/1", "reads no redis:// stores"),
        ("redis://user:[open sesame]@host/1", "reads no redis:// stores"),
        ("mysql://user:open sesame@host:port/x", "URL or the port of the MySQL server is not valid"),
        ("mysql://user:[open sesame@host/x", "URL or the port of the MySQL server is not valid"),
        ("mysql://user:open sesame/@host/x", "URL or the port of the MySQL server is not valid"),
        ("mysql:///x", "no host"),
        ("https://[host", "URL of the server is not valid"),
        ("https://host:99999", "URL of the server is not valid"),
        ("https://user:[open sesame@host", "URL of the server is not valid"),
        ("https://user:open sesame/@host", "URL of the server is not valid"),
        ("https://user:1/open sesame@host", "URL of the server is not valid"),
    ],
)
def test_a_wrong_location_is_explained(location: str, said: str) -> None:
    found = discover(history=[location], environment={})
    assert not found.sources
    (finding,) = [finding for finding in found.findings if finding.outcome == "problem"]
    assert said in finding.detail
    assert finding.advice
    assert SECRET not in repr(found)


def test_an_empty_folder_is_explained(tmp_path: Path) -> None:
    found = discover(history=[str(tmp_path)], environment={})
    assert not found.sources
    assert found.findings[-1].advice


def test_no_zenml_at_all(tmp_path: Path) -> None:
    found = discover([tmp_path], environment={}, home=tmp_path)
    assert not found.sources
    assert any(finding.outcome == "absent" and finding.advice for finding in found.findings)


def test_a_broken_configuration_is_explained(copy_configuration: Callable[[str], Path]) -> None:
    root = copy_configuration("0.98.0")
    (root / "config/config.yaml").write_text("store: [unclosed")
    found = discover(history=[str(root / "config")], environment={})
    assert any("not valid YAML" in finding.detail for finding in found.findings)
    assert databases(found) == ["zenml.db"]


def test_a_configuration_that_is_too_long_is_not_read_in_part(copy_configuration: Callable[[str], Path]) -> None:
    root = copy_configuration("0.98.0")
    with (root / "config/config.yaml").open("a") as file:
        file.write("# " + "x" * 1_000_000)
    found = discover(history=[str(root / "config")], environment={})
    assert any("more than 1,000,000 characters" in finding.detail for finding in found.findings)
    assert databases(found) == ["zenml.db"]


@pytest.mark.parametrize(
    "written",
    [
        "[" * 1000,
        "store: 2026-99-99",
        "store: !!timestamp soon",
        "store: !!int many",
        "store: {url: 'https://[x'}",
        "store: {url: 'https://me:open sesame/@x'}",
        "store: {url: 'mysql://x', port: [1], username: [me], password: [open sesame]}",
        "store: {type: rest, url: 'https://x', api_token: {expires_at: soon, access_token: open sesame}}",
        "active_project_id: [1]\nstore: {url: [1]}",
        "".join(f"n{n}: &n{n} [{', '.join([f'*n{n - 1}' if n else '1'] * 9)}]\n" for n in range(12))
        + "active_project_id: *n11\nstore: {url: *n11}",
    ],
    ids=lambda written: written[:50],
)
def test_a_hostile_configuration_is_explained(written: str, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(written)
    found = discover(history=[str(tmp_path)], environment={}, home=tmp_path)
    assert found.findings
    assert SECRET not in repr(found)


def test_no_password_is_shown(tmp_path: Path) -> None:
    found = discover(history=["mysql://me:open%20sesame@127.0.0.1:1/zenml"], environment={})
    (source,) = found.sources
    with pytest.raises(SourceError) as caught:
        list(rows(source))
    history = History.open([source], cache_folder=tmp_path)
    try:
        shown = f"{found!r} {found.sources} {source.key} {caught.value!r} {caught.value.advice} {history.state}"
        assert SECRET not in shown
        assert "cannot be reached" in shown
        assert caught.value.__cause__ is None
    finally:
        history.close()
    assert SECRET.encode() not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


def test_only_the_active_project_is_read(
    unpack_history: Callable[[str], Path], copy_configuration: Callable[[str], Path]
) -> None:
    root = copy_configuration("0.98.0")
    config = root / "config" / "config.yaml"
    assert len(list(rows(discover(history=[str(root)], environment={}).sources[0]))) == 104
    lines = config.read_text().splitlines()
    other = [
        "active_project_id: 00000000-0000-0000-0000-00000000beef" if "active_project_id" in x else x for x in lines
    ]
    config.write_text("\n".join(other))
    (source,) = discover(history=[str(root)], environment={}).sources
    assert len(list(rows(source))) == 104, "a project that does not exist is no reason to show nothing"


def test_a_relative_folder_in_one_of_several_workspace_folders(
    unpack_history: Callable[[str], Path], tmp_path: Path
) -> None:
    root = unpack_history("0.98.0")

    found = discover([tmp_path, root], history=["config"], environment={}, home=tmp_path)

    assert databases(found) == ["zenml.db"]


@pytest.mark.parametrize(
    ("project", "environment", "active"),
    [
        ("active_project_id: local", {}, "local"),
        ("active_workspace_id: local", {}, "local"),
        ("active_stack_id: any", {}, "global"),
        ("active_project_id: local", {"ZENML_ACTIVE_PROJECT_ID": "told"}, "told"),
        ("active_workspace_id: local", {"ZENML_ACTIVE_WORKSPACE_ID": "told"}, "told"),
        ("active_workspace_id: local", {"ZENML_ACTIVE_WORKSPACE_NAME": "named"}, "local"),
        ("active_stack_id: any", {"ZENML_ACTIVE_WORKSPACE_NAME": "named"}, "named"),
        ("active_stack_id: any", {"ZENML_ACTIVE_PROJECT_NAME": "named"}, "named"),
    ],
)
@pytest.mark.parametrize("marker", [".zen", ".zenml_project"])
def test_the_active_project_by_zenmls_rules(
    project: str, environment: dict[str, str], active: str, marker: str, tmp_path: Path
) -> None:
    config, repo = tmp_path / "config", tmp_path / "repo"
    (repo / marker).mkdir(parents=True)
    (repo / marker / "config.yaml").write_text(project)
    config.mkdir()
    store = f"store: {{type: sql, url: 'sqlite:///{tmp_path / 'zenml.db'}'}}"
    (config / "config.yaml").write_text(f"{store}\nactive_project_id: global\n")
    environment = {"ZENML_CONFIG_PATH": str(config), "ZENML_REPOSITORY_DIRECTORY_NAME": marker, **environment}
    (source,) = discover([repo], environment=environment, home=tmp_path).sources
    assert source.key == f"{tmp_path / 'zenml.db'}#{active}"


def test_local_stores_named_by_the_environment_with_a_type_only(
    unpack_history: Callable[[str], Path], tmp_path: Path
) -> None:
    stores = unpack_history("0.98.0") / "config/local_stores"
    environment = {"ZENML_LOCAL_STORES_PATH": str(stores), "ZENML_STORE_TYPE": "sql"}
    found = discover([tmp_path], environment=environment, home=tmp_path)
    assert [source.label for source in found.sources] == [str(stores / "default_zen_store/zenml.db")]


@pytest.mark.parametrize(
    ("store", "expected"),
    [
        ({"url": "mysql://h"}, (None, None, False)),
        ({"url": "mysql://h?ssl=true"}, (True, None, False)),
        ({"url": "mysql://h?ssl_ca=/ca.pem"}, (True, "/ca.pem", False)),
        ({"url": "mysql://h?ssl_ca=/ca.pem&ssl_verify_server_cert=yes"}, (True, "/ca.pem", True)),
        ({"url": "mysql://h", "ssl": False}, (False, None, False)),
        ({"url": "mysql://h", "ssl": False, "ssl_ca": "/ca.pem"}, (False, "/ca.pem", False)),
        ({"url": "mysql://h", "ssl_ca": "/ca.pem"}, (True, "/ca.pem", False)),
        ({"url": "mysql://h?ssl_ca=/new.pem", "ssl": False, "ssl_ca": "/ca.pem"}, (True, "/new.pem", False)),
    ],
)
def test_tls_of_a_mysql_store(store: dict[str, object], expected: tuple[object, ...]) -> None:
    address = mysql_address(store)
    assert (address.ssl, address.ssl_ca, address.ssl_verify) == expected


def test_a_parameter_that_zenml_does_not_know_is_explained() -> None:
    (finding,) = discover(history=["mysql://me@h/db?sslmode=require"], environment={}).findings
    assert finding.outcome == "problem"
    assert "sslmode" in finding.detail


def outputs_of(source: Source) -> list[str]:
    return [row.uri for row in rows(source) if row.uri]


GONE = ["/gone/zenml", "C:\\\\Users\\\\me\\\\AppData\\\\Roaming\\\\zenml"]


@pytest.mark.parametrize("recorded", mostly_slow(GONE, quick=GONE[:1]))
def test_artifacts_beside_a_database_that_was_moved(
    recorded: str, copy_history: Callable[[str], Path], tmp_path: Path
) -> None:
    moved = copy_history("0.98.0").rename(tmp_path / "moved")
    config, local = moved / "config/config.yaml", moved / "config/local_stores"
    database, slash = local / "default_zen_store/zenml.db", "\\" if "C:" in recorded else "/"
    with closing(sqlite3.connect(database)) as connection, connection:
        for id_, uri in connection.execute("SELECT id, uri FROM artifact_version").fetchall():
            new = recorded.replace("\\\\", "\\") + slash + uri[uri.index("local_stores") :].replace("/", slash)
            connection.execute("UPDATE artifact_version SET uri = ? WHERE id = ?", (new, id_))
    url = f"{recorded}{slash}local_stores{slash}default_zen_store{slash}zenml.db".replace("\\\\", "\\")
    config.write_text(f"store: {{type: sql, url: 'sqlite:///{url}'}}\n")

    (source,) = discover(history=[str(moved)], environment={}).sources

    assert source.label == str(database)
    uris = outputs_of(source)
    assert uris
    assert all(Path(uri).is_relative_to(local) and Path(uri).exists() for uri in uris)


def test_artifacts_that_are_where_they_were_recorded(unpack_history: Callable[[str], Path]) -> None:
    root = unpack_history("0.98.0")
    (source,) = discover(history=[str(root)], environment={}).sources
    assert all(uri.startswith(str(root)) for uri in outputs_of(source))


@pytest.mark.parametrize("name", ["legacy-0.7.3", "legacy-0.13.2"])
def test_a_legacy_project_beside_a_modern_home(name: str, copy_configuration: Callable[[str], Path]) -> None:
    repo, modern = copy_configuration(name) / "repo", copy_configuration("0.98.0") / "config"
    environment = {"ZENML_CONFIG_PATH": str(modern)}

    found = discover(history=[str(repo)], environment=environment)
    (problem,) = [finding for finding in found.findings if finding.outcome == "problem"]
    assert not found.sources
    assert "ZenML 0.7 to 0.13" in problem.detail
    assert problem.advice

    shutil.copytree(repo.parent / "home/.config/zenml/profiles", modern / "profiles")
    found = discover(history=[str(repo)], environment=environment)
    assert databases(found) == ["metadata.db"]


@pytest.mark.parametrize("name", ["legacy-0.7.3", "legacy-0.10.0-profile", "legacy-0.13.2"])
@pytest.mark.parametrize("is_named", [True, False])
def test_a_legacy_project_without_its_home(
    name: str, is_named: bool, copy_configuration: Callable[[str], Path], tmp_path: Path
) -> None:
    repo, environment = copy_configuration(name) / "repo", {"ZENML_CONFIG_PATH": str(tmp_path / "none")}
    found = discover([] if is_named else [repo], history=[str(repo)] * is_named, environment=environment)

    assert not found.sources
    (said,) = [finding for finding in found.findings if "ZenML 0.7 to 0.13" in finding.detail]
    assert said.outcome == ("problem" if is_named else "note")
    assert "metadata.db" in (said.advice or "")


@pytest.mark.parametrize("name", ["legacy-0.7.3", "legacy-0.13.2"])
def test_a_legacy_project_that_is_opened_beside_a_modern_home(
    name: str, copy_configuration: Callable[[str], Path]
) -> None:
    repo, modern = copy_configuration(name) / "repo", copy_configuration("0.98.0") / "config"

    found = discover([repo], environment={"ZENML_CONFIG_PATH": str(modern)})

    assert databases(found) == ["zenml.db"]  # as for ZenML of today, but not without a word
    assert any("The project is of ZenML 0.7 to 0.13" in finding.detail for finding in found.findings)
    home = repo.parent / "home/.config/zenml"
    found = discover([repo], environment={"ZENML_CONFIG_PATH": str(home)})
    assert databases(found) == ["metadata.db"]
    assert not any("ZenML 0.7 to 0.13" in finding.detail for finding in found.findings)


@pytest.mark.parametrize(
    ("text", "platform", "path"),
    [
        ("C:\\data\\zenml.db", "linux", "/mnt/c/data/zenml.db"),
        ("/c:/data/zenml.db", "linux", "/mnt/c/data/zenml.db"),
        ("\\\\wsl$\\Ubuntu\\home\\me\\zenml.db", "linux", "/home/me/zenml.db"),
        ("//wsl.localhost/Ubuntu/home/me/zenml.db", "linux", "/home/me/zenml.db"),
        ("\\\\server\\share\\zenml.db", "linux", "//server/share/zenml.db"),
        ("/home/me/zenml.db", "linux", "/home/me/zenml.db"),
        ("/home/me/a\\b.db", "linux", "/home/me/a\\b.db"),
        ("/c:/data/zenml.db", "win32", "c:\\data\\zenml.db"),
        ("C:\\data\\zenml.db", "win32", "C:\\data\\zenml.db"),
        ("/mnt/c/data/zenml.db", "win32", "c:/data/zenml.db"),
        ("\\\\server\\share\\zenml.db", "win32", "\\\\server\\share\\zenml.db"),
    ],
)
def test_paths_of_windows_on_linux(text: str, platform: str, path: str) -> None:
    assert local_path(text, platform) == Path(path)


def test_one_file_by_two_names_is_one_store(copy_configuration: Callable[[str], Path], tmp_path: Path) -> None:
    database = next(copy_configuration("0.98.0").rglob("zenml.db")).rename(tmp_path / "zenml.db")
    (tmp_path / "ZenML.DB").hardlink_to(database)  # as on a volume that ignores case
    found = discover(history=[str(database), str(tmp_path / "ZenML.DB")], environment={}, home=tmp_path)
    assert databases(found) == ["zenml.db"]


def test_a_named_file_that_is_gone_is_still_a_store(tmp_path: Path) -> None:
    found = discover(history=[str(tmp_path / "zenml.db")], environment={}, home=tmp_path)
    assert databases(found) == ["zenml.db"]
    assert [finding.outcome for finding in found.findings] == ["absent"]


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("file:///c%3A/data/zenml.db", "/mnt/c/data/zenml.db"),
        ("file://server/share/a%20b.db", "//server/share/a b.db"),
        ("file://localhost/data/zenml.db", "/data/zenml.db"),
    ],
)
@pytest.mark.skipif(os.name == "nt", reason="what Linux makes of them")
def test_file_urls(url: str, path: str) -> None:
    assert file_path(url) == Path(path)


@pytest.mark.parametrize(
    ("platform", "environment", "folder"),
    [
        ("win32", {"APPDATA": "{home}/Roaming"}, "Roaming/zenml"),
        ("win32", {}, "AppData/Roaming/zenml"),
        ("darwin", {"XDG_CONFIG_HOME": "{home}/other"}, "Library/Application Support/zenml"),
        ("linux", {"XDG_CONFIG_HOME": "{home}/other"}, "other/zenml"),
        ("linux", {}, ".config/zenml"),
    ],
)
def test_the_configuration_folder_of_each_system(
    platform: str,
    environment: dict[str, str],
    folder: str,
    unpack_history: Callable[[str], Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.platform", platform)
    stores = tmp_path / folder / "local_stores"
    copy_without_artifacts(unpack_history("0.98.0") / "config/local_stores", stores)
    told = {name: value.replace("{home}", str(tmp_path)) for name, value in environment.items()}
    found = discover([tmp_path], environment=told, home=tmp_path)
    assert [source.label for source in found.sources] == [str(stores / "default_zen_store/zenml.db")]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no named pipes in folders")
@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_a_configuration_that_is_no_regular_file_is_not_read(kind: str, tmp_path: Path) -> None:
    config = tmp_path / ".zen/config.yaml"
    config.parent.mkdir()
    if kind == "pipe":
        os.mkfifo(config)
    else:
        config.symlink_to("/dev/zero")
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))\n"
        "from pathlib import Path; from pipesight.history.discovery import discover; home = Path(sys.argv[1])\n"
        "print([finding.detail for finding in discover([home], environment={}, home=home).findings])"
    )
    # In a process with an end and a limit: what reads such a file never ends and takes all memory.
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=waiting.PATIENCE,
        check=True,
    )
    assert "'cannot be read.'" in done.stdout
