// Log lines to the host. A logger object of our own: never spdlog's default logger or registry, which two copies of a
// library in one process would share.
#pragma once

#include <memory>
#include <string_view>

#include "keyrule/keyrule.h"

namespace spdlog {
class logger;
}

namespace keyrule::plugin_api {

class HostLog {
 public:
  // Copies the struct. Without a callback nothing is logged.
  explicit HostLog(const keyrule_host& host);
  ~HostLog();
  HostLog(const HostLog&) = delete;
  HostLog& operator=(const HostLog&) = delete;

  // Never throws; a line that cannot be made is dropped. Call without holding a lock. Any thread.
  void Info(std::string_view message) noexcept;
  void Warn(std::string_view message) noexcept;
  void Error(std::string_view message) noexcept;

 private:
  std::unique_ptr<spdlog::logger> logger_;  // null: no callback
};

}  // namespace keyrule::plugin_api
