#include "tests/store/exec_child.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <utility>

namespace keyrule::store {

ExecChild::ExecChild(const std::vector<std::string>& words, const std::string& errors) {
  int in[2], out[2];
  EXPECT_EQ(pipe2(in, O_CLOEXEC), 0);
  EXPECT_EQ(pipe2(out, O_CLOEXEC), 0);
  std::vector<char*> argv;
  for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  pid_ = fork();
  if (pid_ == 0) {
    dup2(in[0], STDIN_FILENO);
    dup2(out[1], STDOUT_FILENO);
    if (!errors.empty()) {
      dup2(open(errors.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600), STDERR_FILENO);
    }
    execv(argv[0], argv.data());
    _exit(127);
  }
  EXPECT_GT(pid_, 0);
  close(in[0]);
  close(out[1]);
  input_ = in[1];
  output_ = out[0];
}

ExecChild::~ExecChild() {
  if (pid_ > 0) Kill();
  CloseInput();
  close(output_);
}

std::string ExecChild::ReadLine() {
  for (;;) {
    const size_t end = text_.find('\n');
    if (end != std::string::npos) {
      std::string line = text_.substr(0, end);
      text_.erase(0, end + 1);
      return line;
    }
    char buffer[4096];
    const ssize_t got = read(output_, buffer, sizeof buffer);
    if (got <= 0) return {};
    text_.append(buffer, static_cast<size_t>(got));
  }
}

std::vector<std::string> ExecChild::TakeLines() {
  pollfd look{output_, POLLIN, 0};
  while (poll(&look, 1, 0) == 1) {
    char buffer[4096];
    const ssize_t got = read(output_, buffer, sizeof buffer);
    if (got <= 0) break;
    text_.append(buffer, static_cast<size_t>(got));
  }
  std::vector<std::string> lines;
  while (text_.find('\n') != std::string::npos) lines.push_back(ReadLine());
  return lines;
}

void ExecChild::Write(const std::string& text) {
  EXPECT_EQ(write(input_, text.data(), text.size()), static_cast<ssize_t>(text.size()));
}

void ExecChild::CloseInput() {
  if (input_ >= 0) close(std::exchange(input_, -1));
}

int ExecChild::Wait() {
  int status = 0;
  EXPECT_EQ(waitpid(pid_, &status, 0), pid_);
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

int ExecChild::Kill() {
  kill(pid_, SIGKILL);
  return Wait();
}

}  // namespace keyrule::store
