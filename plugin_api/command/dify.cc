// keyrule dify …: the Python package does it, in the interpreter that has it.
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include "plugin_api/command/options.h"
#include "store/posix_file.h"

namespace keyrule::command {
namespace {

// The folder that the command is called in is not searched for modules: it may be Dify's. A Python that has no such package
// says so in the command's own form.
constexpr const char* kProgram = R"(
import sys
if '' in sys.path:
    sys.path.remove('')
try:
    from keyrule.dify.cli import main
except ModuleNotFoundError as missing:
    if (missing.name or '').partition('.')[0] != 'keyrule':
        raise
    import json
    message = f'the Python package keyrule is not installed in {sys.executable}'
    help = ('`python3 -m pip install keyrule` installs it; from a source tree set PYTHONPATH=TREE/plugin_api/python; '
            'KEYRULE_PYTHON=/path/to/python names another interpreter')
    if '--json' in sys.argv:
        keys = dict(code=None, severity='error', message=message, help=help, file=None, line=None, column=None,
                    end_line=None, end_column=None, notes=[])
        print(json.dumps(keys, separators=(',', ':')))
    else:
        print(f'error: {message}\n   = help: {help}', file=sys.stderr)
    sys.exit(4)
sys.exit(main(sys.argv[1:]))
)";

Exit RunDify(const Command& self, std::vector<std::string> arguments) {
  const bool has_word = std::any_of(arguments.begin(), arguments.end(), [](const std::string& word) {
    return !word.empty() && word[0] != '-';
  });
  Options options(self);
  std::vector<std::string> none;
  options.Arguments(&none, 1, 1, "what to do: install, uninstall or doctor");
  options.Words("", {"install", "uninstall", "doctor"});
  // The Python package reads them (dify/cli.py); here they are declared for the help, completion and the manual.
  std::string folder, python_of_dify;
  bool pth = false, no_import = false;
  options.Text("--dify-api DIR", &folder, "Dify's folder `api` (/app/api in its image)");
  options.Text("--dify-python PYTHON", &python_of_dify, "the interpreter that Dify runs under; DIR/.venv's unless given");
  options.Flag("--pth", &pth, "install, uninstall: in the site-packages of Dify's Python, not in its api folder");
  options.Flag("--no-import", &no_import, "doctor: look at Dify's source only; do not import its modules");
  if (!has_word) return *options.Parse(arguments);  // help, the version, or what is missing
  const char* named = std::getenv("KEYRULE_PYTHON");
  const std::string python = named != nullptr && *named != '\0' ? named : "python3";
  // `doctor` asks this program what a policy finds in a store.
  std::error_code unknown;
  const std::string self_path = std::filesystem::read_symlink("/proc/self/exe", unknown);
  if (!unknown) setenv("KEYRULE_COMMAND", self_path.c_str(), 0);
  std::vector<std::string> words = {python, "-c", kProgram};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  std::fflush(stdout);
  execvp(python.c_str(), argv.data());
  const int error = errno;
  const bool json = std::find(arguments.begin(), arguments.end(), "--json") != arguments.end();
  Console(json ? Format::kJson : Format::kText, false)
      .Error(Problem{"`" + python + "` cannot be run: " + store::SystemError(error),
                     "install Python 3.11 or later, or name one with KEYRULE_PYTHON"});
  return Exit::kFile;
}

}  // namespace

const Command kDify = {
    "dify", "install|uninstall|doctor --dify-api DIR [options]", "puts Keyrule into Dify, takes it out, and checks that it works",
    "  keyrule dify install --dify-api /app/api\n"
    "  keyrule dify doctor --dify-api /app/api\n"
    "  keyrule dify uninstall --dify-api /app/api\n"
    "\n"
    "Runs the Python package keyrule by python3, or by the interpreter that KEYRULE_PYTHON names.\n"
    "`keyrule dify install --help` and the like say more; plugin_api/DIFY.md is the way from nothing to two keys.\n",
    RunDify};

}  // namespace keyrule::command
