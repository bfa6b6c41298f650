// Texts that name a source of the master key: what `--key` of the command, the engine's option and
// Python's argument hold.
//
//   /etc/keyrule/store.key        a key file
//   systemd:NAME                  a credential of the service: $CREDENTIALS_DIRECTORY/NAME
//   command:PROGRAM ARGUMENT …    what a program writes, without a shell; or command:["PROGRAM", …]
//   env:NAME                      an environment variable, with a warning
//
// A file whose name looks like one of these is written with `./` before it.

#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "store/key_provider.h"
#include "store/status.h"

namespace keyrule::store {

// The provider that `reference` names. An empty one is that of the store's own key: the credential
// `keyrule.key` where systemd passed one of that name, else the file STORE.key beside `store_dir`.
// kInvalid, with the reference's beginning as its place, for a text that names no source.
Result<std::unique_ptr<KeyProvider>> FindKeyProvider(std::string_view reference,
                                                     std::string_view store_dir);

// Is it a path? Whoever changes its folder later makes it absolute first.
bool NamesKeyFile(std::string_view reference);

// Says in a kKeyWrong which key it was that did not fit; any other status stays as it is.
Status WithKeyName(Status status, const KeyProvider& provider);

}  // namespace keyrule::store
