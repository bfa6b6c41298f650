/* Keyrule: decides which API credential each LLM call spends. The whole C interface, in one header.
 *
 * A host loads libkeyrule.so (RTLD_NOW | RTLD_LOCAL), looks up one function, keyrule_get_api, and gets a table. The
 * central entry of the table is get_current_credentials: one request in, one decision out.
 *
 * Conventions, for everything below
 *
 *  1. Strings are UTF-8, pointer and length, not terminated. Null with length 0 is the empty string. An empty text and
 *     an empty list are the same as an absent attribute.
 *  2. Structs that the host fills begin with struct_size = sizeof(the struct). A newer library treats fields that an
 *     older host does not know as zero, and zero always means the old behaviour.
 *  3. The table only grows at its end. Test `api->struct_size` before you use an entry that a later version added.
 *  4. Inputs are borrowed for the call. What a call returns belongs to the object it came from, until that object is
 *     released; each object has exactly one release function, which accepts null. Never free() anything of ours.
 *  5. Functions that can fail return a keyrule_status, 0 for success. Their last argument, which may be null, receives
 *     an error object with one line of text: what, where, how to mend. Errors never hold a secret.
 *  6. Nothing throws, aborts, prints, changes the locale, the environment or signal handlers. Nothing is safe inside a
 *     signal handler.
 *  7. get_current_credentials never fails open: whatever goes wrong is a decision with the verdict `deny`.
 *  8. Thread tags: [any-thread] may run concurrently with everything but the release of its own arguments.
 *     [exclusive] must not run concurrently with any call on the same object.
 *  9. Fork: an engine may be opened before or after fork; parent and children all may decide. Each process has then its
 *     own counters (scope `process`), unless state_path names those of the host, its own thread for redis_url, and moves on to newer generations by
 *     itself. fork() waits for a load or refresh under way in another thread.
 * 10. The library has full trust, as all code in the process: these rules are contracts, not a sandbox.
 */
#ifndef KEYRULE_KEYRULE_H_
#define KEYRULE_KEYRULE_H_

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define KEYRULE_ABI_MAJOR 1u /* differs: the table cannot be used, keyrule_get_api returns null */
#define KEYRULE_ABI_MINOR 4u /* higher: the table or a struct has more at its end */

#if defined(__GNUC__)
#define KEYRULE_EXPORT __attribute__((visibility("default")))
#else
#define KEYRULE_EXPORT
#endif

/* Bytes, not ended by a zero; null with length 0 is the empty text. The bytes are compared as they are; those of a
 * policy are UTF-8. A null with another length, or one above KEYRULE_MAX_TEXT, is KEYRULE_E_USAGE. */
#define KEYRULE_MAX_TEXT ((size_t)16 * 1024 * 1024)
typedef struct keyrule_str {
  const char *ptr;
  size_t len;
} keyrule_str;

/* ---- results ---- */

typedef int32_t keyrule_status;
enum {
  KEYRULE_OK = 0,
  KEYRULE_E_USAGE = -1,    /* a null or impossible argument, or a call out of order */
  KEYRULE_E_POLICY = -2,   /* the policy has errors; error_diagnostics has all of them as JSON lines */
  KEYRULE_E_FILE = -3,     /* a file or the store cannot be read */
  KEYRULE_E_KEY = -4,      /* the master key is missing, readable by others, no key, or another store's */
  KEYRULE_E_FORMAT = -5,   /* the store was written by a newer version */
  KEYRULE_E_DAMAGED = -6,  /* the store is damaged; nothing was changed */
  KEYRULE_E_NO_PAYLOAD = -7, /* the decision names no credential to open */
  KEYRULE_E_MEMORY = -8,
  KEYRULE_E_INTERNAL = -9, /* a fault of Keyrule; please report it */
  KEYRULE_E_REVOKED = -10  /* the chosen credential was revoked or disabled since; decide again */
};

typedef int32_t keyrule_verdict;
enum {
  KEYRULE_DENY = 0, /* refuse the call; reason and message say why */
  KEYRULE_USE = 1,  /* spend the named credential, then report */
  KEYRULE_HOST = 2, /* do what the host does without Keyrule */
  KEYRULE_WAIT = 3  /* ask again with next after retry_after_ms */
};

typedef int32_t keyrule_outcome;
enum {
  KEYRULE_OUTCOME_OK = 1,
  KEYRULE_OUTCOME_RATE_LIMITED = 2,
  KEYRULE_OUTCOME_UNAUTHORIZED = 3,
  KEYRULE_OUTCOME_OUT_OF_CREDIT = 4,
  KEYRULE_OUTCOME_TIMED_OUT = 5,
  KEYRULE_OUTCOME_SERVER_ERROR = 6,
  KEYRULE_OUTCOME_CALLER_ERROR = 7
};

/* ---- objects ---- */

typedef struct keyrule_engine keyrule_engine;     /* a policy over a store */
typedef struct keyrule_decision keyrule_decision; /* one answer; keeps what it needs of its engine alive */
typedef struct keyrule_prepared keyrule_prepared; /* what many requests share; since ABI 1.1 */
typedef struct keyrule_error keyrule_error;

/* ---- inputs ---- */

typedef int32_t keyrule_level;
enum { KEYRULE_DEBUG = 1, KEYRULE_INFO = 2, KEYRULE_WARN = 3, KEYRULE_ERROR = 4 };

/* What the host lends. `log` may be null; it may be called from any thread that is inside a call on the engine, holds no
 * lock of ours then, and its texts end with the call. get_current_credentials logs only warnings and errors, and as
 * KEYRULE_INFO that it moved on to a newer generation. */
typedef struct keyrule_host {
  uint32_t struct_size;
  keyrule_level log_level; /* least level that is passed on; 0 means KEYRULE_WARN */
  void *user;              /* given back to log */
  void (*log)(void *user, keyrule_level level, keyrule_str message);
} keyrule_host;
#define KEYRULE_HOST_INIT {sizeof(keyrule_host), 0, NULL, NULL}

/* Who moves on to a newer generation of the store. A decision notices one by a single load from memory. */
typedef int32_t keyrule_refresh;
enum {
  KEYRULE_REFRESH_AUTOMATIC = 0, /* the deciding thread that notices first, within its call (milliseconds); others go on.
                                  * After a failure again in 1 s, 2 s, … 60 s */
  KEYRULE_REFRESH_MANUAL = 1     /* the host, by engine_refresh: for event loops, which must not wait for a disk */
};

/* The key, read when the engine is opened or reloaded, is named by
 *   a path                  a key file, mode 0400
 *   systemd:NAME            a credential of the service: $CREDENTIALS_DIRECTORY/NAME
 *   command:PROGRAM ARG …   what a program writes within 10 s, run without a shell
 *   env:NAME                an environment variable; a warning is logged, for children inherit it
 * The store's own is systemd:keyrule.key where systemd passed one of that name, else STORE_PATH.key. */
typedef struct keyrule_engine_options {
  uint32_t struct_size;
  keyrule_refresh refresh;
  keyrule_str policy_path; /* the first policy file */
  keyrule_str store_path;  /* the store's folder; empty: no credentials, every `use` is refused */
  keyrule_str key;         /* where the master key is: see below; empty: the store's own */
  uint64_t seed;           /* of the random strategies; 0: a random one */
  uint64_t payload_cache_bytes; /* for payloads that were opened once, sealed; 0: 64 MiB; 1: keeps none */
  uint64_t max_staleness_ms;    /* how long the store's credentials are used without a `keyrule sync` that confirms them;
                                 * beyond, `use` is a deny with reason `stale`, and the log says so; 0: for ever */
  keyrule_str state_path;  /* since ABI 1.2. A folder for the counters that all processes of the host share which name it:
                            * turns, health, calls in flight, quotas and budgets (scope `host`). It is made, with mode 0700,
                            * and must be this user's alone, on a local file system; empty: this engine counts alone */
  keyrule_str redis_url;   /* since ABI 1.3. A Redis server, by which hosts that name it share quotas, budgets and turns (scope
                            * `fleet`): redis://[USER[:PASSWORD]@]HOST[:PORT][/DATABASE][?PARAMETERS], rediss://… for TLS,
                            * unix://…/PATH; PARAMETERS: hosts=NUMBER, alone=share|deny, prefix=TEXT, ca=FILE, db=NUMBER,
                            * password=env:NAME or password=FILE. A thread of the engine speaks with it; no decision waits for
                            * it, and whether it can be reached is not asked. With a state_path the processes of a host are one
                            * of its hosts, else this engine is one by itself; empty: no other host shares anything */
  uint64_t proof_ms; /* since ABI 1.4. About how long loading may look for rules that no request reaches and broken claims (errors); 0:
                      * 1,000; 1: not at all. What is not settled then is a warning; what `keyrule check` has proved costs nothing */
} keyrule_engine_options;
#define KEYRULE_ENGINE_OPTIONS_INIT \
  {sizeof(keyrule_engine_options), 0, {NULL, 0}, {NULL, 0}, {NULL, 0}, 0, 0, 0, {NULL, 0}, {NULL, 0}, 0}

/* One attribute of a request. `id` comes from engine_attribute, once, not per request. */
typedef struct keyrule_attribute {
  uint32_t id;
  uint32_t kind; /* one of the kinds below; it selects the member of `value` */
  union {
    keyrule_str text;
    int64_t integer; /* also bool (0 or 1) and timestamp (Unix milliseconds) */
    struct {
      const keyrule_str *items;
      size_t count;
    } list;
  } value;
} keyrule_attribute;
enum {
  KEYRULE_ABSENT = 0,
  KEYRULE_TEXT = 1,
  KEYRULE_INTEGER = 2,
  KEYRULE_BOOL = 3,
  KEYRULE_TIMESTAMP = 4,
  KEYRULE_LIST = 5
};

enum {
  KEYRULE_DRY = 1u /* looking, counting tokens, explaining: takes, advances and reserves nothing */
};

typedef struct keyrule_request {
  uint32_t struct_size;
  uint32_t flags;
  keyrule_str tenant; /* whom the host authenticated: decides which credentials there are. Also `tenant.id` */
  const keyrule_attribute *attributes; /* in any order, each id at most once; ids the policy does not read cost nothing */
  size_t attribute_count;
  const keyrule_prepared *base; /* attributes that count where this request does not give the same id; null: none */
} keyrule_request;
#define KEYRULE_REQUEST_INIT {sizeof(keyrule_request), 0, {NULL, 0}, NULL, 0, NULL}

typedef struct keyrule_report {
  uint32_t struct_size;
  keyrule_outcome outcome;
  int64_t retry_after_ms; /* as the provider said; 0: it did not */
  int64_t latency_ms;     /* to the first token if streamed; 0: not known */
  int64_t tokens;         /* in and out together; 0: not known */
  int64_t cost_micro_usd; /* 1,000,000 = 1 USD; 0: not known */
  uint32_t flags;         /* of those below; since ABI 1.2 */
  uint32_t reserved;      /* 0 */
} keyrule_report;
#define KEYRULE_REPORT_INIT {sizeof(keyrule_report), 0, 0, 0, 0, 0, 0, 0}
enum {
  KEYRULE_CALLERS_TIMEOUT = 1u, /* with timed_out: the deadline was the caller's own, so no credential rests for it */
  KEYRULE_LIMIT_OF_MODEL = 2u   /* with a failure: it is that of the credential with the model that the request named, so
                                 * it rests for this model only. Without, for all */
};

/* What became of the connection. */
typedef int32_t keyrule_failure;
enum {
  KEYRULE_FAILURE_NONE = 0,
  KEYRULE_FAILURE_CONNECT = 1,  /* there was none: refused, no address, no TLS */
  KEYRULE_FAILURE_TIMEOUT = 2,  /* a deadline of the host or of its caller ran out */
  KEYRULE_FAILURE_BROKEN = 3,   /* it was cut before the answer, or the stream, was whole */
  KEYRULE_FAILURE_CANCELLED = 4 /* the caller gave up */
};

typedef struct keyrule_header {
  keyrule_str name; /* in any case */
  keyrule_str value;
} keyrule_header;

/* A provider's answer as it came, or that none came. Since ABI 1.2. It is read during the call and never kept; nothing of
 * it gets into a log or an error. Any bytes will do. */
#define KEYRULE_MAX_BODY ((size_t)256 * 1024) /* bytes of a body that are read, and its last 4 KiB for the usage */
typedef struct keyrule_response {
  uint32_t struct_size;
  int32_t status;       /* HTTP's; 0: none arrived */
  keyrule_str provider; /* "openai", "anthropic", …; empty: the decision's. One that is not known: status and Retry-After */
  const keyrule_header *headers;
  size_t header_count;
  keyrule_str body; /* or its beginning: JSON, or the events of a stream, above all the one that is an error */
  keyrule_failure failure;
  uint32_t flags;         /* KEYRULE_CALLERS_TIMEOUT or 0 */
  int64_t timeout_ms;     /* with a timeout: the deadline's length. One below 10 s is the caller's whoever set it; 0: not known */
  int64_t elapsed_ms;     /* with a timeout: how long the call took, where its deadline is not known; 0: not known */
  int64_t latency_ms;     /* for the report: to the first token if streamed; 0: not known */
  int64_t tokens;         /* for the report: in and out together; 0: as the body says */
  int64_t cost_micro_usd; /* for the report: 1,000,000 = 1 USD; 0: not known */
} keyrule_response;
#define KEYRULE_RESPONSE_INIT \
  {sizeof(keyrule_response), 0, {NULL, 0}, NULL, 0, {NULL, 0}, 0, 0, 0, 0, 0, 0, 0}

/* ---- outputs ---- */

/* The facts of a decision. The texts live as long as the decision; empty where they do not apply. */
typedef struct keyrule_decision_info {
  uint32_t struct_size; /* set by the host before the call */
  keyrule_verdict verdict;
  keyrule_str credential_id;
  keyrule_str credential_name;
  keyrule_str rule;
  keyrule_str pool;
  keyrule_str strategy;
  keyrule_str reason;     /* `denied`, `unavailable`, … ; with deny and wait */
  keyrule_str message;    /* the policy's own words; with reason `denied` */
  int64_t retry_after_ms; /* with wait, and with deny where it is known; else 0 */
  uint32_t arm;           /* from 1; 0: none */
  uint32_t attempt;       /* from 1 */
} keyrule_decision_info;
#define KEYRULE_DECISION_INFO_INIT                                                             \
  {sizeof(keyrule_decision_info), 0, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0},    \
   {NULL, 0}, {NULL, 0}, 0, 0, 0}

enum {
  KEYRULE_SECRETS_UNLOCKED = 1u, /* some could be swapped out: see secret_bytes_unlocked */
  KEYRULE_SECRETS_DUMPED = 2u,   /* some would be in a core dump */
  KEYRULE_SECRETS_INHERITED = 4u /* children of fork would find some that are open */
};

/* What an engine holds, for whoever watches it. The memory of secrets is the whole process's. */
typedef struct keyrule_engine_info {
  uint32_t struct_size;              /* set by the host before the call */
  uint32_t secret_gaps;              /* what the system refused, of the bits above; the log says why and how to mend */
  uint64_t secret_bytes_locked;      /* of memory for keys and opened payloads: never swapped out */
  uint64_t secret_bytes_unlocked;
  uint64_t cached_payloads;          /* opened once and kept, sealed */
  uint64_t payload_cache_bytes;      /* that they take */
  uint64_t payload_cache_limit;      /* beyond, payloads are read from the store each time */
  uint64_t payload_reads;            /* since the last load: how often a payload was not kept */
  int64_t confirmed_ms;              /* Unix ms: when a sync last confirmed the store; 0: never */
} keyrule_engine_info;
#define KEYRULE_ENGINE_INFO_INIT {sizeof(keyrule_engine_info), 0, 0, 0, 0, 0, 0, 0, 0}

/* What a response means. Since ABI 1.2. */
typedef struct keyrule_classification {
  uint32_t struct_size; /* set by the host before the call */
  keyrule_outcome outcome;
  uint32_t flags;         /* as in keyrule_report */
  uint32_t reserved;
  int64_t retry_after_ms; /* from now on; 0: not said */
  int64_t input_tokens;   /* as the body says, those from a cache included; 0: it does not */
  int64_t output_tokens;
  int64_t tokens;         /* together */
  keyrule_str row;        /* why: "openai.insufficient_quota", a row of evaluator/PROVIDERS.md. Lives as long as the library */
} keyrule_classification;
#define KEYRULE_CLASSIFICATION_INIT {sizeof(keyrule_classification), 0, 0, 0, 0, 0, 0, 0, {NULL, 0}}

/* ---- the table ---- */

typedef struct keyrule_api {
  uint32_t struct_size;
  uint32_t abi_major;
  uint32_t abi_minor;
  uint32_t reserved;
  keyrule_str version; /* of the library: "0.1.0" */
  /* Reads and checks the policy, opens the store read-only. The host struct is copied. [any-thread] May block on disk. */
  keyrule_status (*engine_open)(const keyrule_engine_options *options, const keyrule_host *host,
                                keyrule_engine **engine, keyrule_error **error);
  /* Reads policy and store again and swaps them in at once; on an error the old ones stay. Decisions under way finish
   * under what they began with. [any-thread] May block on disk. */
  keyrule_status (*engine_reload)(keyrule_engine *engine, keyrule_error **error);
  /* Decisions may outlive their engine. [exclusive] */
  void (*engine_release)(keyrule_engine *engine);
  /* The id of an attribute path such as "app.id" or "inputs.client", the same for the life of the engine, whether or
   * not the policy knows it. [any-thread] Takes a lock: ask once. */
  uint32_t (*engine_attribute)(keyrule_engine *engine, keyrule_str path);

  /* The decision. *decision is set whatever happens, except on KEYRULE_E_USAGE for null arguments and KEYRULE_E_MEMORY.
   * A request that cannot be understood (a value of the wrong type) is a deny with reason `internal` and the status
   * KEYRULE_E_USAGE. The time is read once: that of the system's last tick, so that it may lie some milliseconds behind,
   * but not where that would refuse what retry_after_ms promised. What was revoked in the store is not chosen, from the
   * moment of revoking on.
   * [any-thread] Takes no lock once the tenant is known, unless it moves on to a newer generation (keyrule_refresh). */
  keyrule_status (*get_current_credentials)(keyrule_engine *engine, const keyrule_request *request,
                                            keyrule_decision **decision, keyrule_error **error);
  /* The next candidate of the same rule: after a report, or after a wait. The previous decision stays as it is and is
   * still to be released. [any-thread] */
  keyrule_status (*next)(keyrule_engine *engine, const keyrule_decision *previous,
                         keyrule_decision **decision, keyrule_error **error);
  /* What became of the call; once per decision with verdict use, later ones are ignored. Who does not report for ten minutes,
   * or dies, is counted as in flight no more. [any-thread] */
  keyrule_status (*report)(keyrule_engine *engine, keyrule_decision *decision,
                           const keyrule_report *report, keyrule_error **error);

  /* [any-thread] */
  keyrule_status (*decision_info)(const keyrule_decision *decision, keyrule_decision_info *info);
  /* Calls `add` for each tag. [any-thread] */
  void (*decision_tags)(const keyrule_decision *decision, void *user,
                        void (*add)(void *user, keyrule_str name, keyrule_str value));
  /* The whole decision as one JSON object (LANGUAGE.md, "The decision"). Never a secret. [exclusive] */
  keyrule_status (*decision_json)(keyrule_decision *decision, keyrule_str *json, keyrule_error **error);
  /* The opened payload of the chosen credential: a JSON object of the provider's credentials. This is the secret: it is
   * opened at the first call and wiped at decision_release. It stands in memory that no core dump and no child of fork
   * has, so copy it no further than needed. A child that asks again has it opened anew. The first time that a credential
   * is opened may read the disk. KEYRULE_E_NO_PAYLOAD unless the verdict is use; KEYRULE_E_REVOKED if the credential was
   * taken back since the decision. [exclusive] */
  keyrule_status (*decision_credentials)(keyrule_decision *decision, keyrule_str *json,
                                         keyrule_error **error);
  /* [exclusive] */
  void (*decision_release)(keyrule_decision *decision);

  /* Why: the decision, the request, and rule by rule what failed, as JSON. Always dry. The text is released with
   * text_release. [any-thread] */
  keyrule_status (*explain)(keyrule_engine *engine, const keyrule_request *request, keyrule_str *json,
                            keyrule_error **error);
  void (*text_release)(keyrule_str text); /* [any-thread] */

  /* One line: what, where, how to mend. Lives as long as the error. [any-thread] */
  keyrule_str (*error_message)(const keyrule_error *error);
  /* With KEYRULE_E_POLICY: each diagnostic as one JSON object on a line of its own. Otherwise empty. [any-thread] */
  keyrule_str (*error_diagnostics)(const keyrule_error *error);
  void (*error_release)(keyrule_error *error); /* [exclusive] */

  /* 1 if a newer generation of the store seems to be published, else 0. [any-thread] One load from memory; once in five
   * seconds (each second where STORE/SHARED cannot be used, or with a state_path) also a few calls of the system. */
  int32_t (*engine_is_stale)(keyrule_engine *engine);
  /* Moves on to the newest generation of the store, under the same policy and with all counters; does nothing if the
   * engine is on it. On an error the old one stays. Never goes back to an older generation (KEYRULE_E_DAMAGED).
   * [any-thread] May block on disk. */
  keyrule_status (*engine_refresh)(keyrule_engine *engine, keyrule_error **error);
  /* What the engine holds and how well secrets are protected. [any-thread] */
  keyrule_status (*engine_info)(keyrule_engine *engine, keyrule_engine_info *info);

  /* Since ABI 1.1. Copies what many requests share (tenant, app, workflow), for keyrule_request.base. An attribute that such
   * a request gives itself stands in place of the base's; KEYRULE_ABSENT, or an empty text, takes the base's away. The tenant
   * may stand in either; two that differ are KEYRULE_E_USAGE. flags and base of what is prepared are 0. It outlives reloads
   * and refreshes; a value whose type the new policy has otherwise makes the decision's request one that cannot be
   * understood. Requests of other engines with it are KEYRULE_E_USAGE. [any-thread] */
  keyrule_status (*prepare)(keyrule_engine *engine, const keyrule_request *request, keyrule_prepared **prepared,
                            keyrule_error **error);
  /* Decisions that were made with it stay as they are, and the engine may be released before. [exclusive] */
  void (*prepared_release)(keyrule_prepared *prepared);

  /* Since ABI 1.2. What a response means for the credential that was spent, in the dialect of its provider. Pure: no engine,
   * no lock, no system call but the clock's. KEYRULE_E_USAGE for null arguments, and for texts without bytes. [any-thread] */
  keyrule_status (*classify_response)(const keyrule_response *response, keyrule_classification *classification);
  /* classify_response and report in one call; `classification`, which may be null, says what was reported. Once per decision,
   * as `report`. [any-thread] */
  keyrule_status (*report_response)(keyrule_engine *engine, keyrule_decision *decision, const keyrule_response *response,
                                    keyrule_classification *classification, keyrule_error **error);
} keyrule_api;

/* The only exported symbol. The table is static and never changes. Null if the library cannot serve that major
 * version. [any-thread] */
KEYRULE_EXPORT const keyrule_api *keyrule_get_api(uint32_t abi_major);
typedef const keyrule_api *(*keyrule_get_api_fn)(uint32_t abi_major);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* KEYRULE_KEYRULE_H_ */
