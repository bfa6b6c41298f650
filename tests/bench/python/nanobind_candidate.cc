// The binding's hot path wrapped by nanobind.
#include <nanobind/nanobind.h>

#include "tests/bench/python/candidate.h"

namespace nb = nanobind;
using keyrule::python::CandidateDecision;
using keyrule::python::CandidateEngine;

NB_MODULE(nanobind_candidate, module) {
  nb::class_<CandidateDecision>(module, "Decision").def("credentials", [](CandidateDecision& self) {
    return nb::steal<nb::object>(self.Credentials());
  });
  nb::class_<CandidateEngine>(module, "Engine")
      .def("__init__",
           [](CandidateEngine* self, const char* library, const char* policy, const char* store, nb::object log) {
             new (self) CandidateEngine(library, policy, store, log.ptr());
           })
      .def(
          "get_current_credentials",
          [](CandidateEngine& self, nb::handle request, bool dry) { return self.Decide(request.ptr(), dry); },
          nb::arg("request"), nb::kw_only(), nb::arg("dry") = false);
}
