#include "plugin_api/command/progress.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <string_view>
#include <thread>
#include <utility>

#include "dsl/wording.h"
#include "evaluator/typeset.h"

namespace keyrule::command {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr milliseconds kFirst{1'000};  // who waits shorter sees nothing
constexpr milliseconds kNext{200};
constexpr seconds kNextLine{10};       // where lines cannot be written over

}  // namespace

struct Progress::Drawing {
  Drawing(std::string text, std::string of, bool can_overwrite)
      : what(std::move(text)), unit(std::move(of)), overwrites(can_overwrite), thread([this] { Draw(); }) {}

  void Draw() {
    // Signals are the command's, which may end by them.
    sigset_t signals;
    sigfillset(&signals);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::unique_lock lock(mutex);
    for (steady_clock::duration pause = kFirst; !woken.wait_for(lock, pause, [this] { return over; });) {
      pause = overwrites ? steady_clock::duration(kNext) : kNextLine;
      const std::string line = Line();
      if (overwrites) {
        // Behind the end of the line nothing of a longer one stays.
        std::fprintf(stderr, "\r%s\x1b[K", line.c_str());
        drawn = true;
      } else {
        std::fprintf(stderr, "%s\n", line.c_str());
      }
    }
  }
  std::string Line() const {
    const uint64_t count = done.load(std::memory_order_relaxed);
    const uint64_t of = all.load(std::memory_order_relaxed);
    const auto spent = std::chrono::duration_cast<seconds>(steady_clock::now() - began).count();
    std::string line = evaluator::Printable(what);
    if (count > 0 || of > 0) {
      line += ": " + dsl::Thousands(count) + (of > 0 ? " of " + dsl::Thousands(of) : "");
      if (!unit.empty()) line += " " + unit + ((of > 0 ? of : count) == 1 ? "" : "s");
      if (of > 0) line += ", " + std::to_string(100 * std::min(count, of) / of) + "%";
    }
    return evaluator::Shorten(line + ", " + std::to_string(spent) + " s", 100);
  }
  void Erase() {
    if (drawn) std::fputs("\r\x1b[K", stderr);
    drawn = false;
  }

  std::mutex mutex;
  std::condition_variable woken;
  bool over = false;
  bool drawn = false;
  std::string what, unit;
  const bool overwrites;
  const steady_clock::time_point began = steady_clock::now();
  std::atomic<uint64_t> done{0}, all{0};
  std::thread thread;  // the last: it reads the others
};

namespace {

// Of the main thread: there is one terminal.
Progress* current = nullptr;

}  // namespace

Progress::Progress(const Console& console, std::string what, std::string unit) {
  if (current != nullptr || console.quiet() || console.json() || isatty(STDERR_FILENO) != 1) return;
  const char* term = std::getenv("TERM");
  const bool dumb = term == nullptr || std::string_view(term) == "dumb" || console.format() == Format::kPlain;
  drawing_ = new Drawing(std::move(what), std::move(unit), !dumb);
  current = this;
}

Progress::~Progress() {
  if (drawing_ == nullptr) return;
  current = nullptr;
  {
    const std::lock_guard lock(drawing_->mutex);
    drawing_->over = true;
    drawing_->Erase();
  }
  drawing_->woken.notify_one();
  drawing_->thread.join();
  delete drawing_;
}

void Progress::Set(uint64_t done, uint64_t all) {
  if (drawing_ == nullptr) return;
  drawing_->done.store(done, std::memory_order_relaxed);
  drawing_->all.store(all, std::memory_order_relaxed);
}

void Progress::Add(uint64_t more) {
  if (drawing_ != nullptr) drawing_->done.fetch_add(more, std::memory_order_relaxed);
}

void Progress::Say(std::string what, std::string unit) {
  if (drawing_ == nullptr) return;
  const std::lock_guard lock(drawing_->mutex);
  drawing_->what = std::move(what);
  drawing_->unit = std::move(unit);
  drawing_->done.store(0, std::memory_order_relaxed);
  drawing_->all.store(0, std::memory_order_relaxed);
}

void Progress::StepAside() {
  if (current == nullptr) return;
  const std::lock_guard lock(current->drawing_->mutex);
  current->drawing_->Erase();
}

}  // namespace keyrule::command
