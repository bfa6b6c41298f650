"""The hot path by cffi in its API mode: build(INCLUDE, FOLDER) compiles it, Engine is it. The request is walked in Python."""

import json


def build(include, folder):
    import re
    from pathlib import Path

    from cffi import FFI

    header = (Path(include) / "keyrule" / "keyrule.h").read_text()
    header = re.sub(r"/\*.*?\*/", "", header, flags=re.S)
    body = header[header.index("typedef struct keyrule_str") : header.index("KEYRULE_EXPORT const")]
    body = re.sub(r"#define(?:[^\n]*\\\n)*[^\n]*\n", "", body)
    body = re.sub(r"(= )(\d+)u\b", r"\1\2", body)
    ffi = FFI()
    ffi.cdef(body + "const keyrule_api *candidate_load(const char *path);")
    ffi.set_source(
        "_cffi_candidate",
        '#include <dlfcn.h>\n#include "keyrule/keyrule.h"\n'
        "static const keyrule_api *candidate_load(const char *path) {\n"
        "  void *library = dlopen(path, RTLD_NOW);\n"
        '  keyrule_get_api_fn entry = library ? (keyrule_get_api_fn)dlsym(library, "keyrule_get_api") : 0;\n'
        "  return entry ? entry(1) : 0;\n}\n",
        include_dirs=[str(Path(include).resolve())],
        extra_compile_args=["-O3"],
    )
    ffi.compile(tmpdir=str(folder))


class Engine:
    def __init__(self, library, policy, store, _log):
        from _cffi_candidate import ffi, lib

        self.ffi = ffi
        self.api = lib.candidate_load(library.encode())
        self.ids = {}
        keep = []
        options = ffi.new("keyrule_engine_options *", {"struct_size": ffi.sizeof("keyrule_engine_options"), "refresh": 1})
        for name, text in (("policy_path", policy), ("store_path", store)):
            keep.append(ffi.from_buffer(text.encode()))
            setattr(options, name, {"ptr": keep[-1], "len": len(text.encode())})
        engine = ffi.new("keyrule_engine **")
        assert self.api.engine_open(options, ffi.NULL, engine, ffi.NULL) == 0
        self.engine = ffi.gc(engine[0], self.api.engine_release)

    def get_current_credentials(self, request, *, dry=False):
        ffi, api = self.ffi, self.api
        attributes = ffi.new("keyrule_attribute[]", len(request))
        given = ffi.new("keyrule_request *")
        given.struct_size = ffi.sizeof("keyrule_request")
        given.flags = dry
        keep = []
        count = 0
        for path, value in request.items():
            data = value.encode()
            keep.append(ffi.from_buffer(data))
            if path == "tenant":
                given.tenant.ptr, given.tenant.len = keep[-1], len(data)
                continue
            known = self.ids.get(path)
            if known is None:
                name = path.encode()
                known = self.ids[path] = api.engine_attribute(self.engine, [ffi.from_buffer(name), len(name)])
            attribute = attributes[count]
            attribute.id, attribute.kind = known, 1
            attribute.value.text.ptr, attribute.value.text.len = keep[-1], len(data)
            count += 1
        given.attributes, given.attribute_count = attributes, count
        decision = ffi.new("keyrule_decision **")
        assert api.get_current_credentials(self.engine, given, decision, ffi.NULL) == 0
        return Decision(self, decision[0])


class Decision:
    def __init__(self, engine, decision):
        self.engine = engine
        self.decision = engine.ffi.gc(decision, engine.api.decision_release)
        self.info = engine.ffi.new("keyrule_decision_info *")
        self.info.struct_size = engine.ffi.sizeof("keyrule_decision_info")
        engine.api.decision_info(self.decision, self.info)

    def credentials(self):
        ffi = self.engine.ffi
        text = ffi.new("keyrule_str *")
        assert self.engine.api.decision_credentials(self.decision, text, ffi.NULL) == 0
        return json.loads(ffi.buffer(text.ptr, text.len)[:])
