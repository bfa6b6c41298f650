// Fills tables: from CSV files, and checks that no key stands twice. Private to dsl/.
#pragma once

#include "dsl/loading.h"

namespace keyrule::dsl {

// Stage: after names are declared. Reads each CSV file once, however many tables it fills.
void FillTables(Loading& loading);

}  // namespace keyrule::dsl
