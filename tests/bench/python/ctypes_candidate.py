"""The hot path by ctypes, as the package had it before its binding was compiled."""

import ctypes
import json
from ctypes import CFUNCTYPE, POINTER, Structure, Union, byref, c_char_p, c_int32, c_int64, c_size_t, c_uint32, c_uint64, c_void_p


class Str(Structure):
    _fields_ = [("ptr", c_void_p), ("len", c_size_t)]

    def bytes(self):
        return ctypes.string_at(self.ptr, self.len) if self.len else b""


class Value(Union):
    _fields_ = [("text", Str), ("integer", c_int64)]


class Attribute(Structure):
    _fields_ = [("id", c_uint32), ("kind", c_uint32), ("value", Value)]


class Request(Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("flags", c_uint32),
        ("tenant", Str),
        ("attributes", POINTER(Attribute)),
        ("attribute_count", c_size_t),
    ]


TEXTS = ("credential_id", "credential_name", "rule", "pool", "strategy", "reason", "message")


class Info(Structure):
    _fields_ = [("struct_size", c_uint32), ("verdict", c_int32), *((name, Str) for name in TEXTS)]
    _fields_ += [("retry_after_ms", c_int64), ("arm", c_uint32), ("attempt", c_uint32)]


class Options(Structure):
    _fields_ = [("struct_size", c_uint32), ("refresh", c_int32), ("policy_path", Str), ("store_path", Str), ("key", Str)]
    _fields_ += [("seed", c_uint64), ("payload_cache_bytes", c_uint64)]


TagCallback = CFUNCTYPE(None, c_void_p, Str, Str)
ERROR = POINTER(c_void_p)


class Api(Structure):
    """The table's beginning."""

    _fields_ = [
        *((name, c_uint32) for name in ("struct_size", "abi_major", "abi_minor", "reserved")),
        ("version", Str),
        ("engine_open", CFUNCTYPE(c_int32, POINTER(Options), c_void_p, POINTER(c_void_p), ERROR)),
        ("engine_reload", c_void_p),
        ("engine_release", CFUNCTYPE(None, c_void_p)),
        ("engine_attribute", CFUNCTYPE(c_uint32, c_void_p, Str)),
        ("get_current_credentials", CFUNCTYPE(c_int32, c_void_p, POINTER(Request), POINTER(c_void_p), ERROR)),
        ("next", c_void_p),
        ("report", c_void_p),
        ("decision_info", CFUNCTYPE(c_int32, c_void_p, POINTER(Info))),
        ("decision_tags", CFUNCTYPE(None, c_void_p, c_void_p, TagCallback)),
        ("decision_json", c_void_p),
        ("decision_credentials", CFUNCTYPE(c_int32, c_void_p, POINTER(Str), ERROR)),
        ("decision_release", CFUNCTYPE(None, c_void_p)),
    ]


def to_str(data):
    return Str(ctypes.cast(c_char_p(data), c_void_p), len(data))


class Engine:
    def __init__(self, library, policy, store, _log):
        self.library = ctypes.CDLL(library)
        self.library.keyrule_get_api.restype = POINTER(Api)
        self.api = self.library.keyrule_get_api(1).contents
        self.ids = {}
        paths = [text.encode() for text in (policy, store)]
        options = Options(ctypes.sizeof(Options), 1, *map(to_str, paths))
        self.engine = c_void_p()
        assert self.api.engine_open(byref(options), None, byref(self.engine), byref(c_void_p())) == 0

    def get_current_credentials(self, request, *, dry=False):
        keep, attributes, tenant = [], [], Str()
        for path, value in request.items():
            data = value.encode()
            keep.append(data)
            if path == "tenant":
                tenant = to_str(data)
                continue
            known = self.ids.get(path)
            if known is None:
                known = self.ids[path] = self.api.engine_attribute(self.engine, to_str(path.encode()))
            attribute = Attribute(known, 1)
            attribute.value.text = to_str(data)
            attributes.append(attribute)
        array = (Attribute * len(attributes))(*attributes)
        given = Request(ctypes.sizeof(Request), int(dry), tenant, array, len(attributes))
        decision, error = c_void_p(), c_void_p()
        assert self.api.get_current_credentials(self.engine, byref(given), byref(decision), byref(error)) == 0
        return Decision(self.api, decision)


class Decision:
    def __init__(self, api, decision):
        self.api, self.decision = api, decision
        info = Info(ctypes.sizeof(Info))
        api.decision_info(decision, byref(info))
        for name in TEXTS:
            setattr(self, name, getattr(info, name).bytes().decode())
        tags = self.tags = {}
        api.decision_tags(decision, None, TagCallback(lambda _, name, value: tags.__setitem__(name.bytes(), value.bytes())))

    def __del__(self):
        self.api.decision_release(self.decision)

    def credentials(self):
        text, error = Str(), c_void_p()
        assert self.api.decision_credentials(self.decision, byref(text), byref(error)) == 0
        return json.loads(text.bytes())
