// What OpenSSL frees is wiped first: its decoders leave private keys in memory that they give back as it is.
#pragma once

namespace keyrule::store {

// Once, at the beginning of a program of our own, before anybody has used OpenSSL; never in a host's process, whose OpenSSL
// is the host's. False: somebody has, and nothing is changed.
bool WipeWhatOpenSslFrees() noexcept;

}  // namespace keyrule::store
