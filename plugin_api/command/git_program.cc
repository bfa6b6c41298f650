#include "plugin_api/command/git_program.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <system_error>

#include "store/posix_file.h"

namespace keyrule::command {
namespace {

using store::Fd;

constexpr size_t kMostError = 4'096;

bool OpenPipe(Fd* read, Fd* write) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return false;
  *read = Fd(ends[0]);
  *write = Fd(ends[1]);
  return true;
}

// What is there now. False: no more will come.
bool Take(int fd, std::string* text) {
  char buffer[65'536];
  ssize_t got;
  do {
    got = read(fd, buffer, sizeof buffer);
  } while (got < 0 && errno == EINTR);
  if (got <= 0) return false;
  text->append(buffer, static_cast<size_t>(got));
  return true;
}

// But for how a person wants paths to be read that are typed: those here are exact.
std::vector<char*> Environment() {
  std::vector<char*> kept;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view text = *variable;
    const std::string_view name = text.substr(0, text.find('='));
    if (!name.starts_with("GIT_") || !name.ends_with("_PATHSPECS")) kept.push_back(*variable);
  }
  kept.push_back(nullptr);
  return kept;
}

int Start(const std::vector<std::string>& arguments, int output, int errors, pid_t* pid) {
  std::vector<char*> argv = {const_cast<char*>("git")};
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, output, 1);
  posix_spawn_file_actions_adddup2(&actions, errors, 2);
  const int error = posix_spawnp(pid, "git", &actions, nullptr, argv.data(), Environment().data());
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

std::string FirstLine(std::string_view text) {
  std::string_view line = text.substr(0, text.find('\n'));
  for (const std::string_view word : {"fatal: ", "error: "}) {
    if (line.starts_with(word)) line.remove_prefix(word.size());
  }
  return std::string(line);
}

}  // namespace

GitAnswer RunGit(const std::vector<std::string>& arguments, size_t most) {
  GitAnswer answer;
  Fd output, output_end, errors, errors_end;
  if (!OpenPipe(&output, &output_end) || !OpenPipe(&errors, &errors_end)) {
    answer.error = "no program can be run: " + std::generic_category().message(errno);
    return answer;
  }
  pid_t pid = -1;
  if (const int error = Start(arguments, output_end.get(), errors_end.get(), &pid); error != 0) {
    answer.error = error == ENOENT ? "there is no program `git` here" : std::generic_category().message(error);
    return answer;
  }
  output_end = Fd();
  errors_end = Fd();
  std::string said;
  while (output.ok() || errors.ok()) {
    pollfd look[] = {{output.get(), POLLIN, 0}, {errors.get(), POLLIN, 0}};  // a negative one is passed over
    if (poll(look, 2, -1) < 0 && errno != EINTR) break;
    if (look[0].revents != 0 && !Take(output.get(), &answer.output)) output = Fd();
    if (look[1].revents != 0 && !Take(errors.get(), &said)) errors = Fd();
    if (said.size() > kMostError) said.resize(kMostError);
    if (answer.output.size() > most) {
      answer.too_much = true;
      kill(pid, SIGKILL);
      break;
    }
  }
  int status = 0;
  pid_t ended;
  do {
    ended = waitpid(pid, &status, 0);
  } while (ended < 0 && errno == EINTR);
  if (ended == pid && WIFEXITED(status)) answer.exit = WEXITSTATUS(status);
  answer.error = FirstLine(said);
  return answer;
}

}  // namespace keyrule::command
