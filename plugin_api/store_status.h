// The store's codes as statuses of the C interface.
#pragma once

#include "keyrule/keyrule.h"
#include "store/status.h"

namespace keyrule::plugin_api {

inline keyrule_status StatusOf(store::Code code) {
  switch (code) {
    case store::Code::kOk: return KEYRULE_OK;
    case store::Code::kKeyMissing:
    case store::Code::kKeyTooOpen:
    case store::Code::kKeyForeign:
    case store::Code::kKeyTruncated:
    case store::Code::kKeyMalformed:
    case store::Code::kKeyFailed:
    case store::Code::kKeyWrong: return KEYRULE_E_KEY;
    case store::Code::kNewerFormat: return KEYRULE_E_FORMAT;
    case store::Code::kDamaged: return KEYRULE_E_DAMAGED;
    default: return KEYRULE_E_FILE;
  }
}

}  // namespace keyrule::plugin_api
