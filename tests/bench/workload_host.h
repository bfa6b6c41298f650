// The real library over a real store, asked a workload's requests through the C interface.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "tests/bench/workload.h"
#include "tests/plugin_api/plugin_support.h"

namespace keyrule::bench {

// A store with the credentials key-0, key-1, … of one tenant, sealed by `keyrule import`; gives its path.
std::string MakeStore(const plugin_test::Folder& folder, size_t credentials);
// The same with the credentials that the workload's rules name.
std::string MakeStore(const plugin_test::Folder& folder, const Workload& workload);

class WorkloadHost {
 public:
  // Writes the policy into the folder, opens the engine, and builds every request. Borrows the workload. Ends the program if
  // the library refuses the policy.
  WorkloadHost(const Workload& workload, const plugin_test::Folder& folder, const std::string& store);
  ~WorkloadHost() { api_.engine_release(engine_); }
  WorkloadHost(const WorkloadHost&) = delete;
  WorkloadHost& operator=(const WorkloadHost&) = delete;

  keyrule_decision* Decide(size_t request) const {
    keyrule_decision* decision = nullptr;
    api_.get_current_credentials(engine_, &requests_[request], &decision, nullptr);
    return decision;
  }
  void Release(keyrule_decision* decision) const { api_.decision_release(decision); }

  // Ends the program, and says why, unless this request gets what the workload expects.
  void Check(size_t request) const;

  double open_ms() const { return open_ms_; }    // processor time to read, check and compile the policy and open the store
  double open_mib() const { return open_mib_; }  // by which the process grew
  // The bytes that are resident now, in MiB.
  static double ResidentMib();

 private:
  const Workload& workload_;
  const keyrule_api& api_ = plugin_test::Api();
  keyrule_engine* engine_ = nullptr;
  std::string texts_;  // of all requests, back to back
  std::vector<keyrule_attribute> attributes_;
  std::vector<keyrule_request> requests_;
  double open_ms_ = 0, open_mib_ = 0;
};

}  // namespace keyrule::bench
