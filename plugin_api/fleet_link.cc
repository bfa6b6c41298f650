#include "plugin_api/fleet_link.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <system_error>
#include <utility>

#include "evaluator/clock.h"
#include "evaluator/fork_gate.h"
#include "evaluator/hash.h"
#include "plugin_api/random_seed.h"

namespace keyrule::plugin_api {
namespace {

using evaluator::FleetAnswer;
using evaluator::FleetOrder;
using evaluator::FleetReport;
using evaluator::FleetRound;
using store::RedisReply;
using store::Status;

constexpr int64_t kLookMs = 5;            // while there is something to do: does a call wait for more?
constexpr int64_t kIdleLookMs = 50;
constexpr int64_t kBusyForMs = 2'000;     // after the last report
constexpr int64_t kHurriedMs = 20;        // the least between two rounds
constexpr int64_t kHeartbeatMs = 500;     // of a host with nothing to say
constexpr int64_t kSilentSpeakerMs = 400;  // then another process speaks
constexpr int64_t kConnectMs = 1'000;
constexpr int64_t kReplyMs = 1'000;
constexpr int64_t kFirstTalkPauseMs = 100;
constexpr int64_t kLongestTalkPauseMs = 2'000;
constexpr int64_t kLeaveMs = 200;         // to give back what is held, at the end
constexpr size_t kMostAtOnce = 256;       // commands that are sent before their replies are read

// Nobody sets it, and all processes of the host see the same.
int64_t SteadyMs() noexcept {
  timespec now;
  clock_gettime(CLOCK_BOOTTIME, &now);
  return int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

void AddCommand(const std::string& hash, FleetCommand command, std::vector<std::vector<std::string>>* commands) {
  std::vector<std::string>& words = commands->emplace_back();
  words = {"EVALSHA", hash, std::to_string(command.keys.size())};
  std::move(command.keys.begin(), command.keys.end(), std::back_inserter(words));
  std::move(command.arguments.begin(), command.arguments.end(), std::back_inserter(words));
}

}  // namespace

struct FleetLink::Talk {
  std::unique_ptr<store::RedisConnection> connection;
  std::unique_ptr<FleetScript> script;
  std::array<std::string, 3> hashes;  // of the scripts: hosts, limit, turns
  std::vector<FleetReport> reports;
  std::vector<FleetOrder> orders;
  std::unique_ptr<FleetRound> round;
  int64_t next_try_ms = 0;
  int64_t pause_ms = 0;
  int64_t last_round_ms = 0;
  int64_t took_ms = 0;         // the last round
  int64_t asked_hosts_ms = -kHeartbeatMs;
  uint64_t hosts = 0;
  int64_t busy_until_ms = 0;
};

FleetLink::FleetLink(store::RedisAddress address, std::shared_ptr<evaluator::SelectionState> state, bool leaves)
    : address_(std::move(address)), state_(std::move(state)), leaves_(leaves) {
  // Engines of one process over one file have one state: what the first says of its hosts holds.
  if (state_->fleet().is_on()) return;
  // Whoever chooses names (a user's id under a `for each`) need not know which of them meet in one key.
  const uint64_t seed = evaluator::Hash({"fleet", address_.prefix});
  state_->fleet().Begin({address_.denies_alone ? evaluator::FleetAlone::kDeny : evaluator::FleetAlone::kShare, address_.hosts, seed});
}

FleetLink::~FleetLink() {
  if (thread_ == nullptr || process_ != getpid()) return;
  stops_.store(true);
  const uint64_t one = 1;
  (void)!write(cancel_.get(), &one, sizeof one);
  thread_->join();
  delete thread_;
}

void FleetLink::Start() {
  const evaluator::ForkGate::Lock lock(mutex_);
  if (thread_ != nullptr && process_ == getpid()) return;
  if (thread_ != nullptr) {
    // In a child of fork: the thread is the parent's, and so is its end of the connection.
    thread_ = nullptr;
    const int socket = socket_.exchange(-1);
    if (socket >= 0) close(socket);
  }
  cancel_ = store::Fd(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!cancel_.ok()) throw std::system_error(errno, std::generic_category());
  process_ = getpid();
  thread_ = new std::thread([this, fd = cancel_.get()] { Run(fd); });
}

std::string FleetLink::News(bool* is_problem) {
  const evaluator::ForkGate::Lock lock(mutex_);
  *is_problem = is_problem_;
  if (line_ == told_) return {};
  told_ = line_;
  return line_;
}

void FleetLink::Say(std::string line, bool is_problem) {
  const evaluator::ForkGate::Lock lock(mutex_);
  line_ = std::move(line);
  is_problem_ = is_problem;
}

// Of all processes, the one whose beat was the last; another once it has been silent. Two at a time do no harm.
bool FleetLink::Speaks(int64_t steady_ms) noexcept {
  evaluator::StateWord& beat = state_->mutable_block()->header.fleet_beat_ms;
  uint64_t seen = beat.load();
  const int64_t age_ms = steady_ms - static_cast<int64_t>(seen);
  // A number that no other process writes in the same millisecond is not needed: both would speak, for one beat.
  if (seen != beat_ && age_ms >= 0 && age_ms < kSilentSpeakerMs) return false;
  if (!beat.compare_exchange_strong(seen, static_cast<uint64_t>(steady_ms))) return false;
  beat_ = static_cast<uint64_t>(steady_ms);
  return true;
}

uint64_t FleetLink::HostNumber() {
  evaluator::StateWord& number = state_->mutable_block()->header.fleet_host;
  uint64_t seen = number.load();
  if (seen != 0) return seen;
  const uint64_t made = RandomSeed() | 1;
  return number.compare_exchange_strong(seen, made) ? made : seen;
}

void FleetLink::Run(int cancel_fd) noexcept {
  Talk talk;
  beat_ = 0;
  int64_t wait_ms = 0;
  while (!stops_.load()) {
    pollfd cancel{cancel_fd, POLLIN, 0};
    if (wait_ms > 0) (void)poll(&cancel, 1, static_cast<int>(wait_ms));
    if (stops_.load()) break;
    const int64_t steady_ms = SteadyMs();
    wait_ms = kIdleLookMs;
    if (!Speaks(steady_ms)) {
      if (talk.connection != nullptr) {
        socket_.store(-1);
        talk.connection.reset();
      }
      continue;
    }
    try {
      if (talk.connection == nullptr) {
        if (steady_ms < talk.next_try_ms) continue;
        Connect(&talk, steady_ms, cancel_fd);
        if (talk.connection == nullptr) continue;
      }
      const bool wanted = state_->block().header.fleet_wanted.load(std::memory_order_relaxed) != 0;
      const bool busy = wanted || steady_ms < talk.busy_until_ms;
      const int64_t since_ms = steady_ms - talk.last_round_ms;
      wait_ms = busy ? kLookMs : kIdleLookMs;
      const int64_t every_ms = wanted ? kHurriedMs : busy ? FleetRound::kEveryMs : kHeartbeatMs;
      if (since_ms < std::max(every_ms, talk.took_ms)) continue;
      if (Round(&talk, steady_ms, false)) wait_ms = kLookMs;
    } catch (const std::exception&) {  // memory has run out
      socket_.store(-1);
      talk.connection.reset();
      talk.next_try_ms = steady_ms + kLongestTalkPauseMs;
    }
  }
  LeaveWhenAlone(&talk);
  socket_.store(-1);
}

// What a process by itself holds is given back at its end. Other processes of a host go on with what the host holds.
void FleetLink::LeaveWhenAlone(Talk* talk) noexcept {
  if (talk->connection == nullptr || !leaves_) return;
  try {
    talk->connection->Patiently(kLeaveMs);
    (void)Round(talk, SteadyMs(), true);
  } catch (const std::exception&) {  // memory has run out
  }
}

void FleetLink::Connect(Talk* talk, int64_t steady_ms, int cancel_fd) {
  store::Result<std::unique_ptr<store::RedisConnection>> opened =
      store::RedisConnection::Open(address_, kConnectMs, cancel_fd);
  if (!opened.ok()) return Fail(talk, opened.status(), steady_ms);
  talk->connection = *std::move(opened);
  socket_.store(talk->connection->fd());
  if (talk->script == nullptr) talk->script = std::make_unique<FleetScript>(address_.prefix, HostNumber());
  if (talk->round == nullptr) {
    talk->round = std::make_unique<FleetRound>(state_->mutable_block(), &state_->fleet(), &state_->counters());
  }
  if (Status status = LoadScripts(talk); !status.ok()) return Fail(talk, status, steady_ms);
}

Status FleetLink::LoadScripts(Talk* talk) {
  const std::vector<std::vector<std::string>> commands = {
      {"SCRIPT", "LOAD", std::string(FleetScript::HostsText())},
      {"SCRIPT", "LOAD", std::string(FleetScript::LimitText())},
      {"SCRIPT", "LOAD", std::string(FleetScript::TurnsText())}};
  std::vector<RedisReply> replies;
  if (Status status = talk->connection->Call(commands, kReplyMs, &replies); !status.ok()) return status;
  for (size_t i = 0; i < replies.size(); ++i) {
    if (replies[i].kind != RedisReply::Kind::kText) {
      return Status(store::Code::kInvalid, address_.shown, "it takes no scripts: " + replies[i].text.substr(0, 160),
                    "Redis 5 or later is needed, and a user that may EVALSHA and SCRIPT LOAD");
    }
    talk->hashes[i] = replies[i].text;
  }
  return Status();
}

void FleetLink::Fail(Talk* talk, const Status& status, int64_t steady_ms) {
  socket_.store(-1);
  talk->connection.reset();
  talk->pause_ms = std::clamp(2 * talk->pause_ms, kFirstTalkPauseMs, kLongestTalkPauseMs);
  talk->next_try_ms = steady_ms + talk->pause_ms;
  // What holds still is not given up for one round that failed.
  if (stops_.load() || state_->fleet().IsLive(evaluator::SystemClock().NowMs())) return;
  Say(status.message() + (address_.denies_alone ? "; until it answers, nothing is admitted under limits"
                                                : "; until it answers, this host keeps to its share of the limits"),
      true);
}

// Sends commands, a part at a time, and gives each its reply (null: Redis refused this one). False: it failed.
template <typename Take>
bool FleetLink::Ask(Talk* talk, std::span<const std::vector<std::string>> commands, int64_t steady_ms, const Take& take) {
  std::vector<RedisReply> replies;
  for (size_t first = 0; first < commands.size(); first += kMostAtOnce) {
    const size_t count = std::min(kMostAtOnce, commands.size() - first);
    const int64_t asked_ms = evaluator::SystemClock().NowMs();
    (void)Speaks(SteadyMs());  // so that no other process thinks that nobody does
    const Status status = talk->connection->Call(commands.subspan(first, count), kReplyMs, &replies);
    if (!status.ok()) {
      Fail(talk, status, steady_ms);
      return false;
    }
    for (size_t i = 0; i < count; ++i) {
      const RedisReply& reply = replies[i];
      if (reply.kind == RedisReply::Kind::kError) {
        if (reply.text.starts_with("NOSCRIPT")) {  // it was started again, or its scripts were flushed
          if (const Status loaded = LoadScripts(talk); !loaded.ok()) Fail(talk, loaded, steady_ms);
          return false;
        }
        // Another's value under one key is that key's trouble: this host keeps to its share of it.
        if (first + i > 0 && (reply.text.starts_with("WRONGTYPE") || reply.text.starts_with("ERR "))) continue;
        Fail(talk, Status(store::Code::kInvalid, address_.shown, "it refuses to count: " + reply.text.substr(0, 160), {}),
             steady_ms);
        return false;
      }
      if (!take(first + i, reply)) {
        Fail(talk, Status(store::Code::kInvalid, address_.shown, "it answers what no script of Keyrule's answers", {}),
             steady_ms);
        return false;
      }
    }
    talk->round->Hold(asked_ms);
  }
  return true;
}

bool FleetLink::AskHosts(Talk* talk, int64_t steady_ms) {
  std::vector<std::vector<std::string>> commands;
  AddCommand(talk->hashes[0], talk->script->Hosts(), &commands);
  const bool asked = Ask(talk, commands, steady_ms, [&](size_t, const RedisReply& reply) {
    uint64_t life = 0;
    if (!FleetScript::ReadHosts(reply, &life, &talk->hosts)) return false;
    talk->round->Begin(life, talk->hosts);
    return true;
  });
  if (asked) talk->asked_hosts_ms = steady_ms;
  return asked;
}

// False: it failed.
bool FleetLink::Round(Talk* talk, int64_t steady_ms, bool leaves) {
  talk->last_round_ms = steady_ms;
  if (steady_ms - talk->asked_hosts_ms >= kHeartbeatMs && !AskHosts(talk, steady_ms)) return false;
  const int64_t began_ms = evaluator::SystemClock().NowMs();
  if (leaves) {
    talk->orders.clear();
    talk->round->Leave(began_ms, steady_ms, &talk->reports);
  } else {
    talk->round->Collect(began_ms, steady_ms, &talk->reports, &talk->orders);
  }
  if (!talk->reports.empty() || !talk->orders.empty()) talk->busy_until_ms = steady_ms + kBusyForMs;

  std::vector<std::vector<std::string>> commands;
  for (const FleetReport& report : talk->reports) AddCommand(talk->hashes[1], talk->script->Limit(report), &commands);
  for (const FleetOrder& order : talk->orders) AddCommand(talk->hashes[2], talk->script->Turns(order), &commands);
  const bool asked = Ask(talk, commands, steady_ms, [&](size_t i, const RedisReply& reply) {
    if (i < talk->reports.size()) {
      FleetAnswer answer;
      if (!FleetScript::ReadLimit(reply, &answer)) return false;
      talk->round->Apply(talk->reports[i], answer, evaluator::SystemClock().NowMs(), steady_ms);
      return true;
    }
    const FleetOrder& order = talk->orders[i - talk->reports.size()];
    uint64_t turn = 0;
    if (!FleetScript::ReadTurns(reply, order, &turn)) return false;
    talk->round->Deliver(order, turn);
    return true;
  });
  if (!asked) return false;
  talk->pause_ms = 0;
  // Where rounds take long, Redis is not asked all the time.
  talk->took_ms = SteadyMs() - steady_ms;
  Say(address_.shown + ": limits and turns are shared by " + std::to_string(talk->hosts) + (talk->hosts == 1 ? " host" : " hosts"),
      false);
  return true;
}

}  // namespace keyrule::plugin_api
