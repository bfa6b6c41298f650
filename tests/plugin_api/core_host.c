/* A host to take cores of: opens what it is told, through the real library, and knows no secret itself. It answers one
 * line for each line of its input:
 *
 *   open     decides for each tenant t0, t1, … and opens what was chosen; "SIZE HASH" of each payload, in one line
 *   zero     how many of the open payloads are nothing but zeroes
 *   release  lets go of all of them
 *   leak N   copies payload N where no payload should be: the test's own check that it would see one
 *   fork     makes a child, which reads the input until its `exit`
 *   pid      whose turn it is
 *   exit
 */
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "keyrule/keyrule.h"

enum { kMost = 1000 };

static const keyrule_api *api;
static keyrule_engine *engine;
static keyrule_decision *decisions[kMost];
static keyrule_str payloads[kMost];
static int count;
static char *volatile leaked;

static keyrule_str str(const char *text) {
  keyrule_str s = {text, strlen(text)};
  return s;
}

/* FNV-1a: tells the test what was opened without keeping any of it. */
static uint64_t hash(keyrule_str text) {
  uint64_t h = 0xcbf29ce484222325u;
  for (size_t i = 0; i < text.len; ++i) h = (h ^ (unsigned char)text.ptr[i]) * 0x100000001b3u;
  return h;
}

static void open_all(void) {
  uint32_t provider = api->engine_attribute(engine, str("provider"));
  for (int i = 0; i < count; ++i) {
    char tenant[16];
    keyrule_attribute attribute = {.id = provider, .kind = KEYRULE_TEXT, .value.text = str("openai")};
    keyrule_request request = KEYRULE_REQUEST_INIT;
    snprintf(tenant, sizeof(tenant), "t%d", i);
    request.tenant = str(tenant);
    request.attributes = &attribute;
    request.attribute_count = 1;
    if (decisions[i] == NULL) api->get_current_credentials(engine, &request, &decisions[i], NULL);
    if (api->decision_credentials(decisions[i], &payloads[i], NULL) != KEYRULE_OK) payloads[i].len = 0;
    printf("%zu %016llx ", payloads[i].len, (unsigned long long)hash(payloads[i]));
  }
  printf("\n");
}

static void count_zero(void) {
  int zero = 0;
  for (int i = 0; i < count; ++i) {
    size_t at = 0;
    while (at < payloads[i].len && payloads[i].ptr[at] == 0) ++at;
    zero += payloads[i].len > 0 && at == payloads[i].len;
  }
  printf("%d\n", zero);
}

static void release_all(void) {
  for (int i = 0; i < count; ++i) {
    api->decision_release(decisions[i]);
    decisions[i] = NULL;
    payloads[i] = str("");
  }
  printf("released\n");
}

static void leak(int which) {
  leaked = malloc(payloads[which].len);
  memcpy(leaked, payloads[which].ptr, payloads[which].len);
  printf("leaked\n");
}

static void serve(void) {
  char line[64];
  while (fgets(line, sizeof(line), stdin) != NULL) {
    if (strcmp(line, "open\n") == 0) open_all();
    if (strcmp(line, "zero\n") == 0) count_zero();
    if (strcmp(line, "release\n") == 0) release_all();
    if (strncmp(line, "leak ", 5) == 0) leak(atoi(line + 5));
    if (strcmp(line, "pid\n") == 0) printf("%d\n", (int)getpid());
    if (strcmp(line, "exit\n") == 0) return;
    if (strcmp(line, "fork\n") == 0) {
      pid_t child = fork();
      if (child == 0) prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY);
      if (child != 0) waitpid(child, NULL, 0);
      printf(child == 0 ? "forked\n" : "joined\n");
    }
  }
}

int main(int argc, char **argv) {
  if (argc != 5) return 64;
  /* Line by line, so that a child and its parent share one input. */
  setvbuf(stdin, NULL, _IONBF, 0);
  setvbuf(stdout, NULL, _IOLBF, 0);
  prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY); /* gcore is no ancestor of this process */
  void *library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) return 65;
  keyrule_get_api_fn entry = NULL;
  void *symbol = dlsym(library, "keyrule_get_api");
  memcpy(&entry, &symbol, sizeof(entry));
  api = entry(KEYRULE_ABI_MAJOR);
  keyrule_engine_options options = KEYRULE_ENGINE_OPTIONS_INIT;
  options.policy_path = str(argv[2]);
  options.store_path = str(argv[3]);
  count = atoi(argv[4]);
  if (count < 1 || count > kMost) return 66;
  if (api->engine_open(&options, NULL, &engine, NULL) != KEYRULE_OK) return 67;
  serve();
  return 0;
}
