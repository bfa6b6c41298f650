// One connection to a Redis server: commands out, replies in, each within a time. hiredis writes and reads the protocol;
// the socket is ours, so that nothing waits for longer, and a server that goes away raises no SIGPIPE.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "store/posix_file.h"
#include "store/redis_address.h"
#include "store/redis_reply.h"
#include "store/status.h"

struct redisReader;
struct ssl_st;
struct ssl_ctx_st;

namespace keyrule::store {

// One thread at a time. After an error it is of no more use.
class RedisConnection {
 public:
  // Replies of more bytes, or with more parts, are taken for garbage.
  static constexpr size_t kMostReplyBytes = 64 << 10;
  static constexpr size_t kMostItems = 64;

  // Connects, says who it is, chooses the database. `cancel_fd` ends any waiting as soon as it can be read; -1: nothing
  // does. Looking up a host's name is up to the system and may take longer than `timeout_ms`.
  //   kIo       the server cannot be reached, or did not answer in time
  //   kInvalid  it refused the password, the user or the database; or it does not speak as Redis does
  static Result<std::unique_ptr<RedisConnection>> Open(const RedisAddress& address, int64_t timeout_ms, int cancel_fd);
  ~RedisConnection();
  RedisConnection(const RedisConnection&) = delete;
  RedisConnection& operator=(const RedisConnection&) = delete;

  // Sends all commands, then reads as many replies, all within `timeout_ms`. A reply that is an error is a reply.
  Status Call(std::span<const std::vector<std::string>> commands, int64_t timeout_ms, std::vector<RedisReply>* replies);

  // From now on nothing cancels a wait, which lasts so long at the most.
  void Patiently(int64_t most_ms);

  // For a child of fork to close its copy of; the parent's stays.
  int fd() const { return fd_.get(); }

 private:
  RedisConnection(const RedisAddress& address, int cancel_fd);

  Status Connect(int64_t deadline_ms);
  Status ConnectTo(int family, const void* to, size_t size, int64_t deadline_ms);
  Status BeginTls(int64_t deadline_ms);
  Status Greet(int64_t timeout_ms);
  Status SendAll(std::string_view bytes, int64_t deadline_ms);
  Status ReceiveSome(int64_t deadline_ms);
  Status WaitFor(short events, int64_t deadline_ms);
  Status Broken(std::string what) const;

  const RedisAddress address_;
  int cancel_fd_;
  int64_t most_ms_ = INT64_MAX;
  Fd fd_;
  redisReader* reader_ = nullptr;
  ssl_ctx_st* tls_context_ = nullptr;
  ssl_st* tls_ = nullptr;
};

}  // namespace keyrule::store
