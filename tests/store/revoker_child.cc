// Revokes and disables one credential after the other, until it is killed: revoker_child STORE FIRST.
// Prints each number when it counts as done, and publishes now and then.

#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "store/revoke.h"
#include "store/writer.h"
#include "tests/store/revoker_child.h"

int main(int argc, char** argv) {
  using namespace keyrule::store;
  if (argc != 3) return 2;
  Secret key(kKeySize);
  for (uint8_t& byte : key.Fill()) byte = 7;  // TestKey()
  for (int n = std::atoi(argv[2]); n < kRevocable; ++n) {
    const auto done = Withdraw(argv[1], key, KindOf(n), {RevocableKey(n)});
    if (!done.ok() || !done->at_once) {
      std::fprintf(stderr, "%s\n", done.status().message().c_str());
      return 3;
    }
    char line[32];
    const int size = std::snprintf(line, sizeof line, "%d\n", n);
    if (write(STDOUT_FILENO, line, static_cast<size_t>(size)) != size) return 4;
    if (n % 3 != 0) continue;
    auto writer = Writer::Open(argv[1], key);
    const auto published = writer.ok() ? (*writer)->Publish() : Result<Published>(writer.status());
    if (!published.ok()) {
      std::fprintf(stderr, "%s\n", published.status().message().c_str());
      return 5;
    }
  }
  pause();
}
