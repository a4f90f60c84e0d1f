"""Which stores of run history a workspace has: by ZenML's own rules, or as a list says; and why."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast
from urllib.parse import unquote, urlsplit

from pipesight.history.profile_database import MetadataStore, metadata_stores
from pipesight.history.sources.values import NOTHING, mapping, word

if TYPE_CHECKING:
    from pipesight.history.sources import Source
    from pipesight.history.sources.mysql import MySQL

Outcome = Literal["found", "absent", "problem", "note"]


NAME_A_STORE = "name a store (the setting pipesight.history, --source in a terminal, history= in Python)"
"""What a person can do where ZenML's rules find nothing."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at on the way to the stores, and what to do next where it is a problem."""

    subject: str
    outcome: Outcome
    detail: str
    advice: str | None = None


@dataclass(frozen=True, slots=True)
class Discovery:
    """The stores that were found, and how, in the order of looking. Neither shows a password."""

    sources: tuple[Source, ...]
    findings: tuple[Finding, ...]


def discover(
    folders: Sequence[Path] = (),
    *,
    history: Sequence[str] = (),
    project: str = "",
    environment: Mapping[str, str] | None = None,
    home: Path | None = None,
) -> Discovery:
    """Find the stores of the workspace of these folders.

    `history` lists stores explicitly, as URLs (`sqlite:///...`, `mysql://user:password@host/database`, `https://...`),
    files or folders (ZenML's configuration folder, a project, a folder with one of them in it); then nothing else is
    looked at. Relative paths are meant from each folder that has them, else from the first. `project` is the name or id
    of a project of these stores, to read instead of the active one. `environment` is `os.environ` unless given.
    """
    search = _Search(os.environ if environment is None else environment, home or Path.home())
    for place in history:
        for base in [folder for folder in folders if (folder / place).exists()] or [*folders, Path.cwd()][:1]:
            search.explicit(place, base)
    if not history:
        for folder in folders or [Path.cwd()]:
            search.workspace(folder)
    found = search.result()
    if project:
        return replace(found, sources=tuple(source.in_project(project) for source in found.sources))
    return found


class _Search:
    """One search; collects what it finds."""

    def __init__(self, environment: Mapping[str, str], home: Path) -> None:
        self._environment = environment
        self._home = home
        self._marker = environment.get("ZENML_REPOSITORY_DIRECTORY_NAME") or ".zen"
        self._sources: dict[str, Source] = {}
        self._findings: list[Finding] = []

    def result(self) -> Discovery:
        return Discovery(tuple(self._sources.values()), tuple(dict.fromkeys(self._findings)))

    # Where to look

    def workspace(self, folder: Path) -> None:
        """ZenML's own rules, for a project in this folder."""
        config = self._config_folder()
        self._zenml(config, self._project(folder), self._environment)

    def explicit(self, place: str, base: Path) -> None:
        """A store that somebody named."""
        scheme = place.split("://", 1)[0] if "://" in place else ""
        if scheme in ("http", "https"):
            self._server({"url": place}, config=None, why="named explicitly", projects=self._active(base))
        elif scheme.startswith(("mysql", "mariadb")):
            self._mysql({"url": place}, projects=self._active(base), stacks=(), why="named explicitly")
        elif scheme.startswith("sqlite"):
            path = _sqlite_path(place)
            self._file(path, why="named explicitly", projects=self._active(base, path))
        elif scheme not in ("", "file"):
            advice = (
                "Name a folder, a database file, sqlite:///FILE, mysql://USER@HOST/DATABASE or a server's https URL."
            )
            self._note(_without_password(place), "problem", f"{scheme} is no kind of store.", advice)
        else:
            path = _file_path(place) if scheme else Path(place).expanduser()
            self._path(path if path.is_absolute() else base / path, base)

    def _path(self, path: Path, base: Path) -> None:
        if path.is_file():
            self._file(path, why="named explicitly", projects=self._active(base, path))
        elif not path.is_dir():
            self._note(str(path), "problem", "There is no such file or folder.", "Check its name.")
        elif database := next((path / name for name in _DATABASES if (path / name).is_file()), None):
            self._file(database, why=f"in the folder {path}", projects=self._active(base, database))
        elif _is_config_folder(path):
            self._zenml(path, None, {})
        elif _is_config_folder(path / "config"):
            self._zenml(path / "config", self._marked(path / "repo"), {})
        elif (path / "home").is_dir() and (path / "repo").is_dir():
            self._zenml(path / "home" / ".config" / "zenml", self._marked(path / "repo"), {})
        elif self._marked(path):
            self.workspace(path)
        else:
            self._note(
                str(path),
                "problem",
                "No ZenML configuration, project or database is in this folder.",
                "Name ZenML's configuration folder, a project after `zenml init`, or a database file.",
            )

    def _active(self, folder: Path, database: Path | None = None) -> tuple[str, ...]:
        """Return what may be the active project of a store that is named without its configuration.

        The project's folder comes first, then the configuration that the database lies in, then the user's own.
        """
        marked = next((path for path in (folder, *folder.absolute().parents) if self._marked(path)), None)
        local = self._read(marked / self._marker / "config.yaml") if marked else NOTHING
        named = self._environment.get("ZENML_CONFIG_PATH")
        configs = [Path(named).expanduser() if named else self._user_config_folder()]
        if database is not None and database.parts[-3:] == _DEFAULT.parts:
            configs.insert(0, database.parents[2])
        told = [_active_projects(self._read(config / "config.yaml"), local, self._environment) for config in configs]
        return tuple(dict.fromkeys(name for names in told for name in names))

    def _config_folder(self) -> Path:
        if named := self._environment.get("ZENML_CONFIG_PATH"):
            self._note("ZENML_CONFIG_PATH", "note", f"names the configuration folder {named}")
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
        """The folder with `.zen` in it that ZenML would take for the project."""
        if named := self._environment.get("ZENML_REPOSITORY_PATH"):
            self._note("ZENML_REPOSITORY_PATH", "note", f"names the project folder {named}")
            return self._marked(Path(named).expanduser())
        for candidate in (folder, *folder.absolute().parents):
            if project := self._marked(candidate):
                self._note(str(project / self._marker), "found", "the project's ZenML folder")
                return project
        detail = f"no `{self._marker}` folder here or above: what ZenML's configuration says is used"
        self._note(str(folder), "note", detail)
        return None

    def _marked(self, path: Path) -> Path | None:
        """The folder, if ZenML's marker is in it. A configuration folder of that name is no marker."""
        return path.absolute() if (path / self._marker).is_dir() else None

    # What lies there

    def _zenml(self, config: Path, project: Path | None, environment: Mapping[str, str]) -> None:
        marker = project / self._marker if project else None
        if marker and self._legacy_project(marker, config):
            return
        settings = self._read(config / "config.yaml")
        local = self._read(marker / "config.yaml") if marker else NOTHING
        store = self._store(settings.get("store"), environment)
        if store is not None:
            projects = _active_projects(settings, local, environment)
            self._configured(store, config, settings, projects, environment)
        elif profiles := _profiles(config, settings):
            told = (local.get("active_profile_name"), environment.get("ZENML_ACTIVATED_PROFILE"))
            active = next(filter(None, (*told, settings.get("activated_profile"), *profiles)))
            self._profile(config, settings, str(active), profiles)
        else:
            self._default(config, environment, _active_projects(settings, local, environment))

    def _store(self, section: object, environment: Mapping[str, str]) -> dict[str, Any] | None:
        """The `store` section, as the environment variables `ZENML_STORE_*` change it."""
        store = cast("dict[str, Any]", section) if isinstance(section, dict) else None
        prefix = "ZENML_STORE_"
        named = {key[len(prefix) :].lower(): value for key, value in environment.items() if key.startswith(prefix)}
        if not named:
            return store
        self._note("ZENML_STORE_*", "note", f"sets {', '.join(sorted(named))}")
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
            self._mysql(store, projects=projects, stacks=(), why=why)
        elif url.startswith("sqlite"):
            path = _sqlite_path(url)
            if url == mapping(settings.get("store")).get("url"):
                path = self._moved(path, *_homes(config))
            self._file(path, why=why, projects=projects)
        elif url:
            self._note(_without_password(url), "problem", "is no store that Pipesight knows.", "Please report it.")
        else:
            self._default(config, environment, projects)

    def _default(self, config: Path, environment: Mapping[str, str], projects: Sequence[str]) -> None:
        named = environment.get("ZENML_LOCAL_STORES_PATH")
        stores = Path(named).expanduser() if named else config / "local_stores"
        if named:
            self._note("ZENML_LOCAL_STORES_PATH", "note", f"names the stores' folder {named}")
        path = stores / "default_zen_store" / "zenml.db"
        if path.exists():
            self._file(path, why="ZenML's default store", projects=projects)
        elif config.is_dir():
            advice = f"Run a pipeline, or {NAME_A_STORE}."
            self._note(str(path), "absent", "ZenML's default store does not exist yet.", advice)
        else:
            advice = f"Run a pipeline with ZenML, or {NAME_A_STORE}."
            self._note(str(config), "absent", "ZenML has no configuration folder here yet.", advice)

    def _profile(self, config: Path, settings: Mapping[str, Any], active: str, profiles: Mapping[str, Path]) -> None:
        """Releases 0.7 to 0.13: a profile of stacks, each with a metadata store."""
        folder = profiles.get(active)
        if folder is None:
            advice = f"Existing profiles: {', '.join(sorted(profiles))}."
            self._note(str(config), "problem", f"The active profile {active!r} does not exist.", advice)
            return
        self._note(str(folder), "found", f"the active ZenML profile {active!r}")
        profile = mapping(mapping(settings.get("profiles")).get(active))
        url = word(profile.get("store_url"))
        if profile.get("store_type") == "sql" and url.startswith("sqlite"):
            database = self._moved(_sqlite_path(url), *_homes(config))
            self._metadata_stores(database, metadata_stores(database), _homes(config))
        elif profile.get("store_type") in ("sql", "rest"):
            advice = f"For the metadata store of its stacks, {NAME_A_STORE}."
            self._note(_without_password(url), "problem", "keeps this profile's stacks, and is not read.", advice)
        else:
            stacks = _stacks_by_store(mapping(self._read(folder / "stacks.yaml").get("stacks")))
            self._metadata_store_files(folder / "metadata_stores", stacks, _homes(config))

    def _legacy_project(self, marker: Path, config: Path) -> bool:
        """Releases before 0.7: the project's `.zen` folder has stacks and metadata stores in it."""
        service, folder = self._read(marker / "zenservice.json"), marker / "metadata_stores"
        local, homes = self._read(marker / "config.yaml"), (*_homes(config), marker)
        if service and not local:
            stacks = _stacks_by_store(mapping(service.get("stacks")))
            by_uuid = {
                word(mapping(entry).get("uuid") or entry): stacks.get(name, [])
                for name, entry in mapping(service.get("metadata_store_map")).items()
            }
            self._note(str(marker / "zenservice.json"), "found", "the project's stacks (ZenML 0.5)")
            self._metadata_store_files(folder, by_uuid, homes)
            return True
        if folder.is_dir() and "stacks" in local:
            self._note(str(marker / "config.yaml"), "found", "the project's stacks (ZenML 0.6)")
            self._metadata_store_files(folder, _stacks_by_store(mapping(local.get("stacks"))), homes)
            return True
        return False

    def _metadata_store_files(self, folder: Path, stacks: Mapping[str, Sequence[str]], homes: Iterable[Path]) -> None:
        files = sorted([*folder.glob("*.yaml"), *folder.glob("*.json")])
        stores = [(self._read(file), stacks.get(file.stem, ()), file) for file in files]
        named = [
            MetadataStore(word(store.get("name")) or file.stem, store, tuple(names)) for store, names, file in stores
        ]
        self._metadata_stores(folder, named, homes)

    def _metadata_stores(self, place: Path, stores: Sequence[MetadataStore], homes: Iterable[Path]) -> None:
        used = [store for store in stores if store.stacks] or stores
        if not used:
            self._note(str(place), "problem", "No metadata store is registered here.", "Check `zenml stack describe`.")
        for store in used:
            why = f"the metadata store {store.name!r} of {place}"
            if store.settings.get("uri"):
                path = self._moved(_sqlite_path(word(store.settings["uri"])), *homes)
                if len(used) > 1 and not path.exists():
                    self._note(str(path), "absent", f"{why}: nothing was recorded there")
                    continue
                self._file(path, why=why, stacks=store.stacks)
            elif store.settings.get("host"):
                self._mysql(store.settings, projects=(), stacks=store.stacks, why=why)

    def _moved(self, path: Path, *homes: Path) -> Path:
        """Where a store is now that the folder that it lies in was moved or copied: one of these."""
        if path.exists():
            return path
        for home in homes:
            if home.name in path.parts:
                moved = home.joinpath(*path.parts[path.parts.index(home.name) + 1 :])
                if moved.exists():
                    self._note(str(path), "absent", f"does not exist, but {moved} does: the configuration was moved")
                    return moved
        return path

    # The stores themselves

    def _file(self, path: Path, *, why: str, projects: Sequence[str] = (), stacks: tuple[str, ...] = ()) -> None:
        from pipesight.history.sources.database import DatabaseSource

        if not path.exists():
            advice = f"It is made by the first pipeline run; or {NAME_A_STORE}."
            self._note(str(path), "absent", f"{why}: the file does not exist.", advice)
        else:
            self._note(str(path), "found", why)
        self._add(DatabaseSource(_real(path), projects=projects, stacks=stacks))

    def _mysql(self, store: Mapping[str, Any], *, projects: Sequence[str], stacks: tuple[str, ...], why: str) -> None:
        from pipesight.history.sources.database import DatabaseSource

        try:
            address = _mysql_address(store)
        except ValueError as error:
            self._note(why, "problem", str(error), "Write it as mysql://USER:PASSWORD@HOST:PORT/DATABASE.")
            return
        if store.get("secret") and not address.username:
            advice = "Name the store with user and password in `pipesight.history`."
            self._note(str(address), "problem", f"{why}: its password lies in a ZenML secret.", advice)
        self._note(str(address), "found", why)
        self._add(DatabaseSource(address, projects=projects, stacks=stacks))

    def _server(self, store: Mapping[str, Any], *, config: Path | None, why: str, projects: Sequence[str] = ()) -> None:
        from pipesight.history.sources.zenml_server import server_source

        folder = config or self._config_folder()
        environment: Mapping[str, str] = self._environment if config is None else {}
        try:
            source = server_source(store, lambda: self._read(folder / "credentials.yaml"), environment, projects)
        except ValueError as error:
            self._note(why, "problem", str(error), "Write it as https://HOST; a slash in a password is %2F.")
            return
        self._note(source.label, "found", why)
        local = folder / _DEFAULT
        if source.is_local and not source.answers() and local.exists():
            self._note(source.label, "absent", f"this local server does not run: its file {local} is read instead")
            self._file(local, why="the file of the local server", projects=projects)
            return
        if not source.has_credentials:
            advice = f"Run `zenml login {source.label}`, or set ZENML_STORE_API_KEY."
            self._note(source.label, "problem", "There is no login for this server.", advice)
        self._add(source)

    def _add(self, source: Source) -> None:
        self._sources.setdefault(source.key, source)

    def _note(self, subject: str, outcome: Outcome, detail: str, advice: str | None = None) -> None:
        self._findings.append(Finding(subject, outcome, detail, advice))

    def _read(self, path: Path) -> Mapping[str, Any]:
        """The mapping in a YAML or JSON file; empty where there is none."""
        import yaml

        try:
            text = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return {}
        except (OSError, UnicodeDecodeError):
            self._note(str(path), "problem", "cannot be read.", "Check its permissions.")
            return {}
        try:
            return mapping(yaml.safe_load(text))
        except Exception:  # noqa: BLE001 - hostile YAML makes PyYAML raise whatever Python does
            self._note(str(path), "problem", "is not valid YAML.", "Repair it, or remove it and run `zenml login`.")
            return {}


_DEFAULT = Path("local_stores", "default_zen_store", "zenml.db")
_DATABASES = ("zenml.db", "metadata.db", "default_zen_store/zenml.db")


def _is_config_folder(path: Path) -> bool:
    return (path / "config.yaml").is_file() or (path / _DEFAULT).is_file() or (path / "profiles").is_dir()


def _homes(config: Path) -> tuple[Path, ...]:
    """The folders in which releases put databases of their own."""
    return (config / "local_stores", config / "profiles")


def _active_projects(
    settings: Mapping[str, Any], local: Mapping[str, Any], environment: Mapping[str, str]
) -> tuple[str, ...]:
    """Return the names and ids that ZenML tries for the active project, in its order."""
    ids, names = ("active_project_id", "active_workspace_id"), ("active_project_name", "active_workspace_name")
    told: tuple[object, ...] = (
        *(environment.get(f"ZENML_{name.upper()}") for name in ids),
        *(local.get(name) for name in (*ids, *names)),
        *(environment.get(f"ZENML_{name.upper()}") for name in names),  # stand for the settings only
        *(settings.get(name) for name in (*ids, *names)),
    )
    return tuple(dict.fromkeys(name for name in map(word, told) if name))


def _profiles(config: Path, settings: Mapping[str, Any]) -> dict[str, Path]:
    named = dict.fromkeys([*mapping(settings.get("profiles")), *_children(config / "profiles")])
    return {name: config / "profiles" / name for name in named if (config / "profiles" / name).is_dir()}


def _children(folder: Path) -> Iterator[str]:
    return (path.name for path in sorted(folder.iterdir())) if folder.is_dir() else iter(())


def _stacks_by_store(stacks: Mapping[str, Any]) -> dict[str, list[str]]:
    """The names of the stacks that use each metadata store."""
    by_store: dict[str, list[str]] = {}
    for name, stack in stacks.items():
        parts = mapping(stack)
        store = word(parts.get("metadata_store") or parts.get("metadata_store_name"))
        if store:
            by_store.setdefault(store, []).append(str(name))
    return by_store


def _sqlite_path(url: str) -> Path:
    """The file of `sqlite:///relative`, `sqlite:////absolute` or a plain path."""
    text = url.split(":///", 1)[1] if ":///" in url else url
    return Path(unquote(text) if ":///" in url else text).expanduser()


def _file_path(url: str) -> Path:
    """The file of `file:///...`; on Windows a drive has no slash before it."""
    path = unquote(url.split("://", 1)[1].partition("/")[2])
    return Path(path if sys.platform == "win32" else f"/{path}")


def _real(path: Path) -> Path:
    return path.resolve() if path.exists() else path.absolute()


def _mysql_address(store: Mapping[str, Any]) -> MySQL:
    from pipesight.history.sources.mysql import MySQL

    url = word(store.get("url"))
    try:
        parts = urlsplit(url) if url else None
        port = (parts.port if parts else None) or int(word(store.get("port")) or 3306)
    except ValueError:
        raise ValueError("This is no valid address of a MySQL server.") from None
    host = parts.hostname if parts else word(store.get("host"))
    if not host:
        raise ValueError("The MySQL address has no host.")
    address = MySQL(
        host=host,
        port=port,
        database=(parts.path.strip("/") if parts else "") or word(store.get("database")) or "zenml",
        username=unquote((parts and parts.username) or "") or word(store.get("username")) or None,
        password=unquote((parts and parts.password) or "") or word(store.get("password")) or None,
    )
    secure = any(store.get(name) for name in ("ssl", "ssl_ca", "ssl_cert", "ssl_key"))
    return replace(
        address,
        ssl=secure and str(store.get("ssl", True)).lower() not in ("false", "0", "none"),
        ssl_verify=str(store.get("ssl_verify_server_cert", False)).lower() in ("true", "1"),
        **{name: word(store.get(name)) or None for name in ("ssl_ca", "ssl_cert", "ssl_key")},
    )


def _without_password(url: str) -> str:
    head, at, tail = url.rpartition("@")
    return f"{head.split('://', 1)[0]}://{tail}" if at and "://" in head else url
