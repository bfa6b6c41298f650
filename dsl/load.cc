#include "dsl/load.h"

#include <array>
#include <filesystem>
#include <utility>

#include "dsl/check.h"
#include "dsl/declare.h"
#include "dsl/files.h"
#include "dsl/limits.h"
#include "dsl/loading.h"
#include "dsl/resolve.h"
#include "dsl/schema.h"
#include "dsl/sha256.h"
#include "dsl/tables.h"

namespace keyrule::dsl {
namespace {

void Read(Loading& loading) {
  const FilePlace first{loading.first_path, loading.reader.RealPath(loading.first_path)};
  ReadPolicy(loading, first, loading.first);
}

constexpr std::array kStages = {
    LoadStage{"parse", Read},            // files -> statements, imports in their place
    LoadStage{"schema", ApplySchema},    // -> attributes; they share the name space
    LoadStage{"declare", DeclareNames},  // statements -> policy, names
    LoadStage{"tables", FillTables},     // CSV files -> entries
    LoadStage{"resolve", ResolveNames},  // names -> what they mean
    LoadStage{"check", CheckPolicy},     // types, pools, limits, chains, tests
};

// One text: its own hash, as `sha256sum` prints it. Several: the hash over their hashes, in the
// order they were read.
std::string Revision(const Loading& loading) {
  std::string digests;
  Sha256Digest digest = {};
  for (uint32_t source : loading.texts) {
    digest = Sha256(loading.sources->at(source).text());
    digests.append(digest.begin(), digest.end());
  }
  if (loading.texts.size() > 1) digest = Sha256(digests);
  return "sha256:" + Hex(digest);
}

LoadResult Finish(Loading& loading) {
  LoadResult result;
  loading.diagnostics.Sort();
  result.sources = loading.sources;
  result.unreadable = loading.unreadable;
  const bool refused = loading.diagnostics.has_errors() ||
                       (loading.options.deny_warnings && loading.diagnostics.warnings() > 0);
  if (!refused) {
    loading.policy.sources = loading.sources;
    loading.policy.revision = Revision(loading);
    result.policy = std::make_shared<const Policy>(std::move(loading.policy));
  }
  result.diagnostics = std::move(loading.diagnostics);
  result.silenced = std::move(loading.silenced);
  return result;
}

LoadResult Run(Loading& loading) {
  for (const LoadStage& stage : kStages) stage.run(loading);
  return Finish(loading);
}

void Start(Loading& loading, const std::string& name) {
  const std::string folder = std::filesystem::path(name).parent_path().string();
  loading.first_path = name;
  loading.folders[0] = loading.reader.RealPath(folder.empty() ? "." : folder);
}

}  // namespace

std::span<const LoadStage> LoadStages() { return kStages; }

LoadResult Load(const FileReader& reader, const std::string& path, const LoadOptions& options) {
  return LoadOverlaid(reader, path, {}, options);
}

LoadResult LoadOverlaid(const FileReader& reader, const std::string& path, const Overlay& overlay,
                        const LoadOptions& options) {
  Loading loading(reader, options);
  loading.overlay = &overlay;
  Start(loading, path);
  const std::optional<uint32_t> source = ReadFile(loading, {path, path}, {});
  if (!source) {
    loading.sources->Add(path, {});  // for the diagnostic to stand in
    return Finish(loading);
  }
  loading.first = *source;
  return Run(loading);
}

LoadResult LoadText(const FileReader& reader, std::string name, std::string text,
                    const LoadOptions& options) {
  Loading loading(reader, options);
  Start(loading, name);
  if (text.size() > kMaxTextBytes) {
    loading.sources->Add(std::move(name), {});
    loading.Error(Code::KR0014, {}, "the policy is larger than 64 MiB");
    return Finish(loading);
  }
  loading.bytes = text.size();
  loading.files = 1;
  loading.first = loading.sources->Add(std::move(name), std::move(text));
  loading.texts.push_back(loading.first);
  return Run(loading);
}

}  // namespace keyrule::dsl
