// The lines that people typed, kept from shell to shell.
#pragma once

#include <string>
#include <vector>

namespace keyrule::command {

// $XDG_STATE_HOME/keyrule/history, else ~/.local/state/keyrule/history; the user's alone (mode 0600). One line each.
// Each is added as it is entered, under a lock, so that shells side by side lose none of each other's.
class HistoryFile {
 public:
  static constexpr size_t kMostLines = 2'000;

  HistoryFile();  // finds its place, which is made if need be; there may be none
  // Oldest first; at most kMostLines. A file that has grown to twice that is cut.
  std::vector<std::string> Read();
  // False: it could not be written. A line that the one before repeats is not added.
  bool Add(const std::string& line);

 private:
  std::string path_;  // empty: there is no place for it
  std::string last_;
};

}  // namespace keyrule::command
