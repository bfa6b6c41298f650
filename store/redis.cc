#include "store/redis.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <hiredis/hiredis.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace keyrule::store {
namespace {

int64_t SteadyMs() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

// What the parser, which is C, calls for each part of a reply: `fill` makes it what it is. Null, for a part that is too much
// or without memory, ends the reply.
template <typename Fill>
void* MakePart(const redisReadTask* task, const Fill& fill) noexcept {
  try {
    if (task->parent == nullptr) {
      auto made = std::make_unique<RedisReply>();
      return fill(made.get()) ? made.release() : nullptr;
    }
    RedisReply& item = static_cast<RedisReply*>(task->parent->obj)->items[static_cast<size_t>(task->idx)];
    return fill(&item) ? &item : nullptr;
  } catch (...) {
    return nullptr;
  }
}

void* MakeText(const redisReadTask* task, char* text, size_t size) {
  return MakePart(task, [=](RedisReply* reply) {
    reply->kind = task->type == REDIS_REPLY_ERROR ? RedisReply::Kind::kError : RedisReply::Kind::kText;
    if (size <= RedisConnection::kMostReplyBytes) reply->text.assign(text, size);
    return size <= RedisConnection::kMostReplyBytes;
  });
}

void* MakeArray(const redisReadTask* task, int count) {
  return MakePart(task, [=](RedisReply* reply) {
    if (count < 0 || static_cast<size_t>(count) > RedisConnection::kMostItems) return false;
    reply->kind = RedisReply::Kind::kArray;
    reply->items.resize(static_cast<size_t>(count));
    return true;
  });
}

void* MakeInteger(const redisReadTask* task, long long number) {
  return MakePart(task, [=](RedisReply* reply) {
    reply->kind = RedisReply::Kind::kInteger;
    reply->integer = number;
    return true;
  });
}

void* MakeNil(const redisReadTask* task) {
  return MakePart(task, [](RedisReply*) { return true; });
}

void Free(void* reply) { delete static_cast<RedisReply*>(reply); }

redisReplyObjectFunctions kFunctions = {MakeText, MakeArray, MakeInteger, MakeNil, Free};

void AppendCommand(const std::vector<std::string>& command, std::string* bytes) {
  std::vector<const char*> texts;
  std::vector<size_t> sizes;
  for (const std::string& word : command) {
    texts.push_back(word.data());
    sizes.push_back(word.size());
  }
  char* formatted = nullptr;
  const int size = static_cast<int>(redisFormatCommandArgv(&formatted, static_cast<int>(texts.size()), texts.data(), sizes.data()));
  if (size < 0) throw std::bad_alloc();
  bytes->append(formatted, static_cast<size_t>(size));
  redisFreeCommand(formatted);
}

// Of an error that the server gave: its words, on one line and short. It may quote what was sent, which is no secret but in
// AUTH, whose error is not shown.
std::string Shortened(std::string text) {
  constexpr size_t kMost = 160;
  std::replace_if(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, ' ');
  if (text.size() > kMost) text.resize(kMost);
  return text;
}

}  // namespace

RedisConnection::RedisConnection(const RedisAddress& address, int cancel_fd) : address_(address), cancel_fd_(cancel_fd) {}

RedisConnection::~RedisConnection() {
  if (tls_ != nullptr) SSL_free(tls_);
  if (tls_context_ != nullptr) SSL_CTX_free(tls_context_);
  if (reader_ != nullptr) redisReaderFree(reader_);
}

Status RedisConnection::Broken(std::string what) const { return Status(Code::kIo, address_.shown, std::move(what), {}); }

Result<std::unique_ptr<RedisConnection>> RedisConnection::Open(const RedisAddress& address, int64_t timeout_ms,
                                                               int cancel_fd) {
  std::unique_ptr<RedisConnection> made(new RedisConnection(address, cancel_fd));
  made->reader_ = redisReaderCreateWithFunctions(&kFunctions);
  if (made->reader_ == nullptr) throw std::bad_alloc();
  const int64_t deadline_ms = SteadyMs() + timeout_ms;
  if (Status status = made->Connect(deadline_ms); !status.ok()) return status;
  if (address.tls) {
    if (Status status = made->BeginTls(deadline_ms); !status.ok()) return status;
  }
  if (Status status = made->Greet(std::max<int64_t>(deadline_ms - SteadyMs(), 1)); !status.ok()) return status;
  return made;
}

Status RedisConnection::Connect(int64_t deadline_ms) {
  if (!address_.socket.empty()) {
    sockaddr_un to{};
    to.sun_family = AF_UNIX;
    if (address_.socket.size() >= sizeof to.sun_path) {
      return Status(Code::kInvalid, address_.shown, "the path of the socket is too long", "107 bytes are the most");
    }
    address_.socket.copy(to.sun_path, sizeof to.sun_path - 1);
    return ConnectTo(AF_UNIX, &to, sizeof to, deadline_ms);
  }
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int error = getaddrinfo(address_.host.c_str(), std::to_string(address_.port).c_str(), &hints, &found);
  if (error != 0) return Broken(std::string("its host is not found: ") + gai_strerror(error));
  Status status = Broken("its host has no address");
  for (const addrinfo* at = found; at != nullptr; at = at->ai_next) {
    status = ConnectTo(at->ai_family, at->ai_addr, at->ai_addrlen, deadline_ms);
    if (status.ok()) break;
  }
  freeaddrinfo(found);
  return status;
}

Status RedisConnection::ConnectTo(int family, const void* to, size_t size, int64_t deadline_ms) {
  fd_ = Fd(socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd_.ok()) return Broken("no socket can be had: " + SystemError(errno));
  if (connect(fd_.get(), static_cast<const sockaddr*>(to), static_cast<socklen_t>(size)) != 0) {
    if (errno != EINPROGRESS) return Broken("it cannot be reached: " + SystemError(errno));
    if (Status status = WaitFor(POLLOUT, deadline_ms); !status.ok()) return status;
    int error = 0;
    socklen_t length = sizeof error;
    if (getsockopt(fd_.get(), SOL_SOCKET, SO_ERROR, &error, &length) != 0) error = errno;
    if (error != 0) return Broken("it cannot be reached: " + SystemError(error));
  }
  if (family != AF_UNIX) {
    const int on = 1;
    (void)setsockopt(fd_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  return Status();
}

Status RedisConnection::BeginTls(int64_t deadline_ms) {
  tls_context_ = SSL_CTX_new(TLS_client_method());
  if (tls_context_ == nullptr) throw std::bad_alloc();
  SSL_CTX_set_min_proto_version(tls_context_, TLS1_2_VERSION);
  SSL_CTX_set_verify(tls_context_, SSL_VERIFY_PEER, nullptr);
  const bool trusts = address_.ca_file.empty()
                          ? SSL_CTX_set_default_verify_paths(tls_context_) == 1
                          : SSL_CTX_load_verify_file(tls_context_, address_.ca_file.c_str()) == 1;
  ERR_clear_error();
  if (!trusts) {
    return Status(Code::kInvalid, address_.shown, "the certificates to trust cannot be read",
                  "see whether the file that `ca` names is there and is PEM");
  }
  tls_ = SSL_new(tls_context_);
  if (tls_ == nullptr) throw std::bad_alloc();
  in6_addr number;
  const bool is_number = inet_pton(AF_INET, address_.host.c_str(), &number) == 1 ||
                         inet_pton(AF_INET6, address_.host.c_str(), &number) == 1;
  if (is_number) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(tls_), address_.host.c_str());
  } else {
    SSL_set_tlsext_host_name(tls_, address_.host.c_str());
    SSL_set1_host(tls_, address_.host.c_str());
  }
  SSL_set_fd(tls_, fd_.get());
  for (;;) {
    const int done = SSL_connect(tls_);
    if (done == 1) return Status();
    const int error = SSL_get_error(tls_, done);
    ERR_clear_error();
    if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) {
      const long verified = SSL_get_verify_result(tls_);
      if (verified == X509_V_OK) return Broken("it does not speak TLS");
      return Status(Code::kInvalid, address_.shown,
                    std::string("its certificate is not trusted: ") + X509_verify_cert_error_string(verified),
                    "name the file of its authority: ?ca=FILE");
    }
    const short events = error == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT;
    if (Status status = WaitFor(events, deadline_ms); !status.ok()) return status;
  }
}

Status RedisConnection::Greet(int64_t timeout_ms) {
  std::vector<std::vector<std::string>> commands;
  const bool has_password = !address_.password.empty();
  if (has_password && address_.user.empty()) commands.push_back({"AUTH", address_.password});
  if (has_password && !address_.user.empty()) commands.push_back({"AUTH", address_.user, address_.password});
  if (address_.database != 0) commands.push_back({"SELECT", std::to_string(address_.database)});
  commands.push_back({"PING"});
  std::vector<RedisReply> replies;
  if (Status status = Call(commands, timeout_ms, &replies); !status.ok()) return status;
  if (has_password && replies[0].kind == RedisReply::Kind::kError) {
    return Status(Code::kInvalid, address_.shown, "it refused the user or password", "see ACL or requirepass of the server");
  }
  for (const RedisReply& reply : replies) {
    if (reply.kind != RedisReply::Kind::kError) continue;
    return Status(Code::kInvalid, address_.shown, "it refused: " + Shortened(reply.text),
                  reply.text.starts_with("NOAUTH") ? "give it a password" : "");
  }
  if (replies.back().text != "PONG") return Broken("it does not speak as Redis does");
  return Status();
}

Status RedisConnection::Call(std::span<const std::vector<std::string>> commands, int64_t timeout_ms,
                             std::vector<RedisReply>* replies) {
  replies->clear();
  const int64_t deadline_ms = SteadyMs() + std::min(timeout_ms, most_ms_);
  std::string bytes;
  for (const std::vector<std::string>& command : commands) AppendCommand(command, &bytes);
  if (Status status = SendAll(bytes, deadline_ms); !status.ok()) return status;
  while (replies->size() < commands.size()) {
    void* reply = nullptr;
    if (redisReaderGetReply(reader_, &reply) != REDIS_OK) return Broken("it does not speak as Redis does");
    if (reply != nullptr) {
      replies->push_back(std::move(*static_cast<RedisReply*>(reply)));
      Free(reply);
      continue;
    }
    if (reader_->len - reader_->pos > kMostReplyBytes) return Broken("it does not speak as Redis does");
    if (Status status = ReceiveSome(deadline_ms); !status.ok()) return status;
  }
  return Status();
}

void RedisConnection::Patiently(int64_t most_ms) {
  cancel_fd_ = -1;
  most_ms_ = most_ms;
}

Status RedisConnection::SendAll(std::string_view bytes, int64_t deadline_ms) {
  while (!bytes.empty()) {
    short wait = POLLOUT;
    if (tls_ != nullptr) {
      size_t written = 0;
      const int done = SSL_write_ex(tls_, bytes.data(), bytes.size(), &written);
      if (done == 1) {
        bytes.remove_prefix(written);
        continue;
      }
      const int error = SSL_get_error(tls_, done);
      ERR_clear_error();
      if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) return Broken("the connection is lost");
      wait = error == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT;
    } else {
      const ssize_t written = send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (written > 0) {
        bytes.remove_prefix(static_cast<size_t>(written));
        continue;
      }
      if (written < 0 && errno == EINTR) continue;
      if (written < 0 && errno != EAGAIN) return Broken("the connection is lost: " + SystemError(errno));
    }
    if (Status status = WaitFor(wait, deadline_ms); !status.ok()) return status;
  }
  return Status();
}

Status RedisConnection::ReceiveSome(int64_t deadline_ms) {
  char buffer[16'384];
  for (;;) {
    short wait = POLLIN;
    if (tls_ != nullptr) {
      size_t got = 0;
      const int done = SSL_read_ex(tls_, buffer, sizeof buffer, &got);
      if (done == 1) {
        if (redisReaderFeed(reader_, buffer, got) != REDIS_OK) return Broken("it does not speak as Redis does");
        return Status();
      }
      const int error = SSL_get_error(tls_, done);
      ERR_clear_error();
      if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) return Broken("the connection is lost");
      wait = error == SSL_ERROR_WANT_WRITE ? POLLOUT : POLLIN;
    } else {
      const ssize_t got = recv(fd_.get(), buffer, sizeof buffer, 0);
      if (got > 0) {
        if (redisReaderFeed(reader_, buffer, static_cast<size_t>(got)) != REDIS_OK) {
          return Broken("it does not speak as Redis does");
        }
        return Status();
      }
      if (got == 0) return Broken("it closed the connection");
      if (errno == EINTR) continue;
      if (errno != EAGAIN) return Broken("the connection is lost: " + SystemError(errno));
    }
    if (Status status = WaitFor(wait, deadline_ms); !status.ok()) return status;
  }
}

Status RedisConnection::WaitFor(short events, int64_t deadline_ms) {
  for (;;) {
    const int64_t left_ms = deadline_ms - SteadyMs();
    if (left_ms <= 0) return Broken("it did not answer in time");
    pollfd fds[2] = {{fd_.get(), events, 0}, {cancel_fd_, POLLIN, 0}};
    const int ready = poll(fds, cancel_fd_ >= 0 ? 2 : 1, static_cast<int>(std::min<int64_t>(left_ms, 60'000)));
    if (ready < 0 && errno != EINTR) return Broken("poll: " + SystemError(errno));
    if (ready <= 0) continue;
    if (fds[1].revents != 0 && cancel_fd_ >= 0) return Broken("it was left");
    return Status();
  }
}

}  // namespace keyrule::store
