// The master key that a command works with.
#pragma once

#include <memory>
#include <string>

#include "plugin_api/command/console.h"
#include "store/key_provider.h"
#include "store/secret.h"

namespace keyrule::command {

// What `--key` is called in every command's help, and what it may hold.
inline constexpr char kKeyOption[] = "--key KEY";
inline constexpr char kKeyDoc[] =
    "its master key: a path, systemd:NAME, command:PROGRAM …, env:NAME; DIR.key unless given";

struct KeyInput {
  std::unique_ptr<store::KeyProvider> provider;
  store::Secret key;
};

// Finds the source that `reference` names, or the store's own, and says its warning. Prints what is
// wrong: kUsage for a text that names no source.
Exit FindKey(const std::string& store, const std::string& reference, const Console& console,
             std::unique_ptr<store::KeyProvider>* provider);

// The same of a store that must be there, and loads the key: kFile where either fails. `mend`: what
// to do where there is no store.
Exit ReadKey(const std::string& store, const std::string& reference, const Console& console,
             KeyInput* input, std::string mend = "check the path");

}  // namespace keyrule::command
