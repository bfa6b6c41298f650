// Seals from many processes, which fork again and again, and looks for a salt or nonce that
// repeats:
//
//   nonce_soak SEALS PROCESSES
//
// Exit code 0: none. The generator of random bytes is in the state that fork() copied: that is
// where repeats would come from.

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "store/envelope.h"

namespace {

using namespace keyrule::store;

constexpr size_t kNonceAt = 1 + 4 + kSaltSize + sizeof(Digest);
constexpr size_t kForkEvery = 500;  // seals

struct Drawn {
  std::array<uint8_t, 16> salt;  // its first half: 2^128 values are enough to tell
  std::array<uint8_t, kNonceSize> nonce;
};

template <typename Get>
size_t Repeats(std::vector<Drawn>* all, Get get) {
  const auto less = [get](const Drawn& a, const Drawn& b) { return get(a) < get(b); };
  std::sort(all->begin(), all->end(), less);
  size_t repeats = 0;
  for (size_t i = 1; i < all->size(); ++i) repeats += get((*all)[i - 1]) == get((*all)[i]);
  return repeats;
}

size_t AllRepeats(std::vector<Drawn>* all) {
  return Repeats(all, [](const Drawn& drawn) { return drawn.salt; }) +
         Repeats(all, [](const Drawn& drawn) { return drawn.nonce; });
}

// Does it see what it looks for?
bool SeesRepeats() {
  std::vector<Drawn> planted(4);
  for (uint8_t i = 0; i < 4; ++i) planted[i] = {{i}, {i}};
  if (AllRepeats(&planted) != 0) return false;
  planted[3].salt = planted[0].salt;
  if (AllRepeats(&planted) != 1) return false;
  planted[3].nonce = planted[1].nonce;
  return AllRepeats(&planted) >= 1;
}

// As one step: all processes append to the file.
bool Write(int file, const std::vector<Drawn>& drawn) {
  const size_t size = drawn.size() * sizeof(Drawn);
  return write(file, drawn.data(), size) == static_cast<ssize_t>(size);
}

bool EndedWell(pid_t child) {
  int status = 0;
  return waitpid(child, &status, 0) == child && status == 0;
}

// Seals until `seals` are done, in a tree of processes: each forks one that does half of the rest,
// and goes on itself, so that both go on from the same state at the same time.
int Seal(ByteSpan key, int file, size_t seals) {
  pid_t before = 0;
  while (seals > 0) {
    const size_t now = std::min(seals, kForkEvery);
    std::vector<Drawn> drawn(now);
    for (Drawn& one : drawn) {
      Result<std::string> box = SealBox(key, 1, "soak", {});
      if (!box.ok()) return 1;
      std::memcpy(one.salt.data(), BoxSalt(*box).data(), one.salt.size());
      std::memcpy(one.nonce.data(), box->data() + kNonceAt, one.nonce.size());
    }
    if (!Write(file, drawn)) return 1;
    seals -= now;
    if (seals < 2) continue;
    if (before != 0 && !EndedWell(before)) return 1;  // not thousands at once
    const size_t half = seals / 2;
    before = fork();
    if (before < 0) return 1;
    if (before == 0) _exit(Seal(key, file, half));
    seals -= half;
  }
  return before == 0 || EndedWell(before) ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const size_t seals = std::strtoull(argv[1], nullptr, 10);
  const size_t processes = std::strtoull(argv[2], nullptr, 10);
  if (seals == 0 || processes == 0 || !SeesRepeats()) return 2;
  std::FILE* stream = std::tmpfile();
  if (stream == nullptr) return 2;
  const int file = fileno(stream);
  if (fcntl(file, F_SETFL, O_APPEND) != 0) return 2;
  Secret key(kKeySize, Secret::OnFork::kKeep);
  if (!RandomBytes(key.Fill())) return 2;  // the generator is in use before the first fork
  std::vector<pid_t> children;
  for (size_t i = 0; i < processes; ++i) {
    const pid_t child = fork();
    if (child == 0) _exit(Seal(key.Expose(), file, seals / processes + (i < seals % processes)));
    children.push_back(child);
  }
  for (const pid_t child : children) {
    if (!EndedWell(child)) return 3;
  }
  std::vector<Drawn> all(seals);
  std::rewind(stream);
  if (std::fread(all.data(), sizeof(Drawn), seals, stream) != seals || std::fgetc(stream) != EOF) {
    std::fprintf(stderr, "not every seal was reported\n");
    return 3;
  }
  const size_t repeats = AllRepeats(&all);
  std::printf("%zu seals, %zu repeats\n", seals, repeats);
  return repeats == 0 ? 0 : 1;
}
