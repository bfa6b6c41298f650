#include "tests/plugin_api/plugin_support.h"

#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <vector>

namespace keyrule::plugin_test {

const std::string_view kPolicy = R"(keyrule 1
schema "dify"
pool both { "a" "b" }
rule forbidden {
  when app.id == "forbidden"
  deny "not this app"
}
rule tokens {
  when request.tokens > 1000
  deny "too long"
}
rule turns {
  when environment == "production"
  use both by round_robin
  tag app = app.id
}
default { leave to host }
)";

const std::string_view kCredentials = R"({"credentials": [
  {"tenant": "t1", "provider": "openai", "name": "a", "id": "id-a", "credentials": {"openai_api_key": "sk-aaaa"}},
  {"tenant": "t1", "provider": "openai", "name": "b", "id": "id-b", "shared_with": ["t2"],
   "credentials": {"openai_api_key": "sk-bbbb", "openai_api_base": "https://example.org/\"v1\""}},
  {"tenant": "t3", "provider": "openai", "name": "a", "id": "id-b", "credentials": {"openai_api_key": "sk-cccc"}}
]}
)";

const keyrule_api& Api() {
  static const keyrule_api* const api = [] {
    void* library = dlopen(KEYRULE_LIBRARY, RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) throw std::runtime_error(dlerror());
    keyrule_get_api_fn entry = nullptr;
    void* symbol = dlsym(library, "keyrule_get_api");
    std::memcpy(&entry, &symbol, sizeof(entry));
    return entry(KEYRULE_ABI_MAJOR);
  }();
  return *api;
}

Folder::Folder() {
  std::string name = (std::filesystem::temp_directory_path() / "keyrule-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp " + name);
  path_ = name;
}

Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string Folder::Write(std::string_view name, std::string_view text) const {
  const std::string path = Path(name);
  std::FILE* file = std::fopen(path.c_str(), "w");
  if (file == nullptr) throw std::runtime_error(path);
  std::fwrite(text.data(), 1, text.size(), file);
  std::fclose(file);
  return path;
}

void Keyrule(const std::string& words) {
  const std::string command = std::string(KEYRULE_COMMAND) + " " + words;
  if (std::system(command.c_str()) != 0) throw std::runtime_error(command);
}

void Import(const std::string& json_file, const std::string& store) {
  Keyrule("import '" + json_file + "' --quiet --store '" + store + "'");
}

Plugin::Plugin(std::string_view policy, bool with_store, bool with_state, std::string redis_url)
    : redis_url_(std::move(redis_url)) {
  folder_.Write("p.keyrule", policy);
  if (with_store) {
    Import(folder_.Write("c.json", kCredentials), store_);
  } else {
    store_.clear();
  }
  if (with_state) state_ = folder_.Path("state");
  Open();
}

Plugin::Plugin(std::string_view policy, const std::string& store) : store_(store) {
  folder_.Write("p.keyrule", policy);
  Open();
}

void Plugin::Open() {
  keyrule_engine_options options = KEYRULE_ENGINE_OPTIONS_INIT;
  const std::string policy_file = policy_path();
  options.policy_path = Str(policy_file);
  options.store_path = Str(store_);
  options.state_path = Str(state_);
  options.redis_url = Str(redis_url_);
  Error error;
  if (Api().engine_open(&options, nullptr, &engine_, error.out()) != KEYRULE_OK) {
    throw std::runtime_error(error.message());
  }
}

void Plugin::Close() {
  Api().engine_release(engine_);
  engine_ = nullptr;
}

keyrule_decision* Plugin::Decide(const std::map<std::string, std::string>& attributes,
                                 uint32_t flags) const {
  keyrule_request request = KEYRULE_REQUEST_INIT;
  request.flags = flags;
  std::vector<keyrule_attribute> list;
  for (const auto& [path, value] : attributes) {
    if (path == "tenant") {
      request.tenant = Str(value);
      continue;
    }
    keyrule_attribute attribute{};
    attribute.id = Api().engine_attribute(engine_, Str(path));
    attribute.kind = KEYRULE_TEXT;
    attribute.value.text = Str(value);
    list.push_back(attribute);
  }
  request.attributes = list.data();
  request.attribute_count = list.size();
  keyrule_decision* decision = nullptr;
  Error error;
  if (Api().get_current_credentials(engine_, &request, &decision, error.out()) != KEYRULE_OK) {
    Api().decision_release(decision);
    throw std::runtime_error(error.message());
  }
  return decision;
}

keyrule_status Plugin::Reload(Error* error) const {
  return Api().engine_reload(engine_, error->out());
}

keyrule_decision_info Info(const keyrule_decision* decision) {
  keyrule_decision_info info = KEYRULE_DECISION_INFO_INIT;
  Api().decision_info(decision, &info);
  return info;
}

}  // namespace keyrule::plugin_test
