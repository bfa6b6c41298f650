// The binding's hot path wrapped by pybind11.
#include <pybind11/pybind11.h>

#include "tests/bench/python/candidate.h"

namespace py = pybind11;
using keyrule::python::CandidateDecision;
using keyrule::python::CandidateEngine;

PYBIND11_MODULE(pybind_candidate, module) {
  py::class_<CandidateDecision>(module, "Decision").def("credentials", [](CandidateDecision& self) {
    return py::reinterpret_steal<py::object>(self.Credentials());
  });
  py::class_<CandidateEngine>(module, "Engine")
      .def(py::init([](const char* library, const char* policy, const char* store, const py::object& log) {
        return new CandidateEngine(library, policy, store, log.ptr());
      }))
      .def(
          "get_current_credentials",
          [](CandidateEngine& self, const py::handle& request, bool dry) { return self.Decide(request.ptr(), dry); },
          py::arg("request"), py::kw_only(), py::arg("dry") = false);
}
