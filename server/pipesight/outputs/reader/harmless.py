"""Judge which names a pickle may import without harm. A name that is not known to be harmless may run any code."""

from __future__ import annotations

import os
import re
import sys
from typing import Dict, FrozenSet, Tuple

HARMLESS, UNKNOWN, HARMFUL = "harmless", "unknown", "harmful"


def judge(module: str, attribute: str) -> str:
    """Return the judgment of what calling a name can do.

    It is `harmless` if it only makes data. This module lists the harmless names of Python and of some libraries. Any
    other name of these is `harmful`. A name of other code is `unknown`.
    """
    is_data = attribute not in _ACTING and any(
        modules.fullmatch(module) and attributes.fullmatch(attribute) for modules, attributes in _PATTERNS
    )
    if attribute in _NAMES.get(module, frozenset()) or is_data:
        return HARMLESS
    return HARMFUL if module.partition(".")[0] in _LISTED else UNKNOWN


def _names(text: str) -> FrozenSet[str]:
    return frozenset(text.split())


_BUILTINS = _names(
    "bool bytearray bytes complex dict float frozenset int list long object range set slice str tuple type unicode "
    "xrange Ellipsis NotImplemented StopIteration StopAsyncIteration KeyboardInterrupt"
)
_COPY = _names("_reconstructor __newobj__ __newobj_ex__")
_PATHS = _names("Path PosixPath WindowsPath PurePath PurePosixPath PureWindowsPath")
_ARRAYS = _names("_reconstruct scalar")
_NAMES: Dict[str, FrozenSet[str]] = {
    "builtins": _BUILTINS,
    "__builtin__": _BUILTINS,
    "_codecs": _names("encode"),
    "copyreg": _COPY,
    "copy_reg": _COPY,
    "collections": _names("OrderedDict defaultdict deque Counter ChainMap UserDict UserList UserString"),
    "datetime": _names("date datetime time timedelta timezone tzinfo"),
    "decimal": _names("Decimal"),
    "fractions": _names("Fraction"),
    "uuid": _names("UUID SafeUUID"),
    "pathlib": _PATHS,
    "pathlib._local": _PATHS,
    "ipaddress": _names("IPv4Address IPv4Network IPv4Interface IPv6Address IPv6Network IPv6Interface"),
    "array": _names("array _array_reconstructor"),
    "types": _names("SimpleNamespace"),
    "zoneinfo": _names("ZoneInfo ZoneInfo._unpickle"),
    "re": _names("_compile"),
    "functools": _names("partial"),
    "random": _names("Random"),
    "logging": _names("getLogger"),
    "numpy": _names("dtype ndarray matrix record recarray poly1d"),
    "numpy.core.multiarray": _ARRAYS,
    "numpy._core.multiarray": _ARRAYS,
    "numpy.core.numeric": _names("_frombuffer"),
    "numpy._core.numeric": _names("_frombuffer"),
    "numpy._core._internal": _names("_convert_to_stringdtype_kwargs"),
    "numpy.ma": _names("MaskedArray"),
    "numpy.ma.core": _names("_mareconstruct MaskedArray MaskedConstant"),
    "pandas": _names("DataFrame Series Timestamp Timedelta Period Interval Categorical NA NaT"),
    "pyarrow.lib": _names("_restore_array py_buffer type_for_alias chunked_array field schema timestamp list_ struct"),
    "pytz": _names("_UTC _p FixedOffset"),
    "dateutil.tz.tz": _names("tzutc tzoffset tzlocal"),
    "torch": _names("Size Tensor device"),
    "torch.nn.parameter": _names("Parameter UninitializedParameter Buffer"),
    "torch.storage": _names("TypedStorage UntypedStorage"),
    "torch._tensor": _names("_rebuild_from_type_v2"),
    "joblib.numpy_pickle": _names("NumpyArrayWrapper"),
}


def _pattern(modules: str, attributes: str) -> Tuple["re.Pattern[str]", "re.Pattern[str]"]:
    return re.compile(modules), re.compile(attributes)


# Classes that a module of a library may have imported from elsewhere, and that do more than hold data.
_ACTING = _names(
    "BZ2File CDLL FileIO GzipFile LZMAFile NamedTemporaryFile Parallel Pickler Pool Popen Process ProcessPoolExecutor "
    "Request SpooledTemporaryFile TarFile TemporaryDirectory TemporaryFile TextReader Thread ThreadPool "
    "ThreadPoolExecutor Timer Unpickler ZipFile"
)
_CLASS = r"_{0,2}[A-Z][A-Za-z0-9]*"
_UNPICKLE = r"__pyx_unpickle_\w+|_unpickle_(?:block|timestamp)|_{1,2}(?:timedelta|period|nat)_unpickle"
_PATTERNS = (
    _pattern(r"builtins|__builtin__|exceptions", r"[A-Z]\w*(?:Error|Exception|Warning)"),
    _pattern(r"numpy(?:\.dtypes)?", r"(?:u?int|float|complex|bool|datetime|timedelta|str|bytes|void|object)\d*_?"),
    _pattern(r"numpy\.dtypes", r"\w+DType"),
    _pattern(r"numpy\.random\.\w+", r"__\w+_ctor|__pyx_unpickle_\w+|[A-Z]\w+"),
    _pattern(
        r"pandas\.core\.(?:frame|series|generic|flags|indexes\.\w+|internals(?:\.\w+)?|dtypes\.\w+)"
        r"|pandas\.core\.arrays(?:\.(?!arrow)\w+)*|pandas\.(?:_libs|tseries)\.[\w.]+",
        rf"{_CLASS}|_new_\w+|new_block|{_UNPICKLE}",
    ),
    _pattern(r"pandas", r"\w*Index|\w+Dtype"),
    _pattern(r"pandas\.arrays", _CLASS),
    _pattern(r"pandas\.core\.arrays\.arrow\.array", r"ArrowExtensionArray|ArrowStringArray"),
    _pattern(r"scipy\.sparse(?:\.\w+)*", r"(?:csr|csc|coo|bsr|dia|dok|lil)_(?:matrix|array)"),
    _pattern(r"sklearn\.(?!datasets\b|externals\b)\w+(?:\.\w+)*", rf"{_CLASS}|{_UNPICKLE}|newObj"),
    _pattern(r"(?:xgboost|lightgbm)\.(?:core|basic|sklearn)", _CLASS),
    _pattern(r"torch", r"\w+Storage|b?float\d+|u?int\d+|complex\d+|bool"),
    _pattern(r"torch\._utils", r"_rebuild_(?:tensor|tensor_v2|tensor_v3|parameter|qtensor|sparse_tensor)"),
    _pattern(r"torch\.(?:nn\.modules|optim)(?:\.\w+)+", _CLASS),
)


def _standard_modules() -> FrozenSet[str]:
    """Return the modules of the standard library, of this Python at least."""
    known = getattr(sys, "stdlib_module_names", None)  # from Python 3.10 on
    if known is not None:
        return frozenset(known)
    files = os.listdir(os.path.dirname(os.__file__))
    return frozenset(name.partition(".")[0] for name in files) | frozenset(sys.builtin_module_names)


_REMOVED = _names("asynchat asyncore cgi cgitb crypt lib2to3 mailcap nntplib pipes smtpd spwd telnetlib")  # by 3.13

# Libraries whose names are either listed above or unsafe: they run code, load pickles, or access files or networks.
_LISTED = (
    _standard_modules()
    | _REMOVED
    | _names(
        "__builtin__ commands copy_reg distutils imp nt posix posixpath popen2 urllib2 winreg _winreg test numpy "
        "pandas pyarrow scipy sklearn torch joblib dill IPython pip setuptools pkg_resources requests pexpect pytest"
    )
)
