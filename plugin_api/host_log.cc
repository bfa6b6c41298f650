#include "plugin_api/host_log.h"

#include <spdlog/logger.h>
#include <spdlog/sinks/sink.h>

#include <string>
#include <utility>

namespace keyrule::plugin_api {
namespace {

keyrule_level LevelOf(spdlog::level::level_enum level) {
  switch (level) {
    case spdlog::level::trace:
    case spdlog::level::debug: return KEYRULE_DEBUG;
    case spdlog::level::info: return KEYRULE_INFO;
    case spdlog::level::warn: return KEYRULE_WARN;
    default: return KEYRULE_ERROR;
  }
}

spdlog::level::level_enum LeastLevel(keyrule_level level) {
  switch (level) {
    case KEYRULE_DEBUG: return spdlog::level::debug;
    case KEYRULE_INFO: return spdlog::level::info;
    case KEYRULE_ERROR: return spdlog::level::err;
    default: return spdlog::level::warn;
  }
}

// Hands lines on as they are: the host has its own time stamps and patterns. No lock of its own.
class HostSink final : public spdlog::sinks::sink {
 public:
  explicit HostSink(const keyrule_host& host) : host_(host) {}
  void log(const spdlog::details::log_msg& line) override {
    host_.log(host_.user, LevelOf(line.level), {line.payload.data(), line.payload.size()});
  }
  void flush() override {}
  void set_pattern(const std::string&) override {}
  void set_formatter(std::unique_ptr<spdlog::formatter>) override {}

 private:
  keyrule_host host_;
};

void Log(spdlog::logger* logger, spdlog::level::level_enum level, std::string_view message) {
  if (logger != nullptr) logger->log(level, spdlog::string_view_t(message.data(), message.size()));
}

}  // namespace

HostLog::HostLog(const keyrule_host& host) {
  if (host.log == nullptr) return;
  logger_ = std::make_unique<spdlog::logger>("keyrule", std::make_shared<HostSink>(host));
  logger_->set_level(LeastLevel(host.log_level));
  logger_->set_error_handler([](const std::string&) {});  // the default one prints
}

HostLog::~HostLog() = default;

void HostLog::Info(std::string_view message) noexcept {
  Log(logger_.get(), spdlog::level::info, message);
}
void HostLog::Warn(std::string_view message) noexcept {
  Log(logger_.get(), spdlog::level::warn, message);
}
void HostLog::Error(std::string_view message) noexcept {
  Log(logger_.get(), spdlog::level::err, message);
}

}  // namespace keyrule::plugin_api
