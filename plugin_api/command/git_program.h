// Running git and reading what it prints. Nothing goes through a shell.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace keyrule::command {

struct GitAnswer {
  int exit = -1;        // of git; -1: it could not be run, or was killed
  bool too_much = false;  // it was killed, for it wrote more than `most` bytes
  std::string output;
  std::string error;    // the first line of what it says; where it could not be run: why
};

// `arguments` stand behind `git`. Its standard input is empty.
GitAnswer RunGit(const std::vector<std::string>& arguments, size_t most);

}  // namespace keyrule::command
