// The master key from a program: a key service's client, a password manager, a script.

#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "store/key_provider.h"

namespace keyrule::store {

inline constexpr std::chrono::milliseconds kKeyCommandTime{10'000};

// Runs the program, without a shell, and takes the key from its standard output, in the two lines
// of a key file (the last line break may be missing) and nothing else. It gets this environment, an
// empty standard input, no other open file of this process, all signals as they are at first, and a
// process group of its own. A program without `/` in its name is looked for in PATH.
//   kKeyFailed   there is no such program; it did not end in time, and was killed with its
//                     process group; or it did not end with exit code 0. Its last line on standard
//                     error is shown, shortened, and with any long run of hex digits left out.
//   kKeyTruncated, kKeyMalformed   its output is no key; it is never shown
// Only in a host whose own SIGCHLD handling takes the exit code first is that not looked at.
class KeyCommand final : public KeyProvider {
 public:
  // `words` is not empty: program, arguments.
  explicit KeyCommand(std::vector<std::string> words,
                      std::chrono::milliseconds time = kKeyCommandTime)
      : words_(std::move(words)), time_(time) {}
  Result<Secret> Load() const override;
  // The program alone: an argument may be a secret.
  std::string name() const override;

 private:
  std::vector<std::string> words_;
  std::chrono::milliseconds time_;
};

}  // namespace keyrule::store
