/* Hosts that do it wrong, each in a process of its own: bad_host LIBRARY CASE. Exits with 0 if the library answered as
 * keyrule.h says. What it must never do is crash, print or exit. */
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#include "keyrule/keyrule.h"

static keyrule_get_api_fn Entry(void *library) {
  keyrule_get_api_fn entry = NULL;
  void *symbol = dlsym(library, "keyrule_get_api");
  memcpy(&entry, &symbol, sizeof(entry));
  return entry;
}

static int WrongMajor(keyrule_get_api_fn entry) {
  return entry(0) != NULL || entry(KEYRULE_ABI_MAJOR + 1) != NULL || entry(UINT32_MAX) != NULL;
}

static int Table(keyrule_get_api_fn entry) {
  const keyrule_api *api = entry(KEYRULE_ABI_MAJOR);
  /* No entry is null: walk the function pointers behind the version. */
  const char *from = (const char *)&api->engine_open;
  for (const char *at = from; at < (const char *)api + api->struct_size; at += sizeof(void *)) {
    void *pointer = NULL;
    memcpy(&pointer, at, sizeof(pointer));
    if (pointer == NULL) return 1;
  }
  return api->struct_size != sizeof(keyrule_api) || api->abi_major != KEYRULE_ABI_MAJOR ||
         api->version.len == 0 || api != entry(KEYRULE_ABI_MAJOR);
}

static int NullArguments(keyrule_get_api_fn entry) {
  const keyrule_api *api = entry(KEYRULE_ABI_MAJOR);
  keyrule_error *error = NULL;
  if (api->engine_open(NULL, NULL, NULL, NULL) != KEYRULE_E_USAGE) return 1;
  if (api->engine_open(NULL, NULL, NULL, &error) != KEYRULE_E_USAGE || error == NULL) return 2;
  if (api->error_message(error).len == 0 || api->error_diagnostics(error).len != 0) return 3;
  api->error_release(error);
  keyrule_decision *decision = (keyrule_decision *)&error;
  if (api->get_current_credentials(NULL, NULL, &decision, NULL) != KEYRULE_E_USAGE) return 4;
  if (decision != NULL) return 5;
  api->engine_release(NULL);
  api->decision_release(NULL);
  api->error_release(NULL);
  return 0;
}

static int NoSize(keyrule_get_api_fn entry) {
  const keyrule_api *api = entry(KEYRULE_ABI_MAJOR);
  keyrule_engine_options options = KEYRULE_ENGINE_OPTIONS_INIT;
  keyrule_engine *engine = NULL;
  options.struct_size = 0;
  return api->engine_open(&options, NULL, &engine, NULL) != KEYRULE_E_USAGE || engine != NULL;
}

static int NoPolicy(keyrule_get_api_fn entry) {
  const keyrule_api *api = entry(KEYRULE_ABI_MAJOR);
  keyrule_engine_options options = KEYRULE_ENGINE_OPTIONS_INIT;
  keyrule_engine *engine = NULL;
  options.policy_path.ptr = "/nonexistent/policy.keyrule";
  options.policy_path.len = strlen(options.policy_path.ptr);
  return api->engine_open(&options, NULL, &engine, NULL) != KEYRULE_E_FILE || engine != NULL;
}

int main(int argc, char **argv) {
  if (argc != 3) return 64;
  /* Twice: the second time shows that the first one really let go. */
  for (int round = 0; round < 2; ++round) {
    void *library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) return 65;
    const keyrule_get_api_fn entry = Entry(library);
    int failed = 66;
    if (strcmp(argv[2], "wrong_major") == 0) failed = WrongMajor(entry);
    if (strcmp(argv[2], "table") == 0) failed = Table(entry);
    if (strcmp(argv[2], "null_arguments") == 0) failed = NullArguments(entry);
    if (strcmp(argv[2], "no_size") == 0) failed = NoSize(entry);
    if (strcmp(argv[2], "no_policy") == 0) failed = NoPolicy(entry);
    if (dlclose(library) != 0) return 67;
    if (failed != 0) return failed;
  }
  return 0;
}
