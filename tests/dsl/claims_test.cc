// Claims load and are checked for names and types. That they hold is proved elsewhere (analysis/claim_check.h).
#include <gtest/gtest.h>

#include "tests/support/problems.h"

namespace keyrule::dsl {
namespace {

std::string With(const std::string& claims) {
  return "keyrule 1\nschema \"dify\"\npool p { \"a\" }\nrule r { when app.id is set use p by random }\n" +
         claims + "\ndefault { deny \"n\" }\n";
}

TEST(Claims, LoadWithoutNoise) {
  EXPECT_EQ(Problems(With("never c { when app.id == \"x\" use p }\n"
                          "always d { when app.id is set use credential \"a\" }\n"
                          "never e { deny }\nalways f { leave to host }")),
            "");
}

TEST(Claims, NamesAndTypesAreChecked) {
  EXPECT_EQ(Problems(With("never c { use q }")),
            "error KR0106 5:15 `q`: no pool is named `q` = pools: p\n");
  EXPECT_EQ(Problems(With("never c { when app.idd is set use p }")),
            "error KR0101 5:16 `app.idd`: no attribute is named `app.idd` = did you mean `app.id`?\n");
  EXPECT_EQ(Problems(With("always c { when app.id == 3 deny }")),
            "error KR0201 5:27 `3`: `app.id` is a string, not an int = write `\"a\"`, in quotes\n");
  EXPECT_EQ(Problems(With("never c { use credential \"\" }")),
            "error KR0205 5:26 `\"\"`: an empty text is the same as absent = name a credential\n");
  EXPECT_EQ(Problems(With("never c { deny }\nalways c { deny }")),
            "error KR0102 6:8 `c`: `c` already has a meaning, p.keyrule:5 = choose another name\n");
}

}  // namespace
}  // namespace keyrule::dsl
