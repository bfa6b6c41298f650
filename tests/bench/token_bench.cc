// Opening Dify's tokens: with a workspace's key parsed once, with the key parsed for each secret, and as Dify does it
// (pycryptodome, the key parsed for each secret). Measured in turns in one run.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "store/dify/token.h"
#include "tests/store/dify/tokens.h"

namespace keyrule::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kRounds = 25;
constexpr int kBatch = 20;
constexpr int kPythonSecrets = 40;

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

// Microseconds for one call, of a batch.
template <typename Call>
double Time(Call call) {
  const Clock::time_point begin = Clock::now();
  for (int i = 0; i < kBatch; ++i) call();
  return std::chrono::duration<double, std::micro>(Clock::now() - begin).count() / kBatch;
}

void Open(const std::string& token, const store::TenantKey& key) {
  store::Secret secret;
  const store::TokenLooks looks = store::LooksOf(token, key.size());
  if (store::OpenToken(token, looks, key, &secret) != store::TokenOutcome::kOpened) std::abort();
}

store::TenantKey Parse(const store::Secret& pem) {
  store::Result<store::TenantKey> key = store::TenantKey::Parse(pem, "private.pem");
  if (!key.ok()) std::abort();
  return *std::move(key);
}

bool TimeDify(double* secret, double* parsing) {
  const std::string command = std::string(KEYRULE_TOKENS) + " --time " + std::to_string(kPythonSecrets);
  std::FILE* const pipe = popen(command.c_str(), "r");
  const bool read = pipe != nullptr && std::fscanf(pipe, "%lf %lf", secret, parsing) == 2;
  return pipe != nullptr && pclose(pipe) == 0 && read;
}

int Run() {
  const store::Tokens& tokens = store::TokensOfDify();
  const std::string& token = tokens.hybrid.front();
  const store::Secret pem = store::Secret::CopyOf(store::AsBytes(tokens.private_pem));
  const store::TenantKey key = Parse(pem);
  std::vector<double> once, each, parse;
  for (int i = 0; i < kRounds; ++i) {
    once.push_back(Time([&] { Open(token, key); }));
    each.push_back(Time([&] { Open(token, Parse(pem)); }));
    parse.push_back(Time([&] { (void)Parse(pem); }));
  }
  double dify = 0, dify_parse = 0;
  if (!TimeDify(&dify, &dify_parse)) return 1;
  const double base = Median(once);
  std::printf("%-42s %10s %14s %8s\n", "opening a secret", "us", "a second", "ratio");
  const auto line = [base](const char* what, double us) {
    std::printf("%-42s %10.0f %14.0f %8.2f\n", what, us, 1e6 / us, us / base);
  };
  line("key parsed once (keyrule sync)", base);
  line("key parsed each time", Median(each));
  line("  of that, parsing", Median(parse));
  line("as Dify does it (pycryptodome)", dify);
  line("  of that, parsing", dify_parse);
  return 0;
}

}  // namespace
}  // namespace keyrule::bench

int main() { return keyrule::bench::Run(); }
