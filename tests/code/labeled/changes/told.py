"""Objects that change in ways that are followed. The name is known."""

# %% globals
n = "a"
globals()["n"] = "b"
client.get_pipeline(n)

# %% globals alias
n = "a"
g = globals()
g["n"] = "b"
client.get_pipeline(n)

# %% locals at module
n = "a"
locals()["n"] = "b"
client.get_pipeline(n)

# %% vars module
n = "a"
vars()["n"] = "b"
client.get_pipeline(n)

# %% setattr var on obj
class K:
    n = "a"
k = K()
key = "n"
setattr(k, key, "b")
client.get_pipeline(k.n)

# %% object.__setattr__
class K:
    n = "a"
k = K()
object.__setattr__(k, "n", "b")
client.get_pipeline(k.n)

# %% k.__setattr__
class K:
    n = "a"
k = K()
k.__setattr__("n", "b")
client.get_pipeline(k.n)

# %% sys.modules
import sys
n = "a"
setattr(sys.modules[__name__], "n", "b")
client.get_pipeline(n)

# %% sys.modules attr
import sys
n = "a"
sys.modules[__name__].n = "b"
client.get_pipeline(n)

# %% copy is a new one
d = {"n": "a"}
e = d.copy()
e["n"] = "b"
client.get_pipeline(d["n"])
client.get_pipeline(e["n"])

# %% list() is a new one
d = ["a"]
e = list(d)
e.insert(0, "b")
client.get_pipeline(d[0])

# %% dict() is a new one
d = {"n": "a"}
e = dict(d)
e["n"] = "b"
client.get_pipeline(d["n"])
client.get_pipeline(e["n"])

# %% for target attribute
class K:
    n = "a"
k = K()
for k.n in ["b"]:
    pass
client.get_pipeline(k.n)

# %% imported star-unknown
x = ["a"]
import collections
collections.deque.extendleft
d = collections.deque(x)
d.appendleft("b")
client.get_pipeline(x[0])

# %% parse_args namespace
import argparse
p = argparse.ArgumentParser()
p.add_argument("--name", default="a")
class N: name = "q"
n = N()
p.parse_args([], namespace=n)
client.get_pipeline(n.name)

# %% plain dict
d = {"n": "a", "m": "b"}
str(d)
client.get_pipeline(d["n"])
client.get_pipeline(d["m"])

# %% json dump
import json
d = {"n": "a"}
json.dumps(d)
client.get_pipeline(d["n"])

# %% from json dump
from json import dumps
d = {"n": "a"}
dumps(d)
client.get_pipeline(d["n"])

# %% loop over list of names
NAMES = ["a"]
for n in NAMES:
    client.get_pipeline(n)

# %% config class
class Config:
    name = "a"
    def show(self):
        str(self)
c = Config()
c.show()
client.get_pipeline(c.name)

# %% dataclass
from dataclasses import dataclass
@dataclass
class C:
    name: str = "a"
    other: str = "b"
c = C(other="c")
client.get_pipeline(c.name)
client.get_pipeline(c.other)

# %% logger
import logging
logger = logging.getLogger(__name__)
d = {"n": "a"}
logger.info("x %s", d)
client.get_pipeline(d["n"])

# %% append two
x = []
x.append("a")
x.append("b")
client.get_pipeline(x[0])
client.get_pipeline(x[1])

# %% dict fill
d = {}
d["n"] = "a"
d["m"] = "b"
d.update(k="c")
client.get_pipeline(d["n"])
client.get_pipeline(d["k"])

# %% nested dict
d = {"t": {"n": "a"}}
d["t"]["m"] = "b"
d["t"]["n"] = "c"
client.get_pipeline(d["t"]["n"])
client.get_pipeline(d["t"]["m"])

# %% kwargs handed on
def g(name, other="x"):
    client.get_pipeline(name)
def f(*args, **kw):
    g(*args, **kw)
f("a", other="c")

# %% kwargs read
def f(**kw):
    client.get_pipeline(kw["name"])
f(name="a")

# %% args read
def f(*names):
    for n in names:
        client.get_pipeline(n)
f("a")

# %% self attributes
class K:
    def __init__(self, name):
        self.name = name
        self.names = [name]
    def go(self):
        client.get_pipeline(self.name)
        client.get_pipeline(self.names[0])
k = K("a")
k.go()
client.get_pipeline(k.name)
client.get_pipeline(k.names[0])

# %% two objects with equal lists
x = ["a"]
y = ["a"]
y.insert(0, "b")
client.get_pipeline(x[0])

# %% pop default
d = {"n": "a"}
d.pop("n")
client.get_pipeline(d.get("n", "z"))

# %% del default
d = {"n": "a"}
del d["n"]
client.get_pipeline(d.get("n", "z"))

# %% clear
d = {"n": "a"}
d.clear()
client.get_pipeline(d.get("n", "z"))

# %% star then positional
def f(x, y="q"):
    client.get_pipeline(x)
import os
args = ["a"] if os.sep else []
f(*args, "b")

# %% super init sets
class A:
    def __init__(self):
        self.n = "a"
class B(A):
    def __init__(self):
        super().__init__()
        self.n = "b"
client.get_pipeline(B().n)

# %% super init sets after
class A:
    def __init__(self):
        self.n = "a"
class B(A):
    def __init__(self):
        self.n = "b"
        super().__init__()
client.get_pipeline(B().n)

# %% mixin order
class A:
    n = "a"
class M:
    n = "m"
class B(M, A):
    pass
client.get_pipeline(B().n)

# %% zip dict
keys = ["n"]
vals = ["a"]
d = dict(zip(keys, vals))
vals[0] = "b"
client.get_pipeline(d["n"])

# %% alias before rebind
d = {"n": "a"}
e = d
d = {"n": "c"}
e["n"] = "b"
client.get_pipeline(d["n"])
client.get_pipeline(e["n"])

# %% star import of self
n = "a"
import builtins
builtins.n2 = "b"
client.get_pipeline(n)

# %% instance attr through dict of instances
class S:
    n = "a"
d = {"s": S()}
d["s"].n = "b"
client.get_pipeline(d["s"].n)

# %% return in try finally
def f():
    n = "a"
    try:
        return n
    finally:
        n = "b"
client.get_pipeline(f())

# %% finally changes
n = "a"
try:
    n = "b"
finally:
    n = "c"
client.get_pipeline(n)

# %% copied object
import copy
class K:
    def __init__(self):
        self.n = "a"
k = K()
m = copy.copy(k)
m.n = "b"
client.get_pipeline(k.n)
client.get_pipeline(m.n)

# %% replace of dataclass
from dataclasses import dataclass, replace
@dataclass
class C:
    n: str = "a"
c = C()
d = replace(c, n="b")
client.get_pipeline(c.n)
client.get_pipeline(d.n)

# %% dataclass field init False
from dataclasses import dataclass, field
@dataclass
class C:
    m: str = field(default="z", init=False)
    n: str = "a"
c = C("b")
client.get_pipeline(c.n)

# %% inherited dataclass order
from dataclasses import dataclass
@dataclass
class A:
    m: str = "m"
@dataclass
class B(A):
    n: str = "a"
client.get_pipeline(B("b").n)
client.get_pipeline(B("b").m)

# %% class var skip
from dataclasses import dataclass
from typing import ClassVar
@dataclass
class A:
    k: ClassVar[str] = "k"
    n: str = "a"
client.get_pipeline(A("b").n)

# %% instance hides class attribute
class A:
    n = "a"
    def __init__(self):
        self.n = "b"
client.get_pipeline(A.n)
client.get_pipeline(A().n)

# %% closure after
def f():
    n = "a"
    def g():
        return n
    n = "b"
    return g()
client.get_pipeline(f())

# %% dict update pairs
d = {"x": "a"}
d.update([("x", "b")])
client.get_pipeline(d["x"])

# %% dict update kw
d = {"x": "a"}
d.update({"x": "b"}, x="c")
client.get_pipeline(d["x"])

# %% dict kwarg
d = dict({"x": "a"}, x="b")
client.get_pipeline(d["x"])

# %% list copy slice
t = ["a", "b"]
s = t[:]
s.insert(0, "z")
client.get_pipeline(t[0])

# %% pos only
def f(n, /, **kw):
    client.get_pipeline(n)
f("a", n="b")

# %% partial override
from functools import partial
def f(n, m="x"):
    client.get_pipeline(n + m)
partial(f, "a", m="y")(m="z")

# %% partial positional
from functools import partial
def f(n, m):
    client.get_pipeline(m)
partial(f, "a")("b")

# %% star kwargs order
def f(n="a", m="b"):
    client.get_pipeline(n)
    client.get_pipeline(m)
f(**{"m": "x"}, n="y")

# %% star assign
a, *b = ["a", "b", "c"]
client.get_pipeline(b[0])
client.get_pipeline(b[-1])

# %% an argument that a function changes later
options = {"n": "a"}
def fill(target):
    target["n"] = "b"
client.get_pipeline(options["n"])
fill(options)

# %% an object that a method changes later
class K:
    def __init__(self):
        self.n = "a"
    def go(self):
        self.n = "b"
k = K()
client.get_pipeline(k.n)
k.go()

# %% truth: nonempty and
a = "x"
b = a and "b"
client.get_pipeline(b)

# %% truth: nonempty or
a = "x"
b = a or "b"
client.get_pipeline(b)

# %% truth: empty or
a = ""
b = a or "b"
client.get_pipeline(b)

# %% truth: literal nonempty or
b = "x" or "b"
client.get_pipeline(b)

# %% truth: empty list or
n = []
b = (n and "b") or "c"
client.get_pipeline(b)

# %% truth: one and
n = 1
b = (n and "b") or "c"
client.get_pipeline(b)

# %% truth: ifexp empty
a = ""
b = "x" if a else "b"
client.get_pipeline(b)

# %% truth: ifexp True
b = "x" if True else "b"
client.get_pipeline(b)

# %% truth: False or
b = False or "b"
client.get_pipeline(b)

# %% truth: in function or returned
def f(a):
    return a or "b"
client.get_pipeline(f(""))
client.get_pipeline(f("x"))

# %% truth: nested f-string
a = ""
b = f"{a}" or "c"
client.get_pipeline(b)

# %% rebound: rebound between calls returned
n = "a"
def f():
    return n
client.get_pipeline(f())
n = "b"
client.get_pipeline(f())

# %% rebound: rebound before only call
n = "a"
def f():
    client.get_pipeline(n)
n = "b"
f()

# %% rebound: called in main guard
n = "a"
def f():
    client.get_pipeline(n)
n = "b"
def main():
    f()
main()

# %% rebound: main guard normal
n = "a"
def f():
    client.get_pipeline(n)
if client:
    m = "b"
    f()

# %% rebound: rebound to derived
n = "a"
n = n + "b"
def f():
    client.get_pipeline(n)
f()

# %% rebound: default argument
n = "a"
def f(x=n):
    client.get_pipeline(x)
n = "b"
f()

# %% self: normal order
class K:
    def __init__(self):
        self.x = "a"
        self.show()
    def show(self):
        client.get_pipeline(self.x)
K()

# %% self: several inits
class K:
    def __init__(self):
        self.x = None
        self.x = "b"
        self.show()
    def show(self):
        client.get_pipeline(self.x)
K()

# %% self: annotated
class K:
    def __init__(self, x):
        self.x = x
    def show(self):
        client.get_pipeline(self.x)
def use(k: K):
    k.show()
use(K("a"))

# %% self: subclass attribute
class B:
    x = "a"
    def show(self):
        client.get_pipeline(self.x)
class K(B):
    x = "b"
K().show()

# %% self: helper reads returned
class K:
    def __init__(self):
        self.x = "a"
        self.y = self.show()
        self.x = "b"
    def show(self):
        return self.x
client.get_pipeline(K().y)

# %% self: helper reads returned in init
class K:
    def __init__(self):
        self.x = "a"
        client.get_pipeline(self.show())
        self.x = "b"
        client.get_pipeline(self.show())
    def show(self):
        return self.x
K()

# %% self: from outside returned
def show(k):
    return k.x
class K:
    def __init__(self):
        self.x = "a"
        self.y = show(self)
        self.x = "b"
client.get_pipeline(K().y)

# %% self: property
class K:
    def __init__(self):
        self.x = "a"
        self.y = self.p
        self.x = "b"
    @property
    def p(self):
        return self.x
client.get_pipeline(K().y)

# %% class: unchanged
class Config:
    name = "a"
def f():
    K = Config
    client.get_pipeline(K.name)
f()
client.get_pipeline(Config.name)

# %% cache: cached const
from functools import cache
@cache
def f():
    return "a"
client.get_pipeline(f())

# %% cache: cached arg
from functools import lru_cache
@lru_cache(maxsize=1)
def f(x):
    return x
client.get_pipeline(f("a"))
client.get_pipeline(f("b"))

# %% cache: cached module const
from functools import cache
N = "a"
@cache
def f():
    return N
client.get_pipeline(f())

# %% cache: cached property const
from functools import cached_property
class K:
    def __init__(self): self.n = "a"
    @cached_property
    def p(self): return self.n
client.get_pipeline(K().p)

# %% cache: class cached instance unchanged
from functools import cache
class S:
    def __init__(self): self.n = "a"
@cache
def get():
    return S()
client.get_pipeline(get().n)

# %% cache: redefined
from functools import cache
@cache
def f():
    return ["a"]
client.get_pipeline(f()[0])
@cache
def f():
    return ["b"]
client.get_pipeline(f()[0])

# %% cache: settings unchanged
from functools import lru_cache
class Settings:
    def __init__(self): self.n = "a"
@lru_cache(maxsize=1)
def get_settings():
    return Settings()
def f():
    client.get_pipeline(get_settings().n)
f()
f()

# %% cache: cached property in methods
from functools import cached_property
class K:
    def __init__(self): self.n = "a"
    @cached_property
    def p(self): return client.get_pipeline(self.n) or self.n
    def go(self):
        client.get_pipeline(self.p)
K().go()

# %% rebound: nested function local returned
def outer():
    n = "a"
    def f():
        return n
    client.get_pipeline(f())
    n = "b"
    client.get_pipeline(f())
outer()

# %% rebound: nested function keeps
def outer():
    n = "a"
    def f():
        client.get_pipeline(n)
    f()
    f()
outer()
