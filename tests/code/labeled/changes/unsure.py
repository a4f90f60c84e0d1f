"""Objects that change in ways that are not followed, or not in all cases. Some of these names may be unknown."""

# %% setattr class
class K:
    x = "a"
setattr(K, "x", "b")
client.get_pipeline(K.x)

# %% setattr class instance
class K:
    x = "a"
k = K()
setattr(K, "x", "b")
client.get_pipeline(k.x)

# %% type(self).x
class K:
    x = "a"
    def go(self):
        type(self).x = "b"
K().go()
client.get_pipeline(K.x)

# %% self.__class__.x
class K:
    x = "a"
    def go(self):
        self.__class__.x = "b"
K().go()
client.get_pipeline(K.x)

# %% cls.x
class K:
    x = "a"
    @classmethod
    def go(cls):
        cls.x = "b"
K.go()
client.get_pipeline(K.x)

# %% cls.x via subclass
class B:
    x = "a"
    @classmethod
    def go(cls):
        cls.x = "b"
class K(B):
    pass
K.go()
client.get_pipeline(K.x)

# %% subclass after Base.x
class B:
    x = "a"
class K(B):
    pass
B.x = "b"
client.get_pipeline(K.x)

# %% subclass instance after Base.x
class B:
    x = "a"
class K(B):
    def f(self):
        client.get_pipeline(self.x)
B.x = "b"
K().f()

# %% subclass overriding unknown
import os
class B:
    x = "a"
class K(B):
    x = os.sep + "b"
client.get_pipeline(K.x)

# %% metaclass-ish setattr on cls in decorator
def deco(cls):
    cls.x = "b"
    return cls
@deco
class K:
    x = "a"
client.get_pipeline(K.x)

# %% class alias
class K:
    x = "a"
L = K
L.x = "b"
client.get_pipeline(K.x)

# %% class list attribute
class K:
    x = ["a"]
K.x.append("b")
client.get_pipeline(K.x[-1])

# %% class list attribute through instance
class K:
    x = ["a"]
    def add(self):
        self.x.insert(0, "b")
K().add()
client.get_pipeline(K.x[0])

# %% class list attribute alias
class K:
    x = ["a"]
y = K.x
y.insert(0, "b")
client.get_pipeline(K.x[0])

# %% alias in function
def f(x):
    y = x
    y.insert(0, "b")
x = ["a"]
f(x)
client.get_pipeline(x[0])

# %% alias in function of element
def f(x):
    y = x["k"]
    y.insert(0, "b")
x = {"k": ["a"]}
f(x)
client.get_pipeline(x["k"][0])

# %% d["a"] alias
x = ["a"]
d = {"a": x}
d["a"].insert(0, "b")
client.get_pipeline(x[0])

# %% x then d["a"]
x = ["a"]
d = {"a": x}
x.insert(0, "b")
client.get_pipeline(d["a"][0])

# %% pair[0]
x = ["a"]
y = ["c"]
pair = (x, y)
pair[0].insert(0, "b")
client.get_pipeline(x[0])

# %% pair loop
x = ["a"]
y = ["c"]
for each in (x, y):
    each.insert(0, "b")
client.get_pipeline(x[0])

# %% pair loop named
x = ["a"]
y = ["c"]
pair = [x, y]
for each in pair:
    each.insert(0, "b")
client.get_pipeline(x[0])
client.get_pipeline(pair[0][0])

# %% unpacked
x = ["a"]
pair = [x, 1]
y, n = pair
y.insert(0, "b")
client.get_pipeline(x[0])
client.get_pipeline(pair[0][0])

# %% conditional alias
import os
x = ["a"]
z = ["c"]
y = x if os.sep else z
y.insert(0, "b")
client.get_pipeline(x[0])

# %% conditional alias three
import os
x = {"n": "a"}
z = {"n": "c"}
if os.sep:
    y = x
else:
    y = z
y["n"] = "b"
client.get_pipeline(x["n"])

# %% slice assignment
x = ["a"]
x[:0] = ["b"]
client.get_pipeline(x[0])

# %% slice assignment whole
x = ["a"]
x[:] = ["b"]
client.get_pipeline(x[0])

# %% slice deletion
x = ["a", "b"]
del x[:1]
client.get_pipeline(x[0])

# %% index deletion
x = ["a", "b"]
del x[0]
client.get_pipeline(x[0])

# %% negative index store
x = ["a", "b"]
x[-1] = "c"
client.get_pipeline(x[1])

# %% random.shuffle
import random
x = ["a", "b"]
random.seed(1)
random.shuffle(x)
client.get_pipeline(x[0])

# %% from random import shuffle
from random import shuffle, seed
x = ["a", "b"]
seed(1)
shuffle(x)
client.get_pipeline(x[0])

# %% heapq
import heapq
x = ["c", "b"]
heapq.heapify(x)
client.get_pipeline(x[0])

# %% heappop
import heapq
x = ["a", "b"]
heapq.heappop(x)
client.get_pipeline(x[0])

# %% bisect
import bisect
x = ["c"]
bisect.insort(x, "b")
client.get_pipeline(x[0])

# %% shuffle in function
import random
def f(v):
    random.seed(1)
    random.shuffle(v)
x = ["a", "b"]
f(x)
client.get_pipeline(x[0])

# %% shuffle global in function
import random
x = ["a", "b"]
def f():
    random.seed(1)
    random.shuffle(x)
f()
client.get_pipeline(x[0])

# %% shuffle self attr
import random
class K:
    def __init__(self):
        self.x = ["a", "b"]
    def f(self):
        random.seed(1)
        random.shuffle(self.x)
k = K()
k.f()
client.get_pipeline(k.x[0])

# %% operator.setitem
import operator
x = ["a", "b"]
operator.setitem(x, 0, "c")
client.get_pipeline(x[0])

# %% list.insert unbound
x = ["a", "b"]
list.insert(x, 0, "c")
client.get_pipeline(x[0])

# %% dict.update unbound
x = {"n": "a"}
dict.update(x, n="b")
client.get_pipeline(x["n"])

# %% __setitem__
x = {"n": "a"}
x.__setitem__("n", "b")
client.get_pipeline(x["n"])

# %% bound method alias
x = ["a"]
put = x.insert
put(0, "b")
client.get_pipeline(x[0])

# %% map append
x = []
y = ["a"]
list(map(y.append, ["b"]))
client.get_pipeline(y[-1])

# %% __post_init__
from dataclasses import dataclass
@dataclass
class C:
    name: str = "a"
    def __post_init__(self):
        self.name = "b"
client.get_pipeline(C().name)

# %% __post_init__ given
from dataclasses import dataclass
@dataclass
class C:
    name: str
    def __post_init__(self):
        self.name = self.name + "b"
client.get_pipeline(C("a").name)

# %% __post_init__ other field
from dataclasses import dataclass, field
@dataclass
class C:
    name: str = "a"
    full: str = ""
    def __post_init__(self):
        if not self.full:
            self.full = "train-" + self.name
client.get_pipeline(C("x").full)

# %% __post_init__ frozen
from dataclasses import dataclass, field
@dataclass(frozen=True)
class C:
    name: str = "a"
    def __post_init__(self):
        object.__setattr__(self, "name", "b")
client.get_pipeline(C("x").name)

# %% __new__
class C:
    name = "a"
    def __new__(cls):
        self = super().__new__(cls)
        self.name = "b"
        return self
client.get_pipeline(C().name)

# %% exec
n = "a"
exec("n = 'b'")
client.get_pipeline(n)

# %% exec in function
n = "a"
def f():
    exec("global n; n = 'b'")
f()
client.get_pipeline(n)

# %% eval
n = ["a"]
eval("n.insert(0, 'b')")
client.get_pipeline(n[0])

# %% eval walrus
n = "a"
eval("(n := 'b')")
client.get_pipeline(n)

# %% globals update
n = "a"
globals().update(n="b")
client.get_pipeline(n)

# %% globals in function
n = "a"
def f(v):
    globals()["n"] = v
f("b")
client.get_pipeline(n)

# %% globals in loop
n = "a"
for k, v in [("n", "b")]:
    globals()[k] = v
client.get_pipeline(n)

# %% vars obj
class K:
    pass
k = K()
k.n = "a"
vars(k)["n"] = "b"
client.get_pipeline(k.n)

# %% vars obj update
class K:
    n = "a"
k = K()
vars(k).update(n="b")
client.get_pipeline(k.n)

# %% __dict__ update
class K:
    n = "a"
k = K()
k.__dict__.update(n="b")
client.get_pipeline(k.n)

# %% __dict__ item
class K:
    n = "a"
k = K()
k.__dict__["n"] = "b"
client.get_pipeline(k.n)

# %% self.__dict__ update
class K:
    n = "a"
    def __init__(self, **kw):
        self.__dict__.update(kw)
k = K(n="b")
client.get_pipeline(k.n)

# %% self.__dict__ =
class K:
    n = "a"
    def __init__(self, d):
        self.__dict__ = d
k = K({"n": "b"})
client.get_pipeline(k.n)

# %% setattr loop on self
class K:
    n = "a"
    def __init__(self, **kw):
        for key, value in kw.items():
            setattr(self, key, value)
k = K(n="b")
client.get_pipeline(k.n)

# %% delattr
class K:
    n = "a"
k = K()
k.n = "b"
delattr(k, "n")
client.get_pipeline(k.n)

# %% del attribute
class K:
    n = "a"
k = K()
k.n = "b"
del k.n
client.get_pipeline(k.n)

# %% default mutable
def f(v, x=["a"]):
    client.get_pipeline(x[0])
    x.insert(0, v)
f("b")
f("c")

# %% closure list
def outer():
    x = ["a"]
    def inner():
        x.insert(0, "b")
    inner()
    client.get_pipeline(x[0])
outer()

# %% closure nonlocal in lambda
x = ["a"]
f = lambda: x.insert(0, "b")
f()
client.get_pipeline(x[0])

# %% augmented alias
x = ["a"]
y = x
y += ["b"]
client.get_pipeline(x[-1])

# %% augmented alias in function
def f(v):
    v += ["b"]
x = ["a"]
f(x)
client.get_pipeline(x[-1])

# %% augmented in dict
x = ["a"]
d = {"x": x}
d["x"] += ["b"]
client.get_pipeline(x[-1])

# %% |= dict
x = {"n": "a"}
y = x
y |= {"n": "b"}
client.get_pipeline(x["n"])

# %% returned object
x = {"n": "a"}
def get():
    return x
get()["n"] = "b"
client.get_pipeline(x["n"])

# %% returned object var
x = {"n": "a"}
def get():
    return x
y = get()
y["n"] = "b"
client.get_pipeline(x["n"])

# %% attribute holds list
class K:
    def __init__(self, x):
        self.x = x
x = ["a"]
k = K(x)
k.x.insert(0, "b")
client.get_pipeline(x[0])

# %% attribute holds list method
class K:
    def __init__(self, x):
        self.x = x
    def add(self):
        self.x.insert(0, "b")
x = ["a"]
k = K(x)
k.add()
client.get_pipeline(x[0])

# %% attribute of same object in list
class K:
    n = "a"
k = K()
ks = [k]
ks[0].n = "b"
client.get_pipeline(k.n)

# %% for over objects
class K:
    n = "a"
k = K()
for each in [k]:
    each.n = "b"
client.get_pipeline(k.n)

# %% method via getattr
class K:
    n = "a"
    def go(self):
        self.n = "b"
k = K()
getattr(k, "go")()
client.get_pipeline(k.n)

# %% method via variable
class K:
    n = "a"
    def go(self):
        self.n = "b"
k = K()
go = k.go
go()
client.get_pipeline(k.n)

# %% method through class
class K:
    n = "a"
    def go(self):
        self.n = "b"
k = K()
K.go(k)
client.get_pipeline(k.n)

# %% method of unknown name
class K:
    n = "a"
    def go(self):
        self.n = "b"
k = K()
for name in ("go",):
    getattr(k, name)()
client.get_pipeline(k.n)

# %% function changes attribute of argument's list
def go(ks):
    ks[0]["n"] = "b"
k = {"n": "a"}
go([k])
client.get_pipeline(k["n"])

# %% function with *args
def go(*ks):
    ks[0]["n"] = "b"
k = {"n": "a"}
go(k)
client.get_pipeline(k["n"])

# %% function with **kw
def go(**ks):
    ks["k"]["n"] = "b"
k = {"n": "a"}
go(k=k)
client.get_pipeline(k["n"])

# %% function given *args
def go(k):
    k["n"] = "b"
k = {"n": "a"}
args = [k]
go(*args)
client.get_pipeline(k["n"])

# %% partial changes
from functools import partial
def go(k):
    k["n"] = "b"
k = {"n": "a"}
partial(go, k)()
client.get_pipeline(k["n"])

# %% map over function
def go(k):
    k["n"] = "b"
k = {"n": "a"}
list(map(go, [k]))
client.get_pipeline(k["n"])

# %% executor
from concurrent.futures import ThreadPoolExecutor
def go(k):
    k["n"] = "b"
k = {"n": "a"}
with ThreadPoolExecutor() as e:
    e.submit(go, k).result()
client.get_pipeline(k["n"])

# %% thread
from threading import Thread
def go(k):
    k["n"] = "b"
k = {"n": "a"}
t = Thread(target=go, args=(k,))
t.start(); t.join()
client.get_pipeline(k["n"])

# %% sort with key function
x = ["b", "a"]
x.sort()
client.get_pipeline(x[0])

# %% unpacked star alias
x = ["a"]
first, *rest = [1, x]
rest[0].insert(0, "b")
client.get_pipeline(x[0])

# %% comprehension alias
x = ["a"]
y = [each for each in [x]]
y[0].insert(0, "b")
client.get_pipeline(x[0])

# %% values loop
d = {"k": {"n": "a"}}
for each in d.values():
    each["n"] = "b"
client.get_pipeline(d["k"]["n"])

# %% items loop
d = {"k": {"n": "a"}, "j": {"n": "c"}}
for key, each in d.items():
    each["n"] = "b"
client.get_pipeline(d["k"]["n"])

# %% get then change
d = {"k": {"n": "a"}}
d.get("k")["n"] = "b"
client.get_pipeline(d["k"]["n"])

# %% get var then change
d = {"k": {"n": "a"}}
e = d.get("k")
e["n"] = "b"
client.get_pipeline(d["k"]["n"])

# %% setdefault then change
d = {"k": {"n": "a"}}
d.setdefault("k", {})["n"] = "b"
client.get_pipeline(d["k"]["n"])

# %% copy keeps inner
import copy
d = {"k": {"n": "a"}}
e = copy.copy(d)
e["k"]["n"] = "b"
client.get_pipeline(d["k"]["n"])

# %% deepcopy
import copy
d = {"k": {"n": "a"}}
e = copy.deepcopy(d)
e["k"]["n"] = "b"
client.get_pipeline(d["k"]["n"])

# %% walrus alias
x = ["a"]
(y := x).insert(0, "b")
client.get_pipeline(x[0])

# %% or alias
x = ["a"]
(x or []).insert(0, "b")
client.get_pipeline(x[0])

# %% with alias
from contextlib import nullcontext
x = ["a"]
with nullcontext(x) as y:
    y.insert(0, "b")
client.get_pipeline(x[0])

# %% match binding
x = {"n": "a"}
match x:
    case y:
        y["n"] = "b"
client.get_pipeline(x["n"])

# %% generator send
def gen(x):
    x.insert(0, "b")
    yield 1
x = ["a"]
list(gen(x))
client.get_pipeline(x[0])

# %% property setter
class K:
    def __init__(self):
        self._n = "a"
    @property
    def n(self):
        return self._n
    @n.setter
    def n(self, value):
        self._n = value + "b"
k = K()
k.n = "c"
client.get_pipeline(k.n)

# %% __setattr__
class K:
    n = "z"
    def __setattr__(self, key, value):
        object.__setattr__(self, key, value + "b")
k = K()
k.n = "c"
client.get_pipeline(k.n)

# %% __getattribute__
class K:
    n = "z"
    def __getattribute__(self, key):
        return "y"
k = K()
client.get_pipeline(k.n)

# %% __setitem__ of user class
class K(dict):
    def __setitem__(self, key, value):
        dict.__setitem__(self, key, value + "b")
k = K()
k["n"] = "c"
client.get_pipeline(k["n"])

# %% Namespace alias in argparse
import argparse
p = argparse.ArgumentParser()
p.add_argument("--name", default="a")
args = p.parse_args([])
other = args
other.name = "b"
client.get_pipeline(args.name)

# %% append in function
def fill(x):
    x.append("a")
    x.append("b")
x = []
fill(x)
client.get_pipeline(x[0])

# %% branches in init
import os
class K:
    def __init__(self, c):
        self.name = "a"
        if c:
            self.name = "b"
client.get_pipeline(K(os.getcwd() == "1").name)

# %% branches in method
import os
class K:
    def __init__(self):
        self.name = "a"
    def go(self, c):
        if c:
            self.name = "b"
        client.get_pipeline(self.name)
K().go(os.sep == "q")

# %% pop last of list
x = ["a", "b"]
x.pop()
client.get_pipeline(x[-1])

# %% get with joined dicts
import os
d = {}
if os.sep == "q":
    d = {"n": "b"}
client.get_pipeline(d.get("n", "a"))

# %% popitem
d = {"n": "a"}
d.popitem()
client.get_pipeline(d.get("n", "z"))

# %% unknown star then positional
import os
def f(x, y="q"):
    client.get_pipeline(x)
f(*os.environ.get("NOPE", "a"), "b")

# %% unknown kwargs
import json
def f(x="q"):
    client.get_pipeline(x)
f(**json.loads('{"x": "a"}'))

# %% deep recursion list
def walk(n, out):
    if n == 0:
        out.insert(0, "b")
        return
    walk(n - 1, out)
x = ["a"]
walk(3, x)
client.get_pipeline(x[0])

# %% fields joined methods
class K:
    def one(self):
        self.name = "a"
    def two(self):
        self.name = "b"
k = K()
k.one()
client.get_pipeline(k.name)
k.two()
client.get_pipeline(k.name)

# %% try except
import os
n = "a"
try:
    os.stat("/nonexistent-x")
    n = "b"
except OSError:
    pass
client.get_pipeline(n)

# %% try except in the middle
import os
n = "a"
try:
    n = "b"
    os.stat("/nonexistent-x")
    n = "c"
except OSError:
    pass
client.get_pipeline(n)

# %% while loop
n = "a"
i = 0
while i < 2:
    client.get_pipeline(n)
    n = "b"
    i += 1

# %% list of dict changed in loop
rows = [{"n": "a"}, {"n": "c"}]
for row in rows:
    row["n"] = "b"
client.get_pipeline(rows[0]["n"])

# %% loop changes dict by index
rows = [{"n": "a"}, {"n": "c"}]
for i in range(2):
    rows[i]["n"] = "b"
client.get_pipeline(rows[1]["n"])

# %% global instance changed in method
class S:
    n = "a"
s = S()
class K:
    def go(self):
        s.n = "b"
K().go()
client.get_pipeline(s.n)

# %% object in object
class S:
    def __init__(self):
        self.n = "a"
class K:
    def __init__(self, s):
        self.s = s
    def go(self):
        self.s.n = "b"
s = S()
k = K(s)
k.go()
client.get_pipeline(s.n)

# %% object in object equal
class S:
    def __init__(self):
        self.n = "a"
class K:
    def __init__(self, s):
        self.s = s
    def go(self):
        self.s.n = "b"
s = S()
t = S()
k = K(s)
l = K(t)
l.go()
client.get_pipeline(t.n)

# %% memo of identical args
def f(x, y):
    x.insert(0, "b")
    return y[0]
x = ["a"]
y = ["a"]
client.get_pipeline(f(x, y))
z = ["a"]
client.get_pipeline(f(z, z))

# %% returned same
def same(x):
    return x
x = ["a"]
y = ["a"]
p = same(x)
q = same(y)
q.insert(0, "b")
client.get_pipeline(y[0])

# %% returned same in dict
def same(x):
    return {"x": x}
x = ["a"]
y = ["a"]
p = same(x)
q = same(y)
q["x"].insert(0, "b")
client.get_pipeline(y[0])

# %% class keeps registry
class R:
    items = {}
    @classmethod
    def add(cls, n):
        cls.items["n"] = n
R.items["n"] = "a"
R.add("b")
client.get_pipeline(R.items["n"])

# %% class registry in instance method
class R:
    items = {"n": "a"}
    def add(self, n):
        self.items["n"] = n
R().add("b")
client.get_pipeline(R.items["n"])

# %% class registry by name
class R:
    items = {"n": "a"}
    def add(self, n):
        R.items["n"] = n
R().add("b")
client.get_pipeline(R.items["n"])

# %% subclass hides
class A:
    n = "a"
class B(A):
    n = "b"
A.n = "c"
client.get_pipeline(B.n)

# %% enumerate alias
rows = [["a"]]
for i, row in enumerate(rows):
    row.insert(0, "b")
client.get_pipeline(rows[0][0])

# %% zip alias
rows = [["a"]]
for row, x in zip(rows, [1]):
    row.insert(0, "b")
client.get_pipeline(rows[0][0])

# %% sorted alias
rows = [["a"]]
for row in sorted(rows):
    row.insert(0, "b")
client.get_pipeline(rows[0][0])

# %% next iter alias
rows = [["a"]]
next(iter(rows)).insert(0, "b")
client.get_pipeline(rows[0][0])

# %% max alias
x = ["a"]
max(x, ["0"]).insert(0, "b")
client.get_pipeline(x[0])

# %% filter alias
rows = [["a"]]
list(filter(None, rows))[0].insert(0, "b")
client.get_pipeline(rows[0][0])

# %% reduce
from functools import reduce
x = ["a"]
reduce(lambda a, b: a.insert(0, b) or a, ["b"], x)
client.get_pipeline(x[0])

# %% generator alias
x = ["a"]
def gen():
    yield x
for each in gen():
    each.insert(0, "b")
client.get_pipeline(x[0])

# %% property returns list
class K:
    def __init__(self):
        self._x = ["a"]
    @property
    def x(self):
        return self._x
k = K()
k.x.insert(0, "b")
client.get_pipeline(k.x[0])

# %% method returns list
class K:
    def __init__(self):
        self._x = ["a"]
    def get(self):
        return self._x
k = K()
k.get().insert(0, "b")
client.get_pipeline(k.get()[0])

# %% chained methods
class K:
    def __init__(self):
        self.n = "a"
    def set(self, n):
        self.n = n
        return self
k = K()
k.set("b").set("c")
client.get_pipeline(k.n)

# %% chained methods two objects
class K:
    def __init__(self):
        self.n = "a"
    def set(self, n):
        self.n = n
        return self
k = K()
m = k.set("b")
m.set("c")
client.get_pipeline(k.n)

# %% named tuple field
from collections import namedtuple
T = namedtuple("T", "n")
t = T(n="a")
t = t._replace(n="b")
client.get_pipeline(t.n)

# %% simple namespace alias
from types import SimpleNamespace
s = SimpleNamespace(n="a")
t = s
t.n = "b"
client.get_pipeline(s.n)

# %% simple namespace function
from types import SimpleNamespace
def f(s):
    s.n = "b"
s = SimpleNamespace(n="a")
f(s)
client.get_pipeline(s.n)

# %% nested function arguments
def outer(d):
    def inner(e):
        e["n"] = "b"
    inner(d)
d = {"n": "a"}
outer(d)
client.get_pipeline(d["n"])

# %% function attribute
def f():
    pass
f.n = "a"
def g():
    f.n = "b"
g()
client.get_pipeline(f.n)

# %% module-level rebind in try
d = {"n": "a"}
def f():
    global d
    d = {"n": "b"}
f()
client.get_pipeline(d["n"])

# %% nonlocal list in nested
def f():
    out = []
    def add(n):
        out.append(n)
    add("a")
    add("b")
    client.get_pipeline(out[0])
f()

# %% context manager changes
from contextlib import contextmanager
d = {"n": "a"}
@contextmanager
def changed(x):
    x["n"] = "b"
    yield x
with changed(d):
    client.get_pipeline(d["n"])

# %% enter changes
class K:
    def __init__(self):
        self.n = "a"
    def __enter__(self):
        self.n = "b"
        return self
    def __exit__(self, *a):
        self.n = "c"
k = K()
with k:
    pass
client.get_pipeline(k.n)

# %% iter changes
class K:
    def __init__(self):
        self.n = "a"
    def __iter__(self):
        self.n = "b"
        yield 1
k = K()
for _ in k:
    pass
client.get_pipeline(k.n)

# %% operator overload changes
class K:
    def __init__(self):
        self.n = "a"
    def __lshift__(self, other):
        self.n = other
        return self
k = K()
k << "b"
client.get_pipeline(k.n)

# %% iadd overload
class K:
    def __init__(self):
        self.n = "a"
    def __iadd__(self, other):
        self.n = other
        return self
k = K()
k += "b"
client.get_pipeline(k.n)

# %% getitem changes
class K:
    def __init__(self):
        self.n = "a"
    def __getitem__(self, key):
        self.n = key
k = K()
k["b"]
client.get_pipeline(k.n)

# %% call changes
class K:
    def __init__(self):
        self.n = "a"
    def __call__(self, key):
        self.n = key
k = K()
k("b")
client.get_pipeline(k.n)

# %% len/bool/str changes
class K:
    def __init__(self):
        self.n = "a"
    def __str__(self):
        self.n = "b"
        return ""
k = K()
print(k)
client.get_pipeline(k.n)

# %% property changes
class K:
    def __init__(self):
        self.n = "a"
    @property
    def load(self):
        self.n = "b"
k = K()
k.load
client.get_pipeline(k.n)

# %% decorator wraps
def deco(f):
    def inner(n):
        return f("b")
    return inner
@deco
def f(n):
    client.get_pipeline(n)
f("a")

# %% decorator returns another
def deco(f):
    return lambda: "b"
@deco
def f():
    return "a"
client.get_pipeline(f())

# %% list times
x = [["a"]] * 2
x[0].insert(0, "b")
client.get_pipeline(x[1][0])

# %% dict fromkeys alias
x = ["a"]
d = dict.fromkeys(["k"], x)
d["k"].insert(0, "b")
client.get_pipeline(x[0])

# %% dict merge alias
x = ["a"]
d = {**{"k": x}}
d["k"].insert(0, "b")
client.get_pipeline(x[0])

# %% dict or alias
x = ["a"]
d = {"k": x} | {"j": 1}
d["k"].insert(0, "b")
client.get_pipeline(x[0])

# %% list plus alias
x = ["a"]
d = [x] + []
d[0].insert(0, "b")
client.get_pipeline(x[0])

# %% vast
x = ["a"]
d = [x] + [1] * 5
d.extend(range(3))
d[0].insert(0, "b")
client.get_pipeline(x[0])

# %% sort key changes
x = {"n": "a"}
[1].sort(key=lambda e: x.update(n="b"))
client.get_pipeline(x["n"])

# %% lambda param changes
x = {"n": "a"}
f = lambda d: d.update(n="b")
f(x)
client.get_pipeline(x["n"])

# %% class attr through type()
class K:
    n = "a"
k = K()
type(k).n = "b"
client.get_pipeline(K.n)

# %% type() new class
K = type("K", (), {"n": "a"})
client.get_pipeline(K.n)

# %% delete global
n = "a"
try:
    del n
    n
except NameError:
    n = "b"
client.get_pipeline(n)

# %% nested class attr
class A:
    class B:
        n = "a"
A.B.n = "b"
client.get_pipeline(A.B.n)

# %% two instances in dict loop
class S:
    n = "a"
d = {"s": S(), "t": S()}
for s in d.values():
    s.n = "b"
client.get_pipeline(d["s"].n)

# %% loop over keys
x = {"n": "a"}
for k in list(x):
    x[k] = "b"
client.get_pipeline(x["n"])

# %% loop alias change
x = ["a"]
y = x
for i in range(2):
    y.insert(0, "b")
client.get_pipeline(x[0])

# %% if alias change
import os
x = ["a"]
y = x
if os.sep:
    y.insert(0, "b")
client.get_pipeline(x[0])

# %% if d then change
import os
x = ["a"]
if os.sep:
    d = {"x": x}
    d["x"].insert(0, "b")
client.get_pipeline(x[0])

# %% deep loops alias
x = ["a"]
y = x
for a in [1]:
    for b in [1]:
        for c in [1]:
            for d in [1]:
                for e in [1]:
                    y.insert(0, "b")
client.get_pipeline(x[0])

# %% early return keeps
class K:
    def __init__(self):
        self.n = "a"
    def go(self, c):
        if c:
            self.n = "b"
            return
        self.m = "c"
k = K()
k.go(len("x") == 1)
client.get_pipeline(k.n)

# %% raise keeps
class K:
    def __init__(self):
        self.n = "a"
    def go(self):
        self.n = "b"
        raise ValueError
k = K()
try:
    k.go()
except ValueError:
    pass
client.get_pipeline(k.n)

# %% raise in branch keeps
class K:
    def __init__(self):
        self.n = "a"
    def go(self, c):
        if c:
            self.n = "b"
            raise ValueError
k = K()
try:
    k.go(len("x") == 1)
except ValueError:
    pass
client.get_pipeline(k.n)

# %% raise in branch list
def go(x, c):
    if c:
        x["n"] = "b"
        raise ValueError
x = {"n": "a"}
try:
    go(x, len("x") == 1)
except ValueError:
    pass
client.get_pipeline(x["n"])

# %% break keeps attribute
class K:
    def __init__(self):
        self.n = "a"
    def go(self):
        for i in range(3):
            if i == 1:
                self.n = "b"
                break
k = K()
k.go()
client.get_pipeline(k.n)

# %% helper conditional
class K:
    def __init__(self, c):
        self.n = "a"
        self.maybe(c)
        client.get_pipeline(self.n)
    def maybe(self, c):
        if c:
            self.n = "b"
K(len("xy") == 1)

# %% attribute deleted in method
class K:
    n = "z"
    def __init__(self):
        self.n = "a"
    def go(self):
        del self.n
k = K()
k.go()
client.get_pipeline(k.n)

# %% replace runs post_init
from dataclasses import dataclass, replace
@dataclass
class C:
    n: str = "a"
    def __post_init__(self):
        self.n = self.n + "x"
c = C()
d = replace(c, n="b")
client.get_pipeline(d.n)

# %% method attr on class changed by function
class A:
    n = "a"
def f(k):
    k.n = "b"
f(A)
client.get_pipeline(A.n)

# %% class in dict
class A:
    n = "a"
d = {"k": A}
d["k"].n = "b"
client.get_pipeline(A.n)

# %% class in loop
class A:
    n = "a"
for k in (A,):
    k.n = "b"
client.get_pipeline(A.n)

# %% imported module attr
import os
os.n = "a"
def f():
    os.n = "b"
f()
client.get_pipeline(os.n)

# %% setattr imported module unknown
import os
os.n = "a"
for k in ["n"]:
    setattr(os, k, "b")
client.get_pipeline(os.n)

# %% mock patch
from unittest.mock import patch
class A:
    n = "a"
with patch.object(A, "n", "b"):
    client.get_pipeline(A.n)

# %% mock patch dict
from unittest.mock import patch
d = {"n": "a"}
with patch.dict(d, {"n": "b"}):
    client.get_pipeline(d["n"])

# %% late binding lambda
fs = [lambda: n for n in ("a", "b")]
client.get_pipeline(fs[0]())

# %% late binding def
fs = []
for n in ("a", "b"):
    def f():
        return n
    fs.append(f)
client.get_pipeline(fs[0]())

# %% class body loop
class K:
    names = []
    for n in ("a", "b"):
        names.append(n)
client.get_pipeline(K.names[0])
client.get_pipeline(K.n)

# %% chainmap
from collections import ChainMap
a = {"x": "a"}
c = ChainMap(a, {"y": "b"})
c["x"] = "z"
client.get_pipeline(a["x"])

# %% userdict
from collections import UserDict
a = UserDict(x="a")
b = a
b["x"] = "c"
client.get_pipeline(a["x"])

# %% list remove
t = ["a", "b"]
t.remove("a")
client.get_pipeline(t[0])

# %% property setter other
class K:
    def __init__(self):
        self._n = "a"
    @property
    def n(self):
        return self._n
    @n.setter
    def n(self, v):
        self._n = v
k = K()
k.n = "b"
client.get_pipeline(k.n)

# %% descriptor
class D:
    def __get__(self, o, t):
        return "b"
class K:
    n = D()
client.get_pipeline(K().n)

# %% singleton
class K:
    _i = None
    def __new__(cls):
        if cls._i is None:
            cls._i = super().__new__(cls)
            cls._i.n = "a"
        return cls._i
k = K()
k.n = "b"
client.get_pipeline(K().n)

# %% a change through an alias in a global function
def ins(l, v):
    m = l
    m.insert(0, v)
l0 = ["b"]
d = {"x": "e", "y": l0}
def g2():
    ins(d['y'], "k")
g2()
client.get_pipeline(l0[0])

# %% a change through a global function
def ins(l, v):
    l.insert(0, v)
l0 = ["b"]
def g2():
    ins(l0, "k")
g2()
client.get_pipeline(l0[0])

# %% a change of an entry in a global function
l0 = ["b"]
d = {"y": l0}
def g2():
    d["y"].insert(0, "k")
g2()
client.get_pipeline(l0[0])

# %% an object that a global function changes
class K:
    def __init__(self):
        self.n = "i"
def ins(l, v):
    l.insert(0, v)
    return l
l0 = ["b"]
q = K()
def g1():
    q.l = ins(l0, "v91")
g1()
client.get_pipeline(l0[0])

# %% a list reversed after += in a dict
s = "a"
l0 = ["b"]
d = {"x": "e", "y": l0}
l1 = l0
l1 += [s]
d["y"].reverse()
client.get_pipeline(l1[-1])

# %% a list reversed after +=
l0 = ["b"]
l1 = l0
l1 += ["a"]
l0.reverse()
client.get_pipeline(l1[-1])

# %% an alias in a dict after +=
l0 = ["b"]
d = {"y": l0}
l0 += ["a"]
d["y"].reverse()
client.get_pipeline(l0[-1])

# %% an alias out of a dict after +=
l0 = ["b"]
d = {"y": l0}
l0 += ["a"]
l1 = d["y"]
client.get_pipeline(l1[-1])
l1.reverse()
client.get_pipeline(l0[-1])

# %% an object that a method may change in a global function
import os
class K:
    def __init__(self, n="i0"):
        self.n = n
    def maybe(self, n, f):
        if f:
            self.n = n
o = K("f")
q = K()
flag = len(os.sep) == 1
def g1():
    o.maybe(q.n, flag)
g1()
client.get_pipeline(o.n)

# %% an object that a method changes twice
class K:
    def __init__(self, n="i0"):
        self.n = n
    def maybe(self, n):
        self.n = n
o = K("f")
q = K()
def g1():
    o.maybe(q.n)
g1()
client.get_pipeline(o.n)

# %% an object that a method changes in a global function
class K:
    def __init__(self, n="i0"):
        self.n = n
    def maybe(self, n):
        self.n = n
o = K("f")
def g1():
    o.maybe("x")
g1()
client.get_pipeline(o.n)

# %% a list and a name that a method changes in a global function
import os
class K:
    def __init__(self, n="i0"):
        self.l = [n]
        self.n = n
    def maybe(self, n, f):
        if f:
            self.n = n
        self.l.insert(0, n)
o = K("f")
q = K()
flag = len(os.sep) == 1
def g1():
    o.maybe(q.n, flag)
g1()
client.get_pipeline(o.n)

# %% a list of an object in a global function
import os
class K:
    def __init__(self, n="i0"):
        self.l = [n]
        self.n = n
    def maybe(self, n, f):
        self.n = n
        self.l.insert(0, n)
o = K("f")
q = K()
flag = len(os.sep) == 1
def g1():
    o.maybe("x", flag)
g1()
for i0 in range(3):
        o.l[-1]
client.get_pipeline(o.n)

# %% a closure that hands its variable on
def ins(l, v):
    l.insert(0, v)
l0 = ["b"]
d = {"x": "e", "y": l0}
def f2(d):
    def g2():
        ins(d['y'], "v53")
    g2()
f2(d)
client.get_pipeline(l0[0])

# %% an argument that changes the receiver
def ins(m, v):
    m.insert(0, v)
    return m
class K:
    def __init__(self, n):
        self.l = [n]
    def set(self, n):
        self.n = n
o = K("f")
o.set(ins(o.l, "v")[0])
client.get_pipeline(o.l[0])
o.l.insert(0, ins(o.l, "w")[0])
client.get_pipeline(o.l[0])
client.get_pipeline(o.l[1])

# %% truth: empty and
a = ""
b = a and "b"
client.get_pipeline(b)

# %% truth: in function
def f(a):
    b = a and "b"
    client.get_pipeline(b)
f("")

# %% truth: in function returned
def f(a):
    return a and "b"
client.get_pipeline(f(""))
client.get_pipeline(f("x"))

# %% truth: none and
a = None
b = a and "b"
client.get_pipeline(b or "c")

# %% truth: and chain
a, b = "", "x"
c = b and a and "c"
client.get_pipeline(c)

# %% truth: and unknown
import os
a = os.environ.get("NOPE_X", "")
b = a and "b"
client.get_pipeline(b)

# %% truth: unknown object attr and
import sys
class K:
    x = ""
b = K.x and "b"
client.get_pipeline(b)

# %% truth: conditional ifs
import os
a = "" if os.sep else "z"
b = a and "b"
client.get_pipeline(b)

# %% truth: conditional ifs or
import os
a = "" if os.sep else "z"
b = a or "b"
client.get_pipeline(b)

# %% truth: instance falsy
class K:
    def __bool__(self): return False
k = K()
b = (k and "b") or "c"
client.get_pipeline(b)

# %% truth: list mult
n = ["a"]
n.clear()
b = (n and "b") or "c"
client.get_pipeline(b)

# %% truth: if exp of fn
def f(name=""):
    client.get_pipeline(name if name else "b")
f()

# %% rebound: rebound between calls
n = "a"
def f():
    client.get_pipeline(n)
f()
n = "b"
f()

# %% rebound: rebound after only call
n = "a"
def f():
    client.get_pipeline(n)
f()
n = "b"

# %% rebound: rebound dict
d = {"n": "a"}
def f():
    client.get_pipeline(d["n"])
f()
d["n"] = "b"
f()

# %% rebound: rebound obj attr
class K:
    def __init__(self): self.n = "a"
k = K()
def f():
    client.get_pipeline(k.n)
f()
k.n = "b"
f()

# %% rebound: nested
n = "a"
def g():
    return n
def f():
    client.get_pipeline(g())
f()
n = "b"
f()

# %% rebound: function rebound
def n(): return "a"
def f():
    client.get_pipeline(n())
f()
def n(): return "b"
f()

# %% rebound: callbacks
n = "a"
def f():
    client.get_pipeline(n)
hooks = [f]
for h in hooks: h()
n = "b"
for h in hooks: h()

# %% rebound: decorator
n = "a"
def deco(fn):
    client.get_pipeline(n)
    return fn
@deco
def x(): pass
n = "b"
@deco
def y(): pass

# %% rebound: walrus
n = "a"
def f():
    client.get_pipeline(n)
f()
if (n := "b"):
    f()

# %% rebound: main guard
n = "a"
def f():
    return n
if client:
    n = "b"
    client.get_pipeline(f())

# %% rebound: main guard two
def f():
    client.get_pipeline(n)
if client:
    n = "a"
    f()
    n = "b"
    f()

# %% rebound: cell style
def f(): client.get_pipeline(n)
n = "a"; f()
n = "b"; f()

# %% rebound: property
n = "a"
class K:
    @property
    def p(self):
        client.get_pipeline(n)
        return n
K().p
n = "b"
client.get_pipeline(K().p)

# %% self: helper reads
class K:
    def __init__(self):
        self.x = "a"
        self.show()
        self.x = "b"
    def show(self):
        client.get_pipeline(self.x)
K()

# %% self: class attribute
class K:
    x = "a"
    def __init__(self):
        self.show()
        self.x = "b"
    def show(self):
        client.get_pipeline(self.x)
K()

# %% self: setter helper
class K:
    def __init__(self):
        self.set("a")
        self.show()
        self.set("b")
    def set(self, v):
        self.x = v
    def show(self):
        client.get_pipeline(self.x)
K()

# %% self: nested helper
class K:
    def __init__(self):
        self.x = "a"
        self.one()
        self.x = "b"
    def one(self):
        self.show()
    def show(self):
        client.get_pipeline(self.x)
K()

# %% self: both afterwards
class K:
    def __init__(self):
        self.x = "a"
        self.show()
        self.x = "b"
    def show(self):
        client.get_pipeline(self.x)
K().show()

# %% self: method then
class K:
    def __init__(self):
        self.x = "a"
    def show(self):
        client.get_pipeline(self.x)
    def go(self):
        self.show()
        self.x = "b"
        self.show()
K().go()

# %% self: from outside
def show(k):
    client.get_pipeline(k.x)
class K:
    def __init__(self):
        self.x = "a"
        show(self)
        self.x = "b"
K()

# %% self: changed outside
class K:
    def __init__(self):
        self.x = "a"
    def show(self):
        client.get_pipeline(self.x)
k = K()
k.show()
k.x = "b"
k.show()

# %% self: augmented
class K:
    def __init__(self):
        self.x = "a"
        self.show()
        self.x += "b"
    def show(self):
        client.get_pipeline(self.x)
K()

# %% self: subclass both
class B:
    def __init__(self, x):
        self.x = x
    def show(self):
        client.get_pipeline(self.x)
class K(B):
    def __init__(self):
        super().__init__("b")
B("a").show()
K().show()

# %% self: method sets then helper
class K:
    def __init__(self):
        self.x = "a"
    def go(self):
        self.x = "b"
        self.show()
    def show(self):
        client.get_pipeline(self.x)
K().go()

# %% self: property after
class K:
    def __init__(self):
        self.x = "a"
    @property
    def p(self):
        client.get_pipeline(self.x)
        return self.x
k = K()
k.p
k.x = "b"
client.get_pipeline(k.p)

# %% self: super init
class B:
    def __init__(self):
        self.x = "a"
        self.show()
    def show(self):
        client.get_pipeline(self.x)
class K(B):
    def __init__(self):
        super().__init__()
        self.x = "b"
K()

# %% class: alias in function
class Config:
    name = "a"
def f():
    K = Config
    K.name = "b"
f()
client.get_pipeline(Config.name)

# %% class: setattr alias in function
class Config:
    name = "a"
def f():
    K = Config
    setattr(K, "name", "b")
f()
client.get_pipeline(Config.name)

# %% class: returned alias
class Config:
    name = "a"
def get():
    return Config
def f():
    get().name = "b"
f()
client.get_pipeline(Config.name)

# %% class: loop alias
class Config:
    name = "a"
def f():
    for K in (Config,):
        K.name = "b"
f()
client.get_pipeline(Config.name)

# %% class: instance type
class Config:
    name = "a"
def f(c):
    type(c).name = "b"
f(Config())
client.get_pipeline(Config.name)

# %% class: method alias
class Config:
    name = "a"
class S:
    def go(self):
        K = Config
        K.name = "b"
S().go()
client.get_pipeline(Config.name)

# %% class: via attr
class Config:
    name = "a"
class S:
    def __init__(self): self.k = Config
    def go(self): self.k.name = "b"
S().go()
client.get_pipeline(Config.name)

# %% class: conditional
class Config:
    name = "a"
class Other:
    name = "a"
def f(t):
    K = Config if t else Other
    K.name = "b"
f(1)
client.get_pipeline(Config.name)

# %% class: nested class self
class App:
    class Config:
        name = "a"
    def go(self):
        self.Config.name = "b"
App().go()
client.get_pipeline(App.Config.name)

# %% class: delattr
class B:
    name = "b"
class Config(B):
    name = "a"
def f():
    K = Config
    del K.name
f()
client.get_pipeline(Config.name)

# %% class: unknown function gets it
from unittest import mock
class Config:
    name = "a"
def f():
    K = Config
    mock.patch.object(K, "name", "b").start()
f()
client.get_pipeline(Config.name)

# %% class: walrus
class Config:
    name = "a"
def f():
    (K := Config).name = "b"
f()
client.get_pipeline(Config.name)

# %% cache: lru_cache
from functools import lru_cache
n = "a"
@lru_cache
def f():
    return n
f()
n = "b"
client.get_pipeline(f())

# %% cache: lru_cache()
from functools import lru_cache
n = "a"
@lru_cache(maxsize=None)
def f():
    return n
f()
n = "b"
client.get_pipeline(f())

# %% cache: cached_property
from functools import cached_property
class K:
    def __init__(self): self.n = "a"
    @cached_property
    def p(self): return self.n
k = K()
k.p
k.n = "b"
client.get_pipeline(k.p)

# %% cache: cached_property set
from functools import cached_property
class K:
    n = "a"
    @cached_property
    def p(self): return self.n
k = K()
k.p
k.p = "b"
client.get_pipeline(k.p)

# %% cache: cached dict
from functools import cache
d = {"n": "a"}
@cache
def f():
    return d["n"]
f()
d["n"] = "b"
client.get_pipeline(f())

# %% cache: cached obj
from functools import cache
class K:
    n = "a"
@cache
def f(k):
    return k.n
k = K()
f(k)
k.n = "b"
client.get_pipeline(f(k))

# %% cache: cached method
from functools import cache
class K:
    def __init__(self): self.n = "a"
    @cache
    def f(self):
        return self.n
k = K()
k.f()
k.n = "b"
client.get_pipeline(k.f())

# %% cache: cached list mutated alias
from functools import cache
@cache
def f():
    return {"n": "a"}
x = f()
x["n"] = "b"
client.get_pipeline(f()["n"])

# %% cache: class cached instance
from functools import cache
class K:
    def __init__(self): self.n = "a"
@cache
def get():
    return K()
get().n = "b"
client.get_pipeline(get().n)

# %% cache: settings
from functools import lru_cache
class Settings:
    def __init__(self): self.n = "a"
@lru_cache(maxsize=1)
def get_settings():
    return Settings()
def f():
    client.get_pipeline(get_settings().n)
def g():
    get_settings().n = "b"
f()
g()
f()

# %% cache: cached property before change in method
from functools import cached_property
class K:
    def __init__(self): self.n = "a"
    @cached_property
    def p(self): return self.n
    def go(self):
        self.p
        self.n = "b"
        client.get_pipeline(self.p)
K().go()

# %% cache: cached property invalidated
from functools import cached_property
class K:
    def __init__(self): self.n = "a"
    @cached_property
    def p(self): return self.n
k = K()
k.p
k.n = "b"
del k.p
client.get_pipeline(k.p)

# %% rebound: nested function local
def outer():
    n = "a"
    def f():
        client.get_pipeline(n)
    f()
    n = "b"
    f()
outer()
