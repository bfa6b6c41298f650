// Passwords on the command line: out of what other users see of this process.
#pragma once

namespace keyrule::command {

// Overwrites the passwords of addresses (scheme://user:PASSWORD@host, ?password=…) in the arguments themselves, which is
// where `ps` reads. To be called first, after they were copied; until then they could be seen.
void HidePasswords(int argc, char** argv);

}  // namespace keyrule::command
