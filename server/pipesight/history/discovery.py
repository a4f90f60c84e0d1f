"""Find the stores of a workspace, by ZenML's own rules or from a list, and note why each was found."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from pipesight.history.addresses import sqlite_path, store_path, without_password
from pipesight.history.gathered import NAME_A_STORE, Gathered, Observation
from pipesight.history.legacy import Legacy, homes, profiles
from pipesight.history.sources.source import Source
from pipesight.history.sources.values import NOTHING, mapping, word


@dataclass(frozen=True, slots=True)
class Discovery:
    """The stores of a workspace, and the findings on the way to them. Neither contains a password.

    `is_whole` is False if the search skipped a local server, because it was not allowed to ask whether it runs.
    """

    sources: tuple[Source, ...]
    findings: tuple[Observation, ...]
    is_whole: bool = True


def discover(
    folders: Sequence[Path] = (),
    *,
    history: Sequence[str] = (),
    project: str = "",
    environment: Mapping[str, str] | None = None,
    home: Path | None = None,
    ask: bool = True,
) -> Discovery:
    """Find the stores of the workspace of these folders.

    `history` lists stores as URLs (`sqlite:///...`, `mysql://user:password@host/database`, `https://...`), as files, or
    as folders (ZenML's configuration folder, a project, a folder with one of them in it). If it is given, ZenML's own
    rules are skipped. A relative path is resolved against each folder in which it exists, else against the first
    folder. `project` is the name or id of the project to read instead of the active one. `environment` is `os.environ`
    by default. Only with `ask` does the search use the network, to ask whether a local server runs.
    """
    search = _Search(os.environ if environment is None else environment, home or Path.home(), ask=ask)
    for location in history:
        path = store_path(location)
        having = [folder for folder in folders if path is not None and (folder / path).exists()]
        for base in having or [*folders, Path.cwd()][:1]:
            search.explicit(location, base)
    if not history:
        for folder in folders or [Path.cwd()]:
            search.workspace(folder)
    found = search.result()
    if project:
        return replace(found, sources=tuple(source.in_project(project) for source in found.sources))
    return found


class _Search:
    """One search for stores, with the environment and the home folder that it uses."""

    def __init__(self, environment: Mapping[str, str], home: Path, *, ask: bool) -> None:
        self._ask = ask
        self._is_whole = True
        self._environment = environment
        self._home = home
        self._marker = environment.get("ZENML_REPOSITORY_DIRECTORY_NAME") or ".zen"
        self._found = Gathered()
        self._legacy = Legacy(self._found)

    def result(self) -> Discovery:
        return Discovery(self._found.sources, self._found.findings, self._is_whole)

    # The folders and URLs to look at

    def workspace(self, folder: Path) -> None:
        """Add the stores that ZenML itself would use for a project in this folder."""
        config = self._config_folder()
        self._zenml(config, self._project(folder), self._environment)

    def explicit(self, location: str, base: Path) -> None:
        """Add the store that the user named by its path or URL. A relative path is below `base`."""
        scheme = location.split("://", 1)[0] if "://" in location else ""
        if scheme in ("http", "https"):
            self._server({"url": location}, config=None, why="named explicitly", projects=self._active(base))
        elif scheme.startswith(("mysql", "mariadb")):
            self._found.mysql({"url": location}, projects=self._active(base), stacks=(), why="named explicitly")
        elif (path := store_path(location)) is None:
            advice = (
                "Name a folder, a database file, sqlite:///FILE, mysql://USER@HOST/DATABASE or a server's https URL."
            )
            self._found.note(without_password(location), "problem", f"Pipesight reads no {scheme}:// stores.", advice)
        elif scheme in ("", "file"):
            self._path(base / path, base)
        else:
            self._found.file(base / path, why="named explicitly", projects=self._active(base, base / path))

    def _path(self, path: Path, base: Path) -> None:
        """Add the stores of a file or a folder that the user named.

        A folder may be a ZenML configuration, a project, or a copy of both. A copy has them as `config` and `repo`, or
        as `home/.config/zenml` and `repo`, like the sample history and those of the tests.
        """
        if path.is_file() or (path.suffix in _SUFFIXES and not path.is_dir()):
            self._found.file(path, why="named explicitly", projects=self._active(base, path))
        elif not path.is_dir():
            self._found.note(str(path), "problem", "There is no such file or folder.", "Check its name.")
        elif database := next((path / name for name in _DATABASES if (path / name).is_file()), None):
            self._found.file(database, why=f"in the folder {path}", projects=self._active(base, database))
        elif _is_config_folder(path):
            self._zenml(path, None, {})
        elif _is_config_folder(path / "config"):
            self._zenml(path / "config", self._marked(path / "repo"), {})
        elif (path / "home").is_dir() and (path / "repo").is_dir():
            self._zenml(path / "home" / ".config" / "zenml", self._marked(path / "repo"), {})
        elif self._marked(path):
            self._named_project(path)
        else:
            self._found.note(
                str(path),
                "problem",
                "No ZenML configuration, project or database is in this folder.",
                "Name ZenML's configuration folder, a project after `zenml init`, or a database file.",
            )

    def _named_project(self, folder: Path) -> None:
        """Add the store of a project that the user named.

        A project of ZenML 0.7 to 0.13 names its profile. If the user has upgraded ZenML since, the configuration lacks
        that profile and leads to another store. Then the search notes a problem and adds no store.
        """
        config, marker = self._config_folder(), folder / self._marker
        settings, local = self._found.read(config / "config.yaml"), self._found.read(marker / "config.yaml")
        profile = word(local.get("active_profile_name"))
        if not profile or _is_current(local):
            self.workspace(folder)
        elif profile in (known := profiles(config, settings)):
            self._legacy.profile(config, settings, profile, known)
        else:
            self._found.note(
                str(marker / "config.yaml"),
                "problem",
                f"The project is of ZenML 0.7 to 0.13. Its profile {profile!r} is not in {config}.",
                _OF_THAT_TIME,
            )

    def _active(self, folder: Path, database: Path | None = None) -> tuple[str, ...]:
        """Return candidates for the active project of a store that the user named without a configuration.

        The settings of the workspace's project come first, then those of the configuration folder that contains the
        database, then the user's own.
        """
        marked = next((path for path in (folder, *folder.absolute().parents) if self._marked(path)), None)
        local = self._found.read(marked / self._marker / "config.yaml") if marked else NOTHING
        named = self._environment.get("ZENML_CONFIG_PATH")
        configs = [Path(named).expanduser() if named else self._user_config_folder()]
        if database is not None and database.parts[-3:] == _DEFAULT.parts:
            configs.insert(0, database.parents[2])
        told = [
            _active_projects(self._found.read(config / "config.yaml"), local, self._environment) for config in configs
        ]
        return tuple(dict.fromkeys(name for names in told for name in names))

    def _config_folder(self) -> Path:
        if named := self._environment.get("ZENML_CONFIG_PATH"):
            self._found.note("ZENML_CONFIG_PATH", "note", f"names the configuration folder {named}")
            return Path(named).expanduser()
        return self._user_config_folder()

    def _user_config_folder(self) -> Path:
        if sys.platform == "win32":
            base = Path(self._environment.get("APPDATA") or self._home / "AppData" / "Roaming")
        elif sys.platform == "darwin":
            base = self._home / "Library" / "Application Support"
        else:
            base = Path(self._environment.get("XDG_CONFIG_HOME") or self._home / ".config")
        return base / "zenml"

    def _project(self, folder: Path) -> Path | None:
        """Return the project folder that ZenML would use: the nearest one at or above `folder` that contains `.zen`."""
        if named := self._environment.get("ZENML_REPOSITORY_PATH"):
            self._found.note("ZENML_REPOSITORY_PATH", "note", f"names the project folder {named}")
            return self._marked(Path(named).expanduser())
        for candidate in (folder, *folder.absolute().parents):
            if project := self._marked(candidate):
                self._found.note(str(project / self._marker), "found", "the project's ZenML folder")
                return project
        detail = f"There is no `{self._marker}` folder here or above. ZenML's configuration decides."
        self._found.note(str(folder), "note", detail)
        return None

    def _marked(self, path: Path) -> Path | None:
        """Return the absolute path of the folder if it contains ZenML's marker folder (`.zen`), else None."""
        return path.absolute() if (path / self._marker).is_dir() else None

    # The stores that they lead to

    def _zenml(self, config: Path, project: Path | None, environment: Mapping[str, str]) -> None:
        """Add the stores that a configuration folder and a project lead to, in the order in which ZenML decides."""
        marker = project / self._marker if project else None
        if marker and self._legacy.project(marker, config):
            return
        settings = self._found.read(config / "config.yaml")
        local = self._found.read(marker / "config.yaml") if marker else NOTHING
        store = self._store(settings.get("store"), environment)
        if marker and (profile := word(local.get("active_profile_name"))) and not _is_current(local):
            self._old_project(marker, profile, config, is_read=store is None and profile in profiles(config, settings))
        if store is not None:
            projects = _active_projects(settings, local, environment)
            self._configured(store, config, settings, projects, environment)
        elif known := profiles(config, settings):
            told = (local.get("active_profile_name"), environment.get("ZENML_ACTIVATED_PROFILE"))
            active = next(filter(None, (*told, settings.get("activated_profile"), *known)))
            self._legacy.profile(config, settings, str(active), known)
        else:
            self._default(config, environment, _active_projects(settings, local, environment))

    def _old_project(self, marker: Path, profile: str, config: Path, *, is_read: bool) -> None:
        """Note that the installed ZenML uses another store than the one that an old project recorded in."""
        if not is_read:
            detail = f"The project is of ZenML 0.7 to 0.13, and {config} does not use its profile {profile!r}."
            self._found.note(str(marker / "config.yaml"), "note", detail, _OF_THAT_TIME)

    def _store(self, section: object, environment: Mapping[str, str]) -> dict[str, Any] | None:
        """Return the `store` section as the environment variables `ZENML_STORE_*` change it. None if there is none.

        As in ZenML, a URL or a type in the environment replaces the whole section.
        """
        store = cast("dict[str, Any]", section) if isinstance(section, dict) else None
        prefix = "ZENML_STORE_"
        named = {key[len(prefix) :].lower(): value for key, value in environment.items() if key.startswith(prefix)}
        if not named:
            return store
        self._found.note("ZENML_STORE_*", "note", f"sets {', '.join(sorted(named))}")
        if "url" in named or "type" in named:
            return named
        return {**(store or {}), **named} if store else None

    def _configured(
        self,
        store: Mapping[str, Any],
        config: Path,
        settings: Mapping[str, Any],
        projects: Sequence[str],
        environment: Mapping[str, str],
    ) -> None:
        url = word(store.get("url"))
        why = f"the store of {config / 'config.yaml'}"
        if store.get("type") == "rest" or url.startswith("http"):
            self._server(store, config=config, why=why, projects=projects)
        elif url.startswith(("mysql", "mariadb")):
            self._found.mysql(store, projects=projects, stacks=(), why=why)
        elif url.startswith("sqlite"):
            path = sqlite_path(url)
            if url == mapping(settings.get("store")).get("url"):
                path = self._found.moved(path, *homes(config))
            self._found.file(path, why=why, projects=projects)
        elif url:
            detail = "Pipesight cannot read this kind of store."
            self._found.note(without_password(url), "problem", detail, "Please report it.")
        else:
            self._default(config, environment, projects)

    def _default(self, config: Path, environment: Mapping[str, str], projects: Sequence[str]) -> None:
        named = environment.get("ZENML_LOCAL_STORES_PATH")
        stores = Path(named).expanduser() if named else config / "local_stores"
        if named:
            self._found.note("ZENML_LOCAL_STORES_PATH", "note", f"names the folder of the local stores, {named}")
        path = stores / "default_zen_store" / "zenml.db"
        if path.exists():
            self._found.file(path, why="ZenML's default store", projects=projects)
        elif config.is_dir():
            advice = f"Run a pipeline, or {NAME_A_STORE}."
            self._found.note(str(path), "absent", "ZenML's default store does not exist yet.", advice)
        else:
            advice = f"Run a pipeline with ZenML, or {NAME_A_STORE}."
            self._found.note(str(config), "absent", "ZenML has no configuration folder here yet.", advice)

    def _server(self, store: Mapping[str, Any], *, config: Path | None, why: str, projects: Sequence[str] = ()) -> None:
        """Add a ZenML server. A server on this machine that does not answer is replaced by its database file.

        `config` is the configuration folder that names the server. It is None if the user named the server. Then the
        environment may hold the login.
        """
        from pipesight.history.sources.zenml_server import server_source

        folder = config or self._config_folder()
        environment: Mapping[str, str] = self._environment if config is None else {}
        try:
            source = server_source(store, lambda: self._found.read(folder / "credentials.yaml"), environment, projects)
        except ValueError as error:
            self._found.note(why, "problem", str(error), "Write it as https://HOST. A slash in a password is %2F.")
            return
        self._found.note(source.label, "found", why)
        local = folder / _DEFAULT
        if source.server.is_local and local.exists() and not self._ask:
            self._is_whole = False
            return
        if source.server.is_local and local.exists() and not source.answers():
            detail = f"This local server does not run. Pipesight reads its file {local} instead."
            self._found.note(source.label, "absent", detail)
            self._found.file(local, why="the file of the local server", projects=projects)
            return
        if not source.server.has_credentials:
            advice = f"Run `zenml login {source.label}`, or set ZENML_STORE_API_KEY."
            self._found.note(source.label, "problem", "Pipesight has no login for this server.", advice)
        self._found.add(source)


_DEFAULT = Path("local_stores", "default_zen_store", "zenml.db")
_OF_THAT_TIME = "Name the configuration folder that this ZenML release used, or the database (metadata.db) in it."
_SUFFIXES = (".db", ".sqlite", ".sqlite3")
_DATABASES = ("zenml.db", "metadata.db", "default_zen_store/zenml.db")


def _is_config_folder(path: Path) -> bool:
    return (path / "config.yaml").is_file() or (path / _DEFAULT).is_file() or (path / "profiles").is_dir()


def _is_current(project: Mapping[str, Any]) -> bool:
    """Return whether a project's configuration was written by ZenML 0.20 or later."""
    return any(project.get(name) for name in ("active_stack_id", "active_project_id", "active_workspace_id"))


def _active_projects(
    settings: Mapping[str, Any], local: Mapping[str, Any], environment: Mapping[str, str]
) -> tuple[str, ...]:
    """Return the names and ids that ZenML tries for the active project, in ZenML's order.

    `settings` is ZenML's configuration, and `local` is the configuration of the project. Releases up to 0.75 call a
    project a workspace. A name in the environment overrides only the name in `settings`.
    """
    ids, names = ("active_project_id", "active_workspace_id"), ("active_project_name", "active_workspace_name")
    told: tuple[object, ...] = (
        *(environment.get(f"ZENML_{name.upper()}") for name in ids),
        *(local.get(name) for name in (*ids, *names)),
        *(environment.get(f"ZENML_{name.upper()}") for name in names),
        *(settings.get(name) for name in (*ids, *names)),
    )
    return tuple(dict.fromkeys(name for name in map(word, told) if name))
