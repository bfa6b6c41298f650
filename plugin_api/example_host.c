/* A complete host of Keyrule in C11: loads the library, asks for a credential per request, reports, cleans up.
 *
 *   example_host LIBRARY POLICY STORE [KEY] < requests
 *
 * One request a line: words `path=value`, separated by tabs; `tenant` is whom the host has authenticated. Prints for each
 * request its number, the verdict, the credential, the rule, and the opened credentials with their values masked.
 * Exits with 1 if anything fails; a refusal is an answer, not a failure.
 */
#include <dlfcn.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "keyrule/keyrule.h"

enum { kMaxLine = 16384, kMaxAttributes = 64, kMaxPaths = 256, kMaxPath = 128 };

static keyrule_str Text(const char *text) {
  keyrule_str str = {text, strlen(text)};
  return str;
}

static void PrintStr(keyrule_str text) {
  if (text.len != 0) fwrite(text.ptr, 1, text.len, stdout);
}

static void Log(void *user, keyrule_level level, keyrule_str message) {
  (void)user;
  (void)level;
  fprintf(stderr, "keyrule: %.*s\n", (int)message.len, message.ptr);
}

/* Says what went wrong and releases the error. */
static int Fail(const keyrule_api *api, const char *what, keyrule_status status,
                keyrule_error *error) {
  const keyrule_str message = api->error_message(error);
  fprintf(stderr, "%s: status %" PRId32 ": %.*s\n", what, status, (int)message.len,
          message.len != 0 ? message.ptr : "");
  api->error_release(error);
  return 1;
}

/* ---- attribute ids: asked for once, then kept ---- */

typedef struct IdCache {
  char paths[kMaxPaths][kMaxPath];
  uint32_t ids[kMaxPaths];
  size_t count;
} IdCache;

static uint32_t AttributeId(const keyrule_api *api, keyrule_engine *engine, IdCache *cache,
                            const char *path) {
  for (size_t i = 0; i < cache->count; ++i) {
    if (strcmp(cache->paths[i], path) == 0) return cache->ids[i];
  }
  const uint32_t id = api->engine_attribute(engine, Text(path));
  if (cache->count < kMaxPaths && strlen(path) < kMaxPath) {
    strcpy(cache->paths[cache->count], path);
    cache->ids[cache->count++] = id;
  }
  return id;
}

/* ---- requests ---- */

/* Takes the line apart in place. The request borrows from it. */
static int ReadRequest(const keyrule_api *api, keyrule_engine *engine, IdCache *cache, char *line,
                       keyrule_attribute *attributes, keyrule_request *request) {
  request->attributes = attributes;
  for (char *word = strtok(line, "\t\r\n"); word != NULL; word = strtok(NULL, "\t\r\n")) {
    char *equals = strchr(word, '=');
    if (equals == NULL || equals == word) {
      fprintf(stderr, "`%s` is not `path=value`\n", word);
      return 1;
    }
    *equals = '\0';
    if (strcmp(word, "tenant") == 0) {
      request->tenant = Text(equals + 1);
      continue;
    }
    if (request->attribute_count == kMaxAttributes) {
      fprintf(stderr, "more than %d attributes\n", kMaxAttributes);
      return 1;
    }
    keyrule_attribute *attribute = &attributes[request->attribute_count++];
    attribute->id = AttributeId(api, engine, cache, word);
    attribute->kind = KEYRULE_TEXT;
    attribute->value.text = Text(equals + 1);
  }
  return 0;
}

/* ---- credentials, masked ---- */

/* The end of the JSON text that begins at `at` (behind its quote), and how many characters it has. */
static size_t EndOfText(keyrule_str json, size_t at, size_t *characters) {
  *characters = 0;
  while (at < json.len && json.ptr[at] != '"') {
    if (json.ptr[at] == '\\') {
      at += at + 1 < json.len && json.ptr[at + 1] == 'u' ? 6 : 2;
      ++*characters;
    } else {
      if (((unsigned char)json.ptr[at] & 0xC0) != 0x80) ++*characters;
      ++at;
    }
  }
  return at;
}

/* field=sk-…(51): the name of each text, three characters of longer values, and the length. */
static void PrintMasked(keyrule_str json) {
  const char *between = "";
  int is_name = 1;
  int depth = 0;
  for (size_t at = 0; at < json.len; ++at) {
    const char c = json.ptr[at];
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') --depth;
    if (c == ':') is_name = 0;
    if (c == ',') is_name = depth == 1;
    if (c != '"') continue;
    size_t characters = 0;
    const size_t end = EndOfText(json, at + 1, &characters);
    if (is_name) {
      printf("%s%.*s=", between, (int)(end - at - 1), json.ptr + at + 1);
      between = " ";
    } else {
      printf("%.*s\xE2\x80\xA6(%zu)", characters > 8 ? 3 : 0, json.ptr + at + 1, characters);
    }
    at = end;
  }
}

/* ---- one call ---- */

static const char *VerdictName(keyrule_verdict verdict) {
  switch (verdict) {
    case KEYRULE_USE: return "use";
    case KEYRULE_HOST: return "host";
    case KEYRULE_WAIT: return "wait";
    default: return "deny";
  }
}

/* The credential of an answer: opened, printed masked, and reported as if the provider had been called. */
static int Spend(const keyrule_api *api, keyrule_engine *engine, keyrule_decision *decision) {
  keyrule_error *error = NULL;
  keyrule_str payload = {NULL, 0};
  keyrule_status status = api->decision_credentials(decision, &payload, &error);
  if (status != KEYRULE_OK) return Fail(api, "decision_credentials", status, error);
  PrintMasked(payload);
  keyrule_report report = KEYRULE_REPORT_INIT;
  report.outcome = KEYRULE_OUTCOME_OK;
  status = api->report(engine, decision, &report, &error);
  return status == KEYRULE_OK ? 0 : Fail(api, "report", status, error);
}

static int Answer(const keyrule_api *api, keyrule_engine *engine, const keyrule_request *request,
                  int number) {
  keyrule_decision *decision = NULL;
  keyrule_error *error = NULL;
  const keyrule_status status =
      api->get_current_credentials(engine, request, &decision, &error);
  if (status != KEYRULE_OK) {
    api->decision_release(decision);
    return Fail(api, "get_current_credentials", status, error);
  }
  keyrule_decision_info info = KEYRULE_DECISION_INFO_INIT;
  api->decision_info(decision, &info);
  printf("%d\t%s\t", number, VerdictName(info.verdict));
  PrintStr(info.credential_name);
  putchar('\t');
  PrintStr(info.rule);
  putchar('\t');
  const int failed = info.verdict == KEYRULE_USE ? Spend(api, engine, decision) : 0;
  PrintStr(info.message);
  putchar('\n');
  api->decision_release(decision);
  return failed;
}

static int Serve(const keyrule_api *api, keyrule_engine *engine) {
  static IdCache cache;
  static char line[kMaxLine];
  int failed = 0;
  int number = 0;
  while (fgets(line, sizeof(line), stdin) != NULL) {
    if (line[strspn(line, "\t\r\n ")] == '\0') continue;
    keyrule_attribute attributes[kMaxAttributes];
    keyrule_request request = KEYRULE_REQUEST_INIT;
    ++number;
    failed |= ReadRequest(api, engine, &cache, line, attributes, &request) != 0 ||
              Answer(api, engine, &request, number) != 0;
  }
  if (number == 0) fprintf(stderr, "no requests on standard input\n");
  return failed || number == 0;
}

static keyrule_get_api_fn FindEntry(void *library) {
  /* ISO C has no cast from an object pointer to a function pointer; POSIX says that this copy works. */
  keyrule_get_api_fn entry = NULL;
  void *symbol = dlsym(library, "keyrule_get_api");
  memcpy(&entry, &symbol, sizeof(entry));
  return entry;
}

int main(int argc, char **argv) {
  if (argc < 4 || argc > 5) {
    fprintf(stderr, "usage: example_host LIBRARY POLICY STORE [KEY] < requests\n");
    return 2;
  }
  void *library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) {
    fprintf(stderr, "%s\n", dlerror());
    return 1;
  }
  const keyrule_get_api_fn entry = FindEntry(library);
  const keyrule_api *api = entry != NULL ? entry(KEYRULE_ABI_MAJOR) : NULL;
  if (api == NULL) {
    fprintf(stderr, "%s does not serve version %u of the interface\n", argv[1], KEYRULE_ABI_MAJOR);
    dlclose(library);
    return 1;
  }
  keyrule_host host = KEYRULE_HOST_INIT;
  host.log = Log;
  keyrule_engine_options options = KEYRULE_ENGINE_OPTIONS_INIT;
  options.policy_path = Text(argv[2]);
  options.store_path = Text(argv[3]);
  if (argc == 5) options.key = Text(argv[4]);
  keyrule_engine *engine = NULL;
  keyrule_error *error = NULL;
  const keyrule_status status = api->engine_open(&options, &host, &engine, &error);
  int failed = status != KEYRULE_OK ? Fail(api, "engine_open", status, error) : 0;
  if (!failed) failed = Serve(api, engine);
  api->engine_release(engine);
  dlclose(library);
  return failed != 0;
}
